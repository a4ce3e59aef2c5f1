/*
 * killat - runs a command and kills it (SIGKILL) after so many microseconds.
 *
 *	killat MICROSECONDS COMMAND [ARGUMENT...]
 * Exit status 0 when the command was killed, 1 when it had ended by itself before that.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct timespec t;
	long us = argc > 2 ? atol(argv[1]) : -1;
	int status;
	pid_t pid;

	if (us < 0) {
		fprintf(stderr, "usage: killat MICROSECONDS COMMAND [ARGUMENT...]\n");
		return 2;
	}
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	t.tv_sec = us / 1000000;
	t.tv_nsec = us % 1000000 * 1000;
	nanosleep(&t, NULL);
	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid)
		return 3;
	return WIFSIGNALED(status) ? 0 : 1;
}
