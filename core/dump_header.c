/* dump_header.c - the first record of an image: what, where, when, and what was asked. See struct header. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "core/cpu.h"
#include "core/dump.h"

/* What --allow-loss named and was there, so that whoever restores can be told. */
static int fill_losses(struct header *h, struct arena *a, const struct report *r)
{
	cleanup_buf struct buf names = { 0 };

	for (size_t i = 0; i < r->n; i++)
		if (r->findings[i].verdict == FINDING_LOST && !report_names(names.p, r->findings[i].id))
			buf_printf(&names, "%s%s", names.len ? "," : "", r->findings[i].id);
	if (buf_check(&names) < 0)
		return -1;
	h->losses = arena_strdup(a, names.len ? names.p : "");
	return h->losses ? 0 : -1;
}

static int fill_cpu(struct header *h, struct arena *a)
{
	cleanup_buf struct buf features = { 0 };

	cpu_xsave(&h->xsave_mask, &h->xsave_size);
	if (cpu_features(&features) < 0)
		return -1;
	h->cpu = arena_strdup(a, features.p ? features.p : "");
	return h->cpu ? 0 : -1;
}

int dump_fill_header(struct model *m, const struct dump_options *options, const struct report *report)
{
	struct header *h = &m->header;
	struct arena *a = &m->arena;
	struct utsname u;

	if (uname(&u) < 0)
		return fail("uname");
	h->format = IMAGE_FORMAT;
	h->version = CR_VERSION;
	h->arch = arena_strdup(a, u.machine);
	h->kernel = arena_strdup(a, u.release);
	h->host = arena_strdup(a, u.nodename);
	h->time = model_clock(CLOCK_REALTIME) / 1000000000;
	h->monotonic = model_clock(CLOCK_MONOTONIC);
	h->boottime = model_clock(CLOCK_BOOTTIME);
	h->page_size = (uint32_t)getpagesize();
	h->leave_running = options->after != DUMP_KILL;
	h->root = options->pid;
	h->command = m->tasks[0]->mm->command;
	if (!h->arch || !h->kernel || !h->host || fill_cpu(h, a) < 0)
		return -1;
	return fill_losses(h, a, report);
}

