/* userfaultfd.c - a descriptor that handles page faults of a range. */
/* flavours: dynamic */
/* refused: userfaultfd */
#include "subject.h"
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_zeropage zero = { 0 };
	char *p;
	int fd;

	subject_init(argc, argv);
	fd = syscall(SYS_userfaultfd, O_NONBLOCK | 1);
	if (fd < 0)
		SKIP("userfaultfd: %s", strerror(errno));
	p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	range.range.start = (unsigned long)p;
	range.range.len = 65536;
	MUST(p != MAP_FAILED && !ioctl(fd, UFFDIO_API, &api) && !ioctl(fd, UFFDIO_REGISTER, &range));

	subject_freeze();

	zero.range = range.range;
	EXPECT(!ioctl(fd, UFFDIO_ZEROPAGE, &zero) && p[5000] == 0, "filling the range: %s", strerror(errno));
	return subject_end();
}
