/* SPDX-License-Identifier: MIT */
/* Shell patterns over the tree of pseudo files: "/proc/irq/?[0-9]/smp_affinity" as a list of paths. */
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/glob.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/strbuf.h>
#include <linux/string.h>

bool glob_has_magic(const char *s)
{
	for (; *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (strchr("*?[", *s))
			return true;
	}
	return false;
}

char *glob_unescape(char *s)
{
	char *from = s, *to = s;

	for (; *from; *to++ = *from++)
		if (*from == '\\' && from[1])
			from++;
	*to = '\0';
	return s;
}

/* The names in a directory that match one component of the pattern, each with its NUL. */
struct name_match {
	struct dir_context ctx;
	const char *component;
	struct strbuf names;
	int n;
};

static bool match_actor(struct dir_context *ctx, const char *name, int len, loff_t off, u64 ino,
			unsigned int type)
{
	struct name_match *m = container_of(ctx, struct name_match, ctx);

	if (!glob_match(m->component, name))
		return true;
	m->n++;
	return strbuf_add(&m->names, name, len + 1);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The matching names in @dir, sorted: an array to kfree, pointing into m->names. NULL if none. */
static char **match_names(const char *dir, struct name_match *m)
{
	struct file *f = filp_open(dir, O_RDONLY, 0);
	char **list = NULL, *p;
	int i;

	if (IS_ERR(f))
		return NULL;
	m->ctx.actor = match_actor;
	iterate_dir(f, &m->ctx);
	filp_close(f, NULL);
	if (m->n && !m->names.cut)
		list = kmalloc_array(m->n, sizeof(*list), GFP_KERNEL);
	for (i = 0, p = m->names.data; list && i < m->n; i++, p += strlen(p) + 1)
		list[i] = p;
	if (list)
		sort(list, m->n, sizeof(*list), compare_names, NULL);
	return list;
}

int fs_type(const char *path)
{
	struct file *f = filp_open(path, O_RDONLY, 0);
	int type;

	if (IS_ERR(f))				/* -EACCES: there, but not for reading */
		return PTR_ERR(f) == -EACCES ? DT_REG : PTR_ERR(f);
	type = (file_inode(f)->i_mode & S_IFMT) >> 12;	/* S_IF* and DT_* agree by design */
	filp_close(f, NULL);
	return type;
}

static int glob_below(struct strbuf *path, const char *pattern, struct strbuf *out);

/* @path with @name behind it, and the rest of the pattern below that. */
static int glob_into(struct strbuf *path, const char *name, const char *rest, struct strbuf *out)
{
	size_t len = path->len;
	int n = 0;

	strbuf_add(path, name, strlen(name));
	if (*rest) {
		strbuf_add(path, "/", 1);
		n = glob_below(path, rest + strspn(rest, "/"), out);
	} else if (fs_type(path->data) >= 0) {
		n = strbuf_add(out, path->data, path->len + 1);
	}
	path->len = len;
	path->data[len] = '\0';
	return n;
}

/* What matches @pattern below @path. Recursion ends with the pattern or the tree. */
static int glob_below(struct strbuf *path, const char *pattern, struct strbuf *out)
{
	const char *rest = strchrnul(pattern, '/');
	char *component = kstrndup(pattern, rest - pattern, GFP_KERNEL), **list;
	struct name_match m = { .component = component };
	int i, n = 0;

	if (component && !glob_has_magic(component)) {
		n = glob_into(path, glob_unescape(component), rest, out);
	} else if (component) {
		list = match_names(path->len ? path->data : "/", &m);
		for (i = 0; list && i < m.n; i++)
			n += glob_into(path, list[i], rest, out);
		kfree(list);
	}
	strbuf_free(&m.names);
	kfree(component);
	return n;
}

int fs_glob(const char *pattern, struct strbuf *out)
{
	struct strbuf path = {};
	int n;

	if (!strbuf_add(&path, "/", *pattern == '/'))
		return 0;
	n = glob_below(&path, pattern + strspn(pattern, "/"), out);
	strbuf_free(&path);
	return n;
}
