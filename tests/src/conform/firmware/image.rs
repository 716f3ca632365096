//! Requirements of the RP2350's boot ROM for a program in flash (RP2350 data sheet, 5.9), and a check that the code that writes the flash
//! does not read it.

use super::stack::code::Flow;
use object::read::elf::{ElfFile32, ProgramHeader as _};
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, elf};

/// Address of the flash, and the range in which the boot ROM searches the first block.
const FLASH: u32 = 0x1000_0000;
const SEARCHED: usize = 4096;
/// The RAM.
const RAM: std::ops::Range<u32> = 0x2000_0000..0x2008_2000;

const START: u32 = 0xffff_ded3;
const END: u32 = 0xab12_3579;
/// The item with the image type, and the last item.
const IMAGE_TYPE: u8 = 0x42;
const LAST: u8 = 0xff;
/// An executable for the RP2350: for Arm in secure state, and for RISC-V.
const ARM: u16 = 0x1021;
const RISCV: u16 = 0x1101;

/// The function that runs in RAM.
const WRITER: &str = "hebbit_flash";

/// Checks a program; returns where its block is.
pub(super) fn check(file: &[u8]) -> Result<String, String> {
    let parsed: ElfFile32<'_> = ElfFile32::parse(file).map_err(|error| error.to_string())?;
    let arm = parsed.architecture() == object::Architecture::Arm;
    let flash = front(&parsed, file)?;
    let at = block(&flash, if arm { ARM } else { RISCV })?;
    if arm {
        vectors(&flash)?
    } else {
        first(&parsed)?
    }
    writer(&parsed, arm)?;
    Ok(format!("its block is at {:#x}", FLASH as usize + at))
}

/// The first bytes of the flash, as words.
fn front(file: &ElfFile32<'_>, bytes: &[u8]) -> Result<Vec<u32>, String> {
    let endian = file.endian();
    let mut flash = vec![0xff; SEARCHED];
    for segment in file.elf_program_headers().iter().filter(|one| one.p_type(endian) == elf::PT_LOAD) {
        let data = segment.data(endian, bytes).map_err(|()| "a segment lies beyond the file".to_owned())?;
        for (at, &byte) in (segment.p_paddr(endian)..).zip(data) {
            if let Some(to) = at.checked_sub(FLASH).and_then(|at| flash.get_mut(at as usize)) {
                *to = byte;
            }
        }
    }
    Ok(flash.as_chunks::<4>().0.iter().map(|&word| u32::from_le_bytes(word)).collect())
}

/// Parses the block: a start, items, the last of which has their length in words, the distance to the next block, an end. Returns its offset.
fn block(flash: &[u32], want: u16) -> Result<usize, String> {
    let start = flash.iter().position(|&word| word == START).ok_or("no block in the first 4 KB")?;
    let (mut at, mut kind) = (start + 1, None);
    let word = |at: usize| flash.get(at).copied().ok_or("the block leaves the first 4 KB");
    loop {
        let item = word(at)?;
        let [id, size, ..] = item.to_le_bytes();
        // With the highest bit set the size has two bytes.
        let words = if id & 0x80 == 0 { usize::from(size) } else { usize::from((item >> 8) as u16) };
        match id {
            LAST if words == at - start - 1 => break,
            LAST => {
                return Err(format!("the last item tells of {words} words, there are {}", at - start - 1));
            }
            _ if words == 0 => return Err(format!("item {id:#x} has no words")),
            IMAGE_TYPE => kind = Some((item >> 16) as u16),
            _ => {}
        }
        at += words;
    }
    if kind != Some(want) {
        return Err(format!("the image is of type {kind:#x?}, not {want:#x}"));
    }
    // A loop of one block: the next one is itself.
    match (word(at + 1)?, word(at + 2)?) {
        (0, END) => Ok(4 * start),
        (0, end) => Err(format!("the block ends with {end:#x}")),
        (next, _) => Err(format!("the next block is {next:#x} bytes away, where nothing puts one")),
    }
}

/// On Arm, the flash begins with the vector table: a stack pointer and the address of the first instruction.
fn vectors(flash: &[u32]) -> Result<(), String> {
    match flash {
        [stack, reset, ..]
            if RAM.contains(stack) && stack % 8 == 0 && reset & 1 == 1 && reset >> 28 == FLASH >> 28 =>
        {
            Ok(())
        }
        [stack, reset, ..] => Err(format!("the vector table begins with {stack:#x}, {reset:#x}")),
        _ => Err("no vector table".to_owned()),
    }
}

/// On RISC-V, the boot ROM starts at the first byte, unless the block says otherwise.
fn first(file: &ElfFile32<'_>) -> Result<(), String> {
    match file.entry() {
        entry if entry == u64::from(FLASH) => Ok(()),
        entry => Err(format!("the program starts at {entry:#x}")),
    }
}

/// Checks that the code that writes the flash is in RAM, and leaves it only through the pointers passed to it.
fn writer(file: &ElfFile32<'_>, arm: bool) -> Result<(), String> {
    let symbol =
        file.symbols().find(|symbol| symbol.name() == Ok(WRITER)).ok_or("nothing writes the flash")?;
    let start = symbol.address() & !u64::from(arm);
    let within = start..start + symbol.size();
    if !(RAM.contains(&(start as u32)) && symbol.size() > 0) {
        return Err(format!("{WRITER} is at {start:#x}, not in RAM"));
    }
    let section = file.sections().find(|one| (one.address()..one.address() + one.size()).contains(&start));
    let data = section.ok_or("no section")?.data_range(start, symbol.size());
    let code = data.ok().flatten().ok_or("no code")?;
    let flow = if arm { Flow::thumb(code, start, |_| false) } else { Flow::riscv(code, start, |_| false) };
    let inside = flow.targets.iter().map(|target| target.address).all(|to| within.contains(&to));
    let reads = flow.addresses.iter().any(|&address| address >> 28 == u64::from(FLASH >> 28));
    if inside && flow.pointer && !reads {
        Ok(())
    } else {
        Err(format!("{WRITER} does not stay in RAM: {flow:x?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The minimum for Arm, at some place.
    fn minimum() -> Vec<u32> {
        vec![0, START, u32::from(ARM) << 16 | 0x0142, 0x0000_01ff, 0, END, 0]
    }

    #[test]
    fn the_minimum_is_found() {
        assert_eq!(block(&minimum(), ARM), Ok(4));
        assert!(block(&minimum(), RISCV).is_err());
    }

    #[test]
    fn each_word_counts() {
        for at in 1..6 {
            let mut words = minimum();
            words[at] ^= 0x0001_0100;
            assert!(block(&words, ARM).is_err(), "word {at}");
            assert!(block(&words[..at], ARM).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn other_items_are_passed_over() {
        let mut words = minimum();
        words.splice(2..2, [0x0000_0203, 0x1000_0000]);
        words[5] = 0x0000_03ff;
        assert_eq!(block(&words, ARM), Ok(4));
    }

    #[test]
    fn the_vector_table_is_looked_at() {
        assert_eq!(vectors(&[0x2000_8000, 0x1000_0111]), Ok(()));
        for wrong in [
            [0x2000_8004, 0x1000_0111],
            [0x1000_8000, 0x1000_0111],
            [0x2000_8000, 0x1000_0110],
            [0x2000_8000, 0x111],
        ] {
            assert!(vectors(&wrong).is_err(), "{wrong:x?}");
        }
    }
}
