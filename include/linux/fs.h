/* SPDX-License-Identifier: MIT */
/*
 * Pseudo files: what /proc, /sys and /dev are made of. There is no disk file system behind these
 * names: a file is a pair of functions, a directory a list of files (kernel/fs/registry.c). Names
 * and arguments are those of Linux's <linux/fs.h>, so that a character device's file_operations
 * read the same here. There is no user space: a "user" buffer is an ordinary pointer.
 */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/kdev_t.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/sched/signal.h>

#define O_ACCMODE	0003
#define O_RDONLY	0000
#define O_WRONLY	0001
#define O_RDWR		0002
#define O_TRUNC		01000
#define O_APPEND	02000
#define O_NONBLOCK	04000

#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2

/* file.f_mode: what it was opened for. */
#define FMODE_READ	0x1
#define FMODE_WRITE	0x2

/* What a path leads to, for fs_type(); Linux's values. */
#define DT_CHR		2
#define DT_DIR		4
#define DT_REG		8

struct cdev;
struct file;
struct module;
struct poll_table_struct;

/* The identity of a pseudo file, alive while the file is registered or open. */
struct inode {
	void *i_private;	/* the data the file was registered with */
	dev_t i_rdev;		/* of a device node in /dev: who serves it */
	struct cdev *i_cdev;	/* the character device that does */
};

static inline unsigned int iminor(const struct inode *inode)
{
	return MINOR(inode->i_rdev);
}

static inline unsigned int imajor(const struct inode *inode)
{
	return MAJOR(inode->i_rdev);
}

/*
 * What a file does. Every callback may sleep and is called without any lock held; two callers may be
 * inside at once. A missing read or write makes opening for it fail with -EACCES; a device node can be
 * opened, and the call itself is -EINVAL.
 * read and write return the number of bytes moved (read: 0 is end of file) or -errno. While a file is
 * open its owner cannot be unloaded.
 */
struct file_operations {
	struct module *owner;
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *buf, size_t count, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t count, loff_t *pos);
	__poll_t (*poll)(struct file *file, struct poll_table_struct *wait);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	long (*compat_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
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
	fmode_t f_mode;
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
 * or -errno: -EBADF (not opened for it), -EIO (the entry was removed meanwhile; an attribute in /sys:
 * -ENODEV), or the callback's own error. A show file takes one write per value: at most PAGE_SIZE - 1
 * bytes, else -EINVAL. May sleep.
 */
ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos);
ssize_t kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos);

/*
 * vfs_llseek - the new position, which is also in file->f_pos; -ESPIPE (it has none), -EINVAL.
 * vfs_ioctl  - -ENOTTY without one. vfs_poll (linux/poll.h) - what can be done without waiting.
 * Nobody but suites calls the last two: the shell has no command for them. May sleep.
 */
loff_t vfs_llseek(struct file *file, loff_t offset, int whence);
long vfs_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* vfs_fsync - what was written is on the medium. 0, -EINVAL (the file has none) or -errno. May sleep. */
int vfs_fsync(struct file *file, int datasync);

/*
 * For file_operations of one's own. llseek: noop_llseek stays where it is, none is -ESPIPE,
 * default_llseek knows no end (SEEK_END: -EINVAL), fixed_size_llseek has @size bytes. open: simple_open
 * puts the registered data into private_data; nonseekable_open, stream_open: nobody is to seek.
 * simple_read_from_buffer, simple_write_to_buffer: the part of [@from, @available) at *@pos; bytes
 * moved, or -EFAULT, -EINVAL.
 */
loff_t noop_llseek(struct file *file, loff_t offset, int whence);
loff_t default_llseek(struct file *file, loff_t offset, int whence);
loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size);
int simple_open(struct inode *inode, struct file *file);
int nonseekable_open(struct inode *inode, struct file *file);
int stream_open(struct inode *inode, struct file *file);
ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *pos, const void *from,
				size_t available);
ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *pos, const void __user *from,
			       size_t count);
/*
 * name: file_operations of a number that @get(data, &number) and @set(data, number) move, either may be
 * NULL; @fmt prints an unsigned long long. @data is what the file was registered with.
 */
int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *),
		     int (*set)(void *, u64), const char *fmt);
int simple_attr_release(struct inode *inode, struct file *file);
ssize_t simple_attr_read(struct file *file, char __user *buf, size_t count, loff_t *pos);
ssize_t simple_attr_write(struct file *file, const char __user *buf, size_t count, loff_t *pos);
#define DEFINE_SIMPLE_ATTRIBUTE(name, get, set, fmt)					\
	static int name##_open(struct inode *inode, struct file *file)			\
	{										\
		return simple_attr_open(inode, file, get, set, fmt);			\
	}										\
	static const struct file_operations name = {					\
		.owner = THIS_MODULE, .open = name##_open, .release = simple_attr_release, \
		.read = simple_attr_read, .write = simple_attr_write,			\
		.llseek = default_llseek,						\
	}

/* There are no 32-bit callers; a pointer argument is the same for them. */
#define compat_ptr_ioctl	NULL

/*
 * Character devices by number: kernel/fs/chrdev.c. A number belongs to whom it is registered for, and
 * leads to the cdev (linux/cdev.h) that was added for it.
 *
 * alloc_chrdev_region    - @count minors from @first on, of a major that is free: *dev. 0, -EBUSY, -ENOMEM.
 * register_chrdev_region - just these. 0, -EBUSY (somebody has one of them), -EINVAL (no such major).
 * register_chrdev        - all 256 minors of @major, or of a free major (0), which is returned, with
 *                          a cdev for them. Else 0 or -errno.
 */
int alloc_chrdev_region(dev_t *dev, unsigned int first, unsigned int count, const char *name);
int register_chrdev_region(dev_t from, unsigned int count, const char *name);
void unregister_chrdev_region(dev_t from, unsigned int count);
int register_chrdev(unsigned int major, const char *name, const struct file_operations *fops);
void unregister_chrdev(unsigned int major, const char *name);

/*
 * For an open() that finds out whose file it is: @file is @fops's from now on. @fops NULL, or of a
 * module that is going: false.
 */
bool replace_fops(struct file *file, const struct file_operations *fops);

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
