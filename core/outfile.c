/*
 * outfile.c - a file without a name, fsync, its name, fsync of the folder. See outfile.h, open(2) on O_TMPFILE, fsync(2).
 *
 * A file system that has no files without a name gets one under a temporary name, with O_EXCL. There a signal that ends us takes the
 * file along; only SIGKILL leaves it behind.
 */
#include "core/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/base/err.h"
#include "core/base/io.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

static int open_stdout(struct outfile *o)
{
	if (isatty(STDOUT_FILENO)) {
		err_set(STATUS_USAGE, "an image is not written to a terminal: give a file with -o, or a pipe");
		return -1;
	}
	o->is_stdout = 1;
	o->fd = STDOUT_FILENO;
	return 0;
}

/* ---- where a file needs a name ---- */

static const int ending[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXFSZ };
static const char *volatile left_behind;

static void take_along(int sig)
{
	if (left_behind)
		unlink(left_behind);
	signal(sig, SIG_DFL);
	raise(sig);
}

/* What is ignored stays ignored: a job in the background of a script does not hear of Ctrl-C. All of them are blocked. */
static void watch_signals(const char *name)
{
	left_behind = name;
	for (size_t i = 0; i < sizeof(ending) / sizeof(*ending); i++)
		if (signal(ending[i], take_along) == SIG_IGN)
			signal(ending[i], SIG_IGN);
}

/* No signal comes between the file and the promise to take it along. */
static int create_watched(const char *name)
{
	sigset_t all, mask;
	int fd;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		watch_signals(name);
	else
		fail("create %s", name);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return fd;
}

static int open_named(struct outfile *o)
{
	struct buf name = { 0 };

	buf_printf(&name, "%s.tmp.%d", o->path, getpid());
	if (buf_check(&name) == 0)
		o->fd = create_watched(name.p);
	if (o->fd < 0) {
		buf_free(&name);
		return -1;
	}
	o->temporary = name.p;
	return 0;
}

static void forget_name(struct outfile *o)
{
	if (!o->temporary)
		return;
	left_behind = NULL;
	free(o->temporary);
	o->temporary = NULL;
}

/* ---- */

/* The one that PATH is in. -1 with errno. */
static int open_folder(const char *path, int flags)
{
	char *folder = strdup(path), *slash = folder ? strrchr(folder, '/') : NULL;
	int fd = -1;

	if (slash)
		slash[1] = '\0';
	if (folder)
		fd = open(slash ? folder : ".", flags | O_CLOEXEC, 0600);
	free(folder);
	return fd;
}

int outfile_open(struct outfile *o, const char *path)
{
	*o = (struct outfile) { .fd = -1 };
	if (!strcmp(path, "-"))
		return open_stdout(o);
	if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return fail_refused("%s exists: an image is never overwritten; remove it or name another with -o", path);
	syscall(SYS_umask, 0);		/* the image is for its owner to read and write, whatever the umask leaves of other files */
	o->path = strdup(path);
	if (!o->path)
		return fail("name of %s", path);
	o->fd = open_folder(path, O_RDWR | O_TMPFILE);
	return o->fd < 0 ? open_named(o) : 0;
}

static int sync_folder(const char *path)
{
	cleanup_fd int fd = open_folder(path, O_RDONLY | O_DIRECTORY);

	/* Some file systems cannot sync a folder, and say EINVAL. */
	if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL))
		return fail("sync the folder of %s", path);
	return 0;
}

/* Never over another file. Not every file system knows RENAME_NOREPLACE; then the look in outfile_open() has to do. */
static int give_name(struct outfile *o)
{
	char self[40];

	if (!o->temporary) {
		snprintf(self, sizeof(self), "/proc/self/fd/%d", o->fd);
		return linkat(AT_FDCWD, self, AT_FDCWD, o->path, AT_SYMLINK_FOLLOW) < 0 ? fail("name the image %s", o->path) : 0;
	}
	if (syscall(SYS_renameat2, AT_FDCWD, o->temporary, AT_FDCWD, o->path, RENAME_NOREPLACE) < 0 &&
	    (errno != EINVAL || rename(o->temporary, o->path) < 0))
		return fail("rename %s to %s", o->temporary, o->path);
	forget_name(o);
	return 0;
}

int outfile_publish(struct outfile *o)
{
	/* Pipes, terminals and the like have nothing to sync. */
	if (fsync(o->fd) < 0 && !(o->is_stdout && (errno == EINVAL || errno == EROFS)))
		return fail("sync the image");
	if (o->is_stdout)
		return 0;
	if (give_name(o) < 0)
		return -1;
	o->published = 1;
	return sync_folder(o->path);
}

void outfile_withdraw(struct outfile *o)
{
	if (o->published)
		unlink(o->path);
	o->published = 0;
}

void outfile_discard(struct outfile *o)
{
	if (o->temporary)
		unlink(o->temporary);
	forget_name(o);
	if (o->fd >= 0 && !o->is_stdout)
		close(o->fd);
	free(o->path);
	*o = (struct outfile) { .fd = -1 };
}
