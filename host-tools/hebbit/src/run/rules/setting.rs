//! Settings of a rule: their names, defaults and ranges.

use hebbit_core::num::Words;

/// A number of a rule that `--set NAME=VALUE` changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Name on the command line and in the note.
    pub(crate) name: &'static str,
    /// Value where the user says nothing.
    pub(crate) default: i64,
    /// Least and greatest value.
    pub(crate) range: (i64, i64),
}

/// A setting with its default and range.
pub(super) const fn setting(name: &'static str, default: i64, least: i64, greatest: i64) -> Setting {
    Setting { name, default, range: (least, greatest) }
}

/// The setting that is a parameter as it is: its name with hyphens, with the limits that are declared.
///
/// # Panics
/// If there is no such parameter, which is a bug.
pub(super) fn parameter<P: Words>(name: &'static str, default: i64) -> Setting {
    let declared = P::RANGES.iter().find(|range| range.name.replace('_', "-") == name);
    let Some(range) = declared else { panic!("no parameter is called {name}") };
    setting(name, default, range.low, range.high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hebbit_core::learn::StdpParams;

    #[test]
    fn a_parameter_brings_its_limits() {
        assert_eq!(parameter::<StdpParams>("shrink", 3), setting("shrink", 3, 0, 32_767));
        assert_eq!(parameter::<StdpParams>("pre-bump", 1), setting("pre-bump", 1, 0, 65_535));
    }
}
