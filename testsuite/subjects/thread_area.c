/* thread_area.c - a thread with a segment of its own in the global descriptor table, which no register refers to. */
/* flavours: dynamic */
/* refused: ldt */
/* says: set_thread_area */
/* needs: x86_64 */
#if defined(__x86_64__)
#include "debugged.h"
#include <asm/ldt.h>

#define ENTRY 13
#define SET_AREA 26			/* PTRACE_SET_THREAD_AREA: 64-bit programs have no call for it */
#define GET_AREA 25

static int set_area(void)
{
	struct user_desc d = {
		.entry_number = ENTRY, .base_addr = 0x12345000, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1,
	};

	return !ptrace(SET_AREA, debugged, (void *)(long)ENTRY, &d);
}

static int has_area(void)
{
	struct user_desc d = { .entry_number = ENTRY };

	return !ptrace(GET_AREA, debugged, (void *)(long)ENTRY, &d) && d.base_addr == 0x12345000 && d.limit == 0xfffff && d.useable;
}

int main(int argc, char **argv)
{
	subject_init(argc, argv);
	debugged_begin();
	if (!debug(set_area))
		SKIP("ptrace sets no segments here");

	subject_freeze();

	EXPECT(debug(has_area), "the segment of the thread");
	debugged_end();
	return subject_end();
}
#else
#include "elsewhere.h"
#endif
