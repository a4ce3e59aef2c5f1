/* checklist.c - prints the checklist, from the units. See checklist.h. */
#include "applets/checklist.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "applets/applet.h"
#include "applets/findings.h"
#include "core/rows.h"
#include "image/record.h"

/* ---- filling lines ---- */

/* 0: not a terminal. */
static int terminal_width(void)
{
	struct winsize w = { 0 };

	if (!isatty(STDOUT_FILENO))
		return 0;
	return !ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) && w.ws_col >= 40 ? w.ws_col : 80;
}

/*
 * TEXT in lines of up to WIDTH, all but the first one indented. Line ends inside are those of the source, and as good as blanks; an
 * empty line stays.
 */
static void put_filled(struct buf *out, const char *text, size_t indent, size_t width)
{
	size_t column = out->len && out->p[out->len - 1] != '\n' ? indent : 0;

	while (*text) {
		size_t blank = strspn(text, " \n"), word = strcspn(text + blank, " \n");

		if (blank > 1 && !strncmp(text, "\n\n", 2)) {
			buf_puts(out, "\n\n");
			column = 0;
		} else if (blank && column && column + 1 + word <= width) {
			buf_putc(out, ' ');
			column++;
		} else if (blank && column) {
			buf_printf(out, "\n%*s", (int)indent, "");
			column = indent;
		}
		buf_add(out, text + blank, word);
		column += word;
		text += blank + word;
	}
	buf_putc(out, '\n');
}

/* ---- one line for each feature ---- */

static const char *or_dash(char mark)
{
	return mark == 'S' ? "S" : mark == 'N' ? "N" : "-";
}

static void put_details(struct buf *out, const struct row *row, const char *between)
{
	const struct text *t = &row->text;

	buf_printf(out, "%sseen by: %s", between, t->how ? t->how : "-");
	if (row->how_inside)
		buf_printf(out, "; inside: %s", row->how_inside);
	if (t->condition)
		buf_printf(out, "%scondition: %s", between, t->condition);
	if (t->takes)
		buf_printf(out, "%stakes: %s", between, t->takes);
	if (row->unit->may_be_lost)
		buf_printf(out, "%smay be left out: cr dump --allow-loss %s", between, row->unit->name);
}

#define LIST_INDENT 29

static void put_line(struct buf *out, const struct row *row, int width)
{
	cleanup_buf struct buf text = { 0 };

	buf_puts(&text, row->text.title);
	if (row->text.also)
		buf_printf(&text, " (%s)", row->text.also);
	put_details(&text, row, "; ");
	buf_printf(out, "%-15s %-9s %s ", row->unit->name, row_verdict_name(row), or_dash(row->unit->in_2009));
	if (width)
		put_filled(out, text.p ? text.p : "", LIST_INDENT, (size_t)width);
	else
		buf_printf(out, "%s\n", text.p ? text.p : "");
}

/* ---- JSON ---- */

static void put_json(struct buf *out, const struct row *row)
{
	char mark[2] = { row->unit->in_2009, '\0' };

	buf_putc(out, '{');
	json_member(out, "feature", row->unit->name);
	json_member(out, "also", row->text.also);
	json_member(out, "verdict", row_verdict_name(row));
	json_member(out, "listed2009", mark);
	json_member(out, "title", row->text.title);
	json_member(out, "how", row->text.how);
	json_member(out, "inside", row->how_inside);
	json_member(out, "condition", row->text.condition);
	json_member(out, "takes", row->text.takes);
	buf_printf(out, ",\"may_be_lost\":%s", row->unit->may_be_lost ? "true" : "false");
	json_member(out, "page", row->text.page);
	buf_puts(out, "}");
}

/* ---- docs/checklist.md ---- */

static const struct text_unit head = {
	.name = "checklist",
	.page = ROW_TEXT(
		"# The checklist\n\n"
		"Made by `make docs` from the units of cr: `cr check --list` and `cr check --explain NAME` say the same. Each row is a feature that a process\n"
		"can use. *carried*: dumped and restored exactly. *condition*: carried where the condition holds, refused by name elsewhere. *refused*: check and\n"
		"dump name it, and nothing is changed. The column 2009 is that of the checklist of the Linux Checkpoint/Restart project: S was implemented\n"
		"there, N was on its list of what is not.\n\n"
		"| feature | | 2009 | what it is | how it is seen |\n"
		"|---|---|---|---|---|\n"),
};

/* A bar would end the cell. */
static void put_cell(struct buf *out, const char *text)
{
	for (; text && *text; text++) {
		if (*text == '|')
			buf_putc(out, '\\');
		buf_putc(out, *text);
	}
}

static void put_markdown_row(struct buf *out, const struct row *row)
{
	buf_printf(out, "| [%s](#%s) | %s | %s | ", row->unit->name, row->unit->name, row_verdict_name(row),
		   row->unit->in_2009 ? or_dash(row->unit->in_2009) : "");
	put_cell(out, row->text.title);
	buf_puts(out, " | ");
	put_cell(out, row->text.how);
	if (row->how_inside) {
		buf_puts(out, "; inside: ");
		put_cell(out, row->how_inside);
	}
	buf_puts(out, " |\n");
}

static void put_page(struct buf *out, const struct row *row, size_t width)
{
	cleanup_buf struct buf details = { 0 };

	put_details(&details, row, "\n\n");
	put_filled(out, details.p + 2, 0, width);
	if (row->text.page) {
		buf_puts(out, "\n");
		put_filled(out, row->text.page, 0, width);
	}
}

static void put_markdown(struct buf *out, const struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		put_markdown_row(out, &rows->v[i]);
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *row = &rows->v[i];

		buf_printf(out, "\n## %s\n\n**%s**: %s%s%s%s\n\n", row->unit->name, row_verdict_name(row), row->text.title,
			   row->text.also ? " (also: " : "", row->text.also ? row->text.also : "", row->text.also ? ")" : "");
		put_page(out, row, 120);
	}
}

/* ---- what is asked for ---- */

static int make_rows(struct rows *rows, struct arena *arena)
{
	return rows_make(rows, arena) < 0 || rows_unpack(rows) < 0 ? -1 : 0;
}

int checklist_list(enum list_form form)
{
	cleanup_buf struct buf out = { 0 };
	struct arena arena = { 0 };
	struct rows rows;
	int width = terminal_width(), ret = make_rows(&rows, &arena);

	if (ret == 0 && form == LIST_MARKDOWN)
		ret = texts_print(stdout, head.name, TEXTS_ALL);
	if (ret == 0 && form == LIST_MARKDOWN)
		put_markdown(&out, &rows);
	for (size_t i = 0; ret == 0 && i < rows.n && form != LIST_MARKDOWN; i++) {
		if (ENABLE_JSON && form == LIST_JSON)
			buf_puts(&out, i ? ",\n" : "[");
		if (ENABLE_JSON && form == LIST_JSON)
			put_json(&out, &rows.v[i]);
		else
			put_line(&out, &rows.v[i], width);
	}
	if (form == LIST_JSON)
		buf_puts(&out, "]\n");
	arena_free(&arena);
	return ret < 0 ? applet_failed("check") : applet_print("check", &out, 0);
}

int checklist_explain(const char *name, int json)
{
	cleanup_buf struct buf out = { 0 };
	struct arena arena = { 0 };
	struct rows rows;
	const struct row *row;
	int width = terminal_width();

	if (make_rows(&rows, &arena) < 0) {
		arena_free(&arena);
		return applet_failed("check");
	}
	row = rows_find(&rows, name);
	if (ENABLE_JSON && row && json) {
		put_json(&out, row);
		buf_putc(&out, '\n');
	} else if (row) {
		buf_printf(&out, "%s: %s (%s)\n\n", row->unit->name, row->text.title, row_verdict_name(row));
		put_page(&out, row, width ? (size_t)width : 80);
	}
	arena_free(&arena);
	return row ? applet_print("check", &out, 0) : applet_usage("check", "no such feature: see cr check --list");
}
