/* tty.c - a job with a terminal: in the foreground, with modes of its own; the terminal afterwards is that of whoever restores. */
/* flavours: dynamic */
/* run: terminal.tests */
#include "subject.h"
#include <sys/ioctl.h>
#include <termios.h>

int main(int argc, char **argv)
{
	struct termios modes, now;
	char line[100] = "";
	ssize_t n;

	subject_init(argc, argv);
	MUST(isatty(0) && isatty(1) && !tcgetattr(0, &modes));
	modes.c_lflag &= ~(ICANON | ECHO);
	modes.c_cc[VMIN] = 1;
	modes.c_cc[VTIME] = 0;
	MUST(!tcsetattr(0, TCSANOW, &modes));
	dprintf(1, "before\n");

	subject_freeze();

	dprintf(1, "after\n");
	EXPECT(!tcgetattr(0, &now) && now.c_lflag == modes.c_lflag, "modes of the terminal");
	EXPECT(tcgetpgrp(0) == getpgrp(), "not in the foreground: %d, we are %d", tcgetpgrp(0), getpgrp());
	n = read(0, line, 1);
	EXPECT(n == 1 && line[0] == 'q', "what was typed: %d %s", (int)n, line);
	modes.c_lflag |= ICANON | ECHO;
	tcsetattr(0, TCSANOW, &modes);
	return subject_end();
}
