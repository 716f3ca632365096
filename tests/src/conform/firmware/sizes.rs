//! Flash and RAM of a program.

use object::{Object as _, ObjectSection as _, SectionFlags, SectionKind, elf};

/// Bytes of a program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sizes {
    /// Code, constants and initial values.
    pub(super) flash: u64,
    /// Variables.
    pub(super) ram: u64,
}

impl Sizes {
    /// Sums the sections of an ELF file that are loaded.
    pub(super) fn of(file: &[u8]) -> Result<Self, object::Error> {
        let mut sizes = Self::default();
        for section in object::File::parse(file)?.sections() {
            let SectionFlags::Elf { sh_flags } = section.flags() else { continue };
            if sh_flags & u64::from(elf::SHF_ALLOC) == 0 {
                continue;
            }
            let stored = !matches!(section.kind(), SectionKind::UninitializedData);
            let changed = sh_flags & u64::from(elf::SHF_WRITE) != 0;
            sizes.flash += if stored { section.size() } else { 0 };
            sizes.ram += if changed { section.size() } else { 0 };
        }
        Ok(sizes)
    }
}
