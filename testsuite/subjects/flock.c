/* flock.c - a lock on an open file description, inherited by a child. */
/* flavours: dynamic */
/* refused: lock */
#include "subject.h"
#include <sys/file.h>

int main(int argc, char **argv)
{
	int fd, other;

	subject_init(argc, argv);
	fd = open("file", O_CREAT | O_RDWR, 0640);
	MUST(fd >= 0 && !flock(fd, LOCK_EX));

	subject_freeze();

	other = open("file", O_RDWR);
	EXPECT(flock(other, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK, "the lock is gone");
	EXPECT(!flock(fd, LOCK_UN) && !flock(other, LOCK_EX | LOCK_NB), "unlocking");
	return subject_end();
}
