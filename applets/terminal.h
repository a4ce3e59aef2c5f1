/*
 * terminal.h - whose turn it is at the terminal of cr restore: for the shell that started it, cr and its tree are one job, with two groups.
 */
#ifndef CR_APPLETS_TERMINAL_H
#define CR_APPLETS_TERMINAL_H

#include <sys/types.h>
#include <termios.h>

struct terminal {
	int fd;				/* -1: there is none */
	struct termios modes;		/* as they were before */
	struct termios theirs;		/* the tree's, while it is not in front */
	int away;			/* they are to come back when it is */
	int given;			/* to the tree's group */
};

void terminal_take(struct terminal *t);
int terminal_in_front(const struct terminal *t);
void terminal_return(struct terminal *t);
void terminal_back(struct terminal *t);
int terminal_forward(struct terminal *t, pid_t root);

#endif
