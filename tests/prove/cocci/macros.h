/* SPDX-License-Identifier: MIT */
/* How Coccinelle reads macros that are no C to it: as something of the same shape. */
#define scoped_guard(name, x)	if (1)
#define guard(name)		guard_of_the_scope
