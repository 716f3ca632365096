//! Compares core and RTL on the same samples, word by word after every phase.

use hebbit_core::checkpoint;
use hebbit_core::net::{Engine, Memory, Moment, Network, Parts, Place, Plan, Scalar, Scope, Target};
use hebbit_core::schema::{Lines, Scale, SchemaParts};
use hebbit_core::signal::Outcome;
use hebbit_rtl::{Origins, Rtl, Simulation};
use std::path::Path;
use zerocopy::IntoBytes;

/// Use of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// It is learned, and every word is compared.
    Watch(Target),
    /// It is learned.
    Learn(Target),
    /// It is answered.
    Classify,
    /// It goes into the ring with this class and is not learned.
    Remember(u8),
}

/// A sample and its use.
pub(crate) type Turn = (Deed, Vec<u8>);

/// Amount of comparisons.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Compared {
    pub(crate) words: u64,
    /// Those of the words that a memory of the hardware holds; the engine computes the others or inserts zeros.
    pub(crate) held: u64,
    pub(crate) events: u64,
    pub(crate) changed: u64,
}

impl std::ops::AddAssign for Compared {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.held += other.held;
        self.events += other.events;
        self.changed += other.changed;
    }
}

/// A schema for every second network.
fn schema(plan: &Plan) -> Vec<u8> {
    let lines = plan.layers.first().map_or(0, |layer| layer.neurons);
    let parts =
        SchemaParts { kind: Lines::Plain, shape: &[lines], scales: &[Scale::IDENTITY], names: &["first"] };
    let mut bytes = vec![0; if (plan.seed >> 16).is_multiple_of(2) { parts.bytes() } else { 0 }];
    if !bytes.is_empty() {
        parts.write(&mut bytes).expect("a schema of any network");
    }
    bytes
}

/// A plan with its weights, as a checkpoint.
pub(crate) fn checkpoint(plan: &Plan, weights: &[u8]) -> Vec<u8> {
    let mut words = vec![0_u64; weights.len() / 8];
    words.as_mut_bytes().copy_from_slice(weights);
    let mut arena = vec![0_u64; Network::<Scalar>::arena_bytes(plan).div_ceil(8)];
    let (weights, arena) = (words.as_mut_bytes(), arena.as_mut_bytes());
    let schema = schema(plan);
    let memory = Memory { weights, labels: &[], schema: &schema, arena };
    let network = Network::<_>::new(plan.clone(), memory, Scalar).expect("the plan can run");
    let mut bytes = vec![0; checkpoint::bytes(plan, 0, 0, schema.len())];
    checkpoint::save(&network, &[], &[], &schema, &mut bytes).expect("the buffer has the right length");
    bytes
}

/// The core with a checkpoint.
pub(crate) struct Core {
    words: Vec<u64>,
    arena: Vec<u64>,
    length: usize,
}

impl Core {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let plan = checkpoint::Checkpoint::parse(bytes).expect("a checkpoint").plan;
        let mut words = vec![0_u64; bytes.len().div_ceil(8)];
        words.as_mut_bytes()[..bytes.len()].copy_from_slice(bytes);
        let arena = vec![0_u64; Network::<Scalar>::arena_bytes(&plan).div_ceil(8)];
        Self { words, arena, length: bytes.len() }
    }

    pub(crate) fn network(&mut self) -> Network<'_, Scalar> {
        let bytes = &mut self.words.as_mut_bytes()[..self.length];
        checkpoint::open(bytes, self.arena.as_mut_bytes(), Scalar).expect("the core loads it")
    }
}

type Seen = Vec<(Moment, Place, u16)>;

fn first_difference(core: &Seen, rtl: &Seen) -> Option<String> {
    for i in 0..core.len().max(rtl.len()) {
        match (core.get(i), rtl.get(i)) {
            (Some(a), Some(b)) if a == b => {}
            (Some(&(at, place, a)), Some(&(_, _, b))) if (at, place) == (rtl[i].0, rtl[i].1) => {
                let at = format!("window {} tick {} after {:?} {}", at.window, at.tick.0, at.phase, at.layer);
                return Some(format!("{at}: {place}: core {a:04x}, rtl {b:04x}"));
            }
            (a, b) => return Some(format!("core shows {a:?}, rtl {b:?}")),
        }
    }
    None
}

/// Loads the same checkpoint into both and presents the same samples.
///
/// The error is the first difference.
pub(crate) fn compare(simulation: &Simulation, bytes: &[u8], turns: &[Turn]) -> Result<Compared, String> {
    compare_on(&mut Rtl::new(simulation.clone()), bytes, turns, None)
}

/// The same with an engine that may have run before, and a waveform.
pub(crate) fn compare_on(
    rtl: &mut Rtl,
    bytes: &[u8],
    turns: &[Turn],
    wave: Option<&Path>,
) -> Result<Compared, String> {
    let mut compared = Compared::default();
    let mut core = Core::new(bytes);
    let mut core = core.network();
    rtl.load(bytes).map_err(|error| error.to_string())?;
    wave.map_or(Ok(()), |wave| rtl.trace(wave)).map_err(|error| error.to_string())?;
    let digests = |core: &Network<'_, Scalar>, rtl: &mut Rtl, at: usize| {
        for scope in [Scope::State, Scope::Weights, Scope::Stored] {
            let (a, b) = (core.digest(scope), rtl.digest(scope).map_err(|e| e.to_string())?);
            if a != b {
                return Err(format!("before sample {at}: digest of {scope:?}: core {a}, rtl {b}"));
            }
        }
        Ok(())
    };
    digests(&core, rtl, 0)?;
    for (i, (deed, sample)) in turns.iter().enumerate() {
        let differ = |text: String| format!("sample {i}: {text}");
        rtl.set_sparse(i % 2 == 1);
        let before = core.digest(Scope::Weights);
        let (a, b) = match *deed {
            Deed::Classify => (core.classify(sample, &mut ()), rtl.classify(sample)),
            Deed::Learn(target) => (core.learn(sample, target, &mut ()), rtl.learn(sample, target)),
            Deed::Remember(class) => {
                core.remember(sample, class);
                (Outcome::default(), rtl.remember(sample, class).map(|()| Outcome::default()))
            }
            Deed::Watch(target) => {
                let (mut of_core, mut of_rtl) = (Seen::new(), Seen::new());
                let mut observer =
                    |at, parts: &Parts<'_>| parts.walk(&mut |place, word| of_core.push((at, place, word)));
                let a = core.learn(sample, target, &mut observer);
                let b = rtl.watch(sample, target, &mut |at, place, word| of_rtl.push((at, place, word)));
                if let Some(text) = first_difference(&of_core, &of_rtl) {
                    return Err(differ(text));
                }
                let Origins { memory, computed, constant } =
                    rtl.origins().map_err(|e| differ(e.to_string()))?;
                let moments = of_core.len() as u64 / (memory + computed + constant);
                compared.words += of_core.len() as u64;
                compared.held += memory * moments;
                (a, b)
            }
        };
        let b = b.map_err(|error| differ(error.to_string()))?;
        if a != b {
            return Err(differ(format!("outcome: core {a:?}, rtl {b:?}")));
        }
        compared.events += u64::from(a.spikes);
        compared.changed += u64::from(core.digest(Scope::Weights) != before);
        digests(&core, rtl, i + 1)?;
    }
    let mut saved = vec![0; bytes.len()];
    rtl.save(&mut saved).map_err(|error| error.to_string())?;
    let mut want = vec![0; bytes.len()];
    checkpoint::save(&core, &[], &[], core.schema_bytes(), &mut want)
        .expect("the buffer has the right length");
    if let Some(at) = want.iter().zip(&saved).position(|(a, b)| a != b) {
        return Err(format!("saved checkpoint, byte {at}: core {:02x}, rtl {:02x}", want[at], saved[at]));
    }
    Ok(compared)
}
