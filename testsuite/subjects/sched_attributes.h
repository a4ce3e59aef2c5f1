/* sched_attributes.h - struct sched_attr of sched_setattr(2), which not every libc has. */
#ifndef SUBJECT_SCHED_ATTRIBUTES_H
#define SUBJECT_SCHED_ATTRIBUTES_H

#include "subject.h"

struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max;
};

#endif
