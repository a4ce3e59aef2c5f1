/*
 * checklist.h - prints the checklist: cr check --list and --explain.
 */
#ifndef CR_APPLETS_CHECKLIST_H
#define CR_APPLETS_CHECKLIST_H

enum list_form { LIST_LINES, LIST_JSON, LIST_MARKDOWN };

/* All of them return an exit status. */
int checklist_list(enum list_form form);
int checklist_explain(const char *name, int json);

#endif
