/* cr-check.c - cr check: may this tree be checkpointed, would this image restore, and what is the checklist? */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "applets/applet.h"
#include "applets/findings.h"
#include "core/base/io.h"
#include "core/dump.h"
#include "core/facility.h"
#include "core/proc/proc.h"
#include "core/restore.h"
#include "image/record.h"

static const char usage[] =
	"usage: cr check [-jq] [--deep] PID\n"
	"       cr check [-jq] IMAGE\n"
	"       cr check\n"
	"       cr check --list\n"
	"       cr check --explain NAME\n"
	"Says whether the tree below PID can be checkpointed, or whether IMAGE would restore here and now;\n"
	"alone: what this kernel and these privileges give.\n"
	"\n"
	"  -j               the same as JSON\n"
	"  -q               only the exit code\n"
	"  --deep           freeze the tree for a moment and ask what cannot be seen from outside\n"
	"  --list           the checklist: each feature, carried or refused, and how it is detected\n"
	"  --explain NAME   the whole page on one feature\n"
	"\n"
	"Exit codes: 0 yes; 1 no, each reason named; 2 usage; 3 the system failed; 4 bad image.\n";

struct job {
	int json, quiet, deep;
	const char *what;
};

static void print_size(const struct model *m)
{
	size_t threads = 0, fds = 0;

	for (size_t i = 0; i < m->ntasks; i++) {
		threads += m->tasks[i]->nthreads;
		fds += m->tasks[i]->nfds;
	}
	printf("%d: %zu processes, %zu threads, %zu descriptors\n", m->tasks[0]->pid, m->ntasks, threads, fds);
}

static void print_json(const struct job *j, const struct report *r)
{
	cleanup_buf struct buf out = { 0 };

	buf_puts(&out, "{\"checked\":");
	json_string(&out, j->what);
	buf_printf(&out, ",\"possible\":%s,\"deep\":%s,\"findings\":[", r->refused ? "false" : "true", j->deep ? "true" : "false");
	findings_json(&out, r);
	buf_puts(&out, "]}\n");
	fwrite(out.p, 1, out.len, stdout);
}

static int verdict(const struct job *j, const struct report *r, const char *can, const char *cannot)
{
	if (j->json)
		print_json(j, r);
	else if (!j->quiet) {
		findings_print(stdout, r);
		if (r->refused)
			printf("%s %s: %zu %s refused\n", j->what, cannot, r->refused, r->refused == 1 ? "feature" : "features");
		else
			printf("%s %s\n", j->what, can);
	}
	return r->refused ? STATUS_REFUSED : STATUS_DONE;
}

static const char not_asked[] =
	"not asked from outside: registers, itimers, keyrings, prctl state, hidden io_uring rings (cr check --deep asks)";

#define LOOKS 40

static int look_once(const struct job *j, pid_t pid, struct model *m, struct report *report)
{
	struct scan s = { .model = m, .report = report };

	*m = (struct model) { 0 };
	*report = (struct report) { .arena = &m->arena };
	err_clear();
	return ENABLE_DEEP && j->deep ? dump_look(pid, m, report) : scan_tree(&s, pid);
}

/* What three looks in a row refuse is there; what comes and goes while a tree runs has to be looked at again. */
static int same_refusals(const struct report *a, const struct report *b)
{
	if (a->n != b->n || a->refused != b->refused)
		return 0;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->findings[i].id, b->findings[i].id) || a->findings[i].pid != b->findings[i].pid ||
		    strcmp(a->findings[i].object, b->findings[i].object))
			return 0;
	return 1;
}

static int look(const struct job *j, pid_t pid, struct model *m, struct report *report)
{
	int same = 0, ret = look_once(j, pid, m, report);

	for (int i = 1; i < LOOKS && (ret < 0 ? err_status() == STATUS_SYSTEM : report->refused); i++) {
		struct model before = *m;
		struct report said = { .arena = &before.arena, .findings = report->findings, .n = report->n, .refused = report->refused };
		int failed = ret < 0;

		ret = look_once(j, pid, m, report);
		same = !failed && ret == 0 && same_refusals(&said, report) ? same + 1 : 0;
		model_free(&before);
		if (same == 2)
			break;
	}
	return ret;
}

static int check_pid(struct job *j, pid_t pid)
{
	struct model m;
	struct report report;
	int ret = look(j, pid, &m, &report);

	if (ret < 0)
		ret = applet_failed("check");
	else {
		if (!j->json && !j->quiet)
			print_size(&m);
		if (!j->json && !j->quiet && !j->deep)
			puts(not_asked);
		ret = verdict(j, &report, "can be checkpointed", "cannot be checkpointed");
	}
	model_free(&m);
	return ret;
}

static int check_image(struct job *j)
{
	struct restore_options o = { .image = j->what };
	struct arena arena = { 0 };
	struct report report = { .arena = &arena };
	cleanup_fd int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	int ret = !ENABLE_APPLET_RESTORE ? fail_plain("this cr is built without \"cr restore\": no image can be restored by it") :
		  restore_look(&o, &report, terminal);

	if (ret < 0 && err_status() != STATUS_REFUSED)
		ret = applet_failed("check");
	else
		ret = verdict(j, &report, "can be restored here", "cannot be restored here");
	arena_free(&arena);
	return ret;
}

/* ---- this machine ---- */

static int check_machine(void)
{
	int missing = 0;

	for (const struct facility *f = facilities; f->name; f++) {
		int there = f->probe();

		if (there)
			printf("yes      %-22s %s\n", f->name, f->use);
		else
			printf("%s  %-22s %s (needs %s)\n", f->required ? "missing" : "without", f->name, f->use, f->needs);
		missing += !there && f->required;
	}
	puts(missing ? "this machine cannot checkpoint and restore" : "this machine can checkpoint and restore");
	return missing ? STATUS_REFUSED : STATUS_DONE;
}

/* ---- the checklist ---- */

static void list_row(const char *name, const char *title, const char *verdict, const char *how)
{
	printf("%-16s %-8s %s; seen by: %s\n", name, verdict, title, how ? how : "-");
}

static int list(void)
{
	for (int i = 0; task_kinds[i]; i++)
		list_row(task_kinds[i]->name, task_kinds[i]->title, "carry", task_kinds[i]->how);
	for (int i = 0; file_kinds[i]; i++)
		list_row(file_kinds[i]->name, file_kinds[i]->title, "carry", file_kinds[i]->how);
	for (int i = 0; checks[i]; i++)
		list_row(checks[i]->name, checks[i]->title, "refuse", checks[i]->how);
	list_row("unknown", "anything that no unit recognises", "refuse", "everything is whitelisted");
	return STATUS_DONE;
}

static int explain(const char *name)
{
	for (int i = 0; checks[i]; i++)
		if (!strcmp(checks[i]->name, name)) {
			printf("%s: %s (refused)\n\nSeen by: %s\n\n%s\n", name, checks[i]->title, checks[i]->how,
			       checks[i]->page ? checks[i]->page : "");
			return STATUS_DONE;
		}
	for (int i = 0; task_kinds[i]; i++)
		if (!strcmp(task_kinds[i]->name, name)) {
			printf("%s: %s (carried)\n\nSeen by: %s\n", name, task_kinds[i]->title, task_kinds[i]->how);
			return STATUS_DONE;
		}
	for (int i = 0; file_kinds[i]; i++)
		if (!strcmp(file_kinds[i]->name, name)) {
			printf("%s: %s (carried)\n\nSeen by: %s\n", name, file_kinds[i]->title, file_kinds[i]->how);
			return STATUS_DONE;
		}
	return applet_usage("check", "no such feature: see cr check --list");
}

static const char *parse(int argc, char **argv, struct job *j)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--deep")) {
			if (!ENABLE_DEEP)
				return "this cr is built without --deep";
			j->deep = 1;
			continue;
		}
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		for (const char *c = argv[i] + 1; *c; c++) {
			if (*c == 'j')
				j->json = 1;
			else if (*c == 'q')
				j->quiet = 1;
			else
				return "no such option";
		}
	}
	if (i != argc - 1)
		return "exactly one PID or IMAGE is needed";
	j->what = argv[i];
	return NULL;
}

static int check_main(int argc, char **argv)
{
	struct job j = { 0 };
	const char *wrong;
	pid_t pid;

	if (argc == 1)
		return check_machine();
	if (argc == 2 && !strcmp(argv[1], "--list"))
		return list();
	if (argc == 3 && !strcmp(argv[1], "--explain"))
		return explain(argv[2]);
	wrong = parse(argc, argv, &j);
	if (wrong)
		return applet_usage("check", wrong);
	return applet_pid(j.what, &pid) == 0 ? check_pid(&j, pid) : check_image(&j);
}

const struct applet applet_check = {
	.name = "check",
	.title = "may this tree be checkpointed, would this image restore?",
	.usage = usage,
	.main = check_main,
};
