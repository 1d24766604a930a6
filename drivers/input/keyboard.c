/* SPDX-License-Identifier: MIT */
/*
 * From the bytes of a PC keyboard, scan code set 1, to what a terminal receives: characters of the US
 * layout, and the escape sequences of a VT100 for the keys that move. [8042] "Scan Codes"
 *
 * A key sends its code when it goes down and, with bit 7 set, when it comes up; keys that the first PC
 * did not have send 0xe0 first. Only the modifiers mind coming up.
 */
#include <linux/ctype.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "i8042.h"

#define CODE_EXTENDED	0xe0
#define CODE_PAUSE	0xe1		/* e1 1d 45: read as Ctrl and Num Lock, which come up at once */
#define CODE_UP		0x80
#define CODE_CTRL	0x1d
#define CODE_LSHIFT	0x2a
#define CODE_RSHIFT	0x36
#define CODE_ALT	0x38
#define CODE_CAPS	0x3a

/* Code by code from 0x01 on; 0: no character. */
static const char plain[] = "\0331234567890-=\x7f\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] = "\033!@#$%^&*()_+\x7f\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";
static_assert(sizeof(plain) == sizeof(shifted), "a code has both, or neither");

/* The keypad without Num Lock, and the keys beside it after 0xe0, have the same codes: 0x47 to 0x53. */
static const char * const moves[] = {
	"\033[H", "\033[A", "\033[5~", "-", "\033[D", "", "\033[C", "+", "\033[F", "\033[B", "\033[6~",
	"\033[2~", "\033[3~",
};
#define CODE_FIRST_MOVE	0x47

static void type(struct keyboard *kbd, const char *text, size_t len)
{
	kbd->keys++;
	if (!kbd->tty)
		return;
	guard(irqsave)();
	for (; len--; text++)
		tty_insert_char(kbd->tty, *text);
}

/* Is it a modifier? Then it is that from now on, or no more. */
static bool modifier(struct keyboard *kbd, u8 code, bool extended, bool down)
{
	switch (code) {
	case CODE_LSHIFT: case CODE_RSHIFT:
		if (!extended)		/* e0 2a goes before some keys and means nothing */
			kbd->shift[code == CODE_RSHIFT] = down;
		return true;
	case CODE_CTRL:
		kbd->ctrl[extended] = down;
		return true;
	case CODE_ALT:
		kbd->alt = down;
		return true;
	case CODE_CAPS:
		kbd->caps ^= down;
		return true;
	}
	return false;
}

/* The character of a key that went down, or 0. */
static char character(const struct keyboard *kbd, u8 code)
{
	bool shift = kbd->shift[0] || kbd->shift[1], ctrl = kbd->ctrl[0] || kbd->ctrl[1];
	char c;

	if (!code || code >= sizeof(plain))
		return 0;
	c = plain[code - 1];
	if (shift ^ (kbd->caps && isalpha(c)))
		c = shifted[code - 1];
	if (ctrl && (isalpha(c) || c == '[' || c == '\\' || c == ']'))
		c &= 0x1f;
	return c;
}

void keyboard_byte(struct keyboard *kbd, u8 byte)
{
	bool extended = kbd->extended, down = !(byte & CODE_UP);
	u8 code = byte & ~CODE_UP;
	char text[2] = { '\033' };	/* Alt is an escape before the character */

	kbd->extended = byte == CODE_EXTENDED;
	if (kbd->extended || byte == CODE_PAUSE || modifier(kbd, code, extended, down) || !down)
		return;
	if (code >= CODE_FIRST_MOVE && code < CODE_FIRST_MOVE + ARRAY_SIZE(moves)) {
		const char *move = moves[code - CODE_FIRST_MOVE];

		return type(kbd, move, strlen(move));
	}
	text[1] = character(kbd, code);
	if (!text[1] || (extended && text[1] != '\r' && text[1] != '/'))
		kbd->unknown++;
	else
		type(kbd, text + !kbd->alt, 1 + kbd->alt);
}
