/*
 * called.c - called NR ARG1 ARG2 ARG3 PROGRAM [ARG]...: makes one system call, and runs the program, which inherits what that has set. Exit
 * status 77 when the call fails.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long arg[4];

	if (argc < 6)
		return 2;
	for (int i = 0; i < 4; i++)
		arg[i] = atol(argv[i + 1]);
	if (syscall(arg[0], arg[1], arg[2], arg[3], 0, 0) < 0) {
		perror("called");
		return 77;
	}
	execvp(argv[5], argv + 5);
	perror(argv[5]);
	return 127;
}
