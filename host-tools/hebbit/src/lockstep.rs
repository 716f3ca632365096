//! An engine and the core side by side: the same samples, the same digests, or the first thing that differs.

use crate::engine::{CoreEngine, CoreError};
use crate::kernels::AnyKernels;
use hebbit_core::net::{Engine, Moment, Place, Scope, Target};
use hebbit_core::signal::Outcome;
use serde::Serialize;

/// One sample on its way to a device.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'s> {
    /// One byte per line.
    pub values: &'s [u8],
    /// What is taught.
    pub target: Target,
}

/// What was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// Samples learned by both.
    pub samples: u64,
    /// Digests of state compared.
    pub digests: u64,
    /// Words of state and weights that the digests stood for.
    pub words: u64,
    /// Costs of samples on the other engine: sum and greatest, in its unit.
    pub cost: u64,
    /// The greatest.
    pub worst: u32,
}

impl Compared {
    fn note(&mut self, cost: u32) {
        self.samples += 1;
        self.cost += u64::from(cost);
        self.worst = self.worst.max(cost);
    }
}

/// The first thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Samples that both had learned before.
    pub sample: u64,
    /// What it is.
    pub what: String,
    /// To see it again: the network as it was some samples before,
    pub before: Vec<u8>,
    /// and what it learned from there on. The difference shows behind the last of them.
    pub part: Vec<(Vec<u8>, Target)>,
}

/// An engine that can be held against the core.
pub trait Peer: Engine {
    /// What went wrong in the core beside it, as an error of this engine.
    fn beside(error: CoreError) -> Self::Error;

    /// Learns samples, the first one first. What came of each, and what it cost in the engine's unit.
    ///
    /// # Errors
    /// If the engine fails.
    fn learn_all(&mut self, samples: &[Presented<'_>]) -> Result<Vec<(Outcome, u32)>, Self::Error>;

    /// Words of state, or weights, in the order of the digest.
    ///
    /// # Errors
    /// If the engine fails.
    fn words(&mut self, weights: bool) -> Result<Vec<u16>, Self::Error>;

    /// Which words of state the engine does not hold itself, if any.
    fn not_held(&mut self) -> Option<String> {
        None
    }
}

/// A word of state under watch.
type Seen = (Moment, Place, u16);

/// Lets both learn samples until `next` has no more, and compares outcomes, and digests after every `every` samples; `look` gets
/// what was compared so far, and the outcomes of the samples since its last call.
///
/// # Errors
/// If the other engine fails. A difference is no error: it comes back beside what was compared until then.
pub fn lockstep<P: Peer>(
    peer: &mut P,
    core: &mut CoreEngine,
    every: usize,
    next: &mut dyn FnMut() -> Option<(Vec<u8>, Target)>,
    look: &mut dyn FnMut(&Compared, &[Outcome]),
) -> Result<(Compared, Option<Difference>), P::Error> {
    let mut compared = Compared::default();
    let state = core.with_parts(|parts| {
        let mut words = 0;
        parts.walk(&mut |_, _| words += 1);
        words
    });
    let weights = core.plan().parameters() as u64;
    loop {
        let part: Vec<(Vec<u8>, Target)> = std::iter::from_fn(&mut *next).take(every.max(1)).collect();
        if part.is_empty() {
            break;
        }
        let before = core.checkpoint(&[]).map_err(P::beside)?;
        let samples: Vec<Presented<'_>> =
            part.iter().map(|(values, target)| Presented { values, target: *target }).collect();
        let results = peer.learn_all(&samples)?;
        let (mut differs, mut outcomes) = (None, Vec::with_capacity(part.len()));
        for (i, (sample, (got, cost))) in samples.iter().zip(results).enumerate() {
            let want = core.learn(sample.values, sample.target).map_err(P::beside)?;
            compared.note(cost);
            outcomes.push(want);
            if want != got && differs.is_none() {
                differs = Some((i, format!("answer: core {want:?}, {} {got:?}", peer.name())));
            }
        }
        let [want, got] = [core.digest(Scope::State).map_err(P::beside)?, peer.digest(Scope::State)?];
        if want != got && differs.is_none() {
            differs =
                Some((samples.len() - 1, format!("digest of state: core {want}, {} {got}", peer.name())));
        }
        compared.digests += 1;
        compared.words += state;
        if let Some((i, what)) = differs {
            let what = first_word(peer, core, &before, &part, i)?.unwrap_or(what);
            let sample = compared.samples - (part.len() - i) as u64;
            let difference = Difference { sample, what, before, part: part[..=i].to_vec() };
            return Ok((compared, Some(difference)));
        }
        look(&compared, &outcomes);
    }
    let [want, got] = [core.digest(Scope::Stored).map_err(P::beside)?, peer.digest(Scope::Stored)?];
    compared.digests += 1;
    compared.words += weights;
    let what = format!("digest of weights and kept state: core {want}, {} {got}", peer.name());
    let what = match want == got {
        true => None,
        false => Some(first_peeked(peer, core)?.unwrap_or(what)),
    };
    let stored = core.checkpoint(&[]).map_err(P::beside)?;
    let difference = |what| Difference { sample: compared.samples, what, before: stored, part: Vec::new() };
    Ok((compared, what.map(difference)))
}

/// The first word that differs: found by learning the part again from where it began, the last sample under watch; or, if both
/// agree then, in what the other engine holds now.
fn first_word<P: Peer>(
    peer: &mut P,
    core: &CoreEngine,
    before: &[u8],
    part: &[(Vec<u8>, Target)],
    last: usize,
) -> Result<Option<String>, P::Error> {
    let now = first_peeked(peer, core)?;
    let mut replayed = CoreEngine::new(before, AnyKernels::Scalar).map_err(P::beside)?;
    peer.load(before)?;
    for (i, &(ref values, target)) in part.iter().enumerate().take(last + 1) {
        let (mut of_core, mut of_peer) = (Vec::<Seen>::new(), Vec::<Seen>::new());
        replayed.watch(values, target, &mut |m, p, w| of_core.push((m, p, w))).map_err(P::beside)?;
        peer.watch(values, target, &mut |m, p, w| of_peer.push((m, p, w)))?;
        let differs = of_core.iter().zip(&of_peer).find(|(a, b)| a != b);
        if let Some(((moment, place, want), (_, _, got))) = differs {
            return Ok(Some(format!(
                "sample {i} of the part, window {} tick {} after {:?}: {place}: core {} ({want:04x}), {} {} ({got:04x})",
                moment.window,
                moment.tick.0,
                moment.phase,
                want.cast_signed(),
                peer.name(),
                got.cast_signed(),
            )));
        }
        if of_core.len() != of_peer.len() {
            return Ok(Some(format!(
                "{} shows {} words, the core {}",
                peer.name(),
                of_peer.len(),
                of_core.len()
            )));
        }
    }
    Ok(now.map(|now| format!("{now}; it did not happen again when the part was learned once more")))
}

/// The first word of state or weight that differs now.
fn first_peeked<P: Peer>(peer: &mut P, core: &CoreEngine) -> Result<Option<String>, P::Error> {
    let mut of_core: [Vec<(Place, u16)>; 2] = [Vec::new(), Vec::new()];
    core.with_parts(|parts| {
        let [state, weights] = &mut of_core;
        parts.walk(&mut |place, word| state.push((place, word)));
        parts.walk_weights(&mut |place, w| weights.push((place, w.cast_unsigned())));
    });
    for (weights, of_core) in [false, true].into_iter().zip(&of_core) {
        let of_peer = peer.words(weights)?;
        let differs = of_core.iter().zip(of_peer).find(|((_, want), got)| want != got);
        if let Some(((place, want), got)) = differs {
            let (name, core, other) = (peer.name(), want.cast_signed(), got.cast_signed());
            return Ok(Some(format!("{place}: core {core} ({want:04x}), {name} {other} ({got:04x})")));
        }
    }
    Ok(None)
}
