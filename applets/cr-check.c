/* cr-check.c - cr check: may this tree be checkpointed, would this image restore, and what is the checklist? */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "applets/applet.h"
#include "applets/check.h"
#include "applets/checklist.h"
#include "applets/findings.h"
#include "core/base/io.h"
#include "core/restore.h"
#include "image/record.h"

enum what { WHAT_TREE, WHAT_ALL, WHAT_LIST, WHAT_MARKDOWN, WHAT_EXPLAIN };

static int say_image(const struct check_job *j, const struct report *r)
{
	cleanup_buf struct buf out = { 0 };
	int ret;

	if (ENABLE_JSON && j->json) {
		buf_putc(&out, '{');
		json_member(&out, "checked", j->what);
		buf_printf(&out, ",\"kind\":\"image\",\"possible\":%s,\"refused\":%zu,\"findings\":[", r->refused ? "false" : "true", report_features(r));
		findings_json(&out, r);
		buf_puts(&out, "]}\n");
	} else {
		findings_put(&out, r, findings_colour(stdout));
		findings_put_verdict(&out, j->what, r, "can be restored here", "cannot be restored here");
	}
	ret = applet_print("check", &out, j->quiet);
	return ret == STATUS_DONE && r->refused ? STATUS_REFUSED : ret;
}

int check_image(const struct check_job *j)
{
	struct restore_options o = { .image = j->what };
	struct arena arena = { 0 };
	struct report report = { .arena = &arena };
	cleanup_fd int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	int ret;

	if (!ENABLE_APPLET_RESTORE) {
		fail_plain("this cr is built without \"cr restore\": no image can be restored by it");
		return applet_failed("check");
	}
	ret = restore_look(&o, &report, terminal);
	ret = ret < 0 && !(err_status() == STATUS_REFUSED && report.refused) ? applet_failed("check") : say_image(j, &report);
	arena_free(&arena);
	return ret;
}

/* ---- the command line ---- */

struct line {
	struct check_job job;
	enum what what;
	const char *name;		/* behind --explain */
};

static const char *parse_word(struct line *l, const char *word)
{
	if (!strcmp(word, "--deep") && !ENABLE_DEEP)
		return "this cr is built without --deep";
	if (!strcmp(word, "--deep"))
		l->job.deep = 1;
	else if (!strcmp(word, "--all"))
		l->what = WHAT_ALL;
	else if (!strcmp(word, "--list"))
		l->what = WHAT_LIST;
	else if (!strcmp(word, "--markdown"))
		l->what = WHAT_MARKDOWN;
	else if (!strcmp(word, "--explain"))
		l->what = WHAT_EXPLAIN;
	else
		return "no such option";
	return NULL;
}

static const char *parse_letters(struct line *l, const char *letters)
{
	for (; *letters; letters++)
		if (*letters == 'j')
			l->job.json = 1;
		else if (*letters == 'q')
			l->job.quiet = 1;
		else
			return "no such option";
	return NULL;
}

static const char *parse(int argc, char **argv, struct line *l)
{
	const char *wrong = NULL;
	int i, named = 0;

	for (i = 1; !wrong && i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		wrong = argv[i][1] == '-' ? parse_word(l, argv[i]) : parse_letters(l, argv[i] + 1);
	}
	if (wrong)
		return wrong;
	if (i < argc) {
		named = 1;
		l->job.what = l->name = argv[i++];
	}
	if (i < argc)
		return "only one PID or IMAGE can be named";
	if (named != (l->what == WHAT_EXPLAIN) && l->what != WHAT_TREE)
		return named ? "nothing can be named with this option" : "--explain needs the NAME of a feature";
	if (l->job.deep && (l->what != WHAT_TREE || !named))
		return "--deep needs a PID";
	return NULL;
}

static int check_named(struct check_job *j)
{
	pid_t pid;

	if (!j->what)
		return check_machine(j);
	if (applet_pid(j->what, &pid) == 0)
		return check_tree(j, pid);
	return j->deep ? applet_usage("check", "--deep needs a PID") : check_image(j);
}

/* What was asked for and is not built in. */
static int missing(const struct line *l)
{
	if (!ENABLE_JSON && l->job.json)
		return fail_plain("this cr is built without JSON (CONFIG_JSON)");
	if (!ENABLE_CHECKLIST && l->what != WHAT_TREE && l->what != WHAT_ALL)
		return fail_plain("this cr is built without the checklist (CONFIG_CHECKLIST)");
	return 0;
}

static int check_main(int argc, char **argv)
{
	struct line l = { .what = WHAT_TREE };
	const char *wrong = parse(argc, argv, &l);

	if (wrong)
		return applet_usage("check", wrong);
	if (missing(&l))
		return applet_failed("check");
	if (l.what == WHAT_ALL)
		return check_all(&l.job);
	if (!ENABLE_CHECKLIST || l.what == WHAT_TREE)
		return check_named(&l.job);
	if (l.what == WHAT_EXPLAIN)
		return checklist_explain(l.name, l.job.json);
	return checklist_list(l.what == WHAT_MARKDOWN ? LIST_MARKDOWN : l.job.json ? LIST_JSON : LIST_LINES);
}

const struct applet applet_check = {
	.name = "check",
	.title = "may this tree be checkpointed, would this image restore?",
	.usage = ROW_TEXT(
		"usage: cr check [-jq] [--deep] PID\n"
		"       cr check [-jq] IMAGE\n"
		"       cr check [-jq] --all\n"
		"       cr check [-jq]\n"
		"       cr check [-j] --list\n"
		"       cr check [-j] --explain NAME\n"
		"Says whether the tree below PID can be checkpointed, or whether IMAGE would restore here and now;\n"
		"alone: what this kernel and these privileges give.\n"
		"\n"
		"  -j               the same as JSON\n"
		"  -q               only the exit code\n"
		"  --deep           freeze the tree for a moment and ask what cannot be seen from outside\n"
		"  --all            one line for each process tree of this machine\n"
		"  --list           the checklist: each feature, carried or refused, and how it is detected\n"
		"  --explain NAME   the whole page on one feature\n"
		"  --markdown       with --list: the checklist and all pages as one document\n"
		"\n"
		"Exit codes: 0 yes; 1 no, each reason named; 2 usage; 3 the system failed; 4 bad image.\n"),
	.main = check_main,
};
