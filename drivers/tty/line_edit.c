/* SPDX-License-Identifier: MIT */
/*
 * The line editor: one line on a VT100-like terminal, emacs keys, history, completion.
 *
 * Invariant: the terminal shows prompt and line, the cursor at `pos`. Typing at the end echoes one
 * character; every other change repaints the row from its start. A line wider than the terminal is
 * shown through a window around the cursor. Terminals do not tell their width: 80 is assumed.
 */
#include <linux/ctype.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/strbuf.h>
#include <linux/tty.h>

#define HISTORY_SIZE	64	/* lines kept: about what one remembers having typed */
#define COLUMNS		80

#define CTRL(c)		((c) & 0x1f)
/* Nothing for so long behind Esc: it was the key. Readline's figure: a busy host tears sequences for less. */
#define ESCAPE_TIMEOUT	(HZ / 2)

enum key { KEY_DELETE = 256, KEY_NONE };	/* other keys are what they are without escapes */

/* A terminal has one, from its first line on. */
struct editor {
	struct tty_struct *tty;
	tty_complete_t complete;
	const char *prompt;
	unsigned int seen;		/* the caller's count of Ctrl-C */
	char line[TTY_LINE_MAX];
	unsigned int len, pos;
	bool too_long;
	char *history[HISTORY_SIZE];
	unsigned int added;		/* lines ever put into history */
	unsigned int back;		/* how far up in it we are; 0: the new line */
};

static void put(struct editor *ed, const char *s, size_t len)
{
	tty_write(ed->tty, s, len);
}

static void repaint(struct editor *ed)
{
	unsigned int width = COLUMNS - 1 - strlen(ed->prompt), from = 0, shown;
	char move[16];

	if (ed->pos > width)
		from = ed->pos - width;
	shown = min(ed->len - from, width);
	put(ed, "\r", 1);
	put(ed, ed->prompt, strlen(ed->prompt));
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
	const char *last = ed->history[(ed->added - 1) % HISTORY_SIZE];
	char *copy;

	if (!ed->len || (last && !strcmp(ed->line, last)))
		return;
	copy = kstrdup(ed->line, GFP_KERNEL);
	if (!copy)
		return;
	kfree(*slot);
	*slot = copy;
	ed->added++;
}

/* Length of what all names in @found begin with. */
static size_t common_prefix(const struct strbuf *found)
{
	size_t common = strlen(strbuf_str(found));
	const char *p;

	strbuf_for_each(p, found)
		while (strncmp(found->data, p, common))
			common--;
	return common;
}

/* Tab: insert what all candidates share; if that is nothing new, list them. */
static void complete_word(struct editor *ed)
{
	unsigned int start = ed->pos, typed;
	DEFINE_STRBUF(found);
	const char *p;
	size_t common;
	int n;

	while (start && !strchr(" ;|&<>(", ed->line[start - 1]))
		start--;
	typed = ed->pos - start;
	n = ed->complete(ed->line + start, typed, !start, &found);
	common = common_prefix(&found);
	if (common > typed) {
		insert(ed, found.data + typed, common - typed);
	} else if (n > 1) {
		strbuf_for_each(p, &found) {
			put(ed, p == found.data ? "\n" : "  ", p == found.data ? 1 : 2);
			put(ed, p, strlen(p));
		}
		put(ed, "\n", 1);
		repaint(ed);
	}
}

/* The next byte; -EINTR after Ctrl-C, -EAGAIN after @timeout. */
static int get_byte(struct editor *ed, long timeout)
{
	return tty_getc(ed->tty, ed->seen, timeout);
}

/* The next key; escape sequences become the control character of the same meaning. -EINTR too. */
static int get_key(struct editor *ed)
{
	static const char final[] = "ABCDHF17483";
	static const short meaning[] = {
		CTRL('p'), CTRL('n'), CTRL('f'), CTRL('b'), CTRL('a'), CTRL('e'), CTRL('a'),
		CTRL('a'), CTRL('e'), CTRL('e'), KEY_DELETE
	};
	int c, end;
	char *at;

	do
		c = get_byte(ed, MAX_SCHEDULE_TIMEOUT);
	while (c == -EAGAIN);
	if (c != '\033')
		return c;
	c = get_byte(ed, ESCAPE_TIMEOUT);
	if (c != '[' && c != 'O')
		return c == -EINTR ? c : KEY_NONE;
	c = end = get_byte(ed, ESCAPE_TIMEOUT);
	while (end >= 0 && (isdigit(end) || end == ';'))
		end = get_byte(ed, ESCAPE_TIMEOUT);
	if (end != '~')			/* "1;5D", left with Ctrl held: the letter says which */
		c = end;
	at = c > 0 ? strchr(final, c) : NULL;
	return at ? meaning[at - final] : end == -EINTR ? end : KEY_NONE;
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
	case CTRL('b'):
		return move_to(ed, ed->pos - 1);
	case CTRL('f'):
		return move_to(ed, ed->pos + 1);
	case CTRL('a'):
		return move_to(ed, 0);
	case CTRL('e'):
		return move_to(ed, ed->len);
	case CTRL('p'):
		return recall(ed, ed->back + 1);
	case CTRL('n'):
		return recall(ed, ed->back - 1);
	case '\b': case 0x7f:
		return cut(ed, max(ed->pos, 1U) - 1);
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
		return complete_word(ed);
	}
	if (key < 256 && (isprint(c) || key >= 0x80))
		insert(ed, &c, 1);
}

int tty_edit_line(struct tty_struct *tty, const char *prompt, unsigned int seen,
		  tty_complete_t complete, char **line)
{
	struct editor *ed = tty->editor ?: kzalloc(sizeof(*ed), GFP_KERNEL);
	int key;

	if (!ed)
		return -ENOMEM;
	tty->editor = ed;
	ed->tty = tty;
	ed->complete = complete;
	ed->prompt = prompt;
	ed->seen = seen;
	ed->len = ed->pos = ed->back = 0;
	ed->too_long = false;
	put(ed, prompt, strlen(prompt));
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
