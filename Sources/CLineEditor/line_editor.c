#include "CLineEditor.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

static line_editor_callbacks owner;

/* What the handler of readline's callback interface leaves for line_editor_read. */
static char *read_text;
static bool has_ended;
static bool is_over;

/* The prompt of every line but the first; the dot after the spaces is the line's state. All are
   equally long, so that offsets can be mapped by counting lines. */
static const char continuation[] = "   ... ";
enum { CONTINUATION_LENGTH = sizeof continuation - 1, STATE_OFFSET = 3 };

/* The terminal, opened once more so that reading it never blocks; -1 where that is not possible. */
static int keys = -1;

static int count_lines(const char *text, int length) {
  int count = 0;
  for (int index = 0; index < length; index++) count += text[index] == '\n';
  return count;
}

/* The buffer as it is shown: with a prompt at the beginning of each line. NULL if memory is out. */
static char *decorated(int lines) {
  char *shown = malloc((size_t)rl_end + (size_t)lines * CONTINUATION_LENGTH + 1);
  char *states = malloc((size_t)lines + 1);
  if (shown == NULL || states == NULL) {
    free(shown);
    free(states);
    return NULL;
  }
  memset(states, continuation[STATE_OFFSET], (size_t)lines);
  owner.line_states(rl_line_buffer, states, lines);
  char *end = shown;
  int line = 0;
  for (int index = 0; index < rl_end; index++) {
    *end++ = rl_line_buffer[index];
    if (rl_line_buffer[index] != '\n') continue;
    memcpy(end, continuation, CONTINUATION_LENGTH);
    end[STATE_OFFSET] = states[line++];
    end += CONTINUATION_LENGTH;
  }
  *end = 0;
  free(states);
  return shown;
}

/* Calls a function of readline that draws, while readline believes that the buffer holds what is
   to be shown. Drawing reads the buffer and changes nothing of it. */
static void with_decorated_buffer(void (*draw)(void)) {
  int lines = count_lines(rl_line_buffer, rl_end);
  char *shown = lines > 0 ? decorated(lines) : NULL;
  if (shown == NULL) {
    draw();
    return;
  }
  char *buffer = rl_line_buffer;
  int point = rl_point, end = rl_end, mark = rl_mark;
  rl_point += count_lines(buffer, point) * CONTINUATION_LENGTH;
  rl_mark += count_lines(buffer, mark < end ? mark : end) * CONTINUATION_LENGTH;
  rl_end += lines * CONTINUATION_LENGTH;
  rl_line_buffer = shown;
  draw();
  rl_line_buffer = buffer;
  rl_point = point;
  rl_mark = mark;
  rl_end = end;
  free(shown);
}

static void redisplay(void) { with_decorated_buffer(rl_redisplay); }

static int enter(int count, int key) {
  if (owner.is_complete(rl_line_buffer)) {
    rl_point = rl_end;
    redisplay();
    return rl_newline(count, key);
  }
  rl_insert_text("\n");
  return 0;
}

static int insert_line(int count, int key) {
  (void)count;
  (void)key;
  rl_insert_text("\n");
  return 0;
}

/* Moves the cursor one line up or down in the buffer; returns false where there is no such line. */
static bool move_line(bool is_up) {
  int start = rl_point;
  while (start > 0 && rl_line_buffer[start - 1] != '\n') start--;
  int column = rl_point - start;
  int target;
  if (is_up) {
    if (start == 0) return false;
    target = start - 1;
    while (target > 0 && rl_line_buffer[target - 1] != '\n') target--;
  } else {
    target = rl_point;
    while (target < rl_end && rl_line_buffer[target] != '\n') target++;
    if (target == rl_end) return false;
    target++;
  }
  while (column > 0 && target < rl_end && rl_line_buffer[target] != '\n') {
    target++;
    column--;
  }
  /* Never into the middle of a character. */
  while (target > 0 && ((unsigned char)rl_line_buffer[target] & 0xC0) == 0x80) target--;
  rl_point = target;
  return true;
}

static int up(int count, int key) {
  return move_line(true) ? 0 : rl_get_previous_history(count, key);
}

static int down(int count, int key) {
  return move_line(false) ? 0 : rl_get_next_history(count, key);
}

/* Shows lines below the text, and the text again below them. */
static void show(const char *listing) {
  int point = rl_point;
  rl_point = rl_end;
  redisplay();
  fputs("\r\n", rl_outstream);
  fputs(listing, rl_outstream);
  fflush(rl_outstream);
  rl_point = point;
  rl_on_new_line();
  redisplay();
}

static int complete(int count, int key) {
  (void)count;
  (void)key;
  line_editor_completion found = owner.complete(rl_line_buffer, rl_point);
  bool fits = found.start >= 0 && found.start <= found.end && found.end <= rl_end;
  if (found.replacement != NULL && fits) {
    rl_begin_undo_group();
    rl_delete_text(found.start, found.end);
    rl_point = found.start;
    rl_insert_text(found.replacement);
    rl_end_undo_group();
  }
  if (found.listing != NULL) show(found.listing);
  if (found.replacement == NULL && found.listing == NULL) rl_ding();
  free(found.replacement);
  free(found.listing);
  return 0;
}

static char **complete_nothing(const char *text, int start, int end) {
  (void)text;
  (void)start;
  (void)end;
  rl_attempted_completion_over = 1;
  return NULL;
}

static void on_line(char *line) {
  rl_callback_handler_remove();
  is_over = true;
  has_ended = line == NULL;
  read_text = line;
}

static void bind_keys(Keymap keymap) {
  rl_bind_key_in_map('\r', enter, keymap);
  rl_bind_key_in_map('\n', enter, keymap);
  rl_bind_key_in_map('\t', complete, keymap);
  rl_bind_keyseq_in_map("\\e[A", up, keymap);
  rl_bind_keyseq_in_map("\\eOA", up, keymap);
  rl_bind_keyseq_in_map("\\e[B", down, keymap);
  rl_bind_keyseq_in_map("\\eOB", down, keymap);
}

static void clear_line(void) {
  rl_callback_sigcleanup();
  rl_free_line_state();
  rl_point = rl_end;
  redisplay();
  fputs("^C\r\n", rl_outstream);
  fflush(rl_outstream);
  rl_replace_line("", 1);
  rl_point = rl_mark = 0;
  using_history();
  rl_on_new_line();
  redisplay();
}

static void resize(void) {
  rl_clear_visible_line();
  char *clear_below = rl_get_termcap("cd");
  if (clear_below != NULL) {
    fputs(clear_below, rl_outstream);
    fflush(rl_outstream);
  }
  rl_reset_screen_size();
  rl_on_new_line();
  redisplay();
}

static void leave_by(int signal) {
  rl_callback_handler_remove();
  fputs("\n", rl_outstream);
  fflush(rl_outstream);
  die_of(signal);
}

static void stop(void) {
  rl_deprep_terminal();
  kill(getpid(), SIGSTOP);
  rl_prep_terminal(1);
  rl_on_new_line();
  redisplay();
}

static void obey(char message) {
  switch (message) {
  case MESSAGE_INTERRUPT: clear_line(); break;
  case MESSAGE_RESIZE: resize(); break;
  case MESSAGE_STOP: stop(); break;
  case MESSAGE_TERMINATE: leave_by(SIGTERM); break;
  case MESSAGE_HANGUP: leave_by(SIGHUP); break;
  default: break;
  }
}

/* Reads one byte. Ctrl-C takes away what was typed and not read yet, so a byte that poll has
   promised may not be there: what arrives instead is then a message. */
static int next_key(FILE *stream) {
  if (keys < 0) return rl_getc(stream);
  for (;;) {
    unsigned char byte;
    ssize_t count = read(keys, &byte, 1);
    if (count == 1) return byte;
    if (count == 0) return EOF;
    if (errno != EAGAIN && errno != EINTR) return EOF;
    struct pollfd places[] = {
      {.fd = keys, .events = POLLIN},
      {.fd = message_pipe(), .events = POLLIN},
    };
    if (poll(places, 2, -1) > 0 && places[1].revents & POLLIN) obey(next_message());
  }
}

bool line_editor_start(const char *name, line_editor_callbacks callbacks) {
  /* macOS ships another library under this name. */
  if (RL_READLINE_VERSION < 0x0800 || rl_readline_version < 0x0800) return false;
  owner = callbacks;
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
  rl_readline_name = name;
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_change_environment = 0;
  if (!isatty(STDOUT_FILENO)) rl_outstream = stderr;
  /* What is set before rl_initialize is a default that the user's inputrc may change. */
  rl_variable_bind("completion-ignore-case", "on");
  rl_variable_bind("bell-style", "none");
  rl_add_defun("tally-complete", complete, -1);
  rl_add_defun("tally-enter", enter, -1);
  rl_add_defun("tally-insert-line", insert_line, -1);
  bind_keys(emacs_standard_keymap);
  bind_keys(vi_insertion_keymap);
  rl_bind_keyseq_in_map("\\e\\r", insert_line, emacs_standard_keymap);
  rl_attempted_completion_function = complete_nothing;
  using_history();
  rl_initialize();
  const char *terminal = ttyname(STDIN_FILENO);
  if (terminal != NULL) keys = open(terminal, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  rl_getc_function = next_key;
  /* Not before: readline takes a terminal with another function for one that can't move. */
  rl_redisplay_function = redisplay;
  return true;
}

char *line_editor_read(const char *prompt, line_editor_outcome *outcome) {
  is_over = false;
  read_text = NULL;
  rl_callback_handler_install(prompt, on_line);
  while (!is_over) {
    struct pollfd places[] = {
      {.fd = fileno(rl_instream), .events = POLLIN},
      {.fd = message_pipe(), .events = POLLIN},
    };
    if (poll(places, 2, -1) < 0) {
      if (errno == EINTR) continue;
      on_line(NULL);
      break;
    }
    if (places[1].revents & POLLIN) {
      obey(next_message());
      continue;
    }
    if (places[0].revents != 0) rl_callback_read_char();
  }
  *outcome = has_ended ? LINE_EDITOR_END : LINE_EDITOR_TEXT;
  return read_text;
}

void line_editor_remember(const char *text) {
  add_history(text);
  using_history();
}
