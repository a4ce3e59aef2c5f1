/* autogroup.c - a session that has a nice value as a whole. */
/* flavours: dynamic */
/* refused: autogroup */
#include "subject.h"

/* The number in "/autogroup-579 nice 7"; -100 without any. */
static int group_nice(void)
{
	const char *nice = strstr(subject_proc("self/autogroup", "/autogroup"), " nice ");

	return nice ? atoi(nice + 6) : -100;
}

int main(int argc, char **argv)
{
	int fd;

	subject_init(argc, argv);
	MUST(setsid() >= 0 || getsid(0) == getpid());
	fd = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		SKIP("this kernel has no /proc/PID/autogroup: %s", strerror(errno));
	if (write(fd, "7", 1) != 1)
		SKIP("the session takes no nice value: %s", strerror(errno));
	MUST(!close(fd));
	if (group_nice() != 7)
		SKIP("the session has no group of its own");

	subject_freeze();

	EXPECT_EQ(group_nice(), 7, "nice value of the session");
	return subject_end();
}
