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

/// What a build may take of the flash, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Budget {
    /// More is a failure.
    limit: u64,
    /// More is told.
    floor: Option<u64>,
    /// Where we want to be.
    aim: Option<u64>,
}

impl Budget {
    /// That of a build, of the workspace.
    pub(super) fn read(build: &str) -> Result<Self, String> {
        let file = tree::root().join("tests/budgets.toml");
        let text = std::fs::read_to_string(&file).map_err(|error| error.to_string());
        text.and_then(|text| Self::parse(&text, build))
            .map_err(|error| format!("tests/budgets.toml: {error}"))
    }

    fn parse(text: &str, build: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        let bytes = |name: &str| {
            let value = table.get("flash")?.get(build)?.get(name)?.as_integer()?;
            u64::try_from(value).ok()
        };
        let limit = bytes("limit").ok_or(format!("flash.{build}.limit is missing"))?;
        Ok(Self { limit, floor: bytes("floor"), aim: bytes("aim") })
    }

    /// What a program takes; an error if that is too much.
    pub(super) fn hold(self, program: &str, sizes: Sizes) -> Result<String, String> {
        let Sizes { flash, ram } = sizes;
        if flash > self.limit {
            let over = flash - self.limit;
            return Err(format!("{program}: {flash} bytes of flash, {over} more than its limit"));
        }
        let over = |name: &str, bytes: Option<u64>| {
            let over = flash.checked_sub(bytes?).filter(|&over| over > 0)?;
            Some(format!(", {over} above the {name}"))
        };
        let [floor, aim] = [over("floor", self.floor), over("aim", self.aim)].map(Option::unwrap_or_default);
        Ok(format!("{program}: {flash} bytes of flash{floor}{aim}; {ram} of RAM"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_over_its_budget_is_told_by_how_much() {
        let text = "[flash.few]\nlimit = 100\nfloor = 90\naim = 80\n[flash.all]\nlimit = 200";
        let told = |build, flash| Budget::parse(text, build).unwrap().hold("a", Sizes { flash, ram: 1 });
        assert_eq!(told("few", 80).unwrap(), "a: 80 bytes of flash; 1 of RAM");
        assert_eq!(told("few", 90).unwrap(), "a: 90 bytes of flash, 10 above the aim; 1 of RAM");
        assert_eq!(
            told("few", 100).unwrap(),
            "a: 100 bytes of flash, 10 above the floor, 20 above the aim; 1 of RAM"
        );
        assert_eq!(told("few", 103).unwrap_err(), "a: 103 bytes of flash, 3 more than its limit");
        assert_eq!(told("all", 200).unwrap(), "a: 200 bytes of flash; 1 of RAM");
        assert!(told("all", 201).is_err());
        assert!(Budget::parse("[flash.few]\nfloor = 1", "few").is_err());
    }

    #[test]
    fn every_build_has_a_budget() {
        assert!(Budget::read("all-rules").is_ok());
        let few = Budget::read("few-rules").unwrap();
        assert!(few.aim < few.floor && few.floor <= Some(few.limit), "{few:?}");
    }
}
