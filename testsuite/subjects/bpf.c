/* bpf.c - a BPF map with an entry. */
/* flavours: dynamic */
/* refused: bpf */
#include "subject.h"
#include <linux/bpf.h>

int main(int argc, char **argv)
{
	uint32_t key = 3;
	uint64_t value = 0x1234;
	union bpf_attr a;
	int fd;

	subject_init(argc, argv);
	memset(&a, 0, sizeof(a));
	a.map_type = BPF_MAP_TYPE_ARRAY;
	a.key_size = 4;
	a.value_size = 8;
	a.max_entries = 10;
	fd = syscall(SYS_bpf, BPF_MAP_CREATE, &a, sizeof(a));
	if (fd < 0)
		SKIP("bpf: %s", strerror(errno));
	memset(&a, 0, sizeof(a));
	a.map_fd = fd;
	a.key = (unsigned long)&key;
	a.value = (unsigned long)&value;
	MUST(!syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, &a, sizeof(a)));

	subject_freeze();

	value = 0;
	EXPECT(!syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &a, sizeof(a)) && value == 0x1234, "an entry of the map");
	return subject_end();
}
