/*
 * cpu.h - what a restoring CPU has to offer.
 */
#ifndef CR_CORE_CPU_H
#define CR_CORE_CPU_H

#include <stdint.h>

#include "core/base/buf.h"

/* The features that the kernel enabled in XCR0, and the bytes that their state takes; see CPUID leaf 0xd. 0 and 0: none. */
void cpu_xsave(uint64_t *mask, uint32_t *size);

/* Appends the names of all instruction sets that a program can find here, with a space between. -1: recorded. */
int cpu_features(struct buf *out);

#endif
