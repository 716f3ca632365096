//! Names that completions offer and help lists. What is another name is refused where it is used, with the nearest one.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::Error;
use hebbit::data;
use hebbit::device::boards::BOARDS;
use hebbit::named::Named;
use hebbit::run::rule_forms;
use hebbit_rtl::synth::DESIGNS;
use std::ffi::OsStr;

/// A parser, and the names that it is known to take.
#[derive(Clone)]
pub(crate) struct Known<P>(pub(crate) P, pub(crate) fn() -> Vec<&'static str>);

impl<P: TypedValueParser> TypedValueParser for Known<P> {
    type Value = P::Value;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, Error> {
        self.0.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.1)().into_iter().map(PossibleValue::new)))
    }
}

/// Parses a name of `T`.
pub(crate) fn choice<T: Named>() -> impl TypedValueParser<Value = T> {
    let values = T::ALL
        .iter()
        .map(|(_, name, about)| PossibleValue::new(*name).help(about.trim().trim_end_matches('.')));
    PossibleValuesParser::new(values).try_map(|given| {
        let found = T::ALL.iter().find(|(_, name, _)| *name == given);
        found.map(|(value, ..)| *value).ok_or("no such name")
    })
}

pub(crate) fn rules() -> Vec<&'static str> {
    rule_forms().into_iter().map(|(rule, _)| rule).collect()
}

/// Those of rules that have several.
pub(crate) fn forms() -> Vec<&'static str> {
    rule_forms()
        .into_iter()
        .filter(|(_, forms)| forms.len() > 1)
        .flat_map(|(_, forms)| forms)
        .copied()
        .collect()
}

pub(crate) fn boards() -> Vec<&'static str> {
    BOARDS.iter().map(|board| board.name).collect()
}

pub(crate) fn designs() -> Vec<&'static str> {
    DESIGNS.iter().map(|design| design.name).collect()
}

/// Sets that can be downloaded.
pub(crate) fn sets() -> Vec<&'static str> {
    data::list().into_iter().filter(|set| set.place.is_some()).map(|set| set.name).collect()
}

/// In this process.
pub(crate) fn hosts() -> Vec<&'static str> {
    vec!["core", "rtl"]
}

/// Behind a link.
pub(crate) fn devices() -> Vec<&'static str> {
    let machines = BOARDS.iter().filter_map(|board| Some(board.qemu?.on));
    ["sim"].into_iter().chain(machines).chain(["serial:"]).collect()
}

/// What `verify` compares with the core.
pub(crate) fn places() -> Vec<&'static str> {
    ["rtl"].into_iter().chain(devices()).collect()
}
