/* fanotify.c - a group with a mark. */
/* flavours: dynamic */
/* refused: fanotify */
/* needs: root, CONFIG_FANOTIFY */
#include "subject.h"
#include <sys/fanotify.h>

int main(int argc, char **argv)
{
	struct fanotify_event_metadata e;
	int fd;

	subject_init(argc, argv);
	MUST(!mkdir("a", 0755));
	fd = fanotify_init(FAN_CLASS_NOTIF | FAN_NONBLOCK, O_RDONLY);
	if (fd < 0)
		SKIP("fanotify_init: %s", strerror(errno));
	MUST(!fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN | FAN_ONDIR, AT_FDCWD, "a"));

	subject_freeze();

	close(open("a", O_RDONLY));
	EXPECT(read(fd, &e, sizeof(e)) == sizeof(e) && e.mask == (FAN_OPEN), "an event: %s", strerror(errno));
	return subject_end();
}
