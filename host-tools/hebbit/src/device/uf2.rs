//! UF2: the format of boot loaders that are a drive. Blocks of 512 bytes with 256 bytes of flash memory each.

use object::read::elf::{ElfFile32, ProgramHeader as _};

/// The family of the RP2350's Arm cores, in secure state (RP2350 data sheet, boot ROM, UF2 family IDs).
pub const RP2350: u32 = 0xe48b_ff59;
/// That of its RISC-V cores.
pub const RP2350_RISCV: u32 = 0xe48b_ff5a;

const DATA: usize = 256;
const MAGIC: [u32; 2] = [0x0a32_4655, 0x9e5d_5157];
const END: u32 = 0x0ab1_6f30;
const HAS_FAMILY: u32 = 0x2000;

/// The loaded segments of an ELF file as UF2 blocks.
///
/// # Errors
/// If it is no 32-bit ELF file.
pub fn from_elf(elf: &[u8], family: u32) -> Result<Vec<u8>, String> {
    let file: ElfFile32<'_> = ElfFile32::parse(elf).map_err(|error| error.to_string())?;
    let endian = file.endian();
    let mut pages = std::collections::BTreeMap::<u32, [u8; DATA]>::new();
    for segment in file.elf_program_headers() {
        let data = segment.data(endian, elf).map_err(|()| "a segment lies beyond the file".to_owned())?;
        if segment.p_type(endian) != object::elf::PT_LOAD {
            continue;
        }
        for (at, &byte) in (segment.p_paddr(endian)..).zip(data) {
            pages.entry(at - at % DATA as u32).or_insert([0xff; DATA])[at as usize % DATA] = byte;
        }
    }
    let count = pages.len() as u32;
    let mut out = Vec::with_capacity(pages.len() * 512);
    for (number, (address, data)) in (0_u32..).zip(&pages) {
        for word in [MAGIC[0], MAGIC[1], HAS_FAMILY, *address, DATA as u32, number, count, family] {
            out.extend(word.to_le_bytes());
        }
        out.extend(data);
        out.resize(out.len() + 512 - 32 - DATA - 4, 0);
        out.extend(END.to_le_bytes());
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A little-endian ELF file with one loaded segment: 300 bytes at 0x1000_0080.
    fn elf() -> Vec<u8> {
        let mut bytes = vec![0; 84];
        bytes[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', 1, 1, 1]);
        let mut put = |at: usize, word: u32, len: usize| {
            bytes[at..at + len].copy_from_slice(&word.to_le_bytes()[..len])
        };
        for (at, word, len) in
            [(16, 2, 2), (18, 40, 2), (20, 1, 4), (28, 52, 4), (40, 52, 2), (42, 32, 2), (44, 1, 2)]
        {
            put(at, word, len);
        }
        for (i, word) in [1, 84, 0x1000_0080, 0x1000_0080, 300, 300, 5, 4].into_iter().enumerate() {
            put(52 + 4 * i, word, 4);
        }
        bytes.extend((0..300).map(|i| i as u8));
        bytes
    }

    #[test]
    fn segments_become_whole_pages() {
        let uf2 = from_elf(&elf(), RP2350).unwrap();
        assert_eq!(uf2.len(), 2 * 512);
        let word = |at: usize| u32::from_le_bytes(uf2[at..at + 4].try_into().unwrap());
        assert_eq!([word(0), word(4), word(508)], [MAGIC[0], MAGIC[1], END]);
        assert_eq!([word(12), word(16), word(20), word(24), word(28)], [0x1000_0000, 256, 0, 2, RP2350]);
        assert_eq!(uf2[32..32 + 128], [0xff; 128], "what no segment has stays erased");
        assert_eq!(uf2[32 + 128..32 + 256], *(0..128).collect::<Vec<u8>>());
        assert_eq!(word(512 + 12), 0x1000_0100);
        assert_eq!(uf2[512 + 32], 128);
    }

    #[test]
    fn something_else_is_refused() {
        assert!(from_elf(b"HEBBIT", RP2350).is_err());
    }
}
