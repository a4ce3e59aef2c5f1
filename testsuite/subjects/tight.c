/* tight.c - soft limits at almost nothing: no more data, descriptors, file size, stack; raised again afterwards. */
/* flavours: dynamic static musl */
#include "subject.h"
#include <sys/resource.h>

static const int which[] = { RLIMIT_DATA, RLIMIT_NOFILE, RLIMIT_FSIZE, RLIMIT_STACK, RLIMIT_MEMLOCK, RLIMIT_SIGPENDING };
enum { N = sizeof(which) / sizeof(*which) };

int main(int argc, char **argv)
{
	struct rlimit was[N], now;
	char text[40000];
	int i, wrong = 0;

	subject_init(argc, argv);
	subject_fill(text, sizeof(text), 1);
	subject_ready();	/* the file has to be written before it may not be; the test asks when we sleep */
	for (i = 0; i < N; i++) {
		getrlimit(which[i], &was[i]);
		now = was[i];
		now.rlim_cur = which[i] == RLIMIT_STACK ? 4096 : 0;
		setrlimit(which[i], &now);
	}

	subject_wait();

	for (i = 0; i < N; i++) {
		getrlimit(which[i], &now);
		wrong |= (now.rlim_cur != (rlim_t)(which[i] == RLIMIT_STACK ? 4096 : 0) || now.rlim_max != was[i].rlim_max) << i;
		setrlimit(which[i], &was[i]);
	}
	EXPECT(!wrong, "limits are wrong: mask %x", wrong);
	EXPECT_FILLED(text, sizeof(text), 1, "stack");
	return subject_end();
}
