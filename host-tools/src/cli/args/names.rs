//! Names that completions offer and help lists. What is another name is refused where it is used, with the nearest one.

use crate::data;
use crate::device::boards::BOARDS;
use crate::run::rule_forms;
use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::Error;
use hebbit_rtl::synth::DESIGNS;
use std::ffi::OsStr;

/// A parser, and the names that it is known to take.
#[derive(Clone)]
pub(super) struct Known<P>(pub(super) P, pub(super) fn() -> Vec<&'static str>);

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

pub(super) fn rules() -> Vec<&'static str> {
    rule_forms().into_iter().map(|(rule, _)| rule).collect()
}

/// Those of rules that have several.
pub(super) fn forms() -> Vec<&'static str> {
    rule_forms()
        .into_iter()
        .filter(|(_, forms)| forms.len() > 1)
        .flat_map(|(_, forms)| forms)
        .copied()
        .collect()
}

pub(super) fn boards() -> Vec<&'static str> {
    BOARDS.iter().map(|board| board.name).collect()
}

pub(super) fn designs() -> Vec<&'static str> {
    DESIGNS.iter().map(|design| design.name).collect()
}

/// Sets that can be downloaded.
pub(super) fn sets() -> Vec<&'static str> {
    data::list().into_iter().filter(|set| set.place.is_some()).map(|set| set.name).collect()
}

/// In this process.
pub(super) fn hosts() -> Vec<&'static str> {
    vec!["core", "rtl"]
}

/// Behind a link.
pub(super) fn devices() -> Vec<&'static str> {
    let machines = BOARDS.iter().filter_map(|board| Some(board.qemu?.on));
    ["sim"].into_iter().chain(machines).chain(["serial:"]).collect()
}

/// What `verify` compares with the core.
pub(super) fn places() -> Vec<&'static str> {
    ["rtl"].into_iter().chain(devices()).collect()
}
