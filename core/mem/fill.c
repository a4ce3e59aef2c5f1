/*
 * fill.c - pages into large mappings that have none yet: userfaultfd(2) makes each one from what it is given. To write into
 * the target has it fault on an empty page first, which is cleared and then looked for again: half as long again.
 *
 * It is only the faster way: without it, and for what it does not take, all is written the usual way. Huge pages come from such a fault alone,
 * so memory that may have them is left to it.
 *
 * userfaultfd(2), ioctl_userfaultfd(2)
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/mem/mem.h"

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1		/* needs no privilege (Linux 5.11) */
#endif

#define WORTH 512			/* pages; to begin takes as long as 50 */

static int huge_everywhere(void)
{
	struct buf text = { 0 };
	int found = !io_read_file(AT_FDCWD, "/sys/kernel/mm/transparent_hugepage/enabled", &text) && strstr(text.p, "[always]");

	buf_free(&text);
	return found;
}

/* Our copy of a userfaultfd of the newborn's; 0: there is none, -1 recorded. */
static int open_in(struct remote_process *p, int *fd)
{
	struct remote_thread *t = &p->threads[0];
	struct uffdio_api api = { .api = UFFD_API };
	cleanup_fd int pidfd = -1;
	long theirs, ignored;

	if (remote_syscall(t, &theirs, SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY, 0, 0, 0, 0, 0) < 0)
		return -1;
	if (theirs < 0)
		return 0;
	pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	*fd = (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
	if (remote_syscall(t, &ignored, SYS_close, (uint64_t)theirs, 0, 0, 0, 0, 0) < 0)
		return -1;
	return *fd >= 0 && !ioctl(*fd, UFFDIO_API, &api);
}

static int suits(const struct vma *v)
{
	return v->type == VMA_ANON && !v->shared && v->pages >= WORTH && !mem_advice_in(v, "hg");
}

int mem_fill_begin(struct model *m, struct task *t)
{
	struct mem_cursor *c = t->mm->cursor;

	c->fill_fd = -1;
	for (size_t i = 0; i < t->mm->nvmas; i++) {
		const struct vma *v = &t->mm->vmas[i];
		struct uffdio_register range = { .range = { v->start, v->end - v->start }, .mode = UFFDIO_REGISTER_MODE_MISSING };

		if (c->kept[i] || !suits(v))
			continue;
		if (!c->fills) {
			int ret = huge_everywhere() ? 0 : open_in(t->remote, &c->fill_fd);

			if (ret <= 0)
				return ret;
			c->fills = arena_alloc(&m->arena, t->mm->nvmas);
			if (!c->fills)
				return -1;
		}
		c->fills[i] = !ioctl(c->fill_fd, UFFDIO_REGISTER, &range);
	}
	return 0;
}

void mem_fill(const struct mm *mm, const struct vma *v, struct mem_chunk_run *run)
{
	const struct mem_cursor *c = mm->cursor;
	struct uffdio_copy copy = {
		.dst = run->start, .src = (uint64_t)(uintptr_t)run->data, .len = run->end - run->start, .mode = UFFDIO_COPY_MODE_DONTWAKE
	};
	struct uffdio_range all = { v->start, v->end - v->start };

	if (ioctl(c->fill_fd, UFFDIO_COPY, &copy) && !ioctl(c->fill_fd, UFFDIO_UNREGISTER, &all))
		c->fills[v - mm->vmas] = 0;
	if (copy.copy > 0) {
		run->start += (uint64_t)copy.copy;
		run->data += copy.copy;
	}
}

void mem_fill_end(struct mm *mm)
{
	io_close(&mm->cursor->fill_fd);
}
