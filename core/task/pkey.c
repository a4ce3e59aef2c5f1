/*
 * pkey.c - refuses processes with memory protection keys of their own: pkey_alloc(2), also those that no mapping has.
 *
 *	pkey_mprotect(2) of a place where nothing can be: EINVAL when the key is not allocated, else ENOMEM
 *
 * The key that the kernel gives to what is only executable counts as not allocated. do_mprotect_pkey() in mm/mprotect.c,
 * mm_pkey_is_allocated() in arch/x86/include/asm/pkeys.h
 */
#include <sys/mman.h>

#include "core/task/task.h"

#define KEYS 16
#define NOWHERE (1ull << 62)		/* above all user memory */

/* Processors without keys have not even key 0, which is everybody's. */
static int are_there(void)
{
	static int known, there;

	if (!known)
		there = syscall(SYS_pkey_mprotect, NOWHERE, getpagesize(), PROT_NONE, 0) < 0 && errno == ENOMEM;
	known = 1;
	return there;
}

static int pkey_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	for (unsigned key = 1; are_there() && key < KEYS; key++)
		CALL(a->batch, NULL, SYS_pkey_mprotect, NOWHERE, (uint64_t)getpagesize(), PROT_NONE, key, 0, 0);
	return 0;
}

static int pkey_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	for (unsigned key = 1; are_there() && key < KEYS; key++)
		if (ask_result(a, key - 1) != -EINVAL)
			return report_refuse(s->report, "pkey", t->pid, "", "", "it has a memory protection key of its own, %u", key);
	return 0;
}

const struct task_kind task_pkey = {
	.name = "pkey",
	.title = ROW_TEXT("memory protection keys"),
	.how = ROW_TEXT("pkey_mprotect(2) inside the process, of no memory, with each key; ProtectionKey in smaps"),
	.takes = ROW_TEXT("pkey_alloc(2) of the same keys, and pkey_mprotect(2) of each mapping"),
	.page = ROW_PAGE(
		"Keys that a program gives to parts of its memory (pkey_alloc(2), pkey_mprotect(2)) to open and close "
		"them by a register.\n\n"
		"A mapping with a key shows outside; that a key is taken shows inside alone, by how a call with it fails. "
		"What may only be executed has a key from the kernel, on processors that have them: that comes back with "
		"the mapping, and is carried as long as it is key 1, the one it will be again.\n\n"
		"To carry others, the same numbers would be taken before any memory is made: a day of work, no change of "
		"the kernel."),
	.inside = 1,
	.refuses = "pkey",
	.scope = PER_TASK,
	.ask = IF_INSIDE(pkey_ask),
	.answer = IF_INSIDE(pkey_answer),
};
