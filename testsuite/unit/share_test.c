/* share_test.c - equal records of threads and processes are kept once; those that differ in any byte are not. */
#include <stdio.h>
#include <string.h>

#include "core/unit.h"
#include "check.h"

#define TASK(pid, ppid) "task pid=" pid " ppid=" ppid " pgid=0 sid=0 exit_signal=17 run=running stop_reported=0 exit_code=0 starttime=1 tty_nr=0x0 foreground=0\n"

static const char lines[] =
	TASK("5", "0")
	"thread pid=5 tid=5 zombie=0\nthread pid=5 tid=6 zombie=0\nthread pid=5 tid=7 zombie=0\nthread pid=5 tid=8 zombie=0\n"
	"rlimits pid=5 name=cpu soft=1 hard=2\nrlimits pid=5 name=data soft=3 hard=4\n"
	"comm tid=5 comm=one\nrobust_list tid=5 head=0x10\n"
	"comm tid=6 comm=one\nrobust_list tid=6 head=0x20\n"
	"comm tid=7 comm=two\nrobust_list tid=7 head=0x20\n"
	"comm tid=8 comm=two\n"
	TASK("9", "5")
	"thread pid=9 tid=9 zombie=0\n"
	"rlimits pid=9 name=cpu soft=1 hard=2\nrlimits pid=9 name=data soft=3 hard=5\n"
	"comm tid=9 comm=one\nrobust_list tid=9 head=0x10\n";

static int read_tasks(struct model *m, const char *from, const char *to)
{
	char text[sizeof(lines) + 64], *at;

	strcpy(text, lines);
	at = from ? strstr(text, from) : NULL;
	if (at)
		memcpy(at, to, strlen(to));
	return model_read_section(m, "tasks", text, strlen(text));
}

static const struct state *of(const struct model *m, size_t task, size_t thread, const char *kind)
{
	return state_of_kind(m->tasks[task], &m->tasks[task]->threads[thread], task_kind_index(kind));
}

static int one(const struct state *a, const struct state *b)
{
	return a->n == b->n && a->items == b->items;
}

static void test_one_model(void)
{
	struct model m = { 0 };
	const struct state *a, *b;

	check(!read_tasks(&m, NULL, NULL) && m.ntasks == 2, "share: read");
	check(one(of(&m, 0, 0, "comm"), of(&m, 0, 1, "comm")) && one(of(&m, 0, 2, "comm"), of(&m, 0, 3, "comm")), "share: two threads with one name");
	check(one(of(&m, 0, 0, "comm"), of(&m, 1, 0, "comm")), "share: the leaders of two processes");
	check(!one(of(&m, 0, 1, "comm"), of(&m, 0, 2, "comm")) && !one(of(&m, 0, 0, "robust_list"), of(&m, 0, 1, "robust_list")), "share: not what differs");
	check(of(&m, 0, 3, "robust_list")->n == 0, "share: nothing is nothing");
	a = of(&m, 0, 0, "rlimits");
	b = of(&m, 1, 0, "rlimits");
	check(a->n == 2 && b->n == 2 && a->items != b->items, "share: not the first record, when the second one differs");
	model_free(&m);
}

static void test_two_models(void)
{
	struct model m = { 0 }, same = { .like = &m }, other = { .like = &m };

	check(!read_tasks(&m, NULL, NULL) && !read_tasks(&same, NULL, NULL) && !read_tasks(&other, "tid=6 head=0x20", "tid=6 head=0x30"), "share: read again");
	check(one(of(&m, 0, 1, "robust_list"), of(&same, 0, 1, "robust_list")) && one(of(&m, 0, 2, "comm"), of(&same, 0, 2, "comm")) &&
	      one(of(&m, 1, 0, "rlimits"), of(&same, 1, 0, "rlimits")), "share: the same model twice");
	check(!one(of(&m, 0, 1, "robust_list"), of(&other, 0, 1, "robust_list")) && one(of(&m, 0, 2, "robust_list"), of(&other, 0, 2, "robust_list")),
	      "share: all but what differs");
	check(same.arena.used < m.arena.used, "share: it takes less memory");
	model_free(&other);
	model_free(&same);
	model_free(&m);
}

int main(void)
{
	if (task_kind_index("comm") < 0 || task_kind_index("robust_list") < 0 || task_kind_index("rlimits") < 0) {
		puts("SKIP: share: the kinds that it takes are configured out");
		return 0;
	}
	test_one_model();
	test_two_models();
	return failures != 0;
}
