#define _DEFAULT_SOURCE
#include "PseudoTerminal.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifdef __APPLE__
#include <util.h>
#else
#include <pty.h>
#endif

pid_t pseudo_terminal_start(
  const char *path, char *const arguments[], char *const environment[], int columns, int rows,
  int *descriptor) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  pid_t process = forkpty(descriptor, NULL, NULL, &size);
  if (process == 0) {
    /* Nothing but system calls may happen here: the parent has threads. What started the tests may
       have ignored these signals, and a program that finds them ignored leaves them so. */
    const int signals[] = {SIGINT, SIGTSTP, SIGQUIT, SIGPIPE};
    for (unsigned index = 0; index < sizeof signals / sizeof signals[0]; index++) {
      signal(signals[index], SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(path, arguments, environment);
    _exit(127);
  }
  if (process > 0) {
    fcntl(*descriptor, F_SETFD, FD_CLOEXEC);
    fcntl(*descriptor, F_SETFL, O_NONBLOCK);
  }
  return process;
}

void pseudo_terminal_resize(int descriptor, int columns, int rows) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  ioctl(descriptor, TIOCSWINSZ, &size);
}
