/* lsm.c - security labels: Smack, AppArmor, SELinux. */
#include <errno.h>
#include <string.h>

#include "checks/run.h"
#include "core/base/io.h"

static const char *const current[] = { "attr/current", "attr/apparmor/current", "attr/smack/current" };
static const char *const planned[] = { "attr/exec", "attr/fscreate", "attr/keycreate", "attr/sockcreate" };
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct buf ours[COUNT(current)];
static int has_module;			/* without one nobody has a label, and nothing is read for each thread */

/* The label in NAME, without the end of the line (Smack and SELinux end it with a NUL). NULL with errno: there is none, or it cannot be read. */
static const char *read_label(int dir, const char *name, struct buf *out)
{
	buf_clear(out);
	if (io_read_file(dir, name, out))
		return NULL;
	if (out->p)
		out->p[strcspn(out->p, "\n")] = '\0';
	return out->p ? out->p : "";
}

/* Of a security module that this kernel does not have there is no file, or one that gives EINVAL. */
int lsm_learn(int self)
{
	for (size_t i = 0; i < COUNT(current); i++) {
		const char *label = read_label(self, current[i], &ours[i]);

		if (!label && errno != ENOENT && errno != EINVAL)
			return fail("read our own %s", current[i]);
		has_module |= label && *label;
	}
	return 0;
}

int lsm_look(struct scan *s, const struct thread_look *l)
{
	cleanup_buf struct buf b = { 0 };

	if (!has_module)
		return 0;
	for (size_t i = 0; i < COUNT(current); i++) {
		const char *label = read_label(thread_dir(l), current[i], &b), *own = ours[i].p ? ours[i].p : "";

		if (label && *label && strcmp(label, own) &&
		    thread_refuse(s, l, "lsm", current[i], "run cr under the same label", "its security label is '%s', that of cr is '%s'",
				  look_quote(&s->model->arena, label), own) < 0)
			return -1;
	}
	for (size_t i = 0; i < COUNT(planned); i++) {
		const char *label = read_label(thread_dir(l), planned[i], &b);

		if (label && *label && thread_refuse(s, l, "lsm", planned[i], "", "it has asked for the security label '%s' for what it makes next",
					    look_quote(&s->model->arena, label)) < 0)
			return -1;
	}
	return 0;
}

const struct check check_lsm = {
	.name = "lsm",
	.title = ROW_TEXT("security labels"),
	.also = ROW_TEXT("smack apparmor selinux label"),
	.may_be_lost = 1,
	.how = ROW_TEXT("/proc/PID/task/TID/attr/* against our own"),
	.condition = ROW_TEXT("the tree has the same label as cr"),
	.page = ROW_PAGE(
		"Labels of Smack, AppArmor and SELinux.\n\n"
		"A label decides what a task may do, and the policy of the machine decides who may change it. A restored "
		"task has the label of cr. So one that has the same label now is let pass, and any other, per thread, is "
		"refused; so is a task that has asked for a label for what it makes next (attr/exec, fscreate, "
		"sockcreate). Labels of files stay with the files.\n\n"
		"A solution writes attr/current or attr/exec inside of the new task where the policy lets it, and reads "
		"it back; the policy has to permit that transition for cr. Until then run cr restore under the right "
		"label (runcon, aa-exec)."),
	.in_2009 = 'S',
	.scan = threads_scan,
};
