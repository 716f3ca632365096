//! A failed case as a file: a checkpoint and samples with their uses. It is written when random networks fail, and can be repeated with
//! a waveform, also after changes of the sources:
//!
//! ```text
//! SCRIPT=failing.script WAVE=failing.fst cargo test -p hebbit-rtl --test rtl script
//! ```

use crate::pair::{Deed, Turn, compare, compare_on};
use crate::{simulation, simulation_of, traced_simulation_of};
use hebbit_core::net::Target;
use hebbit_rtl::{Build, Rtl};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The first line, before the name of the build.
const HEAD: &str = "hebbit rtl script 1 ";

/// A network and its turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) build: Build,
    pub(crate) checkpoint: Vec<u8>,
    pub(crate) turns: Vec<Turn>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes it");
        text
    })
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digit = |at: usize| text.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    text.len().is_multiple_of(2).then_some(())?;
    (0..text.len()).step_by(2).map(digit).collect()
}

fn target(text: &str) -> Option<Target> {
    match text {
        "-" => Some(Target::Unknown),
        text => match text.split_at_checked(1)? {
            ("+", class) => class.parse().ok().map(Target::Right),
            ("!", class) => class.parse().ok().map(Target::Wrong),
            _ => text.parse().ok().map(Target::Class),
        },
    }
}

impl Script {
    /// One line for the checkpoint, one for each sample.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{HEAD}{}\ncheckpoint {}\n", self.build.name, hex(&self.checkpoint));
        for (deed, sample) in &self.turns {
            let (verb, target) = match *deed {
                Deed::Watch(target) => ("watch", target),
                Deed::Learn(target) => ("learn", target),
                Deed::Classify => ("classify", Target::Unknown),
                Deed::Remember(class) => ("remember", Target::Class(class)),
            };
            let class = match target {
                Target::Unknown => "-".to_owned(),
                Target::Class(class) => class.to_string(),
                Target::Right(class) => format!("+{class}"),
                Target::Wrong(class) => format!("!{class}"),
            };
            writeln!(text, "{verb} {class} {}", hex(sample)).expect("a string takes it");
        }
        text
    }

    /// Parses the output of [`Self::text`]; `None` for other text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let name = lines.next()?.strip_prefix(HEAD)?;
        let build = Build::ALL.into_iter().find(|build| build.name == name)?;
        let checkpoint = bytes(lines.next()?.strip_prefix("checkpoint ")?)?;
        let turn = |line: &str| -> Option<Turn> {
            let mut words = line.split(' ');
            let (verb, target, sample) = (words.next()?, target(words.next()?)?, bytes(words.next()?)?);
            let deed = match verb {
                "watch" => Deed::Watch(target),
                "learn" => Deed::Learn(target),
                "classify" => Deed::Classify,
                "remember" => match target {
                    Target::Class(class) => Deed::Remember(class),
                    _ => return None,
                },
                _ => return None,
            };
            Some((deed, sample))
        };
        Some(Self { build, checkpoint, turns: lines.map(turn).collect::<Option<_>>()? })
    }

    /// Writes the script and its waveform below `folder`; returns a message about them.
    pub(crate) fn keep(&self, folder: &Path) -> String {
        let (script, wave) = (folder.join("failing.script"), folder.join("failing.fst"));
        if let Err(error) =
            std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&script, self.text()))
        {
            return format!("{}: {error}", script.display());
        }
        let again = format!("SCRIPT={} cargo test -p hebbit-rtl --test rtl script", script.display());
        match self.trace(&wave) {
            Ok(()) => format!("waveform in {}; again with {again}", wave.display()),
            Err(error) => format!("no waveform ({error}); again with {again}"),
        }
    }

    /// Runs it with a waveform and ignores failures.
    fn trace(&self, wave: &Path) -> Result<(), String> {
        let simulation = traced_simulation_of(&self.build).map_err(|error| error.to_string())?;
        // The failure is expected.
        let _ = compare_on(&mut Rtl::new(simulation), &self.checkpoint, &self.turns, Some(wave));
        Ok(())
    }
}

#[test]
fn a_saved_script_is_the_cores() {
    let Some(path) = std::env::var_os("SCRIPT").map(PathBuf::from) else { return };
    let text = std::fs::read_to_string(&path).expect("the script can be read");
    let script = Script::parse(&text).expect("a script");
    if let Some(wave) = std::env::var_os("WAVE").map(PathBuf::from) {
        script.trace(&wave).expect("a simulation with waveforms");
        println!("waveform in {}", wave.display());
    }
    let Some(simulation) = simulation_of(&script.build) else { return };
    compare(&simulation, &script.checkpoint, &script.turns).expect("the same words");
}

#[test]
fn a_script_says_all() {
    let turns = vec![
        (Deed::Watch(Target::Class(7)), vec![0, 255, 16]),
        (Deed::Learn(Target::Unknown), vec![1, 2, 3]),
        (Deed::Learn(Target::Right(12)), vec![4]),
        (Deed::Watch(Target::Wrong(0)), vec![5]),
        (Deed::Classify, Vec::new()),
        (Deed::Remember(3), vec![9]),
    ];
    let script = Script { build: Build::UP5K, checkpoint: vec![1, 0, 254], turns };
    assert_eq!(Script::parse(&script.text()), Some(script.clone()));
    for broken in [
        "",
        "hebbit rtl script 2 sim\ncheckpoint 00\n",
        "hebbit rtl script 1 other\ncheckpoint 00\n",
        &script.text().replace("learn", "lern"),
    ] {
        assert_eq!(Script::parse(broken), None, "{broken}");
    }
}

#[test]
fn a_script_leaves_a_waveform() {
    if simulation().is_none() {
        return;
    }
    let (_, checkpoint, turns) = crate::networks::fixed_case();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("script");
    let said = Script { build: Build::SIM, checkpoint, turns }.keep(&folder);
    assert!(said.starts_with("waveform in "), "{said}");
    let wave = std::fs::read(folder.join("failing.fst")).expect("the waveform is there");
    // A block of an FST file: its kind (0, header) and its length.
    assert!(wave.len() > 1000 && wave[..8] == [0, 0, 0, 0, 0, 0, 0, 1], "{:?}", &wave[..8.min(wave.len())]);
    let text = std::fs::read_to_string(folder.join("failing.script")).expect("the script is there");
    assert!(Script::parse(&text).is_some());
}
