/* login.c - a login of its own, as audit sees it. It is noted, not refused: restored, the process is of the login that it came from. */
/* flavours: dynamic */
/* says: note +login +pid [0-9]+ +it belongs to another login than cr \(loginuid 1234, */
#include "subject.h"

static long number(const char *file)
{
	char path[64], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/self/%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	read(fd, text, sizeof(text) - 1);
	close(fd);
	return atol(text);
}

int main(int argc, char **argv)
{
	long uid = number("loginuid"), session = number("sessionid"), now;
	int fd;

	subject_init(argc, argv);
	if (uid < 0)
		SKIP("this kernel has no audit");
	fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1234", 4) != 4)
		SKIP("the login cannot be changed: %s", strerror(errno));
	close(fd);

	subject_freeze();

	now = number("loginuid");
	EXPECT(now == 1234 || now == uid, "loginuid is %ld, was %ld", now, uid);
	EXPECT(now == 1234 || number("sessionid") == session, "sessionid is %ld, was %ld", number("sessionid"), session);
	return subject_end();
}
