/* units.c - the tables of all units, from the list that the Makefile makes. */
#include "core/unit.h"

#include <string.h>

#define TASK_KIND(unit) extern const struct task_kind task_##unit;
#define FILE_KIND(unit) extern const struct file_kind file_##unit;
#define CHECK(unit) extern const struct check check_##unit;
#include "build/units.h"

#define TASK_KIND(unit) &task_##unit,
const struct task_kind *const task_kinds[] = {
#include "build/units.h"
	NULL
};

#define TASK_KIND_OUT(unit) #unit,
const char *const task_kinds_out[] = {
#include "build/units.h"
	NULL
};

#define FILE_KIND(unit) &file_##unit,
const struct file_kind *const file_kinds[] = {
#include "build/units.h"
	NULL
};

#define CHECK(unit) &check_##unit,
const struct check *const checks[] = {
#include "build/units.h"
	NULL
};

int task_kind_index(const char *name)
{
	for (int i = 0; task_kinds[i]; i++)
		if (!strcmp(task_kinds[i]->name, name))
			return i;
	return -1;
}

unsigned task_kind_slot(int k)
{
	static uint8_t slots[TASK_KINDS_MAX], known;
	unsigned n[2] = { 0, 0 };

	for (int i = 0; !known && task_kinds[i]; i++)
		slots[i] = (uint8_t)n[task_kinds[i]->scope]++;
	known = 1;
	return slots[k];
}

const struct file_kind *file_kind_find(const char *name)
{
	for (int i = 0; file_kinds[i]; i++)
		if (!strcmp(file_kinds[i]->name, name))
			return file_kinds[i];
	return NULL;
}

int unit_may_be_lost(const char *name)
{
	for (int i = 0; checks[i]; i++)
		if (!strcmp(checks[i]->name, name))
			return checks[i]->may_be_lost;
	for (int i = 0; task_kinds[i]; i++)
		if (!strcmp(task_kinds[i]->name, name))
			return task_kinds[i]->may_be_lost;
	return 0;
}
