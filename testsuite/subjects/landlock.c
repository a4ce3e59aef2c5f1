/* landlock.c - a process that has put itself into a sandbox. */
/* units: landlock_domain */
/* flavours: dynamic */
/* refused: landlock */
#include "subject.h"
#include <sys/prctl.h>

int main(int argc, char **argv)
{
	uint64_t handled = 1ULL << 11;	/* LANDLOCK_ACCESS_FS_MAKE_BLOCK */
	int fd;

	subject_init(argc, argv);
	fd = syscall(444, &handled, sizeof(handled), 0);
	if (fd < 0)
		SKIP("landlock_create_ruleset: %s", strerror(errno));
	MUST(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !syscall(446, fd, 0));
	close(fd);

	subject_freeze();

	EXPECT(mknod("block", S_IFBLK | 0600, 0x0107) == -1 && (errno == EACCES || errno == EPERM), "the sandbox is open");
	return subject_end();
}
