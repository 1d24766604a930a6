/* SPDX-License-Identifier: MIT */
/*
 * What ties a model to the kernel's trace. EVENT*() marks a step that a tracepoint shows: the search
 * does not see it; in the replay (-DCONFORM, tests/prove/conform.py) it is a statement that can only
 * be passed when the trace's next line says the same text with the same numbers.
 *
 * The search needs small numbers, a kernel has no end of interrupts: in the replay spend() takes
 * nothing, and what a choose ... chosen may do once can be done again and again.
 */
#ifdef CONFORM
#define EVENT0(text)			printf(text);
#define EVENT1(text, a)			printf(text, a);
#define EVENT2(text, a, b)		printf(text, a, b);
#define EVENT3(text, a, b, c)		printf(text, a, b, c);
#define spend(counter)			skip
#define choose				do
#define nothing				break
#define chosen				od
#define d_step				atomic
#else
#define EVENT0(text)
#define EVENT1(text, a)
#define EVENT2(text, a, b)
#define EVENT3(text, a, b, c)
#define spend(counter)			counter--
#define choose				if
#define nothing				skip
#define chosen				fi
#endif
