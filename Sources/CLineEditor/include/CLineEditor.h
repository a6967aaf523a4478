#ifndef CLINEEDITOR_H
#define CLINEEDITOR_H
int line_editor_placeholder(void);
#endif
