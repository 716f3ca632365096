//! Choices that have names: an enum, the text of each value in options and notes, and a line about it.

/// A choice by name.
pub trait Named: Copy + Send + Sync + 'static {
    /// Every value, its name and what it means, in the order in which they are listed.
    const ALL: &'static [(Self, &'static str, &'static str)];
}

/// Declares an enum that is [`Named`], from the documentation of its values; it is displayed and stored as its name.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident {
        $($(#[doc = $about:literal])+ $variant:ident = $text:literal),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[doc = $about])+ #[serde(rename = $text)] $variant),* }
        impl $crate::named::Named for $name {
            const ALL: &'static [(Self, &'static str, &'static str)] =
                &[$((Self::$variant, $text, concat!($($about),+))),*];
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$variant => $text),* })
            }
        }
    };
}

pub(crate) use names;
