/*
 * killat - runs a command and ends it by a signal (SIGKILL) after so many microseconds.
 *
 *	killat [-SIGNUM] MICROSECONDS COMMAND [ARGUMENT...]
 *	killat -child MICROSECONDS COMMAND [ARGUMENT...]
 *	killat -free PID COMMAND [ARGUMENT...]
 * With -child the first child of the command is killed instead, with -free as soon as PID, which it makes, is not traced any more (or after
 * 10 s); the exit status is then the command's. The command does not ignore the signal, even if we do. Exit status 0 when it was killed, 1 when it had ended by itself before that.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int read_name(long pid, char name[32])
{
	char path[64];
	FILE *f;
	int ok;

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	f = fopen(path, "re");
	ok = f && fgets(name, 32, f);
	if (f)
		fclose(f);
	return ok;
}

/* Of the same name: once the worker of a restore is over, the first one is the root of a tree. */
static int first_child(pid_t pid)
{
	char name[64], ours[32], its[32];
	int child = 0;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%d/task/%d/children", pid, pid);
	f = fopen(name, "re");
	if (f && fscanf(f, "%d", &child) != 1)
		child = 0;
	if (f)
		fclose(f);
	return child && read_name(pid, ours) && read_name(child, its) && !strcmp(ours, its) ? child : 0;
}

/* 1: traced, 0: not, -1: there is no such process. */
static int is_traced(long pid)
{
	char name[64], line[200];
	int tracer = -1;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%ld/status", pid);
	f = fopen(name, "re");
	while (f && fgets(line, sizeof(line), f) && sscanf(line, "TracerPid: %d", &tracer) != 1)
		;
	if (f)
		fclose(f);
	return tracer > 0 ? 1 : tracer;
}

/* Returns the first child of MAKER, from before: at the end that one may be over. */
static int until_free(long pid, pid_t maker)
{
	time_t end = time(NULL) + 10;
	int traced = 0, child = 0, now;

	while (time(NULL) < end && ((now = is_traced(pid)) || !traced)) {
		traced |= now > 0;
		if (!child)
			child = first_child(maker);
	}
	return child;
}

static void wait_us(long us)
{
	const struct timespec t = { us / 1000000, us % 1000000 * 1000 };

	nanosleep(&t, NULL);
}

int main(int argc, char **argv)
{
	int given = argc > 1 && *argv[1] == '-', freed = given && !strcmp(argv[1], "-free"), child = given && (freed || !strcmp(argv[1], "-child"));
	int sig = given && !child ? atoi(argv[1] + 1) : SIGKILL, status;
	long us = argc > 2 + given ? atol(argv[1 + given]) : -1;
	pid_t pid;

	if (us < 0 || sig <= 0) {
		fprintf(stderr, "usage: killat [-SIGNUM] MICROSECONDS|-child MICROSECONDS|-free PID COMMAND [ARGUMENT...]\n");
		return 2;
	}
	pid = fork();
	if (pid == 0) {
		signal(sig, SIG_DFL);
		execvp(argv[2 + given], argv + 2 + given);
		_exit(127);
	}
	if (!freed)
		wait_us(us);
	if (child) {
		int worker = freed ? until_free(us, pid) : first_child(pid);

		if (worker)
			kill(worker, SIGKILL);
	} else {
		kill(pid, sig);
	}
	if (waitpid(pid, &status, 0) != pid)
		return 3;
	if (child)
		return WIFEXITED(status) ? WEXITSTATUS(status) : 5;
	return WIFSIGNALED(status) ? 0 : 1;
}
