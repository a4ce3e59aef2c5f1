/* terminal.c - our terminal goes to the tree that we restored, and comes back. See terminal.h, tcsetpgrp(3), credentials(7). */
#include "applets/terminal.h"

#include <fcntl.h>
#include <unistd.h>

void terminal_take(struct terminal *t)
{
	t->fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (t->fd >= 0 && tcgetattr(t->fd, &t->modes) < 0) {
		close(t->fd);
		t->fd = -1;
	}
}

/* Is our group the one in the foreground? */
int terminal_in_front(const struct terminal *t)
{
	return t->fd >= 0 && tcgetpgrp(t->fd) == getpgrp();
}

void terminal_return(struct terminal *t)
{
	if (t->fd < 0)
		return;
	if (t->given)
		tcsetpgrp(t->fd, getpgrp());
	tcsetattr(t->fd, TCSADRAIN, &t->modes);
}

/* The shell has, or takes, the terminal: with the modes that it gave us. */
void terminal_back(struct terminal *t)
{
	if (t->away)			/* it never came forward */
		return;
	t->away = t->fd >= 0 && tcgetattr(t->fd, &t->theirs) == 0;
	terminal_return(t);
	t->given = 0;
}

/* Whoever brings us to the foreground (fg) means the tree, if that has a group of its own. 0: it has not got the terminal; after bg that is somebody else's. */
int terminal_forward(struct terminal *t, pid_t root)
{
	if (!terminal_in_front(t))
		return 0;
	if (getpgid(root) != getpgrp() && getsid(root) == getsid(0))
		t->given = tcsetpgrp(t->fd, getpgid(root)) == 0;
	if (t->away)
		tcsetattr(t->fd, TCSADRAIN, &t->theirs);
	t->away = 0;
	return t->given;
}
