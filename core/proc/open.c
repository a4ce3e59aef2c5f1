/*
 * open.c - opening and reading below /proc/PID, where everything may vanish at any time.
 *
 * A descriptor of /proc/PID stays with that process: after its end all look-ups fail with ENOENT or ESRCH, even when the number
 * is in use again.
 *
 * proc(5)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/base/search.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

/* For messages only: the path of DIRFD. */
static int fail_below(int dirfd, const char *name)
{
	cleanup_buf struct buf path = { 0 };
	char link[40];
	int err = errno;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", dirfd);
	if (io_readlink(AT_FDCWD, link, &path))
		buf_clear(&path);
	errno = err;
	return fail("read %s/%s", path.p ? path.p : "", name);
}

int proc_lives(int dirfd)
{
	struct proc_stat st;
	int r = proc_read_stat(dirfd, &st);

	if (r) {
		err_clear();
		return r < 0;
	}
	return st.state != 'Z' && st.state != 'X' && !(st.flags & PROC_PF_EXITING);
}

/*
 * What a failed look-up of NAME means. "stat" is there as long as the process is, even a zombie. EINVAL is what mountinfo says of
 * a process without a mount namespace (it has ended or is a zombie), and attr/current where no security module is at work.
 */
static int why_failed(int dirfd, const char *name)
{
	int err = errno;

	/* Who has let go of its memory on the way out may not be looked at any more. */
	if ((err == EACCES || err == EPERM) && strcmp(name, "stat") && !proc_lives(dirfd))
		return PROC_GONE;
	errno = err;
	if (err != ENOENT && err != ESRCH && err != EINVAL)
		return fail_below(dirfd, name);
	if (faccessat(dirfd, "stat", F_OK, 0) == 0)
		return PROC_ABSENT;
	if (errno == ENOENT || errno == ESRCH)
		return PROC_GONE;
	errno = err;
	return fail_below(dirfd, name);
}

static int open_dir(const char *path, int *dirfd)
{
	*dirfd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*dirfd >= 0)
		return PROC_OK;
	if (errno == ENOENT || errno == ESRCH)
		return PROC_GONE;
	return fail("open %s", path);
}

int proc_open(pid_t pid, int *dirfd)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d", pid);
	return open_dir(path, dirfd);
}

/*
 * The number behind /proc/self is that of the namespace /proc was mounted in: another one, and all numbers are somebody else's. One that shows
 * nothing but processes (subset=pid) is as good as a kernel without locks and semaphores: and they are there.
 */
int proc_open_self(int *dirfd)
{
	static int is_ours;
	char number[12] = "";

	if (!is_ours)
		is_ours = readlink("/proc/self", number, sizeof(number) - 1) >= 0 && atoi(number) == getpid() &&
			access("/proc/filesystems", F_OK) == 0;
	if (is_ours && !open_dir("/proc/self", dirfd))
		return PROC_OK;
	fail_plain("cr does not see itself: is /proc mounted, all of it (no subset=pid), and that of this pid namespace?");
	return PROC_ERROR;
}

int proc_unseen(pid_t pid)
{
	if (errno == EACCES || errno == EPERM)
		return 1;
	return errno == ENOENT || errno == ESRCH ? 0 : fail("look at process %d", pid);
}

int proc_open_thread(pid_t pid, pid_t tid, int *dirfd)
{
	char path[60];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", pid, tid);
	return open_dir(path, dirfd);
}

int proc_open_file(int dirfd, const char *name, int flags, int *fd)
{
	*fd = openat(dirfd, name, flags | O_CLOEXEC | O_NOCTTY);
	return *fd >= 0 ? PROC_OK : why_failed(dirfd, name);
}

static int check_text(const char *name, const struct buf *text)
{
	if (buf_check(text))
		return PROC_ERROR;
	if (text->len && strlen(text->p) != text->len) {
		fail_plain("%s: a NUL within the text", name);
		return PROC_ERROR;
	}
	return PROC_OK;
}

int proc_read_text(int dirfd, const char *name, struct buf *out)
{
	buf_clear(out);
	return io_read_file(dirfd, name, out) ? why_failed(dirfd, name) : check_text(name, out);
}

int proc_read_record(int dirfd, const char *name, struct buf *out)
{
	buf_clear(out);
	return io_read_record(dirfd, name, out) ? why_failed(dirfd, name) : check_text(name, out);
}

int proc_read_piece(int dirfd, const char *name, int fd, struct buf *out, size_t enough)
{
	return io_read_piece(fd, out, enough) ? why_failed(dirfd, name) : check_text(name, out);
}

int proc_write_text(int dirfd, const char *name, const char *text)
{
	cleanup_fd int fd = openat(dirfd, name, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, text, strlen(text)) < 0 ? fail("write %s to %s", text, name) : 0;
}

int proc_read_link(int dirfd, const char *name, struct buf *out)
{
	return io_readlink(dirfd, name, out) ? why_failed(dirfd, name) : PROC_OK;
}

int proc_read_ns(int dirfd, const char *name, char out[PROC_NS_MAX])
{
	ssize_t n = readlinkat(dirfd, name, out, PROC_NS_MAX - 1);

	out[n < 0 ? 0 : n] = '\0';
	return n < 0 ? why_failed(dirfd, name) : PROC_OK;
}

int proc_read_names(int dirfd, const char *name, struct arena *a, struct proc_names *out)
{
	cleanup_listing struct io_listing list = { .fd = -1 };
	const char *entry;
	size_t cap = 0;
	int r;

	*out = (struct proc_names){ 0 };
	r = proc_open_file(dirfd, name, O_RDONLY | O_DIRECTORY, &list.fd);
	if (r)
		return r;
	while ((entry = io_next_name(&list))) {
		char **at = arena_grow(a, &out->v, out->n, &cap, sizeof(*at));

		if (!at || !(*at = arena_strdup(a, entry)))
			return PROC_ERROR;
		out->n++;
	}
	/* The end of the process in the middle looks like the end of the directory, or is ENOENT. */
	if (errno)
		return why_failed(dirfd, name);
	return faccessat(dirfd, "stat", F_OK, 0) ? why_failed(dirfd, name) : PROC_OK;
}

int proc_read_numbers(int dirfd, const char *name, struct arena *a, struct u64_list *out)
{
	struct proc_names names;
	int r = proc_read_names(dirfd, name, a, &names);
	size_t i;

	*out = (struct u64_list){ 0 };
	if (r)
		return r;
	out->v = arena_alloc(a, names.n * sizeof(*out->v));
	if (!out->v)
		return PROC_ERROR;
	for (i = 0; i < names.n; i++)
		if (proc_u64_parse(names.v[i], 10, &out->v[i]))
			return fail_context("directory %s", name);
	qsort(out->v, names.n, sizeof(*out->v), search_order);
	for (i = 0; i < names.n; i++)
		if (!out->n || out->v[out->n - 1] != out->v[i])
			out->v[out->n++] = out->v[i];
	return PROC_OK;
}
