/* SPDX-License-Identifier: MIT */
/*
 * The line editor: one line on a VT100-like terminal, emacs keys, history, completion.
 *
 * Invariant: the terminal shows prompt and line with the cursor at `pos`. Typing at the end echoes one
 * character; every other change repaints the row from its start. A line wider than the terminal is
 * shown through a window around the cursor. Terminals do not tell their width: 80 is assumed.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/tty.h>
#include "internal.h"

#define HISTORY_SIZE	64	/* lines kept: about what one remembers having typed */
#define COLUMNS		80

#define CTRL(c)		((c) & 0x1f)
enum key { KEY_UP = 256, KEY_DOWN, KEY_RIGHT, KEY_LEFT, KEY_HOME, KEY_END, KEY_DELETE, KEY_NONE };

struct editor {
	struct shell *sh;
	char line[SHELL_LINE_MAX];
	unsigned int len, pos;
	bool too_long;
	char *history[HISTORY_SIZE];
	unsigned int added;		/* lines ever put into history */
	unsigned int back;		/* how far up in it we are; 0: the new line */
};

struct editor *editor_new(struct shell *sh)
{
	struct editor *ed = kzalloc(sizeof(*ed), GFP_KERNEL);

	if (ed)
		ed->sh = sh;
	return ed;
}

static void put(struct editor *ed, const char *s, size_t len)
{
	tty_write(ed->sh->tty, s, len);
}

static void repaint(struct editor *ed)
{
	unsigned int width = COLUMNS - sizeof(SHELL_PROMPT), from = 0, shown;
	char move[16];

	if (ed->pos > width)
		from = ed->pos - width;
	shown = min(ed->len - from, width);
	put(ed, "\r" SHELL_PROMPT, sizeof(SHELL_PROMPT));
	put(ed, ed->line + from, shown);
	put(ed, "\033[K", 3);
	if (from + shown > ed->pos)
		put(ed, move, snprintf(move, sizeof(move), "\033[%uD", from + shown - ed->pos));
}

static void insert(struct editor *ed, const char *s, size_t len)
{
	if (ed->len + len >= sizeof(ed->line)) {
		ed->too_long = true;
		return;
	}
	memmove(ed->line + ed->pos + len, ed->line + ed->pos, ed->len - ed->pos);
	memcpy(ed->line + ed->pos, s, len);
	ed->len += len;
	ed->pos += len;
	if (ed->pos == ed->len)
		put(ed, s, len);
	else
		repaint(ed);
}

/* Take out the text between the cursor and @to. */
static void cut(struct editor *ed, unsigned int to)
{
	unsigned int a = min(ed->pos, to), b = min(max(ed->pos, to), ed->len);

	memmove(ed->line + a, ed->line + b, ed->len - b);
	ed->len -= b - a;
	ed->pos = a;
	repaint(ed);
}

static unsigned int word_start(const struct editor *ed)
{
	unsigned int p = ed->pos;

	while (p && ed->line[p - 1] == ' ')
		p--;
	while (p && ed->line[p - 1] != ' ')
		p--;
	return p;
}

/* Show the line @back steps up in history; the line being typed is forgotten. */
static void recall(struct editor *ed, unsigned int back)
{
	const char *s = "";

	if (back > min(ed->added, (unsigned int)HISTORY_SIZE))
		return;
	if (back)
		s = ed->history[(ed->added - back) % HISTORY_SIZE];
	ed->back = back;
	ed->len = ed->pos = strscpy(ed->line, s, sizeof(ed->line));
	repaint(ed);
}

static void remember(struct editor *ed)
{
	char **slot = &ed->history[ed->added % HISTORY_SIZE];
	char *copy;

	if (!ed->len || (ed->added && !strcmp(ed->line, ed->history[(ed->added - 1) % HISTORY_SIZE])))
		return;
	copy = kstrdup(ed->line, GFP_KERNEL);
	if (!copy)
		return;
	kfree(*slot);
	*slot = copy;
	ed->added++;
}

/* Commands or paths that begin with the word at the cursor, in the arena. */
static void candidates(struct editor *ed, const char *word, size_t len, struct word_list *found)
{
	const struct shell_command *c;
	char *pattern;

	if (word == ed->line)
		for (c = __start_shell_commands; c < __stop_shell_commands; c++)
			if (!strncmp(c->name, word, len))
				words_add(found, sh_strndup(found->sh, c->name, strlen(c->name)));
	pattern = sh_alloc(ed->sh, len + 2);
	if (!pattern || (word == ed->line && *word != '/'))
		return;
	memcpy(pattern, word, len);
	pattern[len] = '*';
	sh_glob(found, pattern);
}

/* Tab: insert what all candidates share; if that is nothing new, list them. */
static void complete(struct editor *ed)
{
	unsigned int start = ed->pos, i, common;
	struct word_list found = { .sh = ed->sh };
	struct arena_block *mark = ed->sh->arena;

	while (start && !strchr(" ;|&<>(", ed->line[start - 1]))
		start--;
	candidates(ed, ed->line + start, ed->pos - start, &found);
	common = found.n ? strlen(found.v[0]) : 0;
	for (i = 1; i < found.n; i++)
		while (strncmp(found.v[0], found.v[i], common))
			common--;
	if (common > ed->pos - start) {
		insert(ed, found.v[0] + ed->pos - start, common - (ed->pos - start));
	} else if (found.n > 1) {
		put(ed, "\n", 1);
		for (i = 0; i < found.n; i++) {
			put(ed, found.v[i], strlen(found.v[i]));
			put(ed, i + 1 < found.n ? "  " : "\n", 1 + (i + 1 < found.n));
		}
		repaint(ed);
	}
	sh_release(ed->sh, mark);
}

/* The next key; escape sequences become one. -EINTR after Ctrl-C. */
static int get_key(struct editor *ed)
{
	static const struct {
		char c;
		short key;
	} final[] = { { 'A', KEY_UP }, { 'B', KEY_DOWN }, { 'C', KEY_RIGHT }, { 'D', KEY_LEFT },
		      { 'H', KEY_HOME }, { 'F', KEY_END }, { '1', KEY_HOME }, { '7', KEY_HOME },
		      { '4', KEY_END }, { '8', KEY_END }, { '3', KEY_DELETE } };
	struct shell *sh = ed->sh;
	int c, i, end;

	do
		c = tty_getc(sh->tty, sh->seen_intr, MAX_SCHEDULE_TIMEOUT);
	while (c == -EAGAIN);
	if (c != '\033')
		return c;
	c = tty_getc(sh->tty, sh->seen_intr, HZ / 10);	/* a lone Esc key is followed by nothing */
	if (c != '[' && c != 'O')
		return c == -EINTR ? c : KEY_NONE;
	c = end = tty_getc(sh->tty, sh->seen_intr, HZ / 10);
	while (end >= 0 && (isdigit(end) || end == ';'))
		end = tty_getc(sh->tty, sh->seen_intr, HZ / 10);
	for (i = 0; i < ARRAY_SIZE(final); i++)
		if (final[i].c == c)
			return final[i].key;
	return end == -EINTR ? end : KEY_NONE;
}

static void move_to(struct editor *ed, unsigned int pos)
{
	if (pos > ed->len)
		return;
	ed->pos = pos;
	repaint(ed);
}

static void handle_key(struct editor *ed, int key)
{
	char c = key;

	switch (key) {
	case KEY_LEFT: case CTRL('b'):
		return move_to(ed, ed->pos - 1);
	case KEY_RIGHT: case CTRL('f'):
		return move_to(ed, ed->pos + 1);
	case KEY_HOME: case CTRL('a'):
		return move_to(ed, 0);
	case KEY_END: case CTRL('e'):
		return move_to(ed, ed->len);
	case KEY_UP: case CTRL('p'):
		return recall(ed, ed->back + 1);
	case KEY_DOWN: case CTRL('n'):
		return recall(ed, ed->back - 1);
	case '\b': case 0x7f:
		return ed->pos ? cut(ed, ed->pos - 1) : (void)0;
	case KEY_DELETE: case CTRL('d'):
		return cut(ed, ed->pos + 1);
	case CTRL('k'):
		return cut(ed, ed->len);
	case CTRL('u'):
		return cut(ed, 0);
	case CTRL('w'):
		return cut(ed, word_start(ed));
	case CTRL('l'):
		put(ed, "\033[H\033[J", 6);
		return repaint(ed);
	case '\t':
		return complete(ed);
	}
	if (key < 256 && (isprint(c) || key >= 0x80))
		insert(ed, &c, 1);
}

int editor_read(struct editor *ed, char **line)
{
	int key;

	ed->len = ed->pos = ed->back = 0;
	ed->too_long = false;
	put(ed, SHELL_PROMPT, strlen(SHELL_PROMPT));
	while ((key = get_key(ed)) != '\n') {
		if (key < 0 || (key == CTRL('d') && !ed->len)) {
			put(ed, key < 0 ? "^C\n" : "\n", key < 0 ? 3 : 1);
			return key < 0 ? -EINTR : -ENODATA;
		}
		handle_key(ed, key);
	}
	put(ed, "\n", 1);
	ed->line[ed->len] = '\0';
	remember(ed);
	*line = ed->line;
	return ed->too_long ? -E2BIG : ed->len;
}
