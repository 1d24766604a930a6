/* SPDX-License-Identifier: MIT */
/* Shell patterns over the tree of pseudo files: "/proc/irq/?[0-9]/smp_affinity" as a list of paths. */
#include <linux/fs.h>
#include <linux/glob.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/strbuf.h>

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

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * The @n names in directory @dir that match @component, sorted: an array to kfree, pointing into
 * @names. NULL without memory.
 */
static char **match_names(const char *dir, const char *component, struct strbuf *names, int *n)
{
	char **list, *p;

	if (fs_list(dir, names))
		return NULL;
	list = kmalloc_array(strbuf_count(names), sizeof(*list), GFP_KERNEL);
	if (!list)
		return NULL;
	strbuf_for_each(p, names)
		if (glob_match(component, p))
			list[(*n)++] = p;
	sort(list, *n, sizeof(*list), compare_names, NULL);
	return list;
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
	char *component __free(kfree) = kstrndup(pattern, rest - pattern, GFP_KERNEL);
	char **list __free(kfree) = NULL;
	int i, n = 0, matches = 0;
	DEFINE_STRBUF(names);

	if (!component)
		return 0;
	if (!glob_has_magic(component))
		return glob_into(path, glob_unescape(component), rest, out);
	list = match_names(path->len ? path->data : "/", component, &names, &matches);
	for (i = 0; i < matches; i++)
		n += glob_into(path, list[i], rest, out);
	return n;
}

int fs_glob(const char *pattern, struct strbuf *out)
{
	DEFINE_STRBUF(path);

	if (!strbuf_add(&path, "/", *pattern == '/'))
		return 0;
	return glob_below(&path, pattern + strspn(pattern, "/"), out);
}
