/* SPDX-License-Identifier: MIT */
/*
 * Pseudo files: what /proc, /sys and /dev are made of. There is no disk file system behind these
 * names: a file is a pair of functions, a directory a list of files (kernel/fs/registry.c). Names
 * and arguments are those of Linux's <linux/fs.h>, so that a character device's file_operations
 * read the same here. There is no user space: a "user" buffer is an ordinary pointer.
 */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/types.h>

#define O_ACCMODE	0003
#define O_RDONLY	0000
#define O_WRONLY	0001
#define O_RDWR		0002
#define O_TRUNC		01000
#define O_NONBLOCK	04000

/* What a path leads to, for fs_type(); Linux's values. */
#define DT_CHR		2
#define DT_DIR		4
#define DT_REG		8

struct module;
struct file;

/* The identity of a pseudo file, alive while the file is registered or open. */
struct inode {
	void *i_private;	/* the data the file was registered with */
};

/*
 * What a file does. Every callback may sleep and is called without any lock held; two callers may be
 * inside at once. A missing read or write makes opening for it fail with -EACCES.
 * read and write return the number of bytes moved (read: 0 is end of file) or -errno.
 */
struct file_operations {
	struct module *owner;
	ssize_t (*read)(struct file *file, char __user *buf, size_t count, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t count, loff_t *pos);
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file, loff_t start, loff_t end, int datasync);
};

/* One open of a file. Owned by the opener; not shared between threads without the opener's care. */
struct file {
	const struct file_operations *f_op;
	struct inode *f_inode;
	void *private_data;		/* the file_operations' own */
	unsigned int f_flags;
	loff_t f_pos;
};

#define file_inode(file)	((file)->f_inode)

/*
 * filp_open - open a pseudo file by path ("/proc/irq/9/smp_affinity"; "." and ".." work, a path
 * without a leading slash starts at the root). @mode is ignored: nothing is ever created.
 * Returns the file or ERR_PTR: -ENOENT, -ENOTDIR, -EACCES (not readable / writable), -EISDIR
 * (fs_list() is for directories), -ENOMEM, or what the file's open returned. May sleep.
 */
struct file *filp_open(const char *path, int flags, umode_t mode);

/* filp_close - give the file back. Returns what release returned. @id is unused. May sleep. */
int filp_close(struct file *file, void *id);

/*
 * kernel_read, kernel_write - move bytes at *pos, which advances. Return bytes moved, 0 at the end,
 * or -errno: -EBADF (not opened for it), -EIO (the entry was removed meanwhile), or the
 * callback's own error. A show file takes one write per value: at most PAGE_SIZE - 1 bytes,
 * else -EINVAL. May sleep.
 */
ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos);
ssize_t kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos);

/* vfs_fsync - what was written is on the medium. 0, -EINVAL (the file has none) or -errno. May sleep. */
int vfs_fsync(struct file *file, int datasync);

/*
 * fs_list - append each name in directory @path to @names, with its NUL, in the order of
 * registration (numbers last, ascending). "." and ".." are not among them. Returns 0, -ENOENT,
 * -ENOTDIR or -ENOMEM. May sleep.
 */
struct strbuf;
int fs_list(const char *path, struct strbuf *names);

/*
 * fs_glob - append every path that matches @pattern (see linux/glob.h, component by component) to
 * @out, sorted, each with its NUL. Returns how many; 0 also without memory (out->cut). May sleep.
 */
int fs_glob(const char *pattern, struct strbuf *out);
/* What is at @path: DT_DIR, DT_CHR, DT_REG, or -errno. May sleep. */
int fs_type(const char *path);
/* True if @s has an unescaped * ? or [. glob_unescape takes the backslashes away, in place. */
bool glob_has_magic(const char *s);
char *glob_unescape(char *s);

#endif
