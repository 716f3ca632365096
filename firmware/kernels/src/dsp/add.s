@ Sums of rows. Weights are 8 bits (packed 16-bit sums, or dual multiplies over pairs of rows) or 16 bits (dual multiplies).

@ One row of `quads` words onto packed sums from r4 on: columns (0, 2) in one register, (1, 3) in the next.
.macro hebbit_add_row quads
    ldrh r12, [r0], #2
    mla r12, r12, r3, r2
    .if \quads == 4
    ldr lr, [r12, #12]
    sxtab16 r10, r10, lr
    sxtab16 r11, r11, lr, ror #8
    ldr lr, [r12, #8]
    sxtab16 r8, r8, lr
    sxtab16 r9, r9, lr, ror #8
    .endif
    .if \quads >= 2
    ldrd r12, lr, [r12]
    sxtab16 r6, r6, lr
    sxtab16 r7, r7, lr, ror #8
    .else
    ldr r12, [r12]
    .endif
    sxtab16 r4, r4, r12
    sxtab16 r5, r5, r12, ror #8
.endm

@ Four sums at r12: adds the packed ones.
.macro hebbit_flush even, odd
    ldrd r0, lr, [r12]
    sxtah r0, r0, \even
    sxtah lr, lr, \odd
    strd r0, lr, [r12], #8
    ldrd r0, lr, [r12]
    add r0, r0, \even, asr #16
    add lr, lr, \odd, asr #16
    strd r0, lr, [r12], #8
.endm

@ All rows of the list onto a block of columns, then on to the next block.
.macro hebbit_add_block quads
    mov r4, #0
    mov r5, #0
    .if \quads >= 2
    mov r6, #0
    mov r7, #0
    .endif
    .if \quads == 4
    mov r8, #0
    mov r9, #0
    mov r10, #0
    mov r11, #0
    .endif
    ldr r0, [sp]
    subs r12, r1, r0
    lsls r12, r12, #30
    bmi 2f
1:
    hebbit_add_row \quads
2:
    hebbit_add_row \quads
    cmp r0, r1
    bne 1b
    ldr r12, [sp, #4]
    hebbit_flush r4, r5
    .if \quads >= 2
    hebbit_flush r6, r7
    .endif
    .if \quads == 4
    hebbit_flush r8, r9
    hebbit_flush r10, r11
    .endif
    str r12, [sp, #4]
    adds r2, r2, #(4 * \quads)
.endm

@ (lines, end of lines, weights, width, sums, columns): 1 to 256 lines, all within the matrix; columns a multiple of 4.
.global hebbit_add_spikes_i8
.type hebbit_add_spikes_i8, %function
.thumb_func
hebbit_add_spikes_i8:
    push {{r4-r11, lr}}
    ldrd r4, r5, [sp, #36]
    sub sp, sp, #12
    str r0, [sp]
    str r4, [sp, #4]
    str r5, [sp, #8]
    b 8f
5:
    hebbit_add_block 4
8:
    ldr r4, [sp, #8]
    subs r4, r4, #16
    str r4, [sp, #8]
    bge 5b
    tst r4, #8
    beq 6f
    hebbit_add_block 2
6:
    ldr r4, [sp, #8]
    tst r4, #4
    beq 7f
    hebbit_add_block 1
7:
    add sp, sp, #12
    pop {{r4-r11, pc}}

@ Rows (a, b) times their magnitudes in m, onto the sums of four columns.
.macro hebbit_pair_i8 a, b, m
    ldr \a, [\a, r2]
    ldr \b, [\b, r2]
    pkhbt r3, \a, \b, lsl #16
    pkhtb \b, \b, \a, asr #16
    sxtb16 \a, r3
    smlad r4, \a, \m, r4
    sxtb16 r3, r3, ror #8
    smlad r5, r3, \m, r5
    sxtb16 \a, \b
    smlad r6, \a, \m, r6
    sxtb16 \b, \b, ror #8
    smlad r7, \b, \m, r7
.endm

@ (groups, end of groups, sums, columns): a group is four row addresses and two packed pairs of magnitudes.
.global hebbit_add_graded_i8
.type hebbit_add_graded_i8, %function
.thumb_func
hebbit_add_graded_i8:
    push {{r4-r11, lr}}
    sub sp, sp, #12
    str r0, [sp]
    str r2, [sp, #4]
    str r3, [sp, #8]
    mov r2, #0
1:
    ldr r3, [sp, #4]
    ldm r3, {{r4-r7}}
    ldr r0, [sp]
2:
    ldm r0!, {{r8-r12, lr}}
    hebbit_pair_i8 r8, r9, r12
    hebbit_pair_i8 r10, r11, lr
    cmp r0, r1
    bne 2b
    ldr r3, [sp, #4]
    stm r3!, {{r4-r7}}
    str r3, [sp, #4]
    adds r2, r2, #4
    ldr r3, [sp, #8]
    cmp r2, r3
    bne 1b
    add sp, sp, #12
    pop {{r4-r11, pc}}

.macro hebbit_pair_i16 a, b, m
    ldr \a, [\a, r2]
    ldr \b, [\b, r2]
    pkhbt r3, \a, \b, lsl #16
    smlad r4, r3, \m, r4
    pkhtb \b, \b, \a, asr #16
    smlad r5, \b, \m, r5
.endm

@ The same for 16-bit weights.
.global hebbit_add_graded_i16
.type hebbit_add_graded_i16, %function
.thumb_func
hebbit_add_graded_i16:
    push {{r4-r11, lr}}
    sub sp, sp, #12
    str r0, [sp]
    mov r6, r2
    mov r7, r3, lsl #1
    mov r2, #0
1:
    ldrd r4, r5, [r6]
    ldr r0, [sp]
2:
    ldm r0!, {{r8-r12, lr}}
    hebbit_pair_i16 r8, r9, r12
    hebbit_pair_i16 r10, r11, lr
    cmp r0, r1
    bne 2b
    strd r4, r5, [r6], #8
    adds r2, r2, #4
    cmp r2, r7
    bne 1b
    add sp, sp, #12
    pop {{r4-r11, pc}}
