//! Words: how a quantity stands in a checkpoint (32 bits) and in a state column (16 bits).

/// A quantity of at most 16 bits in state, at most 32 bits in a checkpoint.
pub trait Word: Copy {
    /// From a 32-bit word; bits that do not belong to it are dropped.
    fn from_word(word: u32) -> Self;
    /// As a 32-bit word, sign-extended if it is signed.
    fn to_word(self) -> u32;
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
        #[inline(always)]
        fn from_word(word: u32) -> Self { word as $int }
        #[inline(always)]
        fn to_word(self) -> u32 { self as i64 as u32 }
    })* };
}
int_word!(u8, u16, u32, i8, i16, i32);

impl Word for bool {
    #[inline(always)]
    fn from_word(word: u32) -> Self {
        word & 1 == 1
    }
    #[inline(always)]
    fn to_word(self) -> u32 {
        self as u32
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

/// A struct of [`Word`]s. Written by the `words!` macro only.
pub trait Words: Copy + Default + 'static {
    /// The fields' names, in order.
    const NAMES: &'static [&'static str];
    /// How many words it has.
    const LEN: usize = Self::NAMES.len();

    /// Reads it from a checkpoint. `None` if words are missing.
    fn load(words: &mut dyn Iterator<Item = u32>) -> Option<Self>;
    /// Writes it to a checkpoint.
    fn store(&self, put: &mut dyn FnMut(u32));
    /// Replaces the state of each of `len` indices by `f` of it. `columns` holds one slice of `len` words per field,
    /// one behind the other.
    fn each(columns: &mut [u16], len: usize, f: impl FnMut(Self) -> Self);
}

/// No state, no parameters.
impl Words for () {
    const NAMES: &'static [&'static str] = &[];
    fn load(_: &mut dyn Iterator<Item = u32>) -> Option<Self> {
        Some(())
    }
    fn store(&self, _: &mut dyn FnMut(u32)) {}
    #[inline(always)]
    fn each(_: &mut [u16], len: usize, mut f: impl FnMut(Self) -> Self) {
        for _ in 0..len {
            f(());
        }
    }
}
