/* socket_filter.c - sockets with a filter: one that can be read, one of eBPF that cannot. */
/* flavours: dynamic */
/* refused: unix */
/* says: fd 3 +unix .*a filter of 1 instructions.*SO_LOCK_FILTER 1 not 0 */
/* says: fd 5 +unix .*an eBPF filter, which nobody can read */
#include "subject.h"
#include <linux/bpf.h>
#include <linux/filter.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sock_filter pass = { BPF_RET | BPF_K, 0, 0, 0xffff };
	struct sock_fprog classic = { 1, &pass };
	struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },	/* drops all */
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insns = (uintptr_t)insns, .insn_cnt = 2, .license = (uintptr_t)"GPL",
	};
	int a[2], b[2], prog, one = 1;
	char text[10];

	subject_init(argc, argv);
	MUST(!socketpair(AF_UNIX, SOCK_DGRAM, 0, a) && !socketpair(AF_UNIX, SOCK_DGRAM, 0, b));
	MUST(a[0] == 3 && b[0] == 5);
	MUST(!setsockopt(a[0], SOL_SOCKET, SO_ATTACH_FILTER, &classic, sizeof(classic)));
	MUST(!setsockopt(a[0], SOL_SOCKET, SO_LOCK_FILTER, &one, sizeof(one)));
	prog = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (prog < 0)
		SKIP("bpf: %s", strerror(errno));
	MUST(!setsockopt(b[0], SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog)) && !close(prog));

	subject_freeze();

	EXPECT(send(a[1], "yes", 3, 0) == 3 && recv(a[0], text, sizeof(text), MSG_DONTWAIT) == 3, "what passes");
	EXPECT(send(b[1], "no", 2, 0) <= 2 && recv(b[0], text, sizeof(text), MSG_DONTWAIT) == -1, "what is dropped");
	return subject_end();
}
