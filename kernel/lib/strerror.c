/* SPDX-License-Identifier: MIT */
/* The sentences a Unix C library has for error numbers: what people search the web for. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sprintf.h>

const char *strerror(long err)
{
	static const struct {
		short err;
		const char *text;
	} texts[] = {
		{ 0, "Success" }, { EPERM, "Operation not permitted" },
		{ ENOENT, "No such file or directory" }, { ESRCH, "No such process" },
		{ EINTR, "Interrupted system call" }, { EIO, "Input/output error" },
		{ ENXIO, "No such device or address" }, { E2BIG, "Argument list too long" },
		{ EBADF, "Bad file descriptor" }, { EAGAIN, "Resource temporarily unavailable" },
		{ ENOMEM, "Cannot allocate memory" }, { EACCES, "Permission denied" },
		{ EFAULT, "Bad address" }, { EBUSY, "Device or resource busy" },
		{ EEXIST, "File exists" }, { ENODEV, "No such device" },
		{ ENOTDIR, "Not a directory" }, { EISDIR, "Is a directory" },
		{ EINVAL, "Invalid argument" }, { EFBIG, "File too large" },
		{ ENOSPC, "No space left on device" }, { ESPIPE, "Illegal seek" },
		{ EROFS, "Read-only file system" }, { ERANGE, "Numerical result out of range" },
		{ ENAMETOOLONG, "File name too long" },
		{ ENODATA, "No data available" }, { EOVERFLOW, "Value too large for defined data type" },
		{ EOPNOTSUPP, "Operation not supported" }, { ENETDOWN, "Network is down" },
		{ ENETUNREACH, "Network is unreachable" }, { ENOBUFS, "No buffer space available" },
		{ ETIMEDOUT, "Connection timed out" }, { EHOSTUNREACH, "No route to host" },
	};
	static char unknown[24];	/* as in C, the text lasts until the next unknown number */
	int i;

	err = abs(err);
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i].err == err)
			return texts[i].text;
	snprintf(unknown, sizeof(unknown), "Unknown error %ld", err);
	return unknown;
}
