/* SPDX-License-Identifier: MIT */
/*
 * errname.c - error numbers by name, for %pe, and in the sentences a Unix C library has for them:
 * what people search the web for.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/sprintf.h>

#define E(name, text) [name] = { #name, text }
static const struct {
	const char *name, *text;
} errors[] = {
	[0] = { NULL, "Success" },
	E(EPERM, "Operation not permitted"), E(ENOENT, "No such file or directory"),
	E(ESRCH, "No such process"), E(EINTR, "Interrupted system call"),
	E(EIO, "Input/output error"), E(ENXIO, "No such device or address"),
	E(E2BIG, "Argument list too long"), E(ENOEXEC, "Exec format error"),
	E(EBADF, "Bad file descriptor"), E(ECHILD, "No child processes"),
	E(EAGAIN, "Resource temporarily unavailable"), E(ENOMEM, "Cannot allocate memory"),
	E(EACCES, "Permission denied"), E(EFAULT, "Bad address"),
	E(EBUSY, "Device or resource busy"), E(EEXIST, "File exists"),
	E(EXDEV, "Invalid cross-device link"), E(ENODEV, "No such device"),
	E(ENOTDIR, "Not a directory"), E(EISDIR, "Is a directory"), E(EINVAL, "Invalid argument"),
	E(ENFILE, "Too many open files in system"), E(EMFILE, "Too many open files"),
	E(ENOTTY, "Inappropriate ioctl for device"), E(EFBIG, "File too large"),
	E(ENOSPC, "No space left on device"), E(ESPIPE, "Illegal seek"),
	E(EROFS, "Read-only file system"), E(EPIPE, "Broken pipe"),
	E(EDOM, "Numerical argument out of domain"), E(ERANGE, "Numerical result out of range"),
	E(EDEADLK, "Resource deadlock avoided"), E(ENAMETOOLONG, "File name too long"),
	E(ELOOP, "Too many levels of symbolic links"), E(ENODATA, "No data available"),
	E(ETIME, "Timer expired"), E(EPROTO, "Protocol error"),
	E(EBADMSG, "Bad message"), E(EOVERFLOW, "Value too large for defined data type"),
	E(EDESTADDRREQ, "Destination address required"),
	E(EMSGSIZE, "Message too long"), E(EPROTONOSUPPORT, "Protocol not supported"),
	E(ESOCKTNOSUPPORT, "Socket type not supported"),
	E(EAFNOSUPPORT, "Address family not supported by protocol"),
	E(EOPNOTSUPP, "Operation not supported"), E(EADDRINUSE, "Address already in use"),
	E(EADDRNOTAVAIL, "Cannot assign requested address"), E(ENETDOWN, "Network is down"),
	E(ENETUNREACH, "Network is unreachable"), E(ENOBUFS, "No buffer space available"),
	E(ENOTCONN, "Transport endpoint is not connected"), E(ETIMEDOUT, "Connection timed out"),
	E(ECONNREFUSED, "Connection refused"), E(EHOSTUNREACH, "No route to host"),
	E(EALREADY, "Operation already in progress"), E(EINPROGRESS, "Operation now in progress"),
	E(ENOSYS, NULL), E(ERESTARTSYS, NULL), E(ENOTSUPP, NULL),	/* nobody is shown these */
};

const char *errname(int err)
{
	return abs(err) < ARRAY_SIZE(errors) ? errors[abs(err)].name : NULL;
}
EXPORT_SYMBOL(errname);

const char *strerror(long err)
{
	static char unknown[24];	/* as in C, the text lasts until the next unknown number */

	err = abs(err);
	if (err < ARRAY_SIZE(errors) && errors[err].text)
		return errors[err].text;
	snprintf(unknown, sizeof(unknown), "Unknown error %ld", err);
	return unknown;
}
