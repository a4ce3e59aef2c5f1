/* findings.c - prints reports and errors for all applets. See findings.h. */
#include "applets/findings.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/record.h"

static const char *const verdict_names[] = { [FINDING_REFUSED] = "refused", [FINDING_LOST] = "lost", [FINDING_NOTE] = "note" };

int findings_colour(FILE *out)
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

const struct finding *findings_next_refusal(const struct report *r, size_t *at)
{
	while (*at < r->n && r->findings[*at].verdict != FINDING_REFUSED)
		++*at;
	return *at < r->n ? &r->findings[(*at)++] : NULL;
}

int findings_same(const struct finding *a, const struct finding *b)
{
	return a->pid == b->pid && !strcmp(a->id, b->id) && !strcmp(a->object, b->object);
}

void findings_put_where(struct buf *b, const struct finding *f)
{
	size_t before = b->len;

	if (f->pid)
		buf_printf(b, "pid %d", f->pid);
	if (f->tid && f->tid != f->pid)
		buf_printf(b, "%stid %d", b->len > before ? " " : "", f->tid);
	if (*f->object) {
		buf_puts(b, b->len > before ? " " : "");
		applet_text(b, f->object);
	}
}

/* There is always something to be done about a refusal: to read about it, at least. */
static void put_remedy(struct buf *b, const struct finding *f)
{
	if (*f->remedy)
		applet_text(b, f->remedy);
	else if (f->verdict == FINDING_REFUSED)
		buf_printf(b, "see cr check --explain %s", f->id);
}

/* Columns are as wide as what stands in them, up to these: a long path pushes only its own line to the right. */
enum { COLUMN_ID, COLUMN_WHERE, COLUMN_MEANING, COLUMNS };
static const size_t widest[COLUMNS] = { 16, 40, 60 };

static void put_cells(const struct finding *f, struct buf cells[COLUMNS])
{
	buf_puts(&cells[COLUMN_ID], f->id);
	findings_put_where(&cells[COLUMN_WHERE], f);
	applet_text(&cells[COLUMN_MEANING], f->meaning);
}

static void free_cells(struct buf cells[COLUMNS])
{
	for (int i = 0; i < COLUMNS; i++)
		buf_free(&cells[i]);
}

static void measure(const struct report *r, size_t width[COLUMNS])
{
	for (size_t i = 0; i < r->n; i++) {
		struct buf cells[COLUMNS] = { 0 };

		put_cells(&r->findings[i], cells);
		for (int c = 0; c < COLUMNS; c++)
			if (cells[c].len > width[c])
				width[c] = cells[c].len < widest[c] ? cells[c].len : widest[c];
		free_cells(cells);
	}
}

static void put_one(struct buf *out, const struct finding *f, const size_t width[COLUMNS], int colour)
{
	const char *on = !colour ? "" : f->verdict == FINDING_NOTE ? "\033[33m" : "\033[31m";
	struct buf cells[COLUMNS] = { 0 };
	cleanup_buf struct buf remedy = { 0 };

	put_cells(f, cells);
	put_remedy(&remedy, f);
	buf_printf(out, "%s%-7s%s", on, verdict_names[f->verdict], *on ? "\033[m" : "");
	for (int c = 0; c < COLUMNS; c++)
		buf_printf(out, "  %-*s", remedy.len || c < COLUMN_MEANING ? (int)width[c] : 0, cells[c].p ? cells[c].p : "");
	if (remedy.len)
		buf_printf(out, "  %s", remedy.p);
	buf_putc(out, '\n');
	free_cells(cells);
}

void findings_put(struct buf *out, const struct report *r, int colour)
{
	size_t width[COLUMNS] = { 0 };

	measure(r, width);
	for (enum verdict v = FINDING_REFUSED; v <= FINDING_NOTE; v++)
		for (size_t i = 0; i < r->n; i++)
			if (r->findings[i].verdict == v)
				put_one(out, &r->findings[i], width, colour);
}

void findings_print(FILE *out, const struct report *r)
{
	cleanup_buf struct buf b = { 0 };

	findings_put(&b, r, findings_colour(out));
	fwrite(b.p ? b.p : "", 1, b.len, out);
	fflush(out);
}

void findings_put_verdict(struct buf *out, const char *what, const struct report *r, const char *can, const char *cannot)
{
	size_t n = report_features(r);

	if (r->refused)
		buf_printf(out, "%s %s: %zu %s refused\n", what, cannot, n, n == 1 ? "feature" : "features");
	else
		buf_printf(out, "%s %s\n", what, can);
}

void findings_json(struct buf *out, const struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->findings[i];

		json_open(out, '{');
		json_member(out, "verdict", verdict_names[f->verdict]);
		json_member(out, "feature", f->id);
		buf_printf(out, ",\"pid\":%d,\"tid\":%d", f->pid, f->tid);
		json_member(out, "object", f->object);
		json_member(out, "meaning", f->meaning);
		cleanup_buf struct buf remedy = { 0 };

		put_remedy(&remedy, f);
		json_member(out, "remedy", remedy.p);
		buf_putc(out, '}');
	}
}

int applet_print(const char *name, const struct buf *out, int quiet)
{
	if (buf_check(out) < 0)
		return applet_failed(name);
	if (!quiet)
		fwrite(out->p ? out->p : "", 1, out->len, stdout);
	return STATUS_DONE;
}

int applet_failed(const char *name)
{
	cleanup_buf struct buf line = { 0 };
	enum status status = err_status();

	buf_printf(&line, "cr %s: ", name);
	applet_text(&line, *err_text() ? err_text() : "failed for a reason that was not recorded");
	buf_putc(&line, '\n');
	if (line.failed)
		fprintf(stderr, "cr %s: out of memory\n", name);
	else if (write(STDERR_FILENO, line.p, line.len) < 0)
		return STATUS_SYSTEM;
	return status == STATUS_DONE ? STATUS_SYSTEM : (int)status;
}

int applet_usage(const char *name, const char *what)
{
	fprintf(stderr, "cr %s: %s (cr %s --help)\n", name, what, name);
	return STATUS_USAGE;
}

int applet_phases(const struct phase *phases)
{
	for (; phases->name; phases++)
		puts(phases->name);
	return STATUS_DONE;
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
