/* inotify_events.c - events that nobody has read yet. */
/* flavours: dynamic */
/* refused: inotify */
/* told: root */
/* says: refused +inotify +pid [0-9]+ fd 3 +1 watch on .*[/]a, [0-9]+ bytes of events not read */
#include "subject.h"
#include <sys/inotify.h>

int main(int argc, char **argv)
{
	char text[4096] __attribute__((aligned(8)));
	struct inotify_event *e = (void *)text;
	int fd, wd;

	subject_init(argc, argv);
	MUST(!mkdir("a", 0755));
	fd = inotify_init1(IN_NONBLOCK);
	wd = inotify_add_watch(fd, "a", IN_CREATE | IN_DELETE);
	MUST(fd >= 0 && wd > 0 && !mkdir("a/one", 0755) && !rmdir("a/one"));

	subject_freeze();

	EXPECT(read(fd, text, sizeof(text)) > 0 && e->mask == (IN_CREATE | IN_ISDIR) && e->wd == wd, "the first event");
	e = (void *)(text + sizeof(*e) + e->len);
	EXPECT(e->mask == (IN_DELETE | IN_ISDIR) && !strcmp(e->name, "one"), "the second event");
	return subject_end();
}
