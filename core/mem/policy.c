/*
 * policy.c - on which NUMA nodes the memory of a mapping is taken (mbind). The policy of a thread is a kind of its own, mempolicy.
 *
 * The kernel shows it nowhere but to the process itself: one call a mapping, as many batches as there are mappings for. See
 * get_mempolicy(2) with MPOL_F_ADDR, which does not fall back on the policy of the thread.
 */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/mem/mem.h"

#define F_ADDR 2			/* MPOL_F_ADDR */
#define F_MEMS_ALLOWED 4		/* MPOL_F_MEMS_ALLOWED */
#define MODE_MASK 0xfff			/* without MPOL_MODE_FLAGS */
#define MODE_MAX 7
#define MASK_BYTES 128			/* 1024 nodes, as many as kernels have */
#define MASK_BITS (MASK_BYTES * 8 + 1)	/* the kernel takes one off */
#define AT_ONCE 512			/* what the data of the smallest scratch has room for */

struct answer {
	uint8_t mask[MASK_BYTES];
	int32_t mode;
	uint8_t pad[12];
};

static int has_policy(const struct vma *v)
{
	return v->type == VMA_ANON || v->type == VMA_FILE;
}

static struct remote_thread *living(const struct task *t)
{
	for (size_t i = 0; i < t->nthreads; i++)
		if (!t->threads[i].zombie)
			return t->threads[i].remote;
	return NULL;
}

static int record(struct arena *arena, struct vma *v, const struct answer *a)
{
	size_t len = MASK_BYTES;

	while (len && !a->mask[len - 1])
		len--;
	v->policy = (uint32_t)a->mode;
	v->nodes.p = len ? arena_alloc(arena, len) : NULL;
	if (len && !v->nodes.p)
		return -1;
	if (len)
		memcpy(v->nodes.p, a->mask, len);
	v->nodes.len = len;
	return 0;
}

/* N mappings from V on. 1: a kernel without NUMA. */
static int capture_some(struct model *m, const struct task *t, struct vma *v, size_t n)
{
	struct answer *answers;
	struct batch b;
	uint64_t at;

	if (batch_begin(&b, living(t)) < 0 || !(answers = batch_space(&b, n * sizeof(*answers), &at)))
		return -1;
	for (size_t i = 0; i < n; i++)
		batch_call(&b, NULL, has_policy(&v[i]) ? SYS_get_mempolicy : SYS_getpid,
			   at + i * sizeof(*answers) + offsetof(struct answer, mode), at + i * sizeof(*answers), MASK_BITS, v[i].start, F_ADDR, 0);
	if (batch_run(&b) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		long result = batch_result(&b, (unsigned)i);

		if (!has_policy(&v[i]))
			continue;
		if (result == -ENOSYS)
			return 1;
		if (result < 0)
			return fail_plain("NUMA policy of the memory at 0x%llx: %s", (unsigned long long)v[i].start, strerror((int)-result));
		if (answers[i].mode && record(&m->arena, &v[i], &answers[i]) < 0)
			return -1;
	}
	return 0;
}

int mem_capture(struct model *m, struct task *t)
{
	struct mm *mm = t->mm;
	int ret = 0;

	for (size_t i = 0; !ret && i < mm->nvmas; i += AT_ONCE)
		ret = capture_some(m, t, &mm->vmas[i], mm->nvmas - i < AT_ONCE ? mm->nvmas - i : AT_ONCE);
	return ret < 0 ? -1 : 0;
}

int mem_same_policy(const struct vma *a, const struct vma *b)
{
	return a->policy == b->policy && a->nodes.len == b->nodes.len &&
		(!a->nodes.len || !memcmp(a->nodes.p, b->nodes.p, a->nodes.len));
}

/* ---- restore ---- */

int mem_policy_preflight(struct rebuild *r, const struct task *t, const struct vma *v)
{
	uint8_t allowed[MASK_BYTES] = { 0 };
	int mode;

	if (!v->policy && !v->nodes.len)
		return 0;
	if (!has_policy(v) || v->nodes.len > MASK_BYTES || !(v->policy & MODE_MASK) || (v->policy & MODE_MASK) > MODE_MAX)
		return fail_image("process %d: memory policy %#x at 0x%llx", t->pid, v->policy, (unsigned long long)v->start);
	if (syscall(SYS_get_mempolicy, &mode, allowed, MASK_BITS, 0, F_MEMS_ALLOWED) < 0)
		memset(allowed, 0, sizeof(allowed));
	for (size_t i = 0; i < v->nodes.len; i++)
		if (v->nodes.p[i] & ~allowed[i])
			return report_refuse(r->report, "mempolicy", t->pid, "", "restore where these nodes are",
					     "it has memory of NUMA nodes that cr may not use here");
	return 0;
}

static int rebuild_one(const struct task *t, const struct vma *v)
{
	uint8_t mask[MASK_BYTES] = { 0 };
	struct batch b;
	uint64_t at;

	if (v->nodes.len)
		memcpy(mask, v->nodes.p, v->nodes.len);
	if (batch_begin(&b, &t->remote->threads[0]) < 0 || !(at = batch_put(&b, mask, sizeof(mask))))
		return -1;
	batch_call(&b, "mbind", SYS_mbind, v->start, v->end - v->start, v->policy, at, MASK_BITS, 0);
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
