/*
 * await - waits for something to come true, without burning a shell per look.
 *
 *	await SECONDS file PATH		PATH exists
 *	await SECONDS gone PID		no such process (not even a zombie)
 *	await SECONDS state PID LETTERS	the process is in one of the states (as in /proc/PID/stat)
 *	await SECONDS nap		just SECONDS (a fraction is fine)
 * Exit status 0, or 1 when the time was over.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int state_of(const char *pid)
{
	char path[64], text[512], *p;
	int fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = 0;
	p = strrchr(text, ')');
	return p && p[1] == ' ' ? p[2] : 0;
}

static int true_now(int argc, char **argv)
{
	int state;

	if (argc == 4 && !strcmp(argv[2], "file"))
		return access(argv[3], F_OK) == 0;
	if (argc == 4 && !strcmp(argv[2], "gone"))
		return state_of(argv[3]) == 0;
	if (argc == 5 && !strcmp(argv[2], "state")) {
		state = state_of(argv[3]);
		return state && strchr(argv[4], state);
	}
	if (argc == 3 && !strcmp(argv[2], "nap"))
		return 0;
	fprintf(stderr, "usage: await SECONDS file PATH | gone PID | state PID LETTERS | nap\n");
	exit(2);
}

int main(int argc, char **argv)
{
	double end = now() + (argc > 1 ? atof(argv[1]) : 0);
	double left;
	struct timespec t = { 0, 1000000 };

	while (!true_now(argc, argv)) {
		left = end - now();
		if (left <= 0)
			return argc == 3 ? 0 : 1;
		t.tv_nsec = left > 0.001 && argc != 3 ? 1000000 : (long)((left > 0.9 ? 0.9 : left) * 1e9);
		nanosleep(&t, NULL);
	}
	return 0;
}
