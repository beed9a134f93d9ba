// SPDX-License-Identifier: Apache-2.0
// libcrypto's functions under their own names, x86-64. Each jumps to the address in its slot; an
// empty slot first has all slots filled (open.cpp). Loading libcrypto took a quarter of a short run
// of the command, and few runs need it: docs/adr/0007-quick-start.md.

    .bss
    .balign 8
    .globl colophon_libcrypto_slots
    .hidden colophon_libcrypto_slots
colophon_libcrypto_slots:
#define LAZY(name) slot_##name: .zero 8;
#include "libcrypto_functions.inc"
#undef LAZY

    .text
#define LAZY(name) \
    .globl name; .hidden name; .type name, @function; .balign 16; \
name: \
    endbr64; \
    mov slot_##name(%rip), %r11; \
    test %r11, %r11; \
    jnz 1f; \
    call fill_slots; \
    mov slot_##name(%rip), %r11; \
1:  jmp *%r11; \
    .size name, . - name;
#include "libcrypto_functions.inc"
#undef LAZY

// Keeps what may hold an argument: six registers, the count in rax, eight vector registers.
    .type fill_slots, @function
fill_slots:
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    push %r8
    push %r9
    push %rax
    sub $136, %rsp
    movups %xmm0, (%rsp)
    movups %xmm1, 16(%rsp)
    movups %xmm2, 32(%rsp)
    movups %xmm3, 48(%rsp)
    movups %xmm4, 64(%rsp)
    movups %xmm5, 80(%rsp)
    movups %xmm6, 96(%rsp)
    movups %xmm7, 112(%rsp)
    call colophon_open_libcrypto
    movups (%rsp), %xmm0
    movups 16(%rsp), %xmm1
    movups 32(%rsp), %xmm2
    movups 48(%rsp), %xmm3
    movups 64(%rsp), %xmm4
    movups 80(%rsp), %xmm5
    movups 96(%rsp), %xmm6
    movups 112(%rsp), %xmm7
    add $136, %rsp
    pop %rax
    pop %r9
    pop %r8
    pop %rcx
    pop %rdx
    pop %rsi
    pop %rdi
    ret
    .size fill_slots, . - fill_slots

    .section .note.GNU-stack, "", @progbits
