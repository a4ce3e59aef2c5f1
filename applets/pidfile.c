/* pidfile.c - a file with the number of a process. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "applets/findings.h"
#include "core/base/io.h"

/* Not even the beginning of a number is left in a file: it would be another process. A device, or what a link leads to, stays. */
int pidfile_write(const char *path, pid_t pid)
{
	char text[32];
	struct stat st;
	cleanup_fd int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return fail("create %s", path);
	snprintf(text, sizeof(text), "%d\n", pid);
	if (io_write_all(fd, text, strlen(text)) == 0)
		return 0;
	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		unlink(path);
	return fail_context("pidfile %s", path);
}
