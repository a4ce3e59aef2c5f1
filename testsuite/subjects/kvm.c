/* kvm.c - a virtual machine with a processor that never ran. */
/* flavours: dynamic */
/* refused: kvm */
#include "subject.h"
#include <linux/kvm.h>
#include <sys/ioctl.h>

int main(int argc, char **argv)
{
	int device, machine, processor;
	struct kvm_regs regs;

	subject_init(argc, argv);
	device = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (device < 0)
		SKIP("/dev/kvm: %s", strerror(errno));
	machine = ioctl(device, KVM_CREATE_VM, 0);
	if (machine < 0)
		SKIP("KVM_CREATE_VM: %s", strerror(errno));
	processor = ioctl(machine, KVM_CREATE_VCPU, 0);
	MUST(processor >= 0 && !ioctl(processor, KVM_GET_REGS, &regs));
	regs.rbx = 0x1234567887654321;
	MUST(!ioctl(processor, KVM_SET_REGS, &regs));
	MUST(!close(device));

	subject_freeze();

	regs.rbx = 0;
	EXPECT(!ioctl(processor, KVM_GET_REGS, &regs), "KVM_GET_REGS: %s", strerror(errno));
	EXPECT_EQ(regs.rbx, 0x1234567887654321, "rbx of the virtual processor");
	EXPECT(ioctl(machine, KVM_CHECK_EXTENSION, KVM_CAP_NR_VCPUS) > 0, "KVM_CHECK_EXTENSION: %s", strerror(errno));
	return subject_end();
}
