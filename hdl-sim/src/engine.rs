//! `Rtl`: the simulated RTL as an [`Engine`].

use crate::RtlError;
use crate::layout::{COUNTERS, FALL, GROUPS, HOST_WEIGHTS};
use crate::model::{Memory, Model, Simulation, Status, Stop};
use crate::stored;
use crate::table::Table;
use crate::traces::{Progress, of_lines, stdp};
use hebbit_core::checkpoint::{Checkpoint, CheckpointError};
use hebbit_core::encode::{Gain, decide};
use hebbit_core::net::life::{self, Cursor, Lives, Ring, Standing};
use hebbit_core::net::{Digest, Engine, Hasher, LayerKind, Moment, Place, Plan, Scope, Target};
use hebbit_core::neuron::AnyNeuron;
use hebbit_core::num::{LANES, Words};
use hebbit_core::signal::{Input, Outcome, Phase, Tick};
use std::path::Path;

/// Cycles after which a phase is considered stuck.
const PATIENCE: u64 = 100_000_000;

/// A network in the simulated RTL.
#[derive(Debug)]
pub struct Rtl {
    simulation: Simulation,
    loaded: Option<Loaded>,
    sparse: bool,
}

/// A network that was loaded.
#[derive(Debug)]
struct Loaded {
    model: Model,
    plan: Plan,
    table: Table,
    /// Window and tick of the last phase that was seen.
    at: (usize, u16),
    progress: Progress,
    labels: Vec<u8>,
    /// The checkpoint as it was loaded: [`Engine::save`] changes what has changed.
    bytes: Vec<u8>,
    /// The driver's ring of remembered samples.
    remembered: Remembered,
    begun: Option<Begun>,
}

/// A sample whose input comes tick by tick: the hardware takes it as a whole, once it is finished.
#[derive(Debug)]
struct Begun {
    target: Option<Target>,
    values: Vec<u8>,
    /// Ticks that were given, and those that are left.
    given: u32,
    left: u32,
}

/// The driver's ring of remembered samples.
#[derive(Debug, Default)]
struct Remembered {
    samples: Vec<u8>,
    classes: Vec<u8>,
    at: Cursor,
}

impl Remembered {
    fn new(plan: &Plan) -> Self {
        let room = usize::from(plan.life.remember);
        Self { samples: vec![0; room * plan.lines()], classes: vec![0; room], at: Cursor::default() }
    }
}

/// Cycles and memory reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Cycles since the network was loaded, samples only.
    pub cycles: u64,
    /// Words of four weights that were read.
    pub words: u64,
    /// Cycles of samples that ran as a whole, not phase by phase.
    pub timed_cycles: u64,
    /// Processor time of these samples, in nanoseconds.
    pub timed_nanoseconds: u64,
}

/// Where the engine gets a word of state from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// A memory of the hardware.
    Memory,
    /// The host computes it from words of the hardware's memories.
    Computed,
    /// Zero: the hardware has no such word for the network, and the core's is 0.
    Constant,
}

/// How many words of state, per moment of a comparison, come from where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// Read from a memory of the hardware.
    pub memory: u64,
    /// Computed by the host from words that were read: sums of the input, and under stdp traces of its lines.
    pub computed: u64,
    /// Zeros that the host inserts for words that the hardware does not have.
    pub constant: u64,
}

impl Rtl {
    /// An engine without a network.
    pub fn new(simulation: Simulation) -> Self {
        Self { simulation, loaded: None, sparse: false }
    }

    /// Whether samples are sent as a slow link would: lines with an event only, to an input that was wiped.
    pub fn set_sparse(&mut self, sparse: bool) {
        self.sparse = sparse;
    }

    /// Cost since the network was loaded.
    pub fn cost(&self) -> Cost {
        let status = self.loaded.as_ref().map(|loaded| loaded.model.status()).unwrap_or_default();
        let Status { cycles, words, timed_cycles, timed_nanoseconds, .. } = status;
        Cost { cycles, words, timed_cycles, timed_nanoseconds }
    }

    /// Writes every signal to an FST file until another network is loaded; the library must be a traced one.
    ///
    /// # Errors
    /// If no network is loaded, the library writes no waveforms, or the file cannot be written.
    pub fn trace(&mut self, path: &Path) -> Result<(), RtlError> {
        self.loaded()?.model.trace(path)
    }

    /// Length of the checkpoint that [`Engine::save`] fills.
    ///
    /// # Errors
    /// If no network is loaded.
    pub fn bytes(&self) -> Result<usize, RtlError> {
        self.loaded.as_ref().map(|loaded| loaded.bytes.len()).ok_or(RtlError::Empty)
    }

    /// Every word of state, in the order of the digest.
    ///
    /// # Errors
    /// If no network is loaded.
    pub fn walk(&mut self, see: &mut dyn FnMut(Place, u16)) -> Result<(), RtlError> {
        self.loaded()?.walk(&mut |place, word, _| see(place, word));
        Ok(())
    }

    /// Where the words of [`Rtl::walk`] come from.
    ///
    /// # Errors
    /// If no network is loaded.
    pub fn origins(&mut self) -> Result<Origins, RtlError> {
        let mut origins = Origins::default();
        self.loaded()?.walk(&mut |_, _, origin| match origin {
            Origin::Memory => origins.memory += 1,
            Origin::Computed => origins.computed += 1,
            Origin::Constant => origins.constant += 1,
        });
        Ok(origins)
    }

    /// The core itself, where a network is loaded.
    ///
    /// # Errors
    /// If none is.
    pub fn model(&mut self) -> Result<&mut Model, RtlError> {
        Ok(&mut self.loaded()?.model)
    }

    fn loaded(&mut self) -> Result<&mut Loaded, RtlError> {
        self.loaded.as_mut().ok_or(RtlError::Empty)
    }
}

/// Validates a checkpoint with the core, so that the RTL refuses the same ones.
fn check<'b>(bytes: &'b [u8]) -> Result<Checkpoint<'b>, RtlError> {
    let mut copy = vec![0_u64; bytes.len().div_ceil(8)];
    let copy = &mut zerocopy::IntoBytes::as_mut_bytes(copy.as_mut_slice())[..bytes.len()];
    copy.copy_from_slice(bytes);
    let stored = Checkpoint::parse(bytes)?;
    let need = hebbit_core::net::Network::<hebbit_core::net::Scalar>::arena_bytes(&stored.plan);
    let mut arena = vec![0_u64; need.div_ceil(8)];
    let arena = zerocopy::IntoBytes::as_mut_bytes(arena.as_mut_slice());
    hebbit_core::checkpoint::open(copy, arena, hebbit_core::net::Scalar)?;
    Ok(stored)
}

impl Loaded {
    /// Writes a network into the core, as any host does: over its port.
    fn new(mut model: Model, stored: &Checkpoint<'_>, table: Table, bytes: &[u8]) -> Result<Self, RtlError> {
        model.write(0, &table.words, PATIENCE)?;
        model.write(COUNTERS, &stored::counters(&stored.plan), PATIENCE)?;
        model.write(HOST_WEIGHTS, &stored::words(stored.weights), PATIENCE)?;
        model.clear_dirty();
        // Programs clear these before reading them, but a digest taken before the first sample shows them.
        let zero = [0; LANES * GROUPS];
        for memory in [Memory::Sum, Memory::Apical, Memory::Post, Memory::Event, Memory::Line] {
            model.poke(memory, 0, &zero);
        }
        let mut loaded = Self {
            model,
            plan: stored.plan.clone(),
            table,
            at: (0, 0),
            progress: Progress::default(),
            labels: stored.labels.to_vec(),
            bytes: bytes.to_vec(),
            remembered: Remembered::new(&stored.plan),
            begun: None,
        };
        let mut kept = stored::kept(stored);
        for (l, memory) in stored::columns_kept(&stored.plan) {
            let (base, n) = loaded.lanes(l);
            let words: Vec<u32> = kept.by_ref().take(n).collect();
            loaded.model.write(stored::port(memory, base), &words, PATIENCE)?;
        }
        Ok(loaded)
    }

    /// First lane of a layer's neurons, and how many there are.
    fn lanes(&self, l: usize) -> (usize, usize) {
        (LANES * self.table.lines[l], self.plan.layers[l].len())
    }

    fn column(&self, memory: Memory, l: usize, more: usize) -> Vec<u16> {
        let (base, n) = self.lanes(l);
        self.model.peek(memory, base, n + more).into_iter().map(|w| (w & 0xffff) as u16).collect()
    }

    /// Every word of state, in the order of the digest, and where it comes from.
    fn walk(&self, f: &mut dyn FnMut(Place, u16, Origin)) {
        use Origin::{Computed, Constant, Memory as Held};
        let stdp = stdp(&self.plan);
        let blank = self.plan.windows.get(self.at.0).is_some_and(|window| window.blank);
        for l in 0..self.plan.layers.len() {
            let mut show = |column: &'static str, words: Vec<u16>, origin| {
                for (index, word) in words.into_iter().enumerate() {
                    f(Place { part: "layer", number: l, column, index }, word, origin);
                }
            };
            if l == 0 {
                let mut events = self.column(Memory::Line, 0, 1);
                let traces = stdp.map(|params| of_lines(&self.plan, &params, &events, self.progress));
                let n = self.plan.layers[0].len();
                events[..n].iter_mut().filter(|_| blank).for_each(|event| *event = 0);
                // A graded input counts each event once, so its sum is the event and no memory holds it.
                show("event", events.clone(), Held);
                show("sum", events, Computed);
                show("line trace", traces.unwrap_or_default(), Computed);
            } else {
                let adapts = matches!(self.plan.layers[l].kind, LayerKind::Neurons(AnyNeuron::Adaptive(_)));
                show("membrane", self.column(Memory::Membrane, l, 0), Held);
                let refractory = self.column(Memory::Refractory, l, 0);
                show(if adapts { "rise" } else { "refractory" }, refractory, Held);
                show("event", self.column(Memory::Event, l, 1), Held);
                let (apical, sum) = (self.column(Memory::Apical, l, 0), self.column(Memory::Sum, l, 1));
                if stdp.is_some() {
                    // Nothing is sent, so the memory of apical potentials holds traces. No projection reads the last layer's lines.
                    show("apical", vec![0; apical.len()], Constant);
                    show("sum", sum, Held);
                    show("line trace", vec![0; apical.len() + 1], Constant);
                    show("trace", apical, Held);
                } else {
                    show("apical", apical, Held);
                    show("sum", sum, Held);
                }
            }
        }
        for (p, projection) in self.plan.projections.iter().enumerate() {
            let columns = self.plan.layers[usize::from(projection.post)].len();
            let post = self.model.peek(Memory::Post, LANES * self.table.columns[p], columns);
            for (index, word) in post.into_iter().enumerate() {
                let place = Place { part: "projection", number: p, column: "post 0", index };
                f(place, (word & 0xffff) as u16, Held);
            }
            // The carried rules have one term.
            for index in 0..columns {
                f(Place { part: "projection", number: p, column: "post 1", index }, 0, Constant);
            }
        }
    }

    fn weights(&self) -> Vec<u8> {
        let words = self.model.peek_weights(0, self.plan.weight_bytes() / 4);
        words.into_iter().flat_map(u32::to_le_bytes).collect()
    }

    fn weight_digest(&self) -> Digest {
        let bytes = self.weights();
        let mut hasher = Hasher::default();
        for (p, projection) in self.plan.projections.iter().enumerate() {
            let columns = self.plan.layers[usize::from(projection.post)].len();
            let width = self.plan.width(projection);
            let each = self.plan.format.bytes();
            let matrix = &bytes[LANES * each * self.table.weights[p]..];
            for row in matrix.chunks_exact(width * each).take(self.plan.rows(projection)) {
                for w in row.chunks_exact(each).take(columns) {
                    let w =
                        if each == 1 { w[0].cast_signed().into() } else { i16::from_le_bytes([w[0], w[1]]) };
                    hasher.word(i32::from(w).cast_unsigned());
                }
            }
        }
        hasher.finish()
    }

    fn kept(&self) -> Vec<u16> {
        stored::columns_kept(&self.plan).flat_map(|(l, memory)| self.column(memory, l, 0)).collect()
    }

    fn counters(&self) -> hebbit_core::net::Counters {
        let Status { samples, steps, presented, .. } = self.model.status();
        // Fewer than there were: it has passed the end, where the count stays.
        let samples = if samples < self.plan.counters.samples { u32::MAX } else { samples };
        hebbit_core::net::Counters { samples, steps, presented, ..self.plan.counters }
    }

    /// Runs `work` with the ring of remembered samples.
    fn with_ring<T>(
        &mut self,
        work: impl FnOnce(&mut Self, &mut Ring<'_>) -> Result<T, RtlError>,
    ) -> Result<T, RtlError> {
        let mut memory = std::mem::take(&mut self.remembered);
        let Remembered { samples, classes, at } = &mut memory;
        let mut ring = Ring::over(samples, classes, *at);
        let result = work(self, &mut ring);
        *at = ring.cursor();
        self.remembered = memory;
        result
    }

    /// The phase that has just ended, and its layer.
    fn phase(&self) -> (Phase, u16) {
        const PHASES: [Phase; 5] =
            [Phase::Encode, Phase::Integrate, Phase::Fire, Phase::Feedback, Phase::Learn];
        let status = self.model.status();
        (PHASES[status.phase as usize % PHASES.len()], status.layer as u16)
    }

    fn next_tick(&self) -> (usize, u16) {
        let (window, tick) = self.at;
        if tick + 1 < self.plan.windows[window].ticks { (window, tick + 1) } else { (window + 1, 0) }
    }

    fn check(&self, sample: &[u8]) -> Result<(), RtlError> {
        let (want, got) = (self.plan.layers[0].len(), sample.len());
        if want == got { Ok(()) } else { Err(RtlError::Sample { want, got }) }
    }

    fn present(
        &mut self,
        sparse: bool,
        sample: &[u8],
        target: Option<Target>,
        see: Option<&mut dyn FnMut(Moment, Place, u16)>,
    ) -> Result<Outcome, RtlError> {
        self.check(sample)?;
        let gain = Gain::new(stored::encoder(&self.plan), sample);
        let magnitudes: Vec<u8> = sample.iter().map(|&x| gain.pixel(x)).collect();
        self.progress = Progress { learns: target.is_some(), ..Progress::default() };
        self.model.begin(&magnitudes, sparse, target)?;
        match see {
            None => self.model.run(PATIENCE)?,
            Some(see) => {
                let mut begun = false;
                while self.model.phase(PATIENCE)? == Stop::Phase {
                    let (phase, layer) = self.phase();
                    if phase == Phase::Encode {
                        self.at = if begun { self.next_tick() } else { (0, 0) };
                        begun = true;
                    }
                    let (window, tick) = (self.at.0 as u8, Tick(self.at.1));
                    self.progress.window = self.at.0;
                    self.progress.ticks = self.at.1 + u16::from(phase == Phase::Learn);
                    let moment = Moment { window, tick, phase, layer };
                    self.walk(&mut |place, word, _| see(moment, place, word));
                }
            }
        }
        self.at = (self.plan.windows.len() - 1, 0);
        self.progress.window = self.at.0;
        self.progress.ticks = self.plan.windows[self.at.0].ticks;
        let status = self.model.status();
        let top = self.plan.output();
        let (counts, membranes) = (self.column(Memory::Sum, top, 0), self.column(Memory::Membrane, top, 0));
        let answer = decide(self.plan.answering, &counts, &membranes, &self.labels);
        let ticks = u16::try_from(status.ticks).unwrap_or(u16::MAX);
        Ok(Outcome { class: answer.class, neuron: answer.neuron, ticks, spikes: status.spikes })
    }
}

/// Continual learning in the hardware, watched or not; the driver holds the ring and the rate.
struct Driven<'x, 'y> {
    loaded: &'x mut Loaded,
    sparse: bool,
    see: Option<&'x mut (dyn FnMut(Moment, Place, u16) + 'y)>,
}

impl Lives for Driven<'_, '_> {
    type Error = RtlError;

    fn standing(&mut self) -> Standing<'_> {
        let presented = self.loaded.counters().presented;
        let Plan { life, lived, seed, .. } = &mut self.loaded.plan;
        Standing { life, lived, presented, seed: *seed }
    }

    fn answer(&mut self, sample: &[u8]) -> Result<Outcome, RtlError> {
        self.present(sample, None)
    }

    fn once(&mut self, sample: &[u8], target: Target) -> Result<Outcome, RtlError> {
        if self.loaded.plan.life.is_on() {
            let slow = u32::from(self.loaded.plan.lived.slow);
            let plan = Plan { counters: self.loaded.counters(), ..self.loaded.plan.clone() };
            let [.., fall, _] = stored::counters(&plan);
            self.loaded.model.write(COUNTERS + FALL, &[fall + slow], PATIENCE)?;
        }
        self.present(sample, Some(target))
    }
}

impl Driven<'_, '_> {
    fn present(&mut self, sample: &[u8], target: Option<Target>) -> Result<Outcome, RtlError> {
        let see: Option<&mut dyn FnMut(Moment, Place, u16)> = match &mut self.see {
            Some(see) => Some(*see),
            None => None,
        };
        self.loaded.present(self.sparse, sample, target, see)
    }
}

impl Engine for Rtl {
    type Error = RtlError;

    fn name(&self) -> &'static str {
        "rtl"
    }

    fn load(&mut self, checkpoint: &[u8]) -> Result<(), RtlError> {
        let stored = check(checkpoint)?;
        let table = Table::new(&stored.plan, self.simulation.build())?;
        // The same core as before, if there is one.
        let model = match self.loaded.take() {
            Some(loaded) => loaded.model,
            None => self.simulation.model()?,
        };
        self.loaded = Some(Loaded::new(model, &stored, table, checkpoint)?);
        Ok(())
    }

    fn classify(&mut self, sample: &[u8]) -> Result<Outcome, RtlError> {
        let sparse = self.sparse;
        self.loaded()?.present(sparse, sample, None, None)
    }

    fn learn(&mut self, sample: &[u8], target: Target) -> Result<Outcome, RtlError> {
        let sparse = self.sparse;
        self.loaded()?.with_ring(|loaded, ring| {
            life::learn(&mut Driven { loaded, sparse, see: None }, ring, sample, target)
        })
    }

    fn begin(&mut self, target: Option<Target>) -> Result<(), RtlError> {
        let loaded = self.loaded()?;
        let shown = loaded.plan.windows.iter().filter(|window| target.is_some() || !window.extra);
        let left = shown.map(|window| u32::from(window.ticks)).sum();
        loaded.begun = Some(Begun { target, values: vec![0; loaded.plan.lines()], given: 0, left });
        Ok(())
    }

    fn tick(&mut self, input: Input<'_>) -> Result<bool, RtlError> {
        let loaded = self.loaded()?;
        if let Input::Values(values) = input {
            loaded.check(values)?;
        }
        let Some(begun) = &mut loaded.begun else { return Ok(false) };
        let before = begun.values.clone();
        if input.hold(&mut begun.values) && begun.given > 0 && begun.values != before {
            begun.values = before;
            return Err(RtlError::Carried {
                what: "an input that changes within a sample",
                change: "give its values in the first tick and hold them",
            });
        }
        (begun.given, begun.left) = (begun.given + 1, begun.left.saturating_sub(1));
        Ok(begun.left > 0)
    }

    fn finish(&mut self) -> Result<Outcome, RtlError> {
        let sparse = self.sparse;
        let loaded = self.loaded()?;
        let Some(Begun { target, values, .. }) = loaded.begun.take() else { return Ok(Outcome::default()) };
        let mut driven = Driven { loaded, sparse, see: None };
        match target {
            Some(target) => driven.once(&values, target),
            None => driven.answer(&values),
        }
    }

    fn remember(&mut self, sample: &[u8], class: u8) -> Result<(), RtlError> {
        let loaded = self.loaded()?;
        loaded.check(sample)?;
        loaded.with_ring(|_, ring| {
            ring.remember(sample, class);
            Ok(())
        })
    }

    fn digest(&mut self, scope: Scope) -> Result<Digest, RtlError> {
        let loaded = self.loaded()?;
        let mut hasher = Hasher::default();
        match scope {
            Scope::State => loaded.walk(&mut |_, word, _| hasher.word(u32::from(word))),
            Scope::Weights => return Ok(loaded.weight_digest()),
            Scope::Stored => {
                loaded.kept().into_iter().for_each(|word| hasher.word(u32::from(word)));
                hasher.digest(loaded.weight_digest());
                loaded.counters().store(&mut |word| hasher.word(word));
                if loaded.plan.life.is_on() {
                    loaded.plan.lived.store(&mut |word| hasher.word(word));
                }
            }
        }
        Ok(hasher.finish())
    }

    fn watch(
        &mut self,
        sample: &[u8],
        target: Target,
        see: &mut dyn FnMut(Moment, Place, u16),
    ) -> Result<Outcome, RtlError> {
        let sparse = self.sparse;
        self.loaded()?.with_ring(|loaded, ring| {
            life::learn(&mut Driven { loaded, sparse, see: Some(see) }, ring, sample, target)
        })
    }

    fn save(&mut self, checkpoint: &mut [u8]) -> Result<(), RtlError> {
        let loaded = self.loaded()?;
        let (want, got) = (loaded.bytes.len(), checkpoint.len());
        if want != got {
            return Err(CheckpointError::Buffer { want, got }.into());
        }
        checkpoint.copy_from_slice(&loaded.bytes);
        let counters = loaded.counters();
        let counters = [counters.samples, counters.steps, counters.presented];
        let mut lived = Vec::new();
        if loaded.plan.life.is_on() {
            loaded.plan.lived.store(&mut |word| lived.push(word));
        }
        stored::renew(checkpoint, &counters, &lived, &loaded.kept(), &loaded.weights());
        Ok(())
    }
}
