/* outside.c - the lists of all other processes: their beginning and end. See outside.h. */
#include "core/look/outside.h"

void outside_begin(struct outside *o, int for_many)
{
	*o = (struct outside) { .for_many = for_many };
}

void outside_end(struct outside *o)
{
	arena_free(&o->arena);
}
