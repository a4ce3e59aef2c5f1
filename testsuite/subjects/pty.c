/* pty.c - a pseudo terminal: both ends, size, modes, what was typed and not read. */
/* flavours: dynamic */
/* refused: pty */
/* says: refused +pty +pid [0-9]+ fd 5 +O_PATH of a terminal */
#include "subject.h"
#include <sys/ioctl.h>
#include <termios.h>

int main(int argc, char **argv)
{
	struct winsize size = { 33, 77, 1, 2 }, now;
	struct termios modes, modes_now;
	int master, slave, number;
	char name[40], text[40];

	subject_init(argc, argv);
	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	if (master < 0)
		SKIP("/dev/ptmx: %s", strerror(errno));
	MUST(!unlockpt(master) && !ioctl(master, TIOCGPTN, &number) && !ioctl(master, TIOCSWINSZ, &size));
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	slave = open(name, O_RDWR | O_NOCTTY);
	MUST(slave >= 0 && !tcgetattr(slave, &modes) && open(name, O_PATH) == 5);
	modes.c_lflag &= ~ECHO;
	modes.c_cc[VINTR] = 'x';
	MUST(!tcsetattr(slave, TCSANOW, &modes) && write(master, "typed\n", 6) == 6);

	subject_freeze();

	EXPECT(!ioctl(slave, TIOCGWINSZ, &now) && !memcmp(&now, &size, sizeof(now)), "window size");
	EXPECT(!tcgetattr(slave, &modes_now) && modes_now.c_lflag == modes.c_lflag && modes_now.c_cc[VINTR] == 'x', "modes");
	EXPECT(read(slave, text, sizeof(text)) == 6 && !memcmp(text, "typed\n", 6), "what was typed");
	EXPECT(write(slave, "out", 3) == 3 && read(master, text, sizeof(text)) == 3, "output");
	return subject_end();
}
