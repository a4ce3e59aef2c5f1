/* landlock.c - sandboxes. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:[landlock-ruleset]", NULL };

const struct check check_landlock = {
	.name = "landlock",
	.title = "Landlock",
	.may_be_lost = 1,
	.how = "the link of a rule set's descriptor; a domain in force only inside the frozen tree",
	.page =
		"A sandbox that a process puts itself into (landlock(7)).\n\n"
		"The kernel tells nobody the rules of a rule set or of a domain in force. From outside only an open\n"
		"rule set can be seen; whether a domain is in force shows only in how many layers a child could still\n"
		"add. A solution needs a kernel interface that reads rules.",
	.links = links,
	.meaning = "rules of a sandbox",
	.remedy = "close the rule set",
};
