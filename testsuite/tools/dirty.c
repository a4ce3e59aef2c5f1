/*
 * dirty - pages of files that are not on their disk yet, all together.
 *
 *	dirty FILE...
 *
 * cachestat(2), Linux 6.5. Exit code 1 where it is not there; a tmpfs has no such pages.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

int main(int argc, char **argv)
{
	uint64_t range[2] = { 0, 0 }, counts[5], dirty = 0;

	for (int i = 1; i < argc; i++) {
		int fd = open(argv[i], O_RDONLY);

		if (fd < 0 || syscall(SYS_cachestat, fd, range, counts, 0)) {
			perror(argv[i]);
			return 1;
		}
		close(fd);
		dirty += counts[1] + counts[2];		/* and those that are being written */
	}
	printf("%llu\n", (unsigned long long)dirty);
	return 0;
}
