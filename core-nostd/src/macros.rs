//! The three macros of the house.

/// A number type: `quantity!(/// Docs. Name(FixedI16<U12>, i16));` expands to a transparent newtype over the raw
/// integer with `ZERO`, `MIN`, `MAX`, `from_bits`, `to_bits`, conversions from and to its `fixed` type for the edges,
/// and an [`Word`](crate::num::Word) impl, so that it can stand in a `words!` struct.
macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident($fixed:ty, $raw:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name($raw);

        impl $name {
            /// Zero.
            pub const ZERO: Self = Self(0);
            /// The least value.
            pub const MIN: Self = Self(<$raw>::MIN);
            /// The greatest value.
            pub const MAX: Self = Self(<$raw>::MAX);
            /// How many bits it has.
            pub const BITS: u32 = <$raw>::BITS;
            /// How many of them stand behind the binary point.
            pub const FRACTION: u32 = <$fixed>::FRAC_NBITS;

            /// From the raw integer.
            #[inline(always)]
            pub const fn from_bits(bits: $raw) -> Self {
                Self(bits)
            }
            /// The raw integer.
            #[inline(always)]
            pub const fn to_bits(self) -> $raw {
                self.0
            }
            /// From a fixed-point number.
            pub const fn from_fixed(x: $fixed) -> Self {
                Self(x.to_bits())
            }
            /// As a fixed-point number, for printing and for choosing parameters.
            pub const fn to_fixed(self) -> $fixed {
                <$fixed>::from_bits(self.0)
            }
        }

        impl $crate::num::Word for $name {
            const RANGE: (i64, i64) = <$raw as $crate::num::Word>::RANGE;
            #[inline(always)]
            fn from_word(word: u32) -> Self {
                Self(<$raw as $crate::num::Word>::from_word(word))
            }
            #[inline(always)]
            fn to_word(self) -> u32 {
                $crate::num::Word::to_word(self.0)
            }
        }
    };
}

/// A struct of words: `words! { pub struct Params { pub target: Count in 1..=127, pub gain: Count & due: bool } }` expands to the
/// struct and its [`Words`](crate::num::Words) impl: names, limits (those of the type where `in` does not give closer ones), a codec
/// from and to 32-bit words (checkpoints), and a walk over columns of 16-bit words (state in memory, one slice per field). A
/// field behind `&` has the high half of the word of the one before; state has none.
macro_rules! words {
    ($(#[$doc:meta])* pub struct $name:ident { $(
        $(#[$field_doc:meta])* pub $field:ident : $ty:ident $(in $low:literal ..= $high:literal)?
        $(& $(#[$half_doc:meta])* $half:ident : $half_ty:ident)?
    ),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name { $(
            $(#[$field_doc])* pub $field: $ty,
            $($(#[$half_doc])* pub $half: $half_ty,)?
        )* }

        impl $crate::num::Words for $name {
            const NAMES: &'static [&'static str] = &[$(concat!(stringify!($field) $(, "_", stringify!($half))?)),*];
            #[allow(unused_variables)]
            const RANGES: &'static [$crate::num::Range] = &[$(
                {
                    let (low, high) = <$ty as $crate::num::Word>::RANGE;
                    $(let (low, high) = ($low, $high);)?
                    $crate::num::Range { name: stringify!($field), low, high }
                },
                $({
                    let (low, high) = <$half_ty as $crate::num::Word>::RANGE;
                    $crate::num::Range { name: stringify!($half), low, high }
                },)?
            )*];

            #[allow(unused_mut, unused_variables)]
            fn load(words: &mut dyn Iterator<Item = u32>) -> Option<Self> {
                $(let ($field, $($half)?) = $crate::num::Word::from_word(words.next()?);)*
                Some(Self { $($field, $($half,)?)* })
            }
            #[allow(unused_variables)]
            fn store(&self, put: &mut dyn FnMut(u32)) {
                $(put($crate::num::Word::to_word((self.$field, $(self.$half)?)));)*
            }
            fn in_range(&self) -> bool {
                true $($(&& $crate::num::Word::is_within(self.$field, $low, $high))?)*
            }
            #[inline(always)]
            #[allow(unused_variables, unused_mut, clippy::redundant_closure_call)]
            fn each(columns: &mut [u16], len: usize, mut f: impl FnMut(Self) -> Self) {
                let mut columns = columns.chunks_exact_mut(len.max(1));
                $(let mut $field = columns.next().unwrap_or_default().iter_mut();)*
                for _ in 0..len {
                    $(let Some($field) = $field.next() else { return };)*
                    let state = {
                        $(let ($field, $($half)?) = $crate::num::Word::from_column(*$field);)*
                        f(Self { $($field, $($half,)?)* })
                    };
                    $(*$field = $crate::num::Word::to_column((state.$field, $(state.$half)?));)*
                }
            }
        }
    };
}

/// The list of what a choice may be: `registry! { $ AnyRule: LearningRule, RuleOps, BoundRule, rule_ops { Burst(Burst) = 1, .. } }`
/// expands to an enum with one variant of parameters per entry, its names and tags, a codec from and to words, and
/// `ops`, which returns the concrete type with its parameters: a `BoundRule`. The module has a type `Bound` that implements `RuleOps`
/// for every type of the trait, and implements it for `BoundRule` by the macro `rule_ops`, which calls that of the entry: no
/// pointers to functions, so that the depth of the stack is known. An entry may be left out by a `cfg`. The `$` is for that macro.
macro_rules! registry {
    (
        $d:tt $(#[$doc:meta])*
        $any:ident: $trait:ident, $ops:ident, $bound:ident, $each:ident { $(
            $(#[$cfg:meta])* $variant:ident($path:ty) = $tag:literal
        ),* $(,)? }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[non_exhaustive]
        pub enum $any { $(
            #[doc = concat!("[`", stringify!($path), "`] with its parameters.")]
            $(#[$cfg])*
            $variant(<$path as $trait>::Params),
        )* }

        #[doc = concat!("What an [`", stringify!($any), "`] does with columns: its [`", stringify!($ops), "`].")]
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum $bound<'p> { $(
            #[doc = concat!("That of [`", stringify!($path), "`].")]
            $(#[$cfg])*
            $variant(Bound<'p, $path>),
        )*
            /// None: a library that leaves the choice to a firmware has no entry.
            Never(&'p core::convert::Infallible),
        }

        macro_rules! $each {
            ($d any:expr, $d bound:ident => $d call:expr) => {
                match *$d any {
                    $($(#[$cfg])* $bound::$variant(ref $d bound) => $d call,)*
                    $bound::Never(never) => match *never {},
                }
            };
        }
        pub(crate) use $each;

        impl $any {
            /// Every name, in the order of tags.
            pub const NAMES: &'static [&'static str] = &[$($(#[$cfg])* <$path as $trait>::NAME),*];
            /// The limits of the parameters of each, in the order of tags.
            pub const RANGES: &'static [&'static [$crate::num::Range]] =
                &[$($(#[$cfg])* {
                    type Params = <$path as $trait>::Params;
                    Params::RANGES
                }),*];
            /// Every tag, in their order.
            pub const TAGS: &'static [u32] = &[$($(#[$cfg])* $tag),*];

            /// The name that commands and reports use.
            pub const fn name(&self) -> &'static str {
                match *self { $($(#[$cfg])* Self::$variant(_) => <$path as $trait>::NAME),* }
            }
            /// The tag in a checkpoint.
            pub const fn tag(&self) -> u32 {
                match *self { $($(#[$cfg])* Self::$variant(_) => $tag),* }
            }
            /// Reads the parameters that follow a tag. `None` if the tag is unknown or words are missing.
            #[allow(unused_variables)]
            pub fn load(tag: u32, words: &mut dyn Iterator<Item = u32>) -> Option<Self> {
                match tag {
                    $($(#[$cfg])* $tag => Some(Self::$variant($crate::num::Words::load(words)?)),)*
                    _ => None,
                }
            }
            /// Writes the parameters.
            #[allow(unused_variables)]
            pub fn store(&self, put: &mut dyn FnMut(u32)) {
                match *self { $($(#[$cfg])* Self::$variant(ref p) => $crate::num::Words::store(p, put)),* }
            }
            /// What it does with columns.
            pub const fn ops(&self) -> $bound<'_> {
                match *self { $($(#[$cfg])* Self::$variant(ref p) => $bound::$variant(Bound(p))),* }
            }
        }
    };
}
