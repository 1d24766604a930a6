/* SPDX-License-Identifier: MIT */
/* Commands about data: dd cmp sha256sum. Operands and messages are those of the GNU tools. */
#include <crypto/sha2.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/shell.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#define CHUNK	(64 << 10)	/* what cmp and sha256sum read at a time */

/* NULL after a message. */
static struct file *open_file(struct shell_io *io, const char *path, int flags)
{
	struct file *f = filp_open(path, flags, 0);

	if (!IS_ERR(f))
		return f;
	sh_errno(io, path, PTR_ERR(f));
	return NULL;
}

/* All of @len, unless the file ends or fails first: what was read, or -errno if that is nothing. */
static ssize_t read_full(struct file *f, char *buf, size_t len, loff_t *pos)
{
	size_t done = 0;
	ssize_t n = 1;

	while (done < len && n > 0) {
		n = kernel_read(f, buf + done, len - done, pos);
		done += max(n, 0L);
	}
	return done ?: n;
}

/* "512", "4K", "1M", "1G". False if it is no number. */
static bool parse_size(const char *text, u64 *val)
{
	static const char units[] = "cKMG";
	const char *unit;
	char *end;

	*val = simple_strtoul(text, &end, 10);
	unit = *end ? strchr(units, *end == 'k' ? 'K' : *end) : units;
	if (end == text || !unit || (*end && end[1]) || *val > LLONG_MAX >> 10 * (unit - units))
		return false;
	*val <<= 10 * (unit - units);
	return true;
}

/* ---- dd ---------------------------------------------------------------------------------- */

struct dd {
	const char *in_name, *out_name;
	u64 bs, count, skip, seek;
	bool noerror, sync, fsync, quiet;

	struct shell_io *io;
	struct file *in, *out;		/* NULL: the pipe's left side; where the output goes */
	struct strbuf pipe;
	loff_t in_pos, out_pos;
	u64 full_in, part_in, full_out, part_out, bytes;
	char *buf;
};

static bool dd_conv(struct dd *d, char *list)
{
	char *word;

	while ((word = strsep(&list, ",")) != NULL) {
		d->noerror |= !strcmp(word, "noerror");
		d->sync |= !strcmp(word, "sync");
		d->fsync |= !strcmp(word, "fsync");
		if (strcmp(word, "noerror") && strcmp(word, "sync") && strcmp(word, "fsync") &&
		    strcmp(word, "notrunc"))
			return !sh_error(d->io, "invalid conversion: '%s'", word);
	}
	return true;
}

/* One NAME=VALUE; false after a message. */
static bool dd_operand(struct dd *d, char *arg)
{
	static const char * const names[] = { "bs", "count", "skip", "seek" };
	u64 *numbers[] = { &d->bs, &d->count, &d->skip, &d->seek };
	char *val = strchr(arg, '=');

	if (!val)
		return !sh_error(d->io, "unrecognized operand '%s'", arg);
	*val++ = '\0';
	for (int i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(arg, names[i]))
			return parse_size(val, numbers[i]) || !sh_error(d->io, "invalid number: '%s'", val);
	if (!strcmp(arg, "if"))
		d->in_name = val;
	else if (!strcmp(arg, "of"))
		d->out_name = val;
	else if (!strcmp(arg, "conv"))
		return dd_conv(d, val);
	else if (!strcmp(arg, "status") && !strcmp(val, "none"))
		d->quiet = true;
	else
		return !sh_error(d->io, "unrecognized operand '%s=%s'", arg, val);
	return true;
}

static ssize_t dd_read(struct dd *d)
{
	size_t n;

	if (d->in)
		return read_full(d->in, d->buf, d->bs, &d->in_pos);
	n = min((u64)d->pipe.len - min((u64)d->in_pos, (u64)d->pipe.len), d->bs);
	memcpy(d->buf, strbuf_str(&d->pipe) + d->in_pos, n);
	d->in_pos += n;
	return n;
}

static int dd_write(struct dd *d, size_t len)
{
	size_t done = 0;
	ssize_t n = 1;

	if (!d->out) {
		sh_write(d->io, d->buf, len);
		done = len;
	}
	while (done < len && n > 0) {
		n = kernel_write(d->out, d->buf + done, len - done, &d->out_pos);
		done += max(n, 0L);
	}
	d->bytes += done;
	d->full_out += done == d->bs;
	d->part_out += done && done != d->bs;
	return done == len ? 0 : sh_error(d->io, "error writing '%s': %s", d->out_name, strerror(n));
}

/* One record. 0 go on, 1 failed, -1 the end. */
static int dd_record(struct dd *d, int *status)
{
	loff_t at = d->in_pos;
	ssize_t n = dd_read(d);

	if (!n)
		return -1;
	if (n < 0) {
		*status = sh_error(d->io, "error reading '%s': %s", d->in_name ?: "standard input",
				   strerror(n));
		if (!d->noerror)
			return 1;
		d->in_pos = at + d->bs;
		n = 0;
		if (!d->sync)
			return 0;
	}
	d->full_in += n == d->bs;
	d->part_in += n != d->bs;
	if (d->sync && n < d->bs) {
		memset(d->buf + n, 0, d->bs - n);
		n = d->bs;
	}
	return dd_write(d, n);
}

static int dd_copy(struct dd *d)
{
	u64 start = ktime_get_ns(), ns, i;
	int status = 0, ret = 0, err;

	d->in_pos = d->skip * d->bs;
	d->out_pos = d->seek * d->bs;
	for (i = 0; i < d->count && !ret && !sh_interrupted(d->io); i++)
		ret = dd_record(d, &status);
	if (d->fsync && d->out) {
		err = vfs_fsync(d->out, 0);
		if (err)
			status = sh_error(d->io, "fsync failed for '%s': %s", d->out_name, strerror(err));
	}
	ns = ktime_get_ns() - start;
	if (!d->quiet)
		sh_eprintf(d->io, "%llu+%llu records in\n%llu+%llu records out\n"
			   "%llu bytes copied, %llu.%06llu s, %llu kB/s\n", d->full_in, d->part_in,
			   d->full_out, d->part_out, d->bytes, ns / NSEC_PER_SEC,
			   ns % NSEC_PER_SEC / NSEC_PER_USEC,
			   d->bytes * 1000 / max(ns / 1000, 1ULL));
	return ret > 0 ? 1 : status;
}

/* Open both ends and copy. */
static int dd_run(struct dd *d)
{
	if (d->in_name)
		d->in = filp_open(d->in_name, O_RDONLY, 0);
	else if (sh_read(d->io, NULL, &d->pipe))
		return 1;
	if (IS_ERR(d->in))
		return sh_error(d->io, "failed to open '%s': %s", d->in_name, strerror(PTR_ERR(d->in)));
	if (d->out_name)
		d->out = filp_open(d->out_name, O_WRONLY | O_TRUNC, 0);
	if (IS_ERR(d->out))
		return sh_error(d->io, "failed to open '%s': %s", d->out_name, strerror(PTR_ERR(d->out)));
	d->buf = d->bs && d->bs <= 64 << 20 ? kvmalloc(d->bs, GFP_KERNEL) : NULL;
	if (!d->buf)
		return sh_error(d->io, "cannot have a buffer of %llu bytes", d->bs);
	if (d->skip > LLONG_MAX / d->bs || d->seek > LLONG_MAX / d->bs)
		return sh_error(d->io, "skip or seek is too large");
	return dd_copy(d);
}

COMMAND(dd, "dd [if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [conv=noerror,sync,fsync] [status=none]",
	"copy records of bs bytes (512); numbers may end in K, M, G")
{
	struct dd d = { .io = io, .bs = 512, .count = ~0ULL };
	int i, status;

	for (i = 1; i < argc; i++)
		if (!dd_operand(&d, argv[i]))
			return 1;
	status = dd_run(&d);
	if (!IS_ERR_OR_NULL(d.in))
		filp_close(d.in, NULL);
	if (!IS_ERR_OR_NULL(d.out))
		filp_close(d.out, NULL);
	kvfree(d.buf);
	strbuf_free(&d.pipe);
	return status;
}

/* ---- cmp --------------------------------------------------------------------------------- */

struct cmp {
	struct shell_io *io;
	const char *name[2];
	struct file *file[2];
	u64 skip[2], limit;
	bool silent;
	char *buf;			/* two chunks */
};

static int cmp_differ(struct cmp *c, u64 at, u64 line)
{
	if (!c->silent)
		sh_printf(c->io, "%s %s differ: byte %llu, line %llu\n", c->name[0], c->name[1], at + 1,
			  line + 1);
	return 1;
}

/* One chunk of both, from byte @at. 0 go on, -1 all is the same, else the status. */
static int cmp_chunk(struct cmp *c, u64 at, u64 *line)
{
	size_t want = min(c->limit - at, (u64)CHUNK), i;
	char *a = c->buf, *b = c->buf + CHUNK;
	ssize_t n[2];

	for (i = 0; i < 2; i++) {
		loff_t pos = c->skip[i] + at;

		n[i] = read_full(c->file[i], c->buf + i * CHUNK, want, &pos);
		if (n[i] < 0) {
			sh_errno(c->io, c->name[i], n[i]);
			return 2;
		}
	}
	for (i = 0; i < min(n[0], n[1]); i++) {
		if (a[i] != b[i])
			return cmp_differ(c, at + i, *line);
		*line += a[i] == '\n';
	}
	if (n[0] != n[1]) {
		if (!c->silent)
			sh_error(c->io, "EOF on %s after byte %llu", c->name[n[1] < n[0]], at + i);
		return 1;
	}
	return n[0] < want || at + want == c->limit ? -1 : 0;
}

static int cmp_files(struct cmp *c)
{
	u64 at, line = 0;
	int ret = 0;

	for (at = 0; !ret && at < c->limit && !sh_interrupted(c->io); at += CHUNK)
		ret = cmp_chunk(c, at, &line);
	return max(ret, 0);
}

COMMAND(cmp, "cmp [-s] [-n BYTES] FILE1 FILE2 [SKIP1 [SKIP2]]",
	"compare two files byte by byte: 0 the same, 1 different, 2 could not be read")
{
	struct cmp c = { .io = io, .limit = ~0ULL };
	int i, status = 2;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		c.silent |= !strcmp(argv[i], "-s");
		if (strcmp(argv[i], "-s") && (strcmp(argv[i], "-n") || ++i == argc ||
					      !parse_size(argv[i], &c.limit)))
			return sh_usage(io);
	}
	if (argc - i < 2 || argc - i > 4 ||
	    (argc - i > 2 && !parse_size(argv[i + 2], &c.skip[0])) ||
	    (argc - i > 3 && !parse_size(argv[i + 3], &c.skip[1])))
		return sh_usage(io);
	c.name[0] = argv[i];
	c.name[1] = argv[i + 1];
	c.buf = kvmalloc(2 * CHUNK, GFP_KERNEL);
	c.file[0] = open_file(io, c.name[0], O_RDONLY);
	c.file[1] = open_file(io, c.name[1], O_RDONLY);
	if (c.buf && c.file[0] && c.file[1])
		status = cmp_files(&c);
	for (i = 0; i < 2; i++)
		if (c.file[i])
			filp_close(c.file[i], NULL);
	kvfree(c.buf);
	return status;
}

/* ---- sha256sum --------------------------------------------------------------------------- */

/* The sum of a file, of the pipe if it has no name, or -errno. */
static int sum_input(struct shell_io *io, const char *path, char *buf, struct sha256_state *s)
{
	struct file *f;
	ssize_t n = 1;
	loff_t pos = 0;

	sha256_init(s);
	if (!path) {
		DEFINE_STRBUF(text);

		if (sh_read(io, NULL, &text))
			return 1;
		sha256_update(s, (u8 *)strbuf_str(&text), text.len);
		return 0;
	}
	f = open_file(io, path, O_RDONLY);
	if (!f)
		return 1;
	while (n > 0 && !sh_interrupted(io)) {
		n = read_full(f, buf, CHUNK, &pos);
		sha256_update(s, (u8 *)buf, max(n, 0L));
	}
	filp_close(f, NULL);
	return n < 0 ? sh_errno(io, path, n) : n > 0 ? 130 : 0;
}

COMMAND(sha256sum, "sha256sum [FILE]...", "the SHA-256 of files, or of a pipe")
{
	char *buf __free(kfree) = kmalloc(CHUNK, GFP_KERNEL);
	u8 sum[SHA256_DIGEST_SIZE];
	struct sha256_state s;
	int i = 1, err, status = 0;

	if (!buf)
		return sh_errno(io, "buffer", -ENOMEM);
	do {
		err = sum_input(io, argv[i], buf, &s);
		status = max(status, err);
		if (err)
			continue;
		sha256_final(&s, sum);
		sh_printf(io, "%*phN  %s\n", SHA256_DIGEST_SIZE, sum, argv[i] ?: "-");
	} while (++i < argc);
	return status;
}
