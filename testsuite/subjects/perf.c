/* perf.c - a performance counter. */
/* flavours: dynamic */
/* refused: perf */
#include "subject.h"
#include <linux/perf_event.h>

int main(int argc, char **argv)
{
	struct perf_event_attr a;
	uint64_t before = 0, after = 0;
	int fd;

	subject_init(argc, argv);
	memset(&a, 0, sizeof(a));
	a.size = sizeof(a);
	a.type = PERF_TYPE_SOFTWARE;
	a.config = PERF_COUNT_SW_TASK_CLOCK;
	fd = syscall(SYS_perf_event_open, &a, 0, -1, -1, 0);
	if (fd < 0)
		SKIP("perf_event_open: %s", strerror(errno));
	MUST(read(fd, &before, 8) == 8);

	subject_freeze();

	EXPECT(read(fd, &after, 8) == 8 && after > before, "the counter does not count");
	return subject_end();
}
