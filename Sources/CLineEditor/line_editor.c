#include "CLineEditor.h"
int line_editor_placeholder(void) { return 0; }
