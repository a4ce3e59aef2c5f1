/*
 * pagemap.c - which pages of an address space have content, by PAGEMAP_SCAN or, on kernels before 6.7, entry by entry.
 *
 *	bit 63 present, 62 swapped, 61 file or shared memory, 58 guard, 57 uffd-wp, 55 soft-dirty; 0-54 frame number
 *
 * The scan answers in runs, so a sparse terabyte costs what its used parts cost. The plain way knows the zero page only with
 * CAP_SYS_ADMIN; else zero pages count as content, which is right, only slower. It knows no huge pages.
 *
 * proc_pid_pagemap(5), Documentation/admin-guide/mm/pagemap.rst
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/proc/proc.h"

/* From linux/fs.h, which is newer than what most machines have installed. */
struct page_region {
	uint64_t start, end, categories;
};
struct pm_scan_arg {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};
#define PAGEMAP_SCAN _IOWR('f', 16, struct pm_scan_arg)

#define PAGE ((uint64_t)4096)
#define ENTRIES 512
#define PFN_MASK ((1ull << 55) - 1)
#define SWAPPED (1ull << 62)

_Static_assert(sizeof(((struct proc_pagemap *)0)->regions[0]) == sizeof(struct page_region), "regions are the kernel's");

const struct proc_page_query proc_pages_data = {
	.without = PROC_PAGE_ZERO | PROC_PAGE_GUARD,
	.any_of = PROC_PAGE_PRESENT | PROC_PAGE_SWAPPED,
};
/* Pages of zeros are merged into the zero page here, too (KSM, use_zero_pages), where the file may have something else. */
const struct proc_page_query proc_pages_private = {
	.without = PROC_PAGE_GUARD | PROC_PAGE_FILE,
	.any_of = PROC_PAGE_PRESENT | PROC_PAGE_SWAPPED,
};
const struct proc_page_query proc_pages_guard = {
	.with = PROC_PAGE_GUARD,
};

/* A page that was only ever read has the frame that all zero pages share: ours tells which one. */
static uint64_t find_zero_pfn(void)
{
	uint64_t pfn = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	char *page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (fd >= 0 && page != MAP_FAILED) {
		(void)*(volatile char *)page;
		if (proc_pagemap_pfns(fd, (uintptr_t)page, &pfn, 1))
			pfn = 0;
	}
	if (page != MAP_FAILED)
		munmap(page, PAGE);
	if (fd >= 0)
		close(fd);
	return pfn;
}

void proc_pagemap_begin(struct proc_pagemap *p, int fd, uint64_t start, uint64_t end, const struct proc_page_query *query)
{
	p->fd = fd;
	p->plain = p->ready = 0;
	p->at = start;
	p->end = end;
	p->query = *query;
	p->zero_pfn = 0;
	p->next = p->n = 0;
}

/* No kernel that lacks a category has such pages: asking for them finds none, excluding them changes nothing. */
static int drop_guard(struct proc_pagemap *p)
{
	struct proc_page_query *q = &p->query;

	if (!((q->with | q->without | q->any_of | q->report) & PROC_PAGE_GUARD))
		return 0;
	if (q->with & PROC_PAGE_GUARD || q->any_of == PROC_PAGE_GUARD)
		p->at = p->end;
	q->with &= ~(uint64_t)PROC_PAGE_GUARD;
	q->without &= ~(uint64_t)PROC_PAGE_GUARD;
	q->any_of &= ~(uint64_t)PROC_PAGE_GUARD;
	q->report &= ~(uint64_t)PROC_PAGE_GUARD;
	return 1;
}

/*
 * The kernel collects 512 regions at a time. Asked for more it goes round again, and then tells as WALK_END where the round before
 * had stopped (seen on 6.18: 1024 regions asked for, regions up to the end returned, WALK_END half-way). Who goes on from there
 * gets regions twice: so no more are asked for than it collects, and the scan never goes on before the last one it got.
 */
static int scan(struct proc_pagemap *p)
{
	struct pm_scan_arg arg = {
		.size = sizeof(arg), .start = p->at, .end = p->end,
		.vec = (uintptr_t)p->regions, .vec_len = PROC_PAGEMAP_REGIONS,
		.category_mask = p->query.with | p->query.without, .category_inverted = p->query.without,
		.category_anyof_mask = p->query.any_of, .return_mask = p->query.report,
	};
	int n = ioctl(p->fd, PAGEMAP_SCAN, &arg);

	if (n >= 0) {
		if (n > PROC_PAGEMAP_REGIONS || arg.walk_end <= p->at || arg.walk_end > p->end)
			return fail_plain("PAGEMAP_SCAN stopped at %#llx", (unsigned long long)arg.walk_end);
		p->n = (size_t)n;
		p->at = arg.walk_end;
		if (n && p->regions[n - 1].end > p->at)
			p->at = p->regions[n - 1].end;
		return 0;
	}
	if (errno == EINTR)
		return 0;
	if (errno == EINVAL && drop_guard(p))
		return 0;
	if (errno != ENOTTY && errno != EINVAL)
		return fail("PAGEMAP_SCAN");
	p->plain = 1;
	return 0;
}

static uint64_t categories_of(const struct proc_pagemap *p, uint64_t entry)
{
	uint64_t c = 0;

	if (entry >> 58 & 1)
		return PROC_PAGE_GUARD;
	c |= entry >> 63 & 1 ? PROC_PAGE_PRESENT : 0;
	c |= entry >> 62 & 1 ? PROC_PAGE_SWAPPED : 0;
	c |= entry >> 61 & 1 ? PROC_PAGE_FILE : 0;
	c |= entry >> 55 & 1 ? PROC_PAGE_SOFT_DIRTY : 0;
	if (c & PROC_PAGE_PRESENT && p->zero_pfn && (entry & PFN_MASK) == p->zero_pfn)
		c |= PROC_PAGE_ZERO;
	return c;
}

static int asked_for(const struct proc_page_query *q, uint64_t c)
{
	return (c & q->with) == q->with && !(c & q->without) && (!q->any_of || c & q->any_of);
}

/* At most one region for each entry: 512 of them always find room in an empty buffer. */
static int read_plain(struct proc_pagemap *p)
{
	uint64_t entries[ENTRIES];
	uint64_t left = (p->end - p->at) / PAGE;
	size_t want = left < ENTRIES ? (size_t)left : ENTRIES;
	size_t i, n;
	ssize_t got;

	if (!p->ready) {
		p->zero_pfn = find_zero_pfn();
		p->ready = 1;
	}
	got = pread(p->fd, entries, want * sizeof(*entries), (off_t)(p->at / PAGE * sizeof(*entries)));
	if (got < 0)
		return errno == EINTR ? 0 : fail("read pagemap");
	n = (size_t)got / sizeof(*entries);
	if (!n) {			/* behind the last address a process can have */
		p->at = p->end;
		return 0;
	}
	for (i = 0; i < n; i++, p->at += PAGE) {
		uint64_t c = categories_of(p, entries[i]);

		if (!asked_for(&p->query, c))
			continue;
		c &= p->query.report;
		if (p->n && p->regions[p->n - 1].end == p->at && p->regions[p->n - 1].categories == c) {
			p->regions[p->n - 1].end += PAGE;
		} else {
			p->regions[p->n].start = p->at;
			p->regions[p->n].end = p->at + PAGE;
			p->regions[p->n++].categories = c;
		}
	}
	return 0;
}

/* Fills the buffer until there is something in it or nothing is left. */
static int refill(struct proc_pagemap *p)
{
	p->next = p->n = 0;
	while (!p->n && p->at < p->end)
		if (p->plain ? read_plain(p) : scan(p))
			return -1;
	return 0;
}

int proc_pagemap_next(struct proc_pagemap *p, struct proc_page_run *run)
{
	*run = (struct proc_page_run){ 0 };
	for (;;) {
		if (p->next == p->n && refill(p))
			return -1;
		if (p->next == p->n)
			return run->end != 0;
		if (!run->end) {
			run->start = p->regions[p->next].start;
			run->categories = p->regions[p->next].categories;
		} else if (run->end != p->regions[p->next].start || run->categories != p->regions[p->next].categories) {
			return 1;
		}
		run->end = p->regions[p->next++].end;
	}
}

int proc_pagemap_pfns(int fd, uint64_t start, uint64_t *pfns, size_t n)
{
	size_t done = 0, i;

	while (done < n) {
		ssize_t got = pread(fd, pfns + done, (n - done) * sizeof(*pfns), (off_t)((start / PAGE + done) * sizeof(*pfns)));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail("read pagemap");
		if (got < (ssize_t)sizeof(*pfns))
			return fail_plain("pagemap ends before %#llx", (unsigned long long)(start + n * PAGE));
		done += (size_t)got / sizeof(*pfns);
	}
	for (i = 0; i < n; i++)
		pfns[i] = pfns[i] >> 62 && pfns[i] & PFN_MASK ? pfns[i] & (PFN_MASK | SWAPPED) : 0;
	return 0;
}
