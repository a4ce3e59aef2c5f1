/*
 * stub.S - the only foreign code that ever runs in a target. It is copied there, so it knows no address but its own.
 *
 *	loop:	runs the table of calls, then signals its own thread: the tracer sees that as a stop. When it goes on and `go' is not
 *		set, nobody traces it any more: it finds its own registers and signal mask by itself.
 *	once:	one call, its result in r15, and if that is no error another one, of the number in r14, then the same. Needs no writable
 *		memory: it runs in the tail of the vdso.
 *
 * It never touches the stack (the red zone is the target's), nor FPU state. It does not use rt_sigreturn(2), which would forget
 * the restart block of an interrupted sleep. See struct stub_ctl in arch.h for its data.
 *
 * It stands in two places. In the tail of the vdso (remote_stub) its data lie right behind it; in the scratch (remote_slot), once for
 * each slot, they lie SLOT_CTL behind: no page there is both writable and executable, which PR_SET_MDWE would not allow.
 */
	.section .rodata.remote_stub, "a"
	.globl	remote_stub, remote_stub_once, remote_stub_signalled, remote_stub_ctl, remote_stub_end, remote_slot, remote_slot_signalled, remote_slot_end
	.hidden	remote_stub, remote_stub_once, remote_stub_signalled, remote_stub_ctl, remote_stub_end, remote_slot, remote_slot_signalled, remote_slot_end

	/* offsets in struct stub_ctl, checked in arch.c */
	.set	GO, 32
	.set	COUNT, 36
	.set	SIGNAL, 40
	.set	DONE, 44
	.set	TABLE, 48
	.set	ALL, 56
	.set	MASK, 64
	.set	FLAGS, 72
	.set	REGS, 80
	.set	WAKE, 216
	.set	WOKEN_PC, 224
	.set	ZERO, 232

	.set	SLOT_CTL, 16384

	.macro	stub name, ctl
	.balign	64
\name:
10:
	movl	$0, \ctl+GO(%rip)
	movq	\ctl+TABLE(%rip), %rbx
	movl	\ctl+COUNT(%rip), %ebp
1:	testl	%ebp, %ebp
	jz	2f
	movq	0(%rbx), %rax
	movq	8(%rbx), %rdi
	movq	16(%rbx), %rsi
	movq	24(%rbx), %rdx
	movq	32(%rbx), %r10
	movq	40(%rbx), %r8
	movq	48(%rbx), %r9
	syscall
	movq	%rax, 56(%rbx)
	addq	$64, %rbx
	decl	%ebp
	jmp	1b
2:	movl	$1, \ctl+DONE(%rip)
	jmp	20f

\name\()_once:
	syscall					/* entered behind it, as if interrupted: see arch_enter_regs() */
	movq	%rax, %r15
	cmpl	$-4, %eax
	je	30f
	testq	%rax, %rax
	js	20f
	movl	%r14d, %eax
	testl	%eax, %eax
	jz	20f
	movq	%rbx, %rdi
	movq	%rbp, %rsi
	movq	%r12, %rdx
	movq	%r13, %r10			/* r8 and r9 are still those of the first one */
	syscall
	movq	%rax, %r14
20:
	movl	$186, %eax			/* gettid: the number in the target's own pid namespace */
	syscall
	movl	%eax, %edi
	movl	\ctl+SIGNAL(%rip), %esi
	movl	$200, %eax			/* tkill */
	syscall
\name\()_signalled:
	.byte	0xeb, 40f - 30f			/* jmp 40f, in two bytes: entered behind it, as if interrupted */
30:	movl	$1, %ebx			/* a handler has run meanwhile */
	jmp	50f
40:	cmpl	$0, \ctl+GO(%rip)
	jne	10b
	movl	$0, %ebx

	/* The tracer is dead. With rsp at the saved flags no handler may run; the tracer may have died before it set the mask. */
50:	movl	$2, %edi			/* SIG_SETMASK */
	leaq	\ctl+ALL(%rip), %rsi
	movl	$0, %edx
	movl	$8, %r10d
	movl	$14, %eax			/* rt_sigprocmask */
	syscall
	/* Lets waiting signals in, and tells by EINTR if one had a handler: the interrupted call may have to end with EINTR, too. */
	movl	$0, %edi
	movl	$0, %esi
	leaq	\ctl+ZERO(%rip), %rdx
	leaq	\ctl+MASK(%rip), %r10
	movl	$8, %r8d
	movl	$271, %eax			/* ppoll: of nothing, for no time */
	syscall
	cmpl	$-4, %eax
	jne	60f
	movl	$1, %ebx
60:	andq	\ctl+WAKE(%rip), %rbx
	leaq	\ctl+FLAGS(%rip), %rsp
	popfq
	/* From here on nothing may change flags: mov, lea, jrcxz only; syscall(2) keeps them. */
	movq	\ctl+REGS+120(%rip), %rsp
	movl	$2, %edi
	leaq	\ctl+MASK(%rip), %rsi
	movl	$0, %edx
	movl	$8, %r10d
	movl	$14, %eax
	syscall
	/* A handler may run here: the stack is the target's, and the handler returns to the stub. */
	movq	%rbx, %rcx
	movq	\ctl+REGS+0(%rip), %r15
	movq	\ctl+REGS+8(%rip), %r14
	movq	\ctl+REGS+16(%rip), %r13
	movq	\ctl+REGS+24(%rip), %r12
	movq	\ctl+REGS+32(%rip), %rbp
	movq	\ctl+REGS+40(%rip), %rbx
	movq	\ctl+REGS+48(%rip), %r11
	movq	\ctl+REGS+56(%rip), %r10
	movq	\ctl+REGS+64(%rip), %r9
	movq	\ctl+REGS+72(%rip), %r8
	movq	\ctl+REGS+80(%rip), %rax
	movq	\ctl+REGS+96(%rip), %rdx
	movq	\ctl+REGS+104(%rip), %rsi
	movq	\ctl+REGS+112(%rip), %rdi
	jrcxz	70f
	movq	$-4, %rax			/* rcx need not be kept by a system call */
	jmp	*\ctl+WOKEN_PC(%rip)
70:	movq	\ctl+REGS+88(%rip), %rcx
	jmp	*\ctl+REGS+128(%rip)
	.endm

	stub	remote_stub, remote_stub_ctl
	.balign	64
remote_stub_ctl:
	.fill	256, 1, 0
remote_stub_end:

	stub	remote_slot, (remote_slot + SLOT_CTL)
remote_slot_end:

	.section .note.GNU-stack, "", @progbits
