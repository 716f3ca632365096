//! Stack usage and control flow of machine code: the necessary part of Thumb-2 and of RV32IMAC.

/// Stack usage and control flow of a function.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Flow {
    /// Targets of its calls and jumps, itself included.
    pub(in super::super) targets: Vec<Target>,
    /// Whether it calls or jumps through a pointer.
    pub(in super::super) pointer: bool,
    /// Bytes of all its pushes.
    pub(in super::super) pushed: u64,
    /// Addresses that it computes.
    pub(in super::super) addresses: Vec<u64>,
}

/// A target of a call or jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Target {
    pub(in super::super) address: u64,
    /// It returns: a call, not a jump.
    pub(in super::super) call: bool,
}

/// The low `bits` of a number, the highest of which is its sign.
fn signed(value: u32, bits: u32) -> i64 {
    i64::from((value << (32 - bits)).cast_signed() >> (32 - bits))
}

/// Bits of an encoding, each at its place in the number: (from, how many, to).
fn gather(word: u32, parts: &[(u32, u32, u32)]) -> u32 {
    parts.iter().fold(0, |sum, &(from, count, to)| sum | (((word >> from) & ((1 << count) - 1)) << to))
}

fn half(code: &[u8], at: usize) -> Option<u32> {
    let bytes = code.get(at..at + 2)?;
    Some(u32::from(u16::from_le_bytes(bytes.try_into().ok()?)))
}

impl Flow {
    fn goes(&mut self, from: u64, offset: i64, call: bool) {
        self.targets.push(Target { address: from.wrapping_add_signed(offset), call });
    }

    /// Reads Thumb-2 from `start` on; `is_data` marks addresses of data.
    pub(in super::super) fn thumb(code: &[u8], start: u64, is_data: impl Fn(u64) -> bool) -> Self {
        let mut flow = Self::default();
        let mut low = [0; 16];
        let mut at = 0;
        while let Some(first) = half(code, at) {
            let address = start + at as u64;
            if is_data(address) {
                at += 2;
                continue;
            }
            match half(code, at + 2).filter(|_| first >> 11 >= 0b11101) {
                Some(second) => flow.thumb_long(first, second, address + 4, &mut low),
                None => flow.thumb_short(first, address + 4),
            }
            at += if first >> 11 >= 0b11101 { 4 } else { 2 };
        }
        flow
    }

    fn thumb_short(&mut self, code: u32, pc: u64) {
        const LINK: u32 = 14;
        match code {
            // blx and bx of a register
            _ if code & 0xff87 == 0x4780 => self.pointer = true,
            _ if code & 0xff87 == 0x4700 => self.pointer |= (code >> 3) & 15 != LINK,
            // b, b<c>
            _ if code & 0xf800 == 0xe000 => self.goes(pc, signed(code << 1, 12), false),
            _ if code & 0xf000 == 0xd000 && (code >> 8) & 15 < 14 => {
                self.goes(pc, signed(code << 1, 9), false);
            }
            // push, sub sp
            _ if code & 0xfe00 == 0xb400 => self.pushed += 4 * u64::from((code & 0x1ff).count_ones()),
            _ if code & 0xff80 == 0xb080 => self.pushed += 4 * u64::from(code & 0x7f),
            _ => {}
        }
    }

    fn thumb_long(&mut self, first: u32, second: u32, pc: u64, low: &mut [u64; 16]) {
        let word = first << 16 | second;
        let plain = gather(word, &[(0, 8, 0), (12, 3, 8), (26, 1, 11)]);
        let rd = ((word >> 8) & 15) as usize;
        if word & 0xf800_8000 == 0xf000_8000 {
            let sign = (word >> 26) & 1;
            let [i1, i2] = [13, 11].map(|bit: u32| (word >> bit ^ sign ^ 1) & 1);
            let offset = gather(word, &[(0, 11, 1), (16, 10, 12)]) | i2 << 22 | i1 << 23 | sign << 24;
            match word & 0x5000 {
                0x5000 => self.goes(pc, signed(offset, 25), true),
                0x1000 => self.goes(pc, signed(offset, 25), false),
                0x0000 if (word >> 22) & 15 < 14 => {
                    let parts = [(0, 11, 1), (16, 6, 12), (13, 1, 18), (11, 1, 19), (26, 1, 20)];
                    self.goes(pc, signed(gather(word, &parts), 21), false);
                }
                _ => {}
            }
            return;
        }
        match word {
            // push, str [sp, #-4]!, vpush
            _ if first == 0xe92d => self.pushed += 4 * u64::from(second.count_ones()),
            _ if first == 0xf84d && second & 0xfff == 0xd04 => self.pushed += 4,
            _ if first & 0xffbf == 0xed2d => self.pushed += 4 * u64::from(second & 0xff),
            // sub sp with a modified and with a plain immediate
            _ if word & 0xfbef_8f00 == 0xf1ad_0d00 => self.pushed += u64::from(expanded(plain)),
            _ if word & 0xfbff_8f00 == 0xf2ad_0d00 => self.pushed += u64::from(plain),
            // ldr pc, but not from the stack
            _ if first & 0xff70 == 0xf850 && second >> 12 == 15 && first & 15 != 13 => self.pointer = true,
            // movw, movt
            _ if word & 0xfbf0_8000 == 0xf240_0000 => {
                low[rd] = u64::from(gather(word, &[(0, 8, 0), (12, 3, 8), (26, 1, 11), (16, 4, 12)]));
            }
            _ if word & 0xfbf0_8000 == 0xf2c0_0000 => {
                let high = gather(word, &[(0, 8, 0), (12, 3, 8), (26, 1, 11), (16, 4, 12)]);
                self.addresses.push(u64::from(high) << 16 | low[rd]);
            }
            _ => {}
        }
    }

    /// Reads RV32IMAC.
    pub(in super::super) fn riscv(code: &[u8], start: u64, is_data: impl Fn(u64) -> bool) -> Self {
        let mut flow = Self::default();
        // What `lui` and `auipc` left in a register, and the register of an `auipc` that was the last instruction.
        let mut upper = [0_u64; 32];
        let mut before = None;
        let mut at = 0;
        while let Some(low) = half(code, at) {
            let pc = start + at as u64;
            if is_data(pc) {
                at += 2;
                continue;
            }
            if low & 3 != 3 {
                flow.riscv_short(low, pc);
                (before, at) = (None, at + 2);
                continue;
            }
            let Some(high) = half(code, at + 2) else { break };
            let word = high << 16 | low;
            let [rd, rs] = [7, 15].map(|bit| (word >> bit) & 31);
            let small = signed(word >> 20, 12);
            let [from, to] = [rs, rd].map(|register| register as usize);
            let base = before.take().filter(|&register| register == rs);
            match word & 0x7f {
                0x6f => {
                    let parts = [(21, 10, 1), (20, 1, 11), (12, 8, 12), (31, 1, 20)];
                    flow.goes(pc, signed(gather(word, &parts), 21), rd != 0);
                }
                0x67 if base.is_some() => flow.goes(upper[from], small, rd != 0),
                0x67 => flow.pointer |= rd != 0 || rs != 1,
                0x37 => upper[to] = u64::from(word & 0xffff_f000),
                0x17 => {
                    upper[to] = u64::from((word & 0xffff_f000).wrapping_add(pc as u32));
                    before = Some(rd);
                }
                0x13 if (word >> 12) & 7 == 0 && [rd, rs] == [2, 2] => flow.moves_stack(small),
                0x13 if (word >> 12) & 7 == 0 => {
                    flow.addresses.push(u64::from((upper[from] as u32).wrapping_add(small as u32)));
                }
                _ => {}
            }
            at += 4;
        }
        flow
    }

    fn moves_stack(&mut self, by: i64) {
        self.pushed += by.min(0).unsigned_abs();
    }

    fn riscv_short(&mut self, code: u32, pc: u64) {
        let rd = (code >> 7) & 31;
        match (code & 3, code >> 13) {
            // c.jal, c.j
            (1, 1 | 5) => {
                let parts = [
                    (3, 3, 1),
                    (11, 1, 4),
                    (2, 1, 5),
                    (7, 1, 6),
                    (6, 1, 7),
                    (9, 2, 8),
                    (8, 1, 10),
                    (12, 1, 11),
                ];
                self.goes(pc, signed(gather(code, &parts), 12), code >> 13 == 1);
            }
            // c.jr, c.jalr
            (2, 4) if code & 0x7c == 0 && rd != 0 => self.pointer |= code & 0x1000 != 0 || rd != 1,
            // c.addi16sp, c.addi
            (1, 3) if rd == 2 => {
                let parts = [(6, 1, 4), (2, 1, 5), (5, 1, 6), (3, 2, 7), (12, 1, 9)];
                self.moves_stack(signed(gather(code, &parts), 10));
            }
            (1, 0) if rd == 2 => self.moves_stack(signed(gather(code, &[(2, 5, 0), (12, 1, 5)]), 6)),
            _ => {}
        }
    }
}

/// A modified immediate of Thumb-2 that is a byte turned to the right.
fn expanded(code: u32) -> u32 {
    let byte = code & 0xff;
    match code >> 8 {
        0 => byte,
        1 => byte | byte << 16,
        2 => byte << 8 | byte << 24,
        3 => byte * 0x0101_0101,
        _ => (byte | 0x80).rotate_right(code >> 7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thumb(code: &[u16]) -> Flow {
        let bytes: Vec<u8> = code.iter().flat_map(|half| half.to_le_bytes()).collect();
        Flow::thumb(&bytes, 0x1000, |address| address >= 0x2000)
    }

    fn riscv(code: &[u32]) -> Flow {
        let bytes: Vec<u8> = code.iter().flat_map(|word| word.to_le_bytes()).collect();
        Flow::riscv(&bytes, 0x8000_0000, |_| false)
    }

    fn to(address: u64, call: bool) -> Vec<Target> {
        vec![Target { address, call }]
    }

    #[test]
    fn thumb_branches_are_followed() {
        assert_eq!(thumb(&[0xf000, 0xf880]).targets, to(0x1104, true));
        assert_eq!(thumb(&[0xf7ff, 0xfffe]).targets, to(0x1000, true));
        assert_eq!(thumb(&[0xf7ff, 0xbffe]).targets, to(0x1000, false));
        assert_eq!(thumb(&[0xf000, 0x8080]).targets, to(0x1104, false));
        assert_eq!(thumb(&[0xe7fe]).targets, to(0x1000, false));
        assert_eq!(thumb(&[0xd0fe]).targets, to(0x1000, false));
        assert!(thumb(&[0x4788]).pointer && thumb(&[0x4718]).pointer && !thumb(&[0x4770]).pointer);
    }

    #[test]
    fn thumb_pushes_and_addresses_are_seen() {
        // push {r4-r7, lr}; push.w {r4-r11, lr}; sub sp, #32; sub.w sp, sp, #4096; subw sp, sp, #1001; str r4, [sp, #-4]!
        assert_eq!(thumb(&[0xb5f0]).pushed, 20);
        assert_eq!(thumb(&[0xe92d, 0x4ff0]).pushed, 36);
        assert_eq!(thumb(&[0xb088]).pushed, 32);
        assert_eq!(thumb(&[0xf5ad, 0x5d80]).pushed, 4096);
        assert_eq!(thumb(&[0xf2ad, 0x3de9]).pushed, 1001);
        assert_eq!(thumb(&[0xf84d, 0x4d04]).pushed, 4);
        // movw r1, #0x1235; movt r1, #0x0800
        assert_eq!(thumb(&[0xf241, 0x2135, 0xf6c0, 0x0100]).addresses, [0x0800_1235]);
    }

    #[test]
    fn riscv_code_is_followed() {
        // jal ra, +16; j -4; auipc ra, 0x1 and jalr ra, 8(ra); jalr ra, a0; ret; c.j 0 and c.jr a0
        assert_eq!(riscv(&[0x0100_00ef]).targets, to(0x8000_0010, true));
        assert_eq!(riscv(&[0xffdf_f06f]).targets, to(0x7fff_fffc, false));
        assert_eq!(riscv(&[0x0000_1097, 0x0080_80e7]).targets, to(0x8000_1008, true));
        assert!(riscv(&[0x0005_00e7]).pointer && !riscv(&[0x0000_8067]).pointer);
        let both = riscv(&[0x8502_a001]);
        assert_eq!((both.targets, both.pointer), (to(0x8000_0000, false), true));
        // addi sp, sp, -2032; c.addi16sp -64; lui a0, 0x80001 and addi a0, a0, -4
        assert_eq!(riscv(&[0x8101_0113]).pushed, 2032);
        assert_eq!(riscv(&[0x0001_7139]).pushed, 64);
        assert_eq!(riscv(&[0x8000_1537, 0xffc5_0513]).addresses, [0x8000_0ffc]);
    }
}
