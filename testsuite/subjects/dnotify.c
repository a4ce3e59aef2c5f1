/* dnotify.c - F_NOTIFY on a folder: a signal when something changes. */
/* flavours: dynamic */
/* refused: dnotify */
#include "subject.h"

static volatile sig_atomic_t came, fd_seen;
static void on_change(int sig, siginfo_t *info, void *context) { (void)sig; (void)context; came++; fd_seen = info->si_fd; }

int main(int argc, char **argv)
{
	struct sigaction a = { .sa_sigaction = on_change, .sa_flags = SA_SIGINFO };
	int fd;

	subject_init(argc, argv);
	MUST(!mkdir("a", 0755));
	sigaction(SIGRTMIN + 1, &a, NULL);
	fd = open("a", O_RDONLY);
	MUST(fd >= 0 && !fcntl(fd, F_SETSIG, SIGRTMIN + 1));
	if (fcntl(fd, F_NOTIFY, DN_CREATE | DN_MULTISHOT))
		SKIP("F_NOTIFY: %s", strerror(errno));

	subject_freeze();

	MUST(!mkdir("a/b", 0755) && !rmdir("a/b"));
	EXPECT_EQ(came, 1, "signals for a change");
	EXPECT_EQ(fd_seen, fd, "descriptor it told");
	return subject_end();
}
