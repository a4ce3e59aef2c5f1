/*
 * policy.c - on which NUMA nodes the memory of a mapping is taken (mbind). The policy of a thread is a kind of its own, mempolicy.
 *
 * The kernel tells it as it is to nobody but the process itself: one call a mapping, as many batches as there are mappings for. Only the few
 * that have a policy are asked on which nodes, too. See get_mempolicy(2) with MPOL_F_ADDR, which does not fall back on the policy of the
 * thread. /proc/PID/numa_maps does, and has a "default" where neither has one: a process with many mappings, all of them so, is not asked.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/base/thread.h"
#include "core/mem/mem.h"
#include "core/proc/text.h"

#define F_ADDR 2			/* MPOL_F_ADDR */
#define F_MEMS_ALLOWED 4		/* MPOL_F_MEMS_ALLOWED */
#define MODE_BIND 2
#define BALANCING (1 << 13)		/* MPOL_F_NUMA_BALANCING */
#define STATIC_NODES (1 << 15)		/* MPOL_F_STATIC_NODES: those that there are of the nodes */
#define RELATIVE_NODES (1 << 14)	/* MPOL_F_RELATIVE_NODES: the nodes are places among those that there are */
#define AT_ONCE 512u			/* calls: more of them in further pages of the scratch would cost more than to run them again */
#define MANY 256u			/* mappings: of fewer each is asked, before numa_maps is opened and made sure of */

static int has_policy(const struct vma *v)
{
	return v->type == VMA_ANON || v->type == VMA_FILE;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* ---- from outside ---- */

/* A cursor through the mappings of MM and the lines of its numa_maps, both in order. */
struct defaults {
	const struct mm *mm;
	size_t at;
};

static int is_shown(struct defaults *d, uint64_t start)
{
	const struct mm *mm = d->mm;

	while (d->at < mm->nvmas && mm->vmas[d->at].start < start) {
		if (has_policy(&mm->vmas[d->at]))
			return 0;
		d->at++;
	}
	return 1;
}

/* "7f0fd9711000 default anon=1 dirty=1 N0=1 kernelpagesize_kB=4". 1: a mapping of ours is missing, or has something else. */
static int take_defaults(void *ctx, const char *text)
{
	struct defaults *d = ctx;
	uint64_t start;

	for (; *text; text += text_line_length(text), text += *text == '\n') {
		if (text_u64(&text, 16, &start) || !is_shown(d, start))
			return 1;
		if (d->at == d->mm->nvmas || d->mm->vmas[d->at].start != start)
			continue;
		if (has_policy(&d->mm->vmas[d->at]) && text_literal(&text, " default"))
			return 1;
		d->at++;
	}
	return 0;
}

static int all_defaults(int dirfd, const struct mm *mm)
{
	struct defaults d = { mm, 0 };

	return proc_each_piece(dirfd, "numa_maps", NULL, take_defaults, &d) == PROC_OK && is_shown(&d, UINT64_MAX);
}

/* The nodes that we may use. */
static int read_allowed(uint8_t nodes[MEM_NODES_BYTES])
{
	int mode;

	return syscall(SYS_get_mempolicy, &mode, nodes, MEM_NODES_BITS, 0, F_MEMS_ALLOWED) < 0 ? -1 : 0;
}

/* From Linux 5.12 on numa_maps said "default" of all that is balanced; that was mended later. */
static int shows_balanced(void)
{
	uint8_t nodes[MEM_NODES_BYTES];
	cleanup_fd int dir = -1;
	void *page = mmap(NULL, MEM_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct vma vma = { .type = VMA_ANON, .start = (uintptr_t)page };
	const struct mm one = { .vmas = &vma, .nvmas = 1 };
	int ret;

	if (page == MAP_FAILED)
		return 0;
	ret = !read_allowed(nodes) && proc_open_self(&dir) == PROC_OK &&
		(syscall(SYS_mbind, page, MEM_PAGE, MODE_BIND | BALANCING, nodes, MEM_NODES_BITS, 0) ? errno == EINVAL : !all_defaults(dir, &one));
	munmap(page, MEM_PAGE);
	return ret;
}

static void *look(void *task)
{
	const struct task *t = task;
	cleanup_fd int dir = -1;

	t->mm->defaults = proc_open_thread(t->pid, model_speaker(t)->tid, &dir) == PROC_OK && all_defaults(dir, t->mm);
	if (!t->mm->defaults)
		err_clear();		/* then it is asked */
	return NULL;
}

void mem_policy_look(struct policy_look *l, const struct scan *s, struct task *t)
{
	static int shown = -1;

	l->running = 0;
	if (!scan_is_frozen(s) || t->mm->nvmas < MANY)
		return;
	if (shown < 0)
		shown = shows_balanced();
	if (!shown)
		return;
	l->running = thread_beside(&l->thread, look, t);
	if (!l->running)
		look(t);
}

void mem_policy_looked(struct policy_look *l, const struct scan *s)
{
	if (scan_is_frozen(s) && l->running)
		pthread_join(l->thread, NULL);
}

/* ---- inside ---- */

/* What is asked about T's mappings from FIRST on, as many as fit; how many these are goes to *N. */
static int ask_modes(struct ask *a, const struct task *t, size_t first, size_t *n)
{
	*n = smaller(smaller(AT_ONCE, batch_capacity(a->batch)), t->mm->nvmas - first);
	a->first = a->batch->ncalls;
	a->space = batch_space(a->batch, *n * sizeof(int32_t), &a->remote);
	if (!a->space)
		return -1;
	for (size_t i = 0; i < *n; i++)
		if (has_policy(&t->mm->vmas[first + i]))
			batch_call(a->batch, NULL, SYS_get_mempolicy, a->remote + i * sizeof(int32_t), 0, 0, t->mm->vmas[first + i].start, F_ADDR, 0);
	return 0;
}

static int answer_modes(const struct ask *a, const struct task *t, size_t first, size_t n)
{
	const int32_t *modes = a->space;
	unsigned call = a->first;

	for (size_t i = 0; i < n; i++) {
		struct vma *v = &t->mm->vmas[first + i];
		long result = has_policy(v) ? batch_result(a->batch, call++) : 0;

		if (result < 0 && result != -ENOSYS)		/* a kernel without NUMA */
			return fail_plain("NUMA policy of the memory at 0x%llx: %s", (unsigned long long)v->start, strerror((int)-result));
		v->policy = (uint32_t)modes[i];
	}
	return 0;
}

int mem_policy_ask(struct ask *a, struct task *t)
{
	if (t->mm->defaults) {
		a->first = a->batch->ncalls;
		a->space = NULL;
		t->mm->asked = t->mm->nvmas;
		return 0;
	}
	return ask_modes(a, t, 0, &t->mm->asked);
}

int mem_policy_answer(const struct ask *a, const struct task *t)
{
	return a->space ? answer_modes(a, t, 0, t->mm->asked) : 0;
}

static int capture_modes(const struct task *t, size_t first, size_t *n)
{
	struct batch b;
	struct ask a = { .batch = &b };

	if (batch_begin(&b, model_speaker(t)->remote) < 0 || ask_modes(&a, t, first, n) < 0 || batch_run(&b) < 0)
		return -1;
	return answer_modes(&a, t, first, *n);
}

static int capture_nodes(struct arena *arena, const struct task *t, struct vma *v)
{
	struct batch b;
	uint8_t *mask;
	uint64_t at;

	if (batch_begin(&b, model_speaker(t)->remote) < 0 || !(mask = batch_space(&b, MEM_NODES_BYTES, &at)))
		return -1;
	batch_call(&b, "get_mempolicy", SYS_get_mempolicy, 0, at, MEM_NODES_BITS, v->start, F_ADDR, 0);
	if (batch_run(&b) < 0)
		return -1;
	v->nodes.len = bytes_used(mask, MEM_NODES_BYTES);
	v->nodes.p = arena_copy(arena, mask, v->nodes.len);
	return v->nodes.p ? 0 : -1;
}

int mem_capture(struct model *m, struct task *t)
{
	struct mm *mm = t->mm;

	for (size_t n; mm->asked < mm->nvmas; mm->asked += n)
		if (capture_modes(t, mm->asked, &n) < 0)
			return -1;
	for (size_t i = 0; i < mm->nvmas; i++)
		if (mm->vmas[i].policy && capture_nodes(&m->arena, t, &mm->vmas[i]) < 0)
			return -1;
	return 0;
}

int mem_same_policy(const struct vma *a, const struct vma *b)
{
	return a->policy == b->policy && a->nodes.len == b->nodes.len &&
		(!a->nodes.len || !memcmp(a->nodes.p, b->nodes.p, a->nodes.len));
}

/* ---- restore ---- */

/* mpol_set_nodemask() in mm/mempolicy.c; the kernel keeps and tells the nodes as they were given. */
int mem_nodes_allowed(uint32_t policy, const struct bytes *nodes)
{
	uint8_t allowed[MEM_NODES_BYTES] = { 0 };
	int some = 0, others = 0;

	if (read_allowed(allowed) < 0)
		return !nodes->len;
	for (size_t i = 0; i < nodes->len; i++) {
		some |= nodes->p[i] & allowed[i];
		others |= nodes->p[i] & ~allowed[i];
	}
	return policy & RELATIVE_NODES || (policy & STATIC_NODES ? some : !others);
}

int mem_policy_preflight(struct rebuild *r, const struct task *t, const struct vma *v)
{
	if (!v->policy && !v->nodes.len)
		return 0;
	if (!has_policy(v) || v->nodes.len > MEM_NODES_BYTES || !(v->policy & MEM_POLICY_MODE) || (v->policy & MEM_POLICY_MODE) > MEM_POLICY_MODE_MAX)
		return fail_image("process %d: memory policy %#x at 0x%llx", t->pid, v->policy, (unsigned long long)v->start);
	if (mem_nodes_allowed(v->policy, &v->nodes))
		return 0;
	return report_refuse(r->report, "mempolicy", t->pid, "", "restore where these nodes are",
			     "it has memory of NUMA nodes that cr may not use here");
}

static int rebuild_one(const struct task *t, const struct vma *v)
{
	uint8_t mask[MEM_NODES_BYTES] = { 0 };
	struct batch b;
	uint64_t at;

	if (v->nodes.len)
		memcpy(mask, v->nodes.p, v->nodes.len);
	if (batch_begin(&b, &t->remote->threads[0]) < 0 || !(at = batch_put(&b, mask, sizeof(mask))))
		return -1;
	batch_call(&b, "mbind", SYS_mbind, v->start, v->end - v->start, v->policy, at, MEM_NODES_BITS, 0);
	return batch_run(&b);
}

/* Before there are pages: they are taken where the policy says. What was inherited has the parent's, which is the same. */
int mem_rebuild_policies(const struct task *t)
{
	for (size_t i = 0; i < t->mm->nvmas; i++) {
		const struct vma *v = &t->mm->vmas[i];

		if (v->policy && !t->mm->cursor->kept[i] && rebuild_one(t, v) < 0)
			return fail_context("memory at 0x%llx", (unsigned long long)v->start);
	}
	return 0;
}
