/*
 * measure - runs a command, and writes wall time (us), CPU time (us), peak memory (KiB) and exit status into a file.
 *
 *	measure FILE COMMAND [ARGUMENT...]
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	struct rusage u;
	long long start, took;
	int status;
	pid_t pid;
	FILE *f;

	if (argc < 3)
		return 2;
	start = now();
	pid = vfork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &u) != pid)
		return 3;
	took = now() - start;
	f = fopen(argv[1], "w");
	if (!f)
		return 3;
	fprintf(f, "%lld %lld %ld %d\n", took, (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000LL + u.ru_utime.tv_usec + u.ru_stime.tv_usec,
		u.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	fclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
