/* debug_registers.c - a debugger has set a watchpoint in a thread and detached: it is still set. */
/* flavours: dynamic */
/* refused: ptrace */
/* says: DR7 */
/* needs: x86_64 */
#if defined(__x86_64__)
#include "debugged.h"
#include <stddef.h>
#include <sys/user.h>

#define ENABLED (1 | 9 << 16)		/* the first one: writes, 8 bytes */
#define REGISTER(n) offsetof(struct user, u_debugreg[n])

static long watched;			/* under some hypervisors no watchpoint ever traps: nothing is written there */

static int watch(void)
{
	return !ptrace(PTRACE_POKEUSER, debugged, REGISTER(0), &watched) && !ptrace(PTRACE_POKEUSER, debugged, REGISTER(7), ENABLED);
}

static int is_watched(void)
{
	return ptrace(PTRACE_PEEKUSER, debugged, REGISTER(0), 0) == (long)&watched &&
	       ptrace(PTRACE_PEEKUSER, debugged, REGISTER(7), 0) == ENABLED;
}

int main(int argc, char **argv)
{
	subject_init(argc, argv);
	debugged_begin();
	if (!debug(watch))
		SKIP("ptrace sets no debug registers here");

	subject_freeze();

	EXPECT(debug(is_watched), "the watchpoint is not set any more");
	debugged_end();
	return subject_end();
}
#else
#include "elsewhere.h"
#endif
