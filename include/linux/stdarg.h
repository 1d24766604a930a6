/* SPDX-License-Identifier: MIT */
/* Variable argument lists under Linux's header name; the compiler's own header does the work. */
#ifndef _LINUX_STDARG_H
#define _LINUX_STDARG_H

#include <stdarg.h>

#endif
