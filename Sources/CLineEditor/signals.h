#ifndef SIGNALS_H
#define SIGNALS_H

/* What arrives in the pipe of messages. */
enum {
  MESSAGE_INTERRUPT = 'I',
  MESSAGE_STOP = 'Z',
  MESSAGE_RESIZE = 'W',
  MESSAGE_TERMINATE = 'T',
  MESSAGE_HANGUP = 'H',
  MESSAGE_JOB_ENDED = 'J',
};

/* The readable end of the pipe. */
int message_pipe(void);

/* The next message, or 0 where there is none. */
char next_message(void);

/* Ends the process by a signal, as if it had never been caught. */
void die_of(int signal);

#endif
