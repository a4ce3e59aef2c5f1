/* cpu.c - XCR0's features and the size of the xsave area, through CPUID leaf 0xd. See Intel SDM 1, chapter 13. */
#include "core/cpu.h"

#include <cpuid.h>

void cpu_xsave(uint64_t *mask, uint32_t *size)
{
	unsigned a, b, c, d;

	*mask = 0;
	*size = 0;
	if (!__get_cpuid_count(0xd, 0, &a, &b, &c, &d))
		return;
	*mask = (uint64_t)d << 32 | a;
	*size = b;
}
