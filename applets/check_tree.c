/* check_tree.c - cr check PID: looks at one tree, from outside or frozen for a moment, and says what was found. See check.h. */
#include <fcntl.h>
#include <string.h>

#include "applets/applet.h"
#include "applets/check.h"
#include "applets/findings.h"
#include "core/base/io.h"
#include "core/dump.h"
#include "core/look/look.h"
#include "core/proc/proc.h"
#include "core/rows.h"
#include "image/record.h"

/* ---- looking ---- */

#define LOOKS 40

static int look_once(const struct check_job *j, pid_t pid, struct model *m, struct report *report, int *asked)
{
	struct scan s = { .model = m, .report = report };

	*m = (struct model) { 0 };
	*report = (struct report) { .arena = &m->arena };
	err_clear();
	return ENABLE_DEEP && j->deep ? dump_look(pid, m, report, asked) : scan_tree(&s, pid);
}

/* What three looks in a row refuse is there; what comes and goes while a tree runs has to be looked at again. */
static int same_refusals(const struct report *a, const struct report *b)
{
	size_t i = 0, j = 0;

	for (;;) {
		const struct finding *x = findings_next_refusal(a, &i), *y = findings_next_refusal(b, &j);

		if (!x || !y)
			return !x && !y;
		if (!findings_same(x, y))
			return 0;
	}
}

static int look(const struct check_job *j, pid_t pid, struct model *m, struct report *report, int *asked)
{
	int same = 0, ret = look_once(j, pid, m, report, asked);

	for (int i = 1; i < LOOKS && (ret < 0 ? err_status() == STATUS_SYSTEM : report->refused); i++) {
		struct model before = *m;
		struct report said = { .arena = &before.arena, .findings = report->findings, .n = report->n, .refused = report->refused };
		int failed = ret < 0;

		ret = look_once(j, pid, m, report, asked);
		same = !failed && ret == 0 && same_refusals(&said, report) ? same + 1 : 0;
		model_free(&before);
		if (same == 2)
			break;
	}
	return ret;
}

/* ---- its size ---- */

static void measure_task(const struct task *t, struct check_size *out)
{
	struct arena a = { 0 };
	struct proc_status status;
	struct proc_stat st;
	cleanup_fd int dir = -1;

	if (!proc_open(t->pid, &dir) && !t->parent && !proc_read_stat(dir, &st))
		snprintf(out->command, sizeof(out->command), "%s", st.comm);
	if (dir >= 0 && !proc_read_status(dir, &a, &status))
		out->resident_kib += status.vm_rss_kb;
	arena_free(&a);
	err_clear();
}

void check_measure(const struct model *m, struct check_size *out)
{
	*out = (struct check_size) { .tasks = m->ntasks, .files = m->nfiles, .command = "?" };
	for (size_t i = 0; i < m->ntasks; i++) {
		out->threads += m->tasks[i]->nthreads;
		measure_task(m->tasks[i], out);
	}
}

/* ---- what a restore will ask for ---- */

#define NAMED 3

/* Of a file that is refused a restore will ask nothing. */
static int is_refused(const struct report *r, const struct file *f)
{
	char object[32];

	snprintf(object, sizeof(object), "fd %d", f->fd);
	for (size_t i = 0; i < r->n; i++)
		if (r->findings[i].verdict == FINDING_REFUSED && r->findings[i].pid == f->pid && !strcmp(r->findings[i].object, object))
			return 1;
	return 0;
}

/* One note for all files that may change while nobody looks: whoever has a hundred of them reads one line. */
static int note_files(const struct model *m, struct report *r)
{
	cleanup_buf struct buf names = { 0 };
	const struct file *first = NULL;
	size_t n = 0, appended = 0;

	for (size_t i = 0; i < m->nfiles; i++) {
		const struct file *f = m->files[i];

		if (!f->kind || strcmp(f->kind->name, "regular") || !flags_write(f->flags) || is_refused(r, f))
			continue;
		first = first ? first : f;
		appended += !!(f->flags & O_APPEND);
		if (n++ < NAMED)
			buf_printf(&names, "%s%s", n > 1 ? ", " : "", look_quote(r->arena, f->text));
	}
	if (n > NAMED)
		buf_printf(&names, " and %zu more", n - NAMED);
	if (!n || buf_check(&names) < 0)
		return n ? -1 : 0;
	if (n == 1)
		return file_refuse(r, first, FINDING_NOTE, "regular", "", "%s must be there, unchanged%s, at the restore", names.p,
				   appended ? " or longer" : "");
	return report_add(r, FINDING_NOTE, "regular", 0, 0, "", "", "%zu files open for writing must be there at the restore, unchanged%s: %s",
			  n, !appended ? "" : appended == n ? " or longer" : ", or longer where they are appended to", names.p);
}

static int note_terminal(const struct model *m, struct report *r)
{
	for (size_t i = 0; i < m->nfiles; i++)
		if (m->files[i]->kind && !strcmp(m->files[i]->kind->name, "tty") && !is_refused(r, m->files[i]))
			return file_refuse(r, m->files[i], FINDING_NOTE, "tty", "", "%s becomes the terminal of whoever restores it",
					   look_quote(r->arena, m->files[i]->text));
	return 0;
}

/* ---- what was not asked ---- */

static int has_kind(const struct model *m, const char *name)
{
	for (size_t i = 0; i < m->nfiles; i++)
		if (m->files[i]->kind && !strcmp(m->files[i]->kind->name, name))
			return 1;
	return 0;
}

/* The rows of which a part shows inside alone; of kinds of files, those that the tree has open. */
static int is_open_question(const struct model *m, const struct row *row)
{
	return row->inside && (!file_kind_find(row->unit->name) || has_kind(m, row->unit->name));
}

static int put_questions(struct buf *out, const struct model *m, int json)
{
	struct arena arena = { 0 };
	struct rows rows;
	int n = 0, ret = rows_make(&rows, &arena);

	for (size_t i = 0; ret == 0 && i < rows.n; i++) {
		if (!is_open_question(m, &rows.v[i]))
			continue;
		buf_puts(out, !n++ ? "" : json ? "," : ", ");
		if (ENABLE_JSON && json)
			json_string(out, rows.v[i].unit->name);
		else
			buf_puts(out, rows.v[i].unit->name);
	}
	arena_free(&arena);
	return ret;
}

/* ---- saying it ---- */

static void put_json(struct buf *out, const struct check_job *j, const struct model *m, const struct report *r, int asked)
{
	struct check_size size;

	check_measure(m, &size);
	buf_putc(out, '{');
	json_member(out, "checked", j->what);
	json_member(out, "kind", "tree");
	json_member(out, "command", size.command);
	buf_printf(out, ",\"tasks\":%zu,\"threads\":%zu,\"files\":%zu,\"resident_kib\":%llu", size.tasks, size.threads, size.files,
		   (unsigned long long)size.resident_kib);
	buf_printf(out, ",\"possible\":%s,\"deep\":%s,\"refused\":%zu,\"not_asked\":[", r->refused ? "false" : "true",
		   j->deep ? "true" : "false", report_features(r));
	if (!asked && put_questions(out, m, 1) < 0)
		out->failed = 1;
	buf_puts(out, "],\"findings\":[");
	findings_json(out, r);
	buf_puts(out, "]}\n");
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void put_size(struct buf *out, const struct model *m)
{
	struct check_size size;

	check_measure(m, &size);
	buf_printf(out, "%d ", m->tasks[0]->pid);
	applet_text(out, size.command);
	buf_printf(out, ": %zu task%s, %zu thread%s, %zu file%s, ", size.tasks, plural(size.tasks), size.threads, plural(size.threads),
		   size.files, plural(size.files));
	if (size.resident_kib < 10240)
		buf_printf(out, "%llu KiB resident\n", (unsigned long long)size.resident_kib);
	else
		buf_printf(out, "%llu MiB resident\n", (unsigned long long)size.resident_kib / 1024);
}

static void put_text(struct buf *out, const struct check_job *j, const struct model *m, const struct report *r, int asked)
{
	put_size(out, m);
	findings_put(out, r, findings_colour(stdout));
	if (!asked) {
		buf_puts(out, j->deep ? "not asked inside, because of what is refused: " : "not asked from outside: ");
		if (put_questions(out, m, 0) < 0)
			out->failed = 1;
		buf_puts(out, j->deep ? "\n" : " (cr check --deep asks)\n");
	}
	findings_put_verdict(out, j->what, r, "can be checkpointed", "cannot be checkpointed");
}

static int say(const struct check_job *j, const struct model *m, struct report *r, int asked)
{
	cleanup_buf struct buf out = { 0 };
	int ret;

	if (note_files(m, r) < 0 || note_terminal(m, r) < 0)
		return applet_failed("check");
	if (ENABLE_JSON && j->json)
		put_json(&out, j, m, r, asked);
	else
		put_text(&out, j, m, r, asked);
	ret = applet_print("check", &out, j->quiet);
	return ret == STATUS_DONE && r->refused ? STATUS_REFUSED : ret;
}

int check_tree(const struct check_job *j, pid_t pid)
{
	struct model m;
	struct report report;
	int asked = 0, ret = look(j, pid, &m, &report, &asked);

	ret = ret < 0 ? applet_failed("check") : say(j, &m, &report, asked);
	model_free(&m);
	return ret;
}
