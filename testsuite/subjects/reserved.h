/* reserved.h - the address space from AT on, reserved, but for GAP bytes in front of and behind what is there. */
#include "subject.h"
#include <sys/mman.h>

static void reserve(uintptr_t at, uintptr_t gap)
{
	uintptr_t v[256][2] = { { 0 } }, from, to;
	char line[512];
	int i, n = 0;
	FILE *f = fopen("/proc/self/maps", "r");

	MUST(f);
	while (n < 255 && fgets(line, sizeof(line), f) && sscanf(line, "%lx-%lx", &v[n][0], &v[n][1]) == 2)
		n += v[n][1] > at && v[n][0] >> 47 == 0;
	fclose(f);
	v[n][0] = 0x7ffffffff000UL;
	for (i = 0; i <= n; at = v[i++][1]) {
		from = (i ? at + gap : at + 4095) & ~4095UL;
		to = v[i][0] - gap;
		if (v[i][0] > from + gap)
			mmap((void *)from, to - from, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	}
}
