#include "CLineEditor.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* Handlers and jobs write one byte each to a pipe that the main thread polls. */
static int pipe_ends[2] = {-1, -1};

static void on_signal(int signal) {
  int saved = errno;
  char byte = 0;
  switch (signal) {
  case SIGINT: byte = MESSAGE_INTERRUPT; break;
  case SIGTSTP: byte = MESSAGE_STOP; break;
  case SIGWINCH: byte = MESSAGE_RESIZE; break;
  default: byte = signal == SIGHUP ? MESSAGE_HANGUP : MESSAGE_TERMINATE; break;
  }
  ssize_t written = write(pipe_ends[1], &byte, 1);
  (void)written;
  errno = saved;
}

bool line_editor_catch_signals(void) {
  if (pipe_ends[0] >= 0) return true;
  if (pipe(pipe_ends) != 0) return false;
  for (int end = 0; end < 2; end++) {
    fcntl(pipe_ends[end], F_SETFD, FD_CLOEXEC);
    fcntl(pipe_ends[end], F_SETFL, O_NONBLOCK);
  }
  struct sigaction action = {0};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH};
  for (size_t index = 0; index < sizeof caught / sizeof caught[0]; index++) {
    struct sigaction old;
    /* A signal that the parent had ignored (nohup, a job of a script) stays ignored. */
    if (sigaction(caught[index], NULL, &old) == 0 && old.sa_handler == SIG_IGN) continue;
    sigaction(caught[index], &action, NULL);
  }
  return true;
}

int message_pipe(void) { return pipe_ends[0]; }

char next_message(void) {
  char byte = 0;
  return read(pipe_ends[0], &byte, 1) == 1 ? byte : 0;
}

void line_editor_job_ended(void) {
  char byte = MESSAGE_JOB_ENDED;
  ssize_t written = write(pipe_ends[1], &byte, 1);
  (void)written;
}

void die_of(int signal) {
  struct sigaction plain = {0};
  plain.sa_handler = SIG_DFL;
  sigaction(signal, &plain, NULL);
  raise(signal);
}

void line_editor_die(void) { die_of(SIGINT); }

static long milliseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

line_editor_event line_editor_wait(int milliseconds) {
  long end = milliseconds_now() + milliseconds;
  for (;;) {
    int rest = -1;
    if (milliseconds >= 0) {
      long left = end - milliseconds_now();
      rest = left > 0 ? (int)left : 0;
    }
    struct pollfd place = {.fd = pipe_ends[0], .events = POLLIN};
    int ready = poll(&place, 1, rest);
    if (ready == 0) return LINE_EDITOR_TIME_PASSED;
    if (ready < 0) continue;
    switch (next_message()) {
    case MESSAGE_JOB_ENDED: return LINE_EDITOR_JOB_ENDED;
    case MESSAGE_INTERRUPT: return LINE_EDITOR_INTERRUPT;
    case MESSAGE_STOP: kill(getpid(), SIGSTOP); break;
    case MESSAGE_TERMINATE: die_of(SIGTERM); break;
    case MESSAGE_HANGUP: die_of(SIGHUP); break;
    default: break;
    }
  }
}

int line_editor_columns(void) {
  struct winsize size;
  for (int descriptor = STDOUT_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  }
  return 0;
}
