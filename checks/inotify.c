/*
 * inotify.c - who is told of changes in folders.
 *
 *	inotify wd:1 ino:a7c039 sdev:fe00000 mask:300 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:39c0a700...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checks/run.h"
#include "core/base/io.h"
#include "core/proc/text.h"

/* The kernel's struct file_handle with room for the longest. */
struct handle {
	uint32_t bytes;
	int32_t type;
	uint8_t data[128];
};

/* The hex number behind KEY; -1: there is none. */
static long long hex_after(const char *text, const char *key)
{
	const char *p = strstr(text, key);
	uint64_t value;

	if (!p)
		return -1;
	p += strlen(key);
	return text_u64(&p, 16, &value) ? -1 : (long long)value;
}

static int take_handle(const char *watch, struct handle *h)
{
	const char *p = strstr(watch, "f_handle:");
	long long bytes = hex_after(watch, "fhandle-bytes:");

	if (!p || bytes <= 0 || bytes > (long long)sizeof(h->data))
		return -1;
	*h = (struct handle) { .bytes = (uint32_t)bytes, .type = (int32_t)hex_after(watch, "fhandle-type:") };
	p += strlen("f_handle:");
	for (long long i = 0; i < bytes; i++, p += 2) {
		char digits[3] = { p[0], p[0] ? p[1] : '\0', '\0' };
		const char *digit = digits;
		uint64_t byte;

		if (text_u64(&digit, 16, &byte) || *digit || digits[1] == '\0')
			return -1;
		h->data[i] = (uint8_t)byte;
	}
	return 0;
}

/* A watch would tell of a folder being opened, so its file system is named by being in it. As an O_PATH descriptor; -1. */
static int open_handle(const char *mountpoint, struct handle *handle)
{
	cleanup_fd int home = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = -1;

	if (home < 0 || chdir(mountpoint))
		return -1;
	fd = (int)syscall(SYS_open_by_handle_at, AT_FDCWD, handle, O_PATH | O_CLOEXEC);
	if (fchdir(home))
		io_close(&fd);
	return fd;
}

/* The path of what is watched, by its handle: only on local file systems, and with the right to open by handle. */
static void say_path(struct scan *s, const char *watch, struct buf *out)
{
	const struct proc_mounts *mounts = &s->mounts->mounts;
	long long dev = hex_after(watch, "sdev:");
	struct handle handle;
	char link[40], path[512];
	ssize_t n = -1;

	for (size_t i = 0; i < mounts->n && n < 0; i++) {
		const struct proc_mount *m = &mounts->v[i];
		cleanup_fd int fd = -1;

		if (((long long)m->major << 20 | m->minor) != dev || fs_class(m->fstype) != FS_LOCAL || take_handle(watch, &handle))
			continue;
		fd = open_handle(m->mountpoint, &handle);
		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n = fd < 0 ? -1 : readlink(link, path, sizeof(path) - 1);
	}
	if (n < 0)
		return;
	path[n] = '\0';
	buf_puts(out, " on ");
	buf_put_escaped(out, path);
}

static void say_pending(const struct file *f, struct buf *out)
{
	cleanup_fd int copy = look_copy_fd(f->pid, f->fd);
	int bytes = 0;

	if (copy >= 0 && !ioctl(copy, FIONREAD, &bytes) && bytes > 0)
		buf_printf(out, ", %d bytes of events not read", bytes);
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	cleanup_fd int task = -1;
	struct proc_fdinfo info;
	const char *first = NULL;
	unsigned n = 0;

	if (proc_open_thread(f->pid, f->tid, &task) || proc_read_fdinfo(task, (unsigned)f->fd, &s->model->arena, &info))
		return err_clear(), 0;
	for (size_t i = 0; i < info.other.n; i++)
		if (!strcmp(info.other.v[i].key, "inotify")) {
			first = first ? first : info.other.v[i].value;
			n++;
		}
	buf_printf(out, "%u watches", n);
	if (n == 1) {
		buf_clear(out);
		buf_puts(out, "1 watch");
	}
	if (first)
		say_path(s, first, out);
	buf_puts(out, n > 1 ? " and elsewhere" : "");
	say_pending(f, out);
	return 0;
}

const struct check check_inotify = {
	.name = "inotify",
	.title = ROW_TEXT("inotify"),
	.how = ROW_TEXT("the link anon_inode:inotify; watches in fdinfo, events by FIONREAD"),
	.takes = ROW_TEXT("inotify_add_watch(2) by the file handles in fdinfo, in the old order of numbers; sets with unread events stay refused"),
	.page = ROW_PAGE(
		"Watches on files and folders (inotify(7)): tail -f, editors, daemons that reload their configuration.\n\n"
		"fdinfo lists each watch with its mask and a file handle, not a path; the file is found by "
		"open_by_handle_at(2) (CAP_DAC_READ_SEARCH) or by search. The watch numbers are what the program knows, "
		"so they have to come out the same, which takes adding and removing some in between. Events that wait can "
		"only be read, which takes them out, and nothing puts them back.\n\n"
		"So empty queues can be carried in about 200 lines; unread events stay refused, or need a helper process "
		"or a kernel interface. Changes made between dump and restore are missed."),
	.in_2009 = 'N',
	.links = "anon_inode:inotify|anon_inode:[inotify]",
	.describe = describe,
	.meaning = "watches on files",
	.remedy = "close it before",
};
