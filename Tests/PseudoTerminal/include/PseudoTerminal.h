#ifndef PSEUDOTERMINAL_H
#define PSEUDOTERMINAL_H

#include <sys/types.h>

/* Starts a program as the leader of a new session on a pseudo-terminal of its own, whose other end
   is given back in `descriptor`. Returns the process, or -1. */
pid_t pseudo_terminal_start(
  const char *path, char *const arguments[], char *const environment[], int columns, int rows,
  int *descriptor);

/* Tells the terminal, and the processes on it, another size. */
void pseudo_terminal_resize(int descriptor, int columns, int rows);

#endif
