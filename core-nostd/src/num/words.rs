//! Words: how a quantity stands in a checkpoint (32 bits) and in a state column (16 bits).

/// A quantity of at most 16 bits in state, at most 32 bits in a checkpoint.
pub trait Word: Copy {
    /// Least and greatest value, as numbers with a sign.
    const RANGE: (i64, i64) = (0, u32::MAX as i64);
    /// From a 32-bit word; bits that do not belong to it are dropped.
    fn from_word(word: u32) -> Self;
    /// As a 32-bit word, sign-extended if it is signed.
    fn to_word(self) -> u32;
    /// Whether it is within these limits, which its type has room for.
    #[inline(always)]
    fn is_within(self, low: i64, high: i64) -> bool {
        self.to_word().wrapping_sub(low as u32) <= (high - low) as u32
    }
    /// From a state column.
    #[inline(always)]
    fn from_column(word: u16) -> Self {
        Self::from_word(word as u32)
    }
    /// Into a state column: the low 16 bits.
    #[inline(always)]
    fn to_column(self) -> u16 {
        self.to_word() as u16
    }
}

macro_rules! int_word {
    ($($int:ty),*) => { $(impl Word for $int {
        const RANGE: (i64, i64) = (<$int>::MIN as i64, <$int>::MAX as i64);
        #[inline(always)]
        fn from_word(word: u32) -> Self { word as $int }
        #[inline(always)]
        fn to_word(self) -> u32 { self as i64 as u32 }
    })* };
}
int_word!(u8, u16, u32, i8, i16, i32);

impl Word for bool {
    const RANGE: (i64, i64) = (0, 1);
    #[inline(always)]
    fn from_word(word: u32) -> Self {
        word & 1 == 1
    }
    #[inline(always)]
    fn to_word(self) -> u32 {
        self as u32
    }
}

/// One alone in its word.
impl<A: Word> Word for (A,) {
    const RANGE: (i64, i64) = A::RANGE;
    #[inline(always)]
    fn from_word(word: u32) -> Self {
        (A::from_word(word),)
    }
    #[inline(always)]
    fn to_word(self) -> u32 {
        self.0.to_word()
    }
}

/// Two of at most 16 bits in one word of a checkpoint, the first in the low half.
impl<A: Word, B: Word> Word for (A, B) {
    #[inline(always)]
    fn from_word(word: u32) -> Self {
        (A::from_word(word & 0xffff), B::from_word(word >> 16))
    }
    #[inline(always)]
    fn to_word(self) -> u32 {
        (self.0.to_word() & 0xffff) | (self.1.to_word() << 16)
    }
}

/// The limits of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The field's name.
    pub name: &'static str,
    /// Least value.
    pub low: i64,
    /// Greatest value.
    pub high: i64,
}

/// A struct of [`Word`]s. Written by the `words!` macro only.
pub trait Words: Copy + Default + 'static {
    /// The words' names, in order; that of a word that two fields share has both.
    const NAMES: &'static [&'static str];
    /// The limits of every field, in order.
    const RANGES: &'static [Range];
    /// How many words it has.
    const LEN: usize = Self::NAMES.len();

    /// Reads it from a checkpoint. `None` if words are missing.
    fn load(words: &mut dyn Iterator<Item = u32>) -> Option<Self>;
    /// Writes it to a checkpoint.
    fn store(&self, put: &mut dyn FnMut(u32));
    /// Whether every field is within its limits.
    fn in_range(&self) -> bool;
    /// Replaces the state of each of `len` indices by `f` of it. `columns` holds one slice of `len` words per field,
    /// one behind the other.
    fn each(columns: &mut [u16], len: usize, f: impl FnMut(Self) -> Self);
}

/// No state, no parameters.
impl Words for () {
    const NAMES: &'static [&'static str] = &[];
    const RANGES: &'static [Range] = &[];
    fn load(_: &mut dyn Iterator<Item = u32>) -> Option<Self> {
        Some(())
    }
    fn store(&self, _: &mut dyn FnMut(u32)) {}
    fn in_range(&self) -> bool {
        true
    }
    #[inline(always)]
    fn each(_: &mut [u16], len: usize, mut f: impl FnMut(Self) -> Self) {
        for _ in 0..len {
            f(());
        }
    }
}
