/* findings.c - prints reports and errors for all applets. See findings.h. */
#include "applets/findings.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/record.h"

static const char *const verdict_names[] = { [FINDING_REFUSED] = "refused", [FINDING_LOST] = "lost", [FINDING_NOTE] = "note" };

static int wants_colour(FILE *out)
{
	const char *no = getenv("NO_COLOR");

	return isatty(fileno(out)) && !(no && *no);
}

/* Names come from other people's processes: nothing in them may reach the terminal as control bytes. */
void applet_text(struct buf *b, const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (*c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0))	/* the last: U+0080 to U+009f */
			buf_printf(b, "\\x%02x", *c);
		else
			buf_putc(b, (char)*c);
}

static void print_where(struct buf *b, const struct finding *f)
{
	if (f->pid)
		buf_printf(b, "pid %d ", f->pid);
	if (f->tid && f->tid != f->pid)
		buf_printf(b, "tid %d ", f->tid);
	if (*f->object)
		applet_text(b, f->object);
}

static void print_one(FILE *out, const struct finding *f, int colour)
{
	const char *on = !colour ? "" : f->verdict == FINDING_NOTE ? "\033[33m" : "\033[31m";
	cleanup_buf struct buf where = { 0 }, what = { 0 };

	print_where(&where, f);
	applet_text(&what, f->meaning);
	fprintf(out, "%s%-8s%s %-14s %-22s  %s", on, verdict_names[f->verdict], colour ? "\033[m" : "", f->id,
		where.p ? where.p : "", what.p ? what.p : "");
	if (*f->remedy)
		fprintf(out, "  (%s)", f->remedy);
	fputc('\n', out);
}

void findings_print(FILE *out, const struct report *r)
{
	int colour = wants_colour(out);

	for (enum verdict v = FINDING_REFUSED; v <= FINDING_NOTE; v++)
		for (size_t i = 0; i < r->n; i++)
			if (r->findings[i].verdict == v)
				print_one(out, &r->findings[i], colour);
	fflush(out);
}

static void member(struct buf *out, const char *key, const char *value)
{
	buf_printf(out, ",\"%s\":", key);
	json_string(out, value);
}

void findings_json(struct buf *out, const struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->findings[i];

		buf_printf(out, "%s{\"verdict\":\"%s\"", i ? "," : "", verdict_names[f->verdict]);
		member(out, "feature", f->id);
		buf_printf(out, ",\"pid\":%d,\"tid\":%d", f->pid, f->tid);
		member(out, "object", f->object);
		member(out, "meaning", f->meaning);
		member(out, "remedy", f->remedy);
		buf_putc(out, '}');
	}
}

int applet_failed(const char *name)
{
	cleanup_buf struct buf line = { 0 };
	enum status status = err_status();

	buf_printf(&line, "cr %s: ", name);
	applet_text(&line, *err_text() ? err_text() : "failed for a reason that was not recorded");
	buf_putc(&line, '\n');
	if (!line.failed && write(STDERR_FILENO, line.p, line.len) < 0)
		return STATUS_SYSTEM;
	return status == STATUS_DONE ? STATUS_SYSTEM : (int)status;
}

int applet_usage(const char *name, const char *what)
{
	fprintf(stderr, "cr %s: %s (cr %s --help)\n", name, what, name);
	return STATUS_USAGE;
}

int applet_pid(const char *text, pid_t *pid)
{
	size_t len = strlen(text);
	int n = len < 9 && strspn(text, "0123456789") == len ? atoi(text) : 0;

	if (n <= 0 || n > 1 << 22)
		return -1;
	*pid = (pid_t)n;
	return 0;
}
