/*
 * confined - runs a command in a Landlock domain, which forbids it to make block devices. See landlock(7).
 *
 *	confined COMMAND [ARGUMENT...]
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CREATE_RULESET 444		/* numbers that are the same everywhere */
#define RESTRICT_SELF 446
#define MAKE_BLOCK (1 << 11)

int main(int argc, char **argv)
{
	uint64_t handled = MAKE_BLOCK;
	long rules;

	if (argc < 2)
		return 2;
	rules = syscall(CREATE_RULESET, &handled, sizeof(handled), 0);
	/* root needs no promise to become no more than it is, which cr would refuse for itself */
	if (rules < 0 || (syscall(RESTRICT_SELF, rules, 0) && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(RESTRICT_SELF, rules, 0)))) {
		perror("landlock");
		return 125;
	}
	close((int)rules);
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
