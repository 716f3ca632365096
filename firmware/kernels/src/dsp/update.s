@ The update of a matrix: w + floor((sum over terms of pre * post + dither) / 2^shift), clamped.
@
@ A weight is the high word of a 64-bit number and its dither the top of the low word, so that one long multiply of factors
@ that have been shifted to fit adds, floors and carries.

@ r8, r9 = mix(r8, 0) under the round keys at r12 + 32; r0, r1, r3, r4 and r10 are lost.
.macro hebbit_mix_round key
    add r8, r9, r8, ror #8
    eor r8, r8, \key
    eor r9, r8, r9, ror #29
.endm
.macro hebbit_mix
    add r1, r12, #32
    ldm r1!, {{r0, r3, r4, r10}}
    eor r8, r0, r8, ror #8
    mov r9, r8
    hebbit_mix_round r3
    hebbit_mix_round r4
    hebbit_mix_round r10
    ldm r1, {{r0, r3, r4, r10}}
    hebbit_mix_round r0
    hebbit_mix_round r3
    hebbit_mix_round r4
    hebbit_mix_round r10
.endm

@ One weight: its column in \c, factors in \q0 and \q1 (which are lost), itself in \w, \t for its dither.
.macro hebbit_synapse c, q0, q1, w, t, terms, bits
    mla \t, \c, r3, r4
    .if \bits == 8
    ldrsb \w, [r2, \c]
    .else
    ldrsh \w, [r2, \c, lsl #1]
    bic \t, \t, #0x00ff0000
    .endif
    smlal \t, \w, r5, \q0
    .if \terms == 2
    smlal \t, \w, lr, \q1
    .endif
    sub \t, \w, r6
    cmp \t, r7
    bls 7f
    cmp \w, r6
    ite lt
    movlt \w, r6
    addge \w, r6, r7
7:
    .if \bits == 8
    strb \w, [r2, \c]
    .else
    strh \w, [r2, \c, lsl #1]
    .endif
.endm

@ Frame of the sparse update, as its caller fills it:
@ 0 weights, 4 bytes of a row, 8 lines, 12 pre 0, 16 end of lines, 20 pre 1, 24 entries, 28 end of entries, 32 round keys (8),
@ 64 low, 68 high - low. An entry is a column and its `post` factors, shifted; of one term there is an even number of entries.
@ r0 entries, r1 end, r2 row, r3 dither step, r4 dither, r5 pre 0, r6 low, r7 span, lr pre 1.
.macro hebbit_sparse name, terms, bits
.global \name
.type \name, %function
.thumb_func
\name:
    push {{r4-r11, lr}}
    sub sp, sp, #4
    str r0, [sp]
    mov r12, r0
    ldrd r6, r7, [r12, #64]
    ldrd r0, r1, [r12, #8]
1:
    ldrd r2, r3, [r12]
    ldrh r8, [r0], #2
    ldrsh r5, [r1], #2
    strd r0, r1, [r12, #8]
    mla r2, r8, r3, r2
    hebbit_mix
    lsl r4, r8, #16
    lsl r3, r9, #16
    lsl r5, r5, #8
    .if \terms == 2
    ldr r0, [r12, #20]
    ldrsh lr, [r0], #2
    str r0, [r12, #20]
    lsl lr, lr, #8
    .endif
    ldrd r0, r1, [r12, #24]
    .if \terms == 2
2:
    ldm r0!, {{r8, r9, r12}}
    hebbit_synapse r8, r9, r12, r11, r10, \terms, \bits
    .else
    subs r8, r1, r0
    lsls r8, r8, #27
    bmi 3f
2:
    ldm r0!, {{r8-r11}}
    hebbit_synapse r8, r9, 0, lr, r12, \terms, \bits
    hebbit_synapse r10, r11, 0, lr, r12, \terms, \bits
3:
    ldm r0!, {{r8-r11}}
    hebbit_synapse r8, r9, 0, lr, r12, \terms, \bits
    hebbit_synapse r10, r11, 0, lr, r12, \terms, \bits
    .endif
    cmp r0, r1
    bne 2b
    ldr r12, [sp]
    ldrd r0, r1, [r12, #8]
    ldr r2, [r12, #16]
    cmp r0, r2
    bne 1b
    add sp, sp, #4
    pop {{r4-r11, pc}}
.endm

hebbit_sparse hebbit_update_i8_one, 1, 8
hebbit_sparse hebbit_update_i8_two, 2, 8
hebbit_sparse hebbit_update_i16_one, 1, 16
hebbit_sparse hebbit_update_i16_two, 2, 16

@ Four weights in a word: change and 128 in packed lanes, unsigned saturation, then from below.
@ r0 post, r1 weights, r3 pre, r4 and r5 dither, r6 step of four columns, r7 low + 128 and r8 low in each byte, lr 128 << 16.
.macro hebbit_dense_quad
    ldrd r9, r10, [r0], #8
    smlabb r11, r9, r3, lr
    smlatb r9, r9, r3, lr
    smlabb r12, r10, r3, lr
    smlatb r10, r10, r3, lr
    uxtah r11, r11, r4
    uxtah r9, r9, r4, ror #16
    uxtah r12, r12, r5
    uxtah r10, r10, r5, ror #16
    pkhtb r11, r12, r11, asr #16
    ldr r12, [r1]
    pkhtb r9, r10, r9, asr #16
    sxtab16 r11, r11, r12
    sxtab16 r9, r9, r12, ror #8
    usat16 r11, #8, r11
    usat16 r9, #8, r9
    orr r11, r11, r9, lsl #8
    uqsub8 r11, r11, r7
    uadd8 r11, r11, r8
    str r11, [r1], #4
    uadd16 r4, r4, r6
    uadd16 r5, r5, r6
.endm

@ The frame is that of the sparse update, with 24 the `post` factors of term 0 and 64 low; high is 127, and every column changes.
.global hebbit_update_i8_dense
.type hebbit_update_i8_dense, %function
.thumb_func
hebbit_update_i8_dense:
    push {{r4-r11, lr}}
    sub sp, sp, #4
    str r0, [sp]
    mov r12, r0
    ldrb r8, [r12, #64]
    orr r8, r8, r8, lsl #8
    orr r8, r8, r8, lsl #16
    eor r7, r8, #0x80808080
    mov lr, #0x800000
1:
    ldr r0, [r12, #8]
    ldrh r8, [r0], #2
    str r0, [r12, #8]
    mov r11, r8
    hebbit_mix
    ldrd r1, r2, [r12]
    mla r1, r11, r2, r1
    add r2, r1, r2
    add r10, r8, r9
    pkhbt r4, r8, r10, lsl #16
    add r10, r9, r9
    pkhbt r10, r10, r10, lsl #16
    uadd16 r5, r4, r10
    uadd16 r6, r10, r10
    eor r8, r7, #0x80808080
    ldr r0, [r12, #12]
    ldrsh r3, [r0], #2
    str r0, [r12, #12]
    ldr r0, [r12, #24]
    subs r9, r2, r1
    lsls r9, r9, #29
    bmi 3f
2:
    hebbit_dense_quad
3:
    hebbit_dense_quad
    cmp r1, r2
    bne 2b
    ldr r12, [sp]
    ldr r9, [r12, #8]
    ldr r10, [r12, #16]
    cmp r9, r10
    bne 1b
    add sp, sp, #4
    pop {{r4-r11, pc}}
