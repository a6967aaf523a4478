#ifndef CLINEEDITOR_H
#define CLINEEDITOR_H

#include <stdbool.h>

/* The prompt of the shell: GNU readline and the signals of the terminal behind plain functions.
   What edits lines belongs to the main thread. */

/* What a press of the Tab key does. */
typedef struct {
  /* The offsets in bytes of the text that is replaced. */
  int start;
  int end;
  /* What comes in its place, from malloc; NULL to change nothing. */
  char *replacement;
  /* Lines to show below the text, from malloc; NULL for none. */
  char *listing;
} line_editor_completion;

/* What the editor asks its owner. Texts are UTF-8 and end with a zero. */
typedef struct {
  /* Whether Enter runs the text; otherwise it begins a new line. */
  bool (*is_complete)(const char *text);
  /* Writes the state of each line but the first, one character per line: what stands open there. */
  void (*line_states)(const char *text, char *states, int count);
  /* Completes the text before the cursor, an offset in bytes. */
  line_editor_completion (*complete)(const char *text, int cursor);
} line_editor_callbacks;

/* How the reading of a line ended. */
typedef enum {
  LINE_EDITOR_TEXT,
  LINE_EDITOR_END,
} line_editor_outcome;

/* What ended or interrupted the waiting for a job. */
typedef enum {
  LINE_EDITOR_JOB_ENDED,
  LINE_EDITOR_INTERRUPT,
  LINE_EDITOR_TIME_PASSED,
} line_editor_event;

/* Catches SIGINT, SIGTERM, SIGHUP, SIGTSTP and SIGWINCH from now on. Returns false where the system
   has no file descriptors left. */
bool line_editor_catch_signals(void);

/* Prepares readline. `name` is the name for `$if` in inputrc. Returns false where the library is
   not GNU readline 8 or later. */
bool line_editor_start(const char *name, line_editor_callbacks callbacks);

/* Reads one statement. The text is from malloc; NULL unless the outcome is LINE_EDITOR_TEXT. */
char *line_editor_read(const char *prompt, line_editor_outcome *outcome);

/* Puts a text at the end of the history that the arrow keys walk. */
void line_editor_remember(const char *text);

/* Waits until the job of another thread ends, the user presses Ctrl-C, or `milliseconds` are over;
   -1 waits without limit. One thread at a time may wait, and none while a line is read. */
line_editor_event line_editor_wait(int milliseconds);

/* Tells line_editor_wait that the job ended. May be called from any thread. */
void line_editor_job_ended(void);

/* Ends the process as Ctrl-C does where nobody catches it. */
void line_editor_die(void);

/* The columns of the terminal, or 0 where there is none. */
int line_editor_columns(void);

#endif
