@ Layers and feedback: four neurons, or four weights of a row, at a time.

@ (currents, membranes, events, sums; on the stack: end of currents, threshold, floor, leak, reset). Threshold, floor and reset in
@ two lanes each. A multiple of 4 neurons, at least 4, none of them refractory.
.macro hebbit_lif name, leak, hard
.global \name
.type \name, %function
.thumb_func
\name:
    push {{r4-r11, lr}}
    ldrd r8, r9, [sp, #40]
    mov r11, #0x00010001
    mov lr, #0
1:
    ldrd r4, r5, [r0], #8
    ldrd r6, r7, [r1]
    .if \leak
    ldr r10, [sp, #48]
    smulwb r12, r10, r6
    smulwt lr, r10, r6
    pkhbt r12, r12, lr, lsl #16
    ssub16 r6, r6, r12
    smulwb r12, r10, r7
    smulwt lr, r10, r7
    pkhbt r12, r12, lr, lsl #16
    ssub16 r7, r7, r12
    mov lr, #0
    .endif
    qadd16 r6, r6, r4
    qadd16 r7, r7, r5
    ssub16 r12, r6, r9
    sel r6, r6, r9
    ssub16 r12, r7, r9
    sel r7, r7, r9
    .if \hard
    ldr r10, [sp, #52]
    .else
    qsub16 r10, r6, r8
    .endif
    ssub16 r12, r6, r8
    sel r6, r10, r6
    sel r4, r11, lr
    .if \hard == 0
    qsub16 r10, r7, r8
    .endif
    ssub16 r12, r7, r8
    sel r7, r10, r7
    sel r5, r11, lr
    strd r6, r7, [r1], #8
    ldrd r6, r7, [r3]
    uqadd16 r6, r6, r4
    uqadd16 r7, r7, r5
    strd r4, r5, [r2], #8
    strd r6, r7, [r3], #8
    ldr r12, [sp, #36]
    cmp r0, r12
    bne 1b
    pop {{r4-r11, pc}}
.endm

hebbit_lif hebbit_lif_plain, 0, 0
hebbit_lif hebbit_lif_leaky, 1, 0
hebbit_lif hebbit_lif_hard, 1, 1

@ (words, end) -> whether one of them is not zero. A multiple of 2 words, at least 2.
.global hebbit_any
.type hebbit_any, %function
.thumb_func
hebbit_any:
    push {{r4, r5, r6, lr}}
    mov r12, r0
    movs r0, #0
    subs r2, r1, r12
    lsls r2, r2, #28
    bpl 1f
    ldm r12!, {{r2, r3}}
    orr r0, r2, r3
    cmp r12, r1
    beq 2f
1:
    ldm r12!, {{r2-r5}}
    orrs r2, r2, r3
    orrs r4, r4, r5
    orrs r0, r0, r2
    orrs r0, r0, r4
    cmp r12, r1
    bne 1b
2:
    pop {{r4, r5, r6, pc}}

@ (magnitudes, end, lines, listed) -> how many are not zero. A multiple of 4 magnitudes, at least 4; room for all of them.
.global hebbit_list
.type hebbit_list, %function
.thumb_func
hebbit_list:
    push {{r4-r8, lr}}
    movs r4, #0
    mov r8, r2
1:
    ldrd r5, r6, [r0], #8
    orrs r7, r5, r6
    bne 3f
2:
    adds r4, r4, #4
    cmp r0, r1
    bne 1b
    subs r0, r2, r8
    lsrs r0, r0, #1
    pop {{r4-r8, pc}}
3:
    lsls r7, r5, #16
    beq 4f
    strh r4, [r2], #2
    strh r5, [r3], #2
4:
    lsrs r5, r5, #16
    beq 5f
    adds r7, r4, #1
    strh r7, [r2], #2
    strh r5, [r3], #2
5:
    lsls r7, r6, #16
    beq 6f
    adds r7, r4, #2
    strh r7, [r2], #2
    strh r6, [r3], #2
6:
    lsrs r6, r6, #16
    beq 2b
    adds r7, r4, #3
    strh r7, [r2], #2
    strh r6, [r3], #2
    b 2b

@ Frame: 0 sums, 4 end of sums, 8 weights, 12 words (of four columns (0, 2), then (1, 3)), 16 end of words, 20 shift 0..=31,
@ 24 what a dot product starts from, or `zero` in each byte. One row of 8-bit weights per sum.
.macro hebbit_rows name, signs
.global \name
.type \name, %function
.thumb_func
\name:
    push {{r4-r11, lr}}
    ldr r11, [r0, #24]
    ldrd r9, r10, [r0, #16]
    ldm r0, {{r0-r3}}
    .if \signs
    mov r8, #0x01010101
    mvn lr, #0
    .endif
1:
    mov r4, r3
    .if \signs
    movs r5, #0
    .else
    mov r5, r11
    .endif
2:
    ldr r12, [r2], #4
    ldrd r6, r7, [r4], #8
    .if \signs
    ssub8 r12, r12, r11
    sel r12, r8, lr
    sxtb16 r12, r12
    smlad r5, r12, r6, r5
    sel r12, r8, lr
    .else
    sxtb16 lr, r12
    smlad r5, lr, r6, r5
    .endif
    sxtb16 r12, r12, ror #8
    smlad r5, r12, r7, r5
    cmp r4, r9
    bne 2b
    asr r5, r5, r10
    ldr r12, [r0]
    add r12, r12, r5
    str r12, [r0], #4
    cmp r0, r1
    bne 1b
    pop {{r4-r11, pc}}
@ Code of others that follows is not its own.
.size \name, . - \name
.endm

hebbit_rows hebbit_dot_rows_i8, 0
hebbit_rows hebbit_sign_rows_i8, 1
