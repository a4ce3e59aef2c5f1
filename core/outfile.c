/* outfile.c - O_EXCL under a temporary name, fsync, rename, fsync of the folder. See outfile.h, rename(2), fsync(2). */
#include "core/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
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

int outfile_open(struct outfile *o, const char *path)
{
	*o = (struct outfile) { .fd = -1 };
	if (!strcmp(path, "-"))
		return open_stdout(o);
	if (access(path, F_OK) == 0)
		return fail_refused("%s exists: an image is never overwritten; remove it or name another with -o", path);
	o->path = strdup(path);
	if (!o->path || asprintf(&o->temporary, "%s.tmp.%d", path, getpid()) < 0) {
		o->temporary = NULL;
		return fail("name of %s", path);
	}
	o->fd = open(o->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (o->fd < 0) {
		fail("create %s", o->temporary);
		free(o->temporary);
		o->temporary = NULL;
		return -1;
	}
	return 0;
}

static int sync_folder(const char *path)
{
	char *copy = strdup(path);
	cleanup_fd int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	free(copy);
	/* Some file systems cannot sync a folder, and say EINVAL. */
	if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL))
		return fail("sync the folder of %s", path);
	return 0;
}

int outfile_publish(struct outfile *o)
{
	if (o->is_stdout)
		return 0;
	if (fsync(o->fd) < 0)
		return fail("sync %s", o->temporary);
	if (syscall(SYS_renameat2, AT_FDCWD, o->temporary, AT_FDCWD, o->path, RENAME_NOREPLACE) < 0) {
		/* Not every file system knows NOREPLACE; then the look in outfile_open() has to do. */
		if (errno != EINVAL || rename(o->temporary, o->path) < 0)
			return fail("rename %s to %s", o->temporary, o->path);
	}
	free(o->temporary);
	o->temporary = NULL;
	return sync_folder(o->path);
}

void outfile_withdraw(struct outfile *o)
{
	if (!o->is_stdout && o->path && !o->temporary)
		unlink(o->path);
}

void outfile_discard(struct outfile *o)
{
	if (o->temporary)
		unlink(o->temporary);
	if (o->fd >= 0 && !o->is_stdout)
		close(o->fd);
	free(o->temporary);
	free(o->path);
	*o = (struct outfile) { .fd = -1 };
}
