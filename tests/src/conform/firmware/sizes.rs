//! What a program takes of a chip's flash and RAM, held to `tests/budgets.toml`.

use crate::tree;
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

/// What programs may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Budgets {
    /// More flash is a failure.
    flash: u64,
}

impl Budgets {
    /// Those of the workspace.
    pub(super) fn read() -> Result<Self, String> {
        let file = tree::root().join("tests/budgets.toml");
        let text = std::fs::read_to_string(&file).map_err(|error| format!("tests/budgets.toml: {error}"))?;
        Self::parse(&text).map_err(|error| format!("tests/budgets.toml: {error}"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        let flash = table.get("flash").and_then(|flash| flash.get("floor")).and_then(toml::Value::as_integer);
        let flash = flash.and_then(|bytes| u64::try_from(bytes).ok()).ok_or("flash.floor is missing")?;
        Ok(Self { flash })
    }

    /// Says by how much a board's program is too big.
    pub(super) fn hold(self, board: &str, sizes: Sizes) -> Result<(), String> {
        let Sizes { flash, ram } = sizes;
        println!("         {board}: {flash} bytes of flash, {ram} of RAM");
        match flash.checked_sub(self.flash).filter(|&more| more > 0) {
            None => Ok(()),
            Some(more) => Err(format!("{board}: {flash} bytes of flash, {more} more than its budget")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_over_its_budget_is_told_by_how_much() {
        let budgets = Budgets::parse("[flash]\nfloor = 100").unwrap();
        assert_eq!(budgets.hold("a", Sizes { flash: 100, ram: 1 }), Ok(()));
        let told = budgets.hold("a", Sizes { flash: 103, ram: 1 }).unwrap_err();
        assert!(told.contains("103 bytes of flash, 3 more"), "{told}");
        assert!(Budgets::parse("[flash]\naim = 1").is_err());
        Budgets::read().unwrap();
    }
}
