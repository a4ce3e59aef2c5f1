/*
 * killat - runs a command and ends it by a signal (SIGKILL) after so many microseconds.
 *
 *	killat [-SIGNUM] MICROSECONDS COMMAND [ARGUMENT...]
 * The command does not ignore the signal, even if we do. Exit status 0 when it was killed, 1 when it had ended by itself before that.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int sig = argc > 1 && *argv[1] == '-' ? atoi(argv[1] + 1) : SIGKILL, given = argc > 1 && *argv[1] == '-', status;
	long us = argc > 2 + given ? atol(argv[1 + given]) : -1;
	struct timespec t;
	pid_t pid;

	if (us < 0 || sig <= 0) {
		fprintf(stderr, "usage: killat [-SIGNUM] MICROSECONDS COMMAND [ARGUMENT...]\n");
		return 2;
	}
	pid = fork();
	if (pid == 0) {
		signal(sig, SIG_DFL);
		execvp(argv[2 + given], argv + 2 + given);
		_exit(127);
	}
	t.tv_sec = us / 1000000;
	t.tv_nsec = us % 1000000 * 1000;
	nanosleep(&t, NULL);
	kill(pid, sig);
	if (waitpid(pid, &status, 0) != pid)
		return 3;
	return WIFSIGNALED(status) ? 0 : 1;
}
