/* machine.c - cr check alone: what this kernel and these privileges give. See check.h. */
#include <string.h>

#include "applets/applet.h"
#include "applets/check.h"
#include "applets/findings.h"
#include "core/facility.h"
#include "image/record.h"

static const char *verdict_of(const struct facility *f, const char *missing)
{
	return !missing ? "yes" : f->needed ? "missing" : "without";
}

static void put_line(struct buf *out, const struct facility *f, const char *missing)
{
	buf_printf(out, "%-7s  %-22s  %s", verdict_of(f, missing), f->name, f->use);
	if (*f->features)
		buf_printf(out, " [%s]", f->features);
	if (missing)
		buf_printf(out, "  needs %s", missing);
	buf_putc(out, '\n');
}

static void put_json(struct buf *out, const struct facility *f, const char *missing)
{
	buf_puts(out, "{\"facility\":");
	json_string(out, f->name);
	buf_printf(out, ",\"there\":%s,\"check\":%s,\"dump\":%s,\"restore\":%s,\"use\":", missing ? "false" : "true",
		   f->needed & FOR_CHECK ? "true" : "false", f->needed & FOR_DUMP ? "true" : "false",
		   f->needed & FOR_RESTORE ? "true" : "false");
	json_string(out, f->use);
	buf_puts(out, ",\"needs\":");
	json_string(out, missing ? missing : "");
	buf_puts(out, ",\"features\":[");
	for (const char *p = f->features; *p; p += strcspn(p, " "), p += *p == ' ')
		buf_printf(out, "%s\"%.*s\"", p == f->features ? "" : ",", (int)strcspn(p, " "), p);
	buf_puts(out, "]}");
}

static const char *yes_no(int lacks, int json)
{
	return json ? lacks ? "false" : "true" : lacks ? "no" : "yes";
}

static void put_verdict(struct buf *out, int lacks, int json)
{
	const char *check = yes_no(lacks & FOR_CHECK, json), *dump = yes_no(lacks & FOR_DUMP, json), *restore = yes_no(lacks & FOR_RESTORE, json);

	if (json) {
		buf_printf(out, "],\"check\":%s,\"dump\":%s,\"restore\":%s}\n", check, dump, restore);
		return;
	}
	if (facility_in_user_namespace())
		buf_puts(out, "cr runs in a user namespace: its capabilities count only for what belongs to that\n");
	buf_printf(out, "this machine, with these privileges: check %s, dump %s, restore %s\n", check, dump, restore);
}

int check_machine(const struct check_job *j)
{
	cleanup_buf struct buf out = { 0 };
	int lacks = 0;

	if (j->json)
		buf_puts(&out, "{\"checked\":\"\",\"kind\":\"machine\",\"facilities\":[");
	for (const struct facility *f = facilities; f->name; f++) {
		const char *missing = f->probe();

		if (missing)
			lacks |= f->needed;
		if (j->json && f != facilities)
			buf_puts(&out, ",\n");
		if (j->json)
			put_json(&out, f, missing);
		else
			put_line(&out, f, missing);
	}
	put_verdict(&out, lacks, j->json);
	if (buf_check(&out) < 0)
		return applet_failed("check");
	if (!j->quiet)
		fwrite(out.p, 1, out.len, stdout);
	return lacks ? STATUS_REFUSED : STATUS_DONE;
}
