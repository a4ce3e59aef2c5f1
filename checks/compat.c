/*
 * compat.c - tasks with another word size than ours: 32-bit programs and x32.
 *
 * The kernel gives a program pairs of words of its own size at start, which /proc/PID/auxv shows as they are: so nothing of the
 * program file, which may be on a dead server, has to be read.
 */
#include <string.h>

#include "checks/run.h"

#define AT_PAGE_SIZE 6
#define AT_LAST_KNOWN 64

/* Do the pairs make sense as words of SIZE bytes: known types up to the end, and a page size? */
static int is_vector(const struct bytes *b, size_t size)
{
	int page_size = 0;

	for (size_t at = 0; at + 2 * size <= b->len; at += 2 * size) {
		uint64_t type = 0, value = 0;

		memcpy(&type, (const char *)b->p + at, size);
		memcpy(&value, (const char *)b->p + at + size, size);
		if (!type)
			return page_size;
		if (type == AT_PAGE_SIZE)
			page_size = value >= 4096 && !(value & (value - 1));
		if (type > AT_LAST_KNOWN)
			return 0;
	}
	return 0;
}

static int scan(struct scan *s)
{
	for (size_t i = 0; i < s->model->ntasks; i++) {
		const struct task *t = s->model->tasks[i];
		size_t other = sizeof(long) == 8 ? 4 : 8;

		if (!t->mm || !model_speaker(t) || is_vector(&t->mm->auxv, sizeof(long)) || !is_vector(&t->mm->auxv, other))
			continue;
		if (report_refuse(s->report, "compat", t->pid, "", "use the program built for this machine",
				  "a %zu-bit program (or x32), and cr is a %zu-bit one", other * 8, sizeof(long) * 8) < 0)
			return -1;
	}
	return 0;
}

const struct check check_compat = {
	.name = "compat",
	.title = ROW_TEXT("32-bit and x32 tasks"),
	.also = ROW_TEXT("32bit x32"),
	.how = ROW_TEXT("the size of words in /proc/PID/auxv"),
	.takes = ROW_TEXT("a second stub, register layout and set of getters for 32-bit tasks"),
	.page = ROW_PAGE(
		"32-bit programs on a 64-bit kernel, and x32.\n\n"
		"Registers, signal frames, robust lists, timers and system call numbers all have another shape, and the "
		"vdso is another one. cr would need its stub, its register code and every getter a second time, and a "
		"restore across word sizes is out of the question: addresses would not fit. The size shows in "
		"/proc/PID/auxv, whose words are the program's; nothing of its file is read.\n\n"
		"A 64-bit program that jumps into 32-bit code by itself does not show from outside. In the frozen tree "
		"its registers would."),
	.in_2009 = 'N',
	.scan = scan,
};
