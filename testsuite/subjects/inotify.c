/* inotify.c - watches with their numbers, masks; a number that was given back. */
/* flavours: dynamic */
/* refused: inotify */
/* told: root */
/* says: refused +inotify +pid [0-9]+ fd 3 +2 watches on .*[/][bc] and elsewhere */
#include "subject.h"
#include <sys/inotify.h>

int main(int argc, char **argv)
{
	char text[4096] __attribute__((aligned(8)));
	struct inotify_event *e = (void *)text;
	int fd, a, b, c;

	subject_init(argc, argv);
	MUST(!mkdir("a", 0755) && !mkdir("b", 0755) && !mkdir("c", 0755));
	fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	a = inotify_add_watch(fd, "a", IN_CREATE);
	b = inotify_add_watch(fd, "b", IN_CREATE | IN_DELETE);
	c = inotify_add_watch(fd, "c", IN_CREATE);
	MUST(fd >= 0 && a > 0 && b > 0 && c > 0 && !inotify_rm_watch(fd, a));
	MUST(read(fd, text, sizeof(text)) > 0);	/* IN_IGNORED */

	subject_freeze();

	EXPECT(read(fd, text, sizeof(text)) == -1 && errno == EAGAIN, "an event that never was");
	MUST(!mkdir("c/below", 0755));
	EXPECT(read(fd, text, sizeof(text)) > 0 && e->wd == c && !strcmp(e->name, "below"), "an event of watch %d", c);
	MUST(!mkdir("b/below", 0755) && !rmdir("b/below"));
	EXPECT(read(fd, text, sizeof(text)) > 0 && e->wd == b, "an event of watch %d", b);
	EXPECT(inotify_add_watch(fd, "a", IN_CREATE) > c, "a number given twice");
	rmdir("c/below");
	return subject_end();
}
