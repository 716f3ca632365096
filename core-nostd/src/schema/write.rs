//! A schema as bytes: for the host, and for tests.

use super::{HEAD_BYTES, Lines, MAX_NAMES, MAX_NAMES_BYTES, MAX_RANK, Scale, SchemaError, proper, values};
use crate::num::line;

/// What a schema is written from.
#[derive(Clone, Copy, Debug)]
pub struct SchemaParts<'a> {
    /// How levels stand on lines.
    pub kind: Lines,
    /// Dimensions of a sample, 1 to 4 of them.
    pub shape: &'a [u16],
    /// One scale for all values, or one each.
    pub scales: &'a [Scale],
    /// Names of classes; none: they are called by their numbers.
    pub names: &'a [&'a str],
}

impl SchemaParts<'_> {
    /// Bytes of the schema.
    pub fn bytes(&self) -> usize {
        let scales = self.scales.len().saturating_mul(Scale::BYTES);
        HEAD_BYTES.saturating_add(scales).saturating_add(self.name_bytes())
    }

    fn name_bytes(&self) -> usize {
        let lengths = self.names.iter().map(|name| name.len().saturating_add(1));
        lengths.fold(0, usize::saturating_add)
    }

    /// Writes it: `out` must have [`SchemaParts::bytes`] bytes.
    ///
    /// # Errors
    /// What [`Schema::parse`](super::Schema::parse) would refuse, or the length of `out`.
    pub fn write(&self, out: &mut [u8]) -> Result<(), SchemaError> {
        self.check()?;
        if out.len() != self.bytes() {
            return Err(SchemaError::Buffer { want: self.bytes(), got: out.len() });
        }
        let mut dims = self.shape.iter().copied();
        let [a, b, c, d] = [(); MAX_RANK].map(|()| dims.next().unwrap_or(0));
        let kind = match self.kind {
            Lines::Plain => 0,
            Lines::OnOff => 1,
        };
        let [rank, scales, names] = [self.shape.len(), self.scales.len(), self.names.len()].map(line);
        let head = [kind, rank, a, b, c, d, scales, names].map(u16::to_le_bytes);
        let scales = self.scales.iter().map(|scale| scale.stored());
        let names = self.names.iter().flat_map(|name| {
            let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
            core::iter::once(length).chain(name.bytes())
        });
        let bytes = head.into_iter().flatten().chain(scales.flatten()).chain(names);
        for (to, byte) in out.iter_mut().zip(bytes) {
            *to = byte;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), SchemaError> {
        let values = values(self.kind, self.shape.iter().copied())?;
        let got = self.scales.len();
        if got != 1 && got != values {
            return Err(SchemaError::Scales { want: values, got });
        }
        if let Some(value) = self.scales.iter().position(|scale| !scale.valid()) {
            return Err(SchemaError::Scale { value });
        }
        let (count, bytes) = (self.names.len(), self.name_bytes());
        if let Some(class) = self.names.iter().position(|name| !proper(name)) {
            return Err(SchemaError::Name { class });
        }
        if count > MAX_NAMES || bytes > MAX_NAMES_BYTES {
            return Err(SchemaError::Names { count, bytes });
        }
        Ok(())
    }
}
