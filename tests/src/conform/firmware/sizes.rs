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

/// What programs may take of the flash, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Budgets {
    /// More is a failure.
    limit: u64,
    /// More is told.
    floor: u64,
}

impl Budgets {
    /// Those of the workspace.
    pub(super) fn read() -> Result<Self, String> {
        let file = tree::root().join("tests/budgets.toml");
        let text = std::fs::read_to_string(&file).map_err(|error| error.to_string());
        text.and_then(|text| Self::parse(&text)).map_err(|error| format!("tests/budgets.toml: {error}"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        let bytes = |name: &str| {
            let value =
                table.get("flash").and_then(|flash| flash.get(name)).and_then(toml::Value::as_integer);
            value.and_then(|bytes| u64::try_from(bytes).ok()).ok_or(format!("flash.{name} is missing"))
        };
        Ok(Self { limit: bytes("limit")?, floor: bytes("floor")? })
    }

    /// What a board's program takes; an error if that is too much.
    pub(super) fn hold(self, board: &str, sizes: Sizes) -> Result<String, String> {
        let Sizes { flash, ram } = sizes;
        if flash > self.limit {
            return Err(format!(
                "{board}: {flash} bytes of flash, {} more than its limit",
                flash - self.limit
            ));
        }
        let over = match flash.checked_sub(self.floor) {
            None | Some(0) => String::new(),
            Some(over) => format!(", {over} above the floor"),
        };
        Ok(format!("{board}: {flash} bytes of flash{over}; {ram} of RAM"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_over_its_budget_is_told_by_how_much() {
        let budgets = Budgets::parse("[flash]\nlimit = 100\nfloor = 90").unwrap();
        let told = |flash| budgets.hold("a", Sizes { flash, ram: 1 });
        assert_eq!(told(90).unwrap(), "a: 90 bytes of flash; 1 of RAM");
        assert_eq!(told(100).unwrap(), "a: 100 bytes of flash, 10 above the floor; 1 of RAM");
        assert_eq!(told(103).unwrap_err(), "a: 103 bytes of flash, 3 more than its limit");
        assert!(Budgets::parse("[flash]\nfloor = 1").is_err());
        assert!(Budgets::read().is_ok_and(|budgets| budgets.floor <= budgets.limit));
    }
}
