/* landlock.c - sandboxes. */
#include "core/unit.h"

const struct check check_landlock = {
	.name = "landlock",
	.title = ROW_TEXT("Landlock"),
	.may_be_lost = 1,
	.how = ROW_TEXT("the link of a rule set's descriptor; a domain in force only inside the frozen tree"),
	.takes = ROW_TEXT("a kernel interface that reads the rules of a domain"),
	.page = ROW_PAGE(
		"A sandbox that a process puts itself into (landlock(7)): a growing number of tools, for files, ports and "
		"signals.\n\n"
		"The kernel tells nobody the rules of a rule set or of a domain in force. From outside only an open rule "
		"set can be seen. That a domain is in force shows inside: a task in one may not look at a process outside "
		"of it, so the frozen task is made to compare itself with a process that has the same credentials "
		"(kcmp(2)), and EPERM tells.\n\n"
		"The layers could be stacked again in the same order if their rules could be read: that needs a kernel "
		"interface. Losing a sandbox in silence is the worst of all outcomes, so it stays refused until then."),
	.inside = 1,
	.links = "anon_inode:[landlock-ruleset]",
	.meaning = "rules of a sandbox",
	.remedy = "close the rule set",
};
