/*
 * tar_out.c - the archive on its way out: libarchive makes the headers, this hashes and writes what comes.
 *
 * Nothing is copied but headers and padding, and each of those goes out in one writev with the next large piece.
 * Members are plain ustar, which every pax reader reads: short ASCII names, small sizes, whole seconds.
 *
 * archive_write_open(3), writev(2)
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>

#include "image/private.h"

/* Somebody else's flag: a pipe that we were given may be non-blocking. */
static void wait_writable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	poll(&p, 1, -1);
}

static ssize_t write_some(int fd, const struct iovec *iov, int n)
{
	for (;;) {
		ssize_t done;

		thread_io_begin();
		done = writev(fd, iov, n);
		if (done < 0 && errno == EAGAIN) {
			wait_writable(fd);
			errno = EINTR;
		}
		thread_io_end();
		if (done >= 0 || errno != EINTR)
			return done;
	}
}

/* What was held back, and then DATA. */
static int write_out(struct tar_out *t, const void *data, size_t len)
{
	struct iovec iov[2] = { { t->hold, t->held }, { (void *)(uintptr_t)data, len } };

	while (iov[0].iov_len || iov[1].iov_len) {
		int first = iov[0].iov_len == 0;
		ssize_t done = write_some(t->fd, iov + first, 2 - first);
		size_t n;

		if (done <= 0) {
			t->failed = 1;
			return done ? fail("write the image") : fail_plain("write the image: nothing was taken");
		}
		n = (size_t)done < iov[0].iov_len ? (size_t)done : iov[0].iov_len;
		iov[0].iov_base = (char *)iov[0].iov_base + n;
		iov[0].iov_len -= n;
		iov[1].iov_base = (char *)iov[1].iov_base + ((size_t)done - n);
		iov[1].iov_len -= (size_t)done - n;
	}
	t->held = 0;
	return 0;
}

/*
 * Never tells libarchive of an error: it would lose memory, and say less than our own record. Who called looks at
 * t->failed; after it, and once the image is given up, everything is swallowed.
 */
static la_ssize_t on_write(struct archive *a, void *context, const void *data, size_t len)
{
	struct tar_out *t = context;

	(void)a;
	if (t->failed)
		return (la_ssize_t)len;
	XXH64_update(t->hash, data, len);
	t->bytes += len;
	if (len <= sizeof(t->hold) - t->held) {
		memcpy(t->hold + t->held, data, len);
		t->held += len;
	} else {
		write_out(t, data, len);
	}
	return (la_ssize_t)len;
}

/* After a call of libarchive, with what it returned. */
static int outcome(struct tar_out *t, int good)
{
	if (t->failed)
		return -1;
	if (good)
		return 0;
	t->failed = 1;
	return fail_plain("write the image: %s", archive_error_string(t->archive));
}

int tar_out_open(struct tar_out *t, int fd)
{
	t->fd = fd;
	t->mtime = time(NULL);
	t->hash = XXH64_createState();
	t->lines = XXH64_createState();
	t->archive = archive_write_new();
	if (!t->hash || !t->lines || !t->archive)
		return fail_plain("out of memory");
	XXH64_reset(t->hash, 0);
	XXH64_reset(t->lines, 0);
	if (archive_write_set_format_ustar(t->archive) != ARCHIVE_OK ||
	    archive_write_set_bytes_per_block(t->archive, 0) != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(t->archive, 1) != ARCHIVE_OK ||
	    archive_write_open(t->archive, t, NULL, on_write, NULL) != ARCHIVE_OK)
		return outcome(t, 0);
	return 0;
}

static int put_header(struct tar_out *t, const char *name, size_t size)
{
	struct archive_entry *e;
	int err;

	if (t->failed)
		return fail_plain("write the image: an earlier write failed");
	if (t->members == MEMBERS_MAX)
		return fail_plain("write the image: it would have more than %u members", MEMBERS_MAX);
	if (t->pieces)
		return fail_plain("write the image: %s comes before the section is whole", name);
	e = archive_entry_new();
	if (!e)
		return fail_plain("out of memory");
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0600);
	archive_entry_set_size(e, (la_int64_t)size);
	archive_entry_set_mtime(e, t->mtime, 0);
	err = archive_write_header(t->archive, e);
	archive_entry_free(e);
	return outcome(t, err == ARCHIVE_OK);
}

static int put_data(struct tar_out *t, const void *data, size_t len)
{
	if (!len)
		return 0;
	return outcome(t, archive_write_data(t->archive, data, len) == (la_ssize_t)len);
}

static int end_member(struct tar_out *t)
{
	if (outcome(t, archive_write_finish_entry(t->archive) == ARCHIVE_OK))
		return -1;
	t->members++;
	return 0;
}

int tar_out_member(struct tar_out *t, const char *name, const void *data, size_t len, const char *tail)
{
	size_t tail_len = strlen(tail);

	if (put_header(t, name, len + tail_len) || put_data(t, data, len) || put_data(t, tail, tail_len))
		return -1;
	return end_member(t);
}

int tar_out_section(struct tar_out *t, const char *name, size_t size, const void *text, size_t len)
{
	char check[CHECK_SIZE + 1];

	if ((!t->pieces && put_header(t, name, size + CHECK_SIZE)) || put_data(t, text, len))
		return -1;
	XXH64_update(t->lines, len ? text : "", len);
	t->pieces += len;
	if (t->pieces < size)
		return 0;
	check_format(check, XXH64_digest(t->lines));
	XXH64_reset(t->lines, 0);
	t->pieces = 0;
	return put_data(t, check, CHECK_SIZE) || end_member(t) ? -1 : 0;
}

/* The header of the seal is under the hash, its content and what follows is not: those bytes can be foretold. */
int tar_out_seal(struct tar_out *t)
{
	char text[SEAL_SIZE + 1];

	if (put_header(t, SEAL_NAME, SEAL_SIZE))
		return -1;
	seal_format(text, t->members, t->bytes, XXH64_digest(t->hash));
	if (put_data(t, text, SEAL_SIZE))
		return -1;
	if (outcome(t, archive_write_close(t->archive) == ARCHIVE_OK))
		return -1;
	return write_out(t, t->hold, 0);
}

void tar_out_close(struct tar_out *t)
{
	t->failed = 1;		/* freeing would write the end of an archive */
	archive_write_free(t->archive);
	XXH64_freeState(t->hash);
	XXH64_freeState(t->lines);
	t->archive = NULL;
	t->hash = t->lines = NULL;
}
