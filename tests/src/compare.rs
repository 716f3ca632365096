//! Compares two engines on the same samples; reports the first difference.

use hebbit_core::net::{Digest, Engine, Moment, Place, Scope, Target};
use hebbit_core::signal::{Event, Input, Outcome};
use std::fmt;

/// Use of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It is learned, and every word of state is compared.
    Learn(Target),
    /// It is answered.
    Classify,
    /// Its input is presented tick by tick, this many lines per tick.
    Ticks {
        /// The target; `None`: it is classified.
        target: Option<Target>,
        /// Lines of the network.
        lines: usize,
    },
    /// It goes into the ring with this class and is not learned.
    Remember(u8),
    /// None: the network is saved, then loaded again, so that its ring is empty.
    Reload,
}

/// A sample and its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The use.
    pub deed: Deed,
    /// A byte per line.
    pub sample: Vec<u8>,
}

impl Turn {
    /// Presents it to one engine without comparing words. `length` is that of the loaded checkpoint.
    ///
    /// # Errors
    /// Errors of the engine.
    pub fn give<E: Engine + ?Sized>(&self, engine: &mut E, length: usize) -> Result<Outcome, E::Error> {
        match self.deed {
            Deed::Learn(target) => engine.learn(&self.sample, target),
            Deed::Classify => engine.classify(&self.sample),
            Deed::Ticks { target, lines } => ticks(engine, target, lines, &self.sample),
            Deed::Remember(class) => engine.remember(&self.sample, class).map(|()| Outcome::default()),
            Deed::Reload => {
                let mut bytes = vec![0; length];
                engine.save(&mut bytes)?;
                engine.load(&bytes).map(|()| Outcome::default())
            }
        }
    }
}

/// Presents a sample tick by tick: unchanged input is held, few values are sent as events.
fn ticks<E: Engine + ?Sized>(
    engine: &mut E,
    target: Option<Target>,
    lines: usize,
    sample: &[u8],
) -> Result<Outcome, E::Error> {
    engine.begin(target)?;
    let mut before = vec![0; lines];
    for values in sample.chunks_exact(lines) {
        let all = (0..).zip(values).map(|(line, &value)| Event { line, value });
        let events: Vec<Event> = all.filter(|event| event.value != 0).collect();
        let left = engine.tick(match values {
            values if values == before => Input::Hold,
            values if 2 * events.len() < values.len() => Input::Events(&events),
            values => Input::Values(values),
        })?;
        if !left {
            break;
        }
        before = values.to_vec();
    }
    engine.finish()
}

/// Amount of comparisons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Compared words of state.
    pub words: u64,
    /// Events of neurons.
    pub events: u64,
}

/// The first difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Names of the engines.
    pub engines: [&'static str; 2],
    /// Index in the list of turns; its length for the final checkpoint.
    pub turn: usize,
    /// Its kind.
    pub what: What,
}

/// Kinds of differences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A state word after a phase.
    Word(Moment, Place, [u16; 2]),
    /// The engines show words in different orders.
    Order(Box<[Option<(Moment, Place)>; 2]>),
    /// The answer.
    Outcome([Outcome; 2]),
    /// A digest after the sample.
    Digest(Scope, [Digest; 2]),
    /// A byte of the saved network.
    Byte(usize, [u8; 2]),
    /// An engine returned an error.
    Failed(&'static str, String),
}

/// The two values, or the error of the engine that failed.
fn both<T>(
    engines: [&'static str; 2],
    a: Result<T, impl fmt::Display>,
    b: Result<T, impl fmt::Display>,
) -> Result<[T; 2], What> {
    let a = a.map_err(|error| What::Failed(engines[0], error.to_string()))?;
    let b = b.map_err(|error| What::Failed(engines[1], error.to_string()))?;
    Ok([a, b])
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b] = self.engines;
        write!(f, "sample {}: ", self.turn)?;
        match &self.what {
            What::Word(at, place, [x, y]) => {
                write!(f, "window {} tick {} after {:?}: {place}: ", at.window, at.tick.0, at.phase)?;
                write!(f, "{a} {} ({x:04x}), {b} {} ({y:04x})", x.cast_signed(), y.cast_signed())
            }
            What::Order(pair) => write!(f, "{a} shows {:?}, {b} shows {:?}", pair[0], pair[1]),
            What::Outcome([x, y]) => write!(f, "outcome: {a} {x:?}, {b} {y:?}"),
            What::Digest(scope, [x, y]) => write!(f, "digest of {scope:?}: {a} {x}, {b} {y}"),
            What::Byte(at, [x, y]) => write!(f, "saved checkpoint, byte {at:#06x}: {a} {x:02x}, {b} {y:02x}"),
            What::Failed(who, why) => write!(f, "{who} failed: {why}"),
        }
    }
}

impl std::error::Error for Difference {}

type Seen = (Moment, Place, u16);

/// Presents the same turns to both engines, then saves both. `length` is that of the loaded checkpoint.
///
/// # Errors
/// The first difference.
pub fn compare<A, B>(a: &mut A, b: &mut B, turns: &[Turn], length: usize) -> Result<Compared, Difference>
where
    A: Engine + ?Sized,
    B: Engine + ?Sized,
{
    let engines = [a.name(), b.name()];
    let mut compared = Compared::default();
    for (turn, Turn { deed, sample }) in turns.iter().enumerate() {
        let differ = |what| Difference { engines, turn, what };
        let outcomes = match *deed {
            Deed::Classify => both(engines, a.classify(sample), b.classify(sample)).map_err(differ)?,
            Deed::Learn(target) => {
                let (mut of_a, mut of_b) = (Vec::<Seen>::new(), Vec::<Seen>::new());
                let first = a.watch(sample, target, &mut |m, p, w| of_a.push((m, p, w)));
                let second = b.watch(sample, target, &mut |m, p, w| of_b.push((m, p, w)));
                let outcomes = both(engines, first, second).map_err(differ)?;
                streams(&of_a, &of_b).map_err(differ)?;
                compared.words += of_a.len() as u64;
                outcomes
            }
            Deed::Ticks { target, lines } => {
                both(engines, ticks(a, target, lines, sample), ticks(b, target, lines, sample))
                    .map_err(differ)?
            }
            Deed::Remember(class) => {
                both(engines, a.remember(sample, class), b.remember(sample, class)).map_err(differ)?;
                [Outcome::default(); 2]
            }
            Deed::Reload => {
                let [of_a, of_b] = saved(a, b, length).map_err(differ)?;
                both(engines, a.load(&of_a), b.load(&of_b)).map_err(differ)?;
                [Outcome::default(); 2]
            }
        };
        if outcomes[0] != outcomes[1] {
            return Err(differ(What::Outcome(outcomes)));
        }
        compared.events += u64::from(outcomes[0].spikes);
        for scope in [Scope::State, Scope::Weights, Scope::Stored] {
            let digests = both(engines, a.digest(scope), b.digest(scope)).map_err(differ)?;
            if digests[0] != digests[1] {
                return Err(differ(What::Digest(scope, digests)));
            }
        }
    }
    let differ = |what| Difference { engines, turn: turns.len(), what };
    saved(a, b, length).map_err(differ)?;
    Ok(compared)
}

/// Saves both. Returns the bytes if they are equal.
fn saved<A, B>(a: &mut A, b: &mut B, length: usize) -> Result<[Vec<u8>; 2], What>
where
    A: Engine + ?Sized,
    B: Engine + ?Sized,
{
    let (mut of_a, mut of_b) = (vec![0; length], vec![0; length]);
    both([a.name(), b.name()], a.save(&mut of_a), b.save(&mut of_b))?;
    match of_a.iter().zip(&of_b).position(|(x, y)| x != y) {
        Some(at) => Err(What::Byte(at, [of_a[at], of_b[at]])),
        None => Ok([of_a, of_b]),
    }
}

fn streams(a: &[Seen], b: &[Seen]) -> Result<(), What> {
    for i in 0..a.len().max(b.len()) {
        let at = |stream: &[Seen]| stream.get(i).map(|&(moment, place, _)| (moment, place));
        match (a.get(i), b.get(i)) {
            (Some(x), Some(y)) if x == y => {}
            (Some(x), Some(y)) if at(a) == at(b) => return Err(What::Word(x.0, x.1, [x.2, y.2])),
            _ => return Err(What::Order(Box::new([at(a), at(b)]))),
        }
    }
    Ok(())
}
