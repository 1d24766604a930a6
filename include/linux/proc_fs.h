/* SPDX-License-Identifier: MIT */
/*
 * Registering pseudo files under /proc, and (our addition) under /sys and /dev with the same calls.
 * Usable from core_initcall on, from any thread that may sleep. Names may contain slashes
 * ("net/dev"); missing directories on the way are made. Entries can come and go at any time: a
 * removal waits for callbacks that are running, and afterwards open files read -EIO.
 *
 * Linux counterparts keep Linux's arguments; proc_create_rw and proc_create_numbered are ours.
 */
#ifndef _LINUX_PROC_FS_H
#define _LINUX_PROC_FS_H

#include <linux/seq_file.h>

struct proc_dir_entry;

/* The three roots, for the parent argument. NULL as a parent means /proc. */
extern struct proc_dir_entry proc_root, sysfs_root, devfs_root;

typedef int (*proc_show_t)(struct seq_file *m, void *v);
/* @buf is NUL-terminated, one trailing newline is gone, @len excludes the NUL. 0 or -errno. */
typedef int (*proc_write_t)(void *data, char *buf, size_t len);

/*
 * Each returns the entry, or NULL: out of memory, or the name is taken (which is also printed).
 * Ignoring a NULL is harmless: the file is then not there. @mode says for readers what it says in
 * Linux; nobody is kept out by it. May sleep.
 *
 * proc_create_single_data - a file that @show prints; @data arrives as m->private.
 * proc_create_rw          - likewise, and @write takes what is written. Either may be NULL.
 * proc_create_fops        - a file with operations of its own, as in /dev.
 * proc_mkdir              - a directory.
 * proc_create, proc_create_data - a file with Linux's proc_ops.
 * proc_create_seq         - a file of records.
 * proc_register           - what they all are: no operations make a directory.
 */
struct proc_ops {
	unsigned int proc_flags;
	int (*proc_open)(struct inode *inode, struct file *file);
	ssize_t (*proc_read)(struct file *file, char __user *buf, size_t count, loff_t *pos);
	ssize_t (*proc_write)(struct file *file, const char __user *buf, size_t count, loff_t *pos);
	loff_t (*proc_lseek)(struct file *file, loff_t offset, int whence);
	int (*proc_release)(struct inode *inode, struct file *file);
	__poll_t (*proc_poll)(struct file *file, struct poll_table_struct *wait);
	long (*proc_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

struct proc_dir_entry *proc_create_data(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct proc_ops *ops, void *data);
struct proc_dir_entry *proc_create(const char *name, umode_t mode, struct proc_dir_entry *parent,
				   const struct proc_ops *ops);
struct proc_dir_entry *proc_create_seq_data(const char *name, umode_t mode,
					    struct proc_dir_entry *parent,
					    const struct seq_operations *ops, void *data);
#define proc_create_seq(name, mode, parent, ops) \
	proc_create_seq_data(name, mode, parent, ops, NULL)

/* The data that the file of an open()'s @inode was registered with. */
static inline void *pde_data(const struct inode *inode)
{
	return inode->i_private;
}

struct proc_dir_entry *proc_register(const char *name, struct proc_dir_entry *parent,
				     const struct file_operations *fops, proc_show_t show,
				     proc_write_t write, void *data);
#define proc_create_rw(name, mode, parent, show, write, data) \
	proc_register(name, parent, &proc_text_fops, show, write, data)
#define proc_create_fops(name, mode, parent, fops, data) \
	proc_register(name, parent, fops, NULL, NULL, data)
#define proc_mkdir(name, parent)	proc_register(name, parent, NULL, NULL, NULL, NULL)

/* What a file with @show and @write does. */
extern const struct file_operations proc_text_fops;

#define proc_create_single_data(name, mode, parent, show, data) \
	proc_create_rw(name, mode, parent, show, NULL, data)
#define proc_create_single(name, mode, parent, show) \
	proc_create_single_data(name, mode, parent, show, NULL)

/*
 * A directory whose subdirectories are numbers that come and go by themselves, as /proc/<pid>.
 * Nothing is registered per number: a lookup asks @get, a listing asks @next.
 *   get(id)   pins object @id and returns it, or NULL when there is none
 *   put(obj)  undoes get; may be NULL
 *   next(id)  the smallest existing number >= @id, or -1 when there is none
 * Each number's directory holds the same @files (ended by an empty name); show finds the object in
 * m->private, write in @data; they may return -ESRCH when it has died since. get, put and next are
 * called with the registry's mutex held and must not register or remove entries; show and write
 * without a lock. All may sleep.
 */
struct proc_numbered_file {
	const char *name;
	umode_t mode;
	proc_show_t show;
	proc_write_t write;
};

struct proc_numbered {
	void *(*get)(int id);
	void (*put)(void *obj);
	int (*next)(int id);
	const struct proc_numbered_file *files;
};

/* Attach @num to directory @parent (NULL: /proc). One per directory, for good. 0 or -EBUSY. */
int proc_create_numbered(struct proc_dir_entry *parent, const struct proc_numbered *num);

/*
 * Remove an entry: it is unreachable at once, callbacks that are running are waited for, then it is
 * freed with the last open file. Open files of proc_create() are released at once. Not from one of its
 * own callbacks: that would wait for itself.
 * remove_proc_entry warns for a name that is not there and leaves a directory that is not empty;
 * proc_remove takes everything below with it, and does nothing for NULL. May sleep.
 */
void remove_proc_entry(const char *name, struct proc_dir_entry *parent);
void proc_remove(struct proc_dir_entry *entry);
/* By name, with all below it. 0 or -ENOENT. */
int remove_proc_subtree(const char *name, struct proc_dir_entry *parent);

#endif
