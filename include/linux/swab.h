/* SPDX-License-Identifier: MIT */
/* For modules that include it by this name, as in Linux. */
#include <asm/byteorder.h>
