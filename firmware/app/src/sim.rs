//! A simulated NOR flash that can lose power at any operation.
//!
//! An *operation* is the writing of one unit or the erasing of one sector. A unit is written once per erase; a second
//! time is an error, and is remembered.

use core::fmt;
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};
use hebbit_core::num::KeyedRng;
use std::vec::Vec;

/// Content after an operation during which power is lost. Not modelled: cells that read correctly at first and wrongly later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tear {
    /// The old content.
    Nothing,
    /// This many bytes of the new content, then the old.
    Prefix,
    /// Each byte old or new.
    Bytes,
    /// Each bit old or new.
    Bits,
    /// The complete new content.
    Whole,
    /// A mixture of bits that cannot be read, as in flash with ECC.
    Unreadable,
}

impl Tear {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Nothing, Self::Prefix, Self::Bytes, Self::Bits, Self::Whole, Self::Unreadable];
}

/// When power is lost, and the resulting content.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// Operations that still succeed.
    pub after: usize,
    /// Content after the next one.
    pub tear: Tear,
    /// Key of the mixture.
    pub seed: u64,
}

/// Why the flash refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimError {
    /// Not aligned, or beyond the flash.
    Place(NorFlashErrorKind),
    /// There is no power.
    Off,
    /// The unit that starts here was not erased.
    WrittenTwice {
        /// Its first byte.
        at: usize,
    },
    /// The unit that starts here was being changed when power was lost.
    Unreadable {
        /// Its first byte.
        at: usize,
    },
}

impl fmt::Display for SimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place(kind) => write!(f, "{kind}"),
            Self::Off => write!(f, "no power"),
            Self::WrittenTwice { at } => write!(f, "unit at {at:#x} written without an erase"),
            Self::Unreadable { at } => write!(f, "unit at {at:#x} cannot be read"),
        }
    }
}

impl core::error::Error for SimError {}

impl NorFlashError for SimError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::Place(kind) => *kind,
            _ => NorFlashErrorKind::Other,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Erased,
    Written,
    Unreadable,
}

/// A flash of whole sectors: smallest read, smallest write and sector in bytes.
#[derive(Clone, Debug)]
pub struct SimFlash<const READ: usize, const WRITE: usize, const ERASE: usize> {
    cells: Vec<u8>,
    units: Vec<Unit>,
    stuck: Vec<(usize, u8)>,
    cut: Option<Cut>,
    on: bool,
    operations: usize,
    erases: Vec<u32>,
    broken: Option<SimError>,
}

impl<const READ: usize, const WRITE: usize, const ERASE: usize> SimFlash<READ, WRITE, ERASE> {
    /// A flash of `sectors` erased sectors, with power.
    pub fn new(sectors: usize) -> Self {
        let len = sectors * ERASE;
        Self {
            cells: std::vec![0xff; len],
            units: std::vec![Unit::Erased; len / WRITE],
            stuck: Vec::new(),
            cut: None,
            on: true,
            operations: 0,
            erases: std::vec![0; sectors],
            broken: None,
        }
    }

    /// Schedules a loss of power.
    pub fn lose_power(&mut self, cut: Cut) {
        self.cut = Some(cut);
    }

    /// Loses power now.
    pub fn cut(&mut self) {
        self.on = false;
    }

    /// Restores power.
    pub fn restart(&mut self) {
        self.cut = None;
        self.on = true;
    }

    /// Whether it has power.
    pub fn has_power(&self) -> bool {
        self.on
    }

    /// From now on these bits of a byte read 0, as in a worn cell.
    pub fn wear(&mut self, at: usize, bits: u8) {
        self.stuck.push((at, bits));
    }

    /// Flips bits of a byte, as ageing does.
    pub fn decay(&mut self, at: usize, bits: u8) {
        self.cells[at] ^= bits;
    }

    /// Content of the cells, without read errors.
    pub fn cells(&self) -> &[u8] {
        &self.cells
    }

    /// Operations so far.
    pub fn operations(&self) -> usize {
        self.operations
    }

    /// How often each sector was erased.
    pub fn erases(&self) -> &[u32] {
        &self.erases
    }

    /// The first violation: a unit written twice, or an address out of range.
    pub fn broken(&self) -> Option<SimError> {
        self.broken
    }

    fn refuse<T>(&mut self, error: SimError) -> Result<T, SimError> {
        self.broken = self.broken.or(Some(error));
        Err(error)
    }

    /// One operation: `new` for the cells from `at` on, then `state` for their units.
    fn operate(&mut self, at: usize, new: &[u8], state: Unit) -> Result<(), SimError> {
        if !self.on {
            return Err(SimError::Off);
        }
        let torn = self.cut.filter(|cut| cut.after == 0);
        if let Some(cut) = &mut self.cut {
            cut.after = cut.after.saturating_sub(1);
        }
        let old = &mut self.cells[at..at + new.len()];
        let units = &mut self.units[at / WRITE..(at + new.len()) / WRITE];
        let Some(cut) = torn else {
            old.copy_from_slice(new);
            units.fill(state);
            self.operations += 1;
            return Ok(());
        };
        let mut rng = KeyedRng::new(0, 0, cut.seed);
        let prefix = rng.below(new.len() as u32) as usize;
        for (i, (old, &new)) in old.iter_mut().zip(new).enumerate() {
            let taken = match cut.tear {
                Tear::Nothing => 0,
                Tear::Prefix => 0xff * u8::from(i < prefix),
                Tear::Bytes => 0xff * rng.below(2) as u8,
                Tear::Bits | Tear::Unreadable => rng.below(256) as u8,
                Tear::Whole => 0xff,
            };
            *old = *old & !taken | new & taken;
        }
        // Whatever their content, they need an erase.
        if cut.tear != Tear::Nothing {
            let left = if cut.tear == Tear::Unreadable { Unit::Unreadable } else { Unit::Written };
            units.fill(left);
        }
        self.on = false;
        Err(SimError::Off)
    }
}

impl<const READ: usize, const WRITE: usize, const ERASE: usize> ErrorType for SimFlash<READ, WRITE, ERASE> {
    type Error = SimError;
}

impl<const READ: usize, const WRITE: usize, const ERASE: usize> ReadNorFlash
    for SimFlash<READ, WRITE, ERASE>
{
    const READ_SIZE: usize = READ;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), SimError> {
        if let Err(kind) = check_read(self, offset, bytes.len()) {
            return self.refuse(SimError::Place(kind));
        }
        if !self.on {
            return Err(SimError::Off);
        }
        let (at, end) = (offset as usize, offset as usize + bytes.len());
        if let Some(unit) = (at / WRITE..end.div_ceil(WRITE)).find(|&u| self.units[u] == Unit::Unreadable) {
            return Err(SimError::Unreadable { at: unit * WRITE });
        }
        bytes.copy_from_slice(&self.cells[at..end]);
        for &(cell, bits) in self.stuck.iter().filter(|(cell, _)| (at..end).contains(cell)) {
            bytes[cell - at] &= !bits;
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.cells.len()
    }
}

impl<const READ: usize, const WRITE: usize, const ERASE: usize> NorFlash for SimFlash<READ, WRITE, ERASE> {
    const WRITE_SIZE: usize = WRITE;
    const ERASE_SIZE: usize = ERASE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), SimError> {
        if let Err(kind) = check_erase(self, from, to) {
            return self.refuse(SimError::Place(kind));
        }
        for at in (from as usize..to as usize).step_by(ERASE) {
            self.operate(at, &[0xff; ERASE], Unit::Erased)?;
            self.erases[at / ERASE] += 1;
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), SimError> {
        if let Err(kind) = check_write(self, offset, bytes.len()) {
            return self.refuse(SimError::Place(kind));
        }
        for (at, unit) in (offset as usize..).step_by(WRITE).zip(bytes.chunks_exact(WRITE)) {
            if self.on && self.units[at / WRITE] != Unit::Erased {
                return self.refuse(SimError::WrittenTwice { at });
            }
            self.operate(at, unit, Unit::Written)?;
        }
        Ok(())
    }
}
