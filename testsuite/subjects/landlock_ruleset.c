/* landlock_ruleset.c - a set of rules that is not in force yet. */
/* flavours: dynamic */
/* refused: landlock */
#include "subject.h"

int main(int argc, char **argv)
{
	uint64_t handled = 1ULL << 11;
	int fd;

	subject_init(argc, argv);
	fd = syscall(444, &handled, sizeof(handled), 0);
	if (fd < 0)
		SKIP("landlock_create_ruleset: %s", strerror(errno));

	subject_freeze();

	EXPECT(fcntl(fd, F_GETFD) >= 0, "the descriptor is gone");
	return subject_end();
}
