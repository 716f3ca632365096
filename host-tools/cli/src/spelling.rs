//! Settings and operations, which the library names (`[rate]`, `[init=50]`, `[:inspect]`), as the command line has them.

use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Long options of the command that runs, and of all commands.
#[derive(Debug, Default)]
pub(crate) struct Options {
    own: BTreeSet<String>,
    all: BTreeSet<String>,
}

static OPTIONS: OnceLock<Options> = OnceLock::new();

impl Options {
    /// Those of a command line whose subcommand `running` runs.
    pub(crate) fn of(command: &clap::Command, running: &str) -> Self {
        let mut options = Self::default();
        for command in command.get_subcommands() {
            let long: Vec<_> = command.get_arguments().filter_map(clap::Arg::get_long).collect();
            options.all.extend(long.iter().map(|name| (*name).to_owned()));
            if command.get_name() == running {
                options.own.extend(long.iter().map(|name| (*name).to_owned()));
            }
        }
        options
    }

    /// From here on [`spelled`] knows them.
    pub(crate) fn install(self) {
        let _ = OPTIONS.set(self);
    }

    /// The text with options instead of settings, and commands instead of operations.
    fn spell(&self, text: &str) -> String {
        let (mut out, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, from)) = rest.split_once('[') {
            out.push_str(before);
            match from.split_once(']').and_then(|(inside, after)| Some((self.reference(inside)?, after))) {
                Some((spelling, after)) => {
                    out.push_str(&spelling);
                    rest = after;
                }
                None => {
                    out.push('[');
                    rest = from;
                }
            }
        }
        out + rest
    }

    /// What stands between brackets, spelled; none if it is something else.
    fn reference(&self, inside: &str) -> Option<String> {
        if let Some(operation) = inside.strip_prefix(':') {
            let word = |word: &str| {
                word.split_once('=').map_or(word.to_owned(), |(name, value)| format!("--{name} {value}"))
            };
            let words: Vec<String> = operation.split(' ').map(word).collect();
            let more = if operation == "flash" { " --device …" } else { "" };
            return Some(format!("`hebbit {}{more}`", words.join(" ")));
        }
        let (name, value) =
            inside.split_once('=').map_or((inside, None), |(name, value)| (name, Some(value)));
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        let of_rule = value.is_some() && is_name && self.own.contains("set");
        match value {
            Some(value) if of_rule && !self.own.contains(name) => Some(format!("--set {name}={value}")),
            Some(value) if self.all.contains(name) => Some(format!("--{name} {value}")),
            Some(value) if is_name => Some(format!("--set {name}={value}")),
            None if self.all.contains(name) => Some(format!("--{name}")),
            _ => None,
        }
    }
}

/// The text with options instead of settings, and commands instead of operations.
pub(crate) fn spelled(text: &str) -> String {
    OPTIONS.get().map_or_else(|| text.to_owned(), |options| options.spell(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::CommandFactory as _;

    #[test]
    fn references_become_options_and_commands() {
        let learn = Options::of(&Cli::command(), "learn");
        let text = "[rate], [weights=i8] or [bound=N]: [:inspect] shows it, [:flash] not; [in, out] [1] [";
        let want = "--rate, --weights i8 or --set bound=N: `hebbit inspect` shows it, `hebbit flash --device …` not; [in, out] [1] [";
        assert_eq!(learn.spell(text), want);
        assert_eq!(learn.spell("[:tune rule=stdp]"), "`hebbit tune --rule stdp`");
        let quantize = Options::of(&Cli::command(), "quantize");
        assert_eq!(quantize.spell("[bound=N] [data]"), "--bound N --data");
        assert_eq!(Options::of(&Cli::command(), "eval").spell("[threshold=N]"), "--set threshold=N");
    }
}
