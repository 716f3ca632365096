//! The plan as a row of words.

use super::{CheckpointError, VERSION, VERSION_DENSE, VERSION_WITHOUT_LIFE, VERSION_WITHOUT_SCHEMA};
use crate::encode::{Answering, AnyEncoder};
use crate::learn::AnyRule;
use crate::net::life::{LifePlan, Lived};
use crate::net::{
    Connection, Counters, Coupling, LayerKind, LayerPlan, Plan, Shape, Topology, WeightFormat, WeightSource,
    Window,
};
use crate::neuron::AnyNeuron;
use crate::num::{Word, Words, index, length, line};
use heapless::Vec;

/// Tag of an encoder is this and its number; tags of neurons are their numbers.
const INPUT_TAG: u32 = 0x100;
/// Words before the rule's tag.
const RULE_AT: usize = 5 + Counters::LEN;

/// The version that a plan is written in, with a schema or without one: the oldest that holds it.
pub(super) fn version_of(plan: &Plan, schema: bool) -> u32 {
    let shaped = |layer: &LayerPlan| layer.shape != Shape::default() || layer.adds || layer.rule > 0;
    let topological = |p: &Connection| p.topology != Topology::Dense || p.delay;
    let newest =
        !plan.others.is_empty() || plan.layers.iter().any(shaped) || plan.projections.iter().any(topological);
    match (newest, schema) {
        (true, _) => VERSION,
        (false, true) => VERSION_DENSE,
        (false, false) if plan.life.is_on() => VERSION_WITHOUT_SCHEMA,
        (false, false) => VERSION_WITHOUT_LIFE,
    }
}

words! {
    /// A connection onto somata, up to [`VERSION_DENSE`].
    pub struct Projection {
        pub pre: u16,
        pub post: u16,
        pub fraction: u16,
        pub low: i16,
        pub high: i16,
        pub bias: bool,
        pub plastic: bool,
        pub rate: i32,
        pub forget_shift: u16,
        pub zero: i16,
        pub summed: bool,
    }
}
words! {
    /// A feedback, up to [`VERSION_DENSE`].
    pub struct Feedback {
        pub layer: u16,
        pub from: u16,
        pub weights: u16,
        pub shift: u16,
        pub word: u16,
        pub bound: i16,
        pub plastic: bool,
        pub rate: i32,
    }
}

impl From<Connection> for Projection {
    fn from(c: Connection) -> Self {
        let Connection {
            pre,
            post,
            fraction,
            low,
            high,
            bias,
            plastic,
            rate,
            forget_shift,
            zero,
            summed,
            ..
        } = c;
        Self { pre, post, fraction, low, high, bias, plastic, rate, forget_shift, zero, summed }
    }
}
impl From<Projection> for Connection {
    fn from(p: Projection) -> Self {
        let Projection { pre, post, fraction, low, high, bias, plastic, rate, forget_shift, zero, summed } =
            p;
        let rest = Self::default();
        Self { pre, post, fraction, low, high, bias, plastic, rate, forget_shift, zero, summed, ..rest }
    }
}

/// The sources of weights, in the order of their tags up to [`VERSION_DENSE`].
const SOURCES: [WeightSource; 4] =
    [WeightSource::Sign, WeightSource::Tied, WeightSource::Own, WeightSource::Keyed];

impl From<Connection> for Feedback {
    fn from(c: Connection) -> Self {
        let weights = SOURCES.iter().position(|&source| source == c.weights).map_or(0, line);
        let Connection { post: layer, pre: from, fraction: shift, word, high: bound, plastic, rate, .. } = c;
        Self { layer, from, weights, shift, word, bound, plastic, rate }
    }
}
impl From<Feedback> for Connection {
    fn from(b: Feedback) -> Self {
        let Feedback { layer: post, from: pre, shift: fraction, word, bound: high, plastic, rate, .. } = b;
        let weights = SOURCES.get(index(b.weights)).copied().unwrap_or_default();
        let low = high.saturating_neg();
        Self { pre, post, weights, fraction, low, high, plastic, rate, word, ..Self::default() }
    }
}

/// Writes a plan. Not inlined, as little here is: it runs once per network, and flash is dear.
#[inline(never)]
pub(super) fn store(version: u32, plan: &Plan, put: &mut dyn FnMut(u32)) {
    let (low, high) = plan.seed_words();
    for word in [low, high, plan.format.to_word(), plan.answering.to_word(), plan.halve_every] {
        put(word);
    }
    plan.counters.store(put);
    put(plan.rule.tag());
    plan.rule.store(put);
    if version == VERSION {
        put(length(plan.others.len()));
        for rule in &plan.others {
            put(rule.tag());
            rule.store(put);
        }
    }
    list(&plan.windows, put, |&window| window);
    put(length(plan.layers.len()));
    for layer in &plan.layers {
        let tag = match &layer.kind {
            LayerKind::Input(encoder) => INPUT_TAG | encoder.tag(),
            LayerKind::Neurons(neuron) => neuron.tag(),
        };
        put(tag);
        put(layer.neurons.to_word());
        put(layer.winner_take_all.to_word());
        put(layer.coupling.to_word());
        if version == VERSION {
            layer.shape.store(put);
            put(layer.rule.to_word());
            put(layer.adds.to_word());
        }
        match &layer.kind {
            LayerKind::Input(encoder) => encoder.store(put),
            LayerKind::Neurons(neuron) => neuron.store(put),
        }
    }
    if version == VERSION {
        list(&plan.projections, put, |&c| c);
        list(&plan.feedback, put, |&c| c);
    } else {
        list(&plan.projections, put, |&c| Projection::from(c));
        list(&plan.feedback, put, |&c| Feedback::from(c));
    }
    if version != VERSION_WITHOUT_LIFE {
        plan.life.store(put);
        plan.lived.store(put);
    }
}

fn list<T, W: Words>(items: &[T], put: &mut dyn FnMut(u32), words: impl Fn(&T) -> W) {
    put(length(items.len()));
    for item in items {
        words(item).store(put);
    }
}

/// Reads a plan of this version of the format into where it stays, and accepts it only if writing it gives the same bytes.
pub(super) fn load<'p>(
    version: u32,
    bytes: &[u8],
    place: impl FnOnce(Plan) -> &'p mut Plan,
) -> Result<&'p Plan, CheckpointError> {
    let (words, rest) = bytes.as_chunks::<4>();
    let mut source = words.iter().map(|&word| u32::from_le_bytes(word));
    let tag = source.clone().nth(RULE_AT).ok_or(CheckpointError::Plan)?;
    if !AnyRule::TAGS.contains(&tag) {
        return Err(CheckpointError::Rule { tag });
    }
    let plan = begin(&mut source, place).ok_or(CheckpointError::Plan)?;
    read_lists(version, &mut source, plan).ok_or(CheckpointError::Plan)?;
    if version != VERSION_WITHOUT_LIFE {
        read_life(&mut source, plan).ok_or(CheckpointError::Plan)?;
    }
    if rest.is_empty() && is_canonical(version, plan, words) { Ok(plan) } else { Err(CheckpointError::Plan) }
}

/// Whether writing a plan gives these words, in this version.
#[inline(never)]
fn is_canonical(version: u32, plan: &Plan, words: &[[u8; 4]]) -> bool {
    let mut canonical = [true, false].iter().any(|&schema| version == version_of(plan, schema));
    let mut stored = words.iter();
    store(version, plan, &mut |word| canonical &= stored.next() == Some(&word.to_le_bytes()));
    canonical && stored.next().is_none()
}

#[inline(never)]
fn read_life(words: &mut dyn Iterator<Item = u32>, plan: &mut Plan) -> Option<()> {
    plan.life = LifePlan::load(words)?;
    plan.lived = Lived::load(words)?;
    Some(())
}

/// A plan whose lists are empty. Not inlined: what it needs of a small stack is free again when the lists are read.
#[inline(never)]
fn begin<'p>(
    words: &mut dyn Iterator<Item = u32>,
    place: impl FnOnce(Plan) -> &'p mut Plan,
) -> Option<&'p mut Plan> {
    let (low, high) = (words.next()?, words.next()?);
    let format = WeightFormat::from_word(words.next()?);
    let answering = Answering::from_word(words.next()?);
    let halve_every = words.next()?;
    let counters = Counters::load(words)?;
    let tag = words.next()?;
    let rule = AnyRule::load(tag, words)?;
    Some(place(Plan {
        seed: Plan::seed_from(low, high),
        format,
        answering,
        halve_every,
        counters,
        rule,
        others: Vec::new(),
        windows: Vec::new(),
        layers: Vec::new(),
        projections: Vec::new(),
        feedback: Vec::new(),
        life: LifePlan::default(),
        lived: Lived::default(),
    }))
}

#[inline(never)]
fn read_lists(version: u32, words: &mut dyn Iterator<Item = u32>, plan: &mut Plan) -> Option<()> {
    if version == VERSION {
        read_list(&mut plan.others, words, |words| AnyRule::load(words.next()?, words))?;
    }
    read_list(&mut plan.windows, words, Window::load)?;
    read_list(&mut plan.layers, words, |words| read_layer(version, words))?;
    if version == VERSION {
        read_list(&mut plan.projections, words, Connection::load)?;
        return read_list(&mut plan.feedback, words, Connection::load);
    }
    read_list(&mut plan.projections, words, |words| Projection::load(words).map(Connection::from))?;
    read_list(&mut plan.feedback, words, |words| Feedback::load(words).map(Connection::from))
}

fn read_layer(version: u32, words: &mut dyn Iterator<Item = u32>) -> Option<LayerPlan> {
    let tag = words.next()?;
    let neurons = u16::from_word(words.next()?);
    let winner_take_all = bool::from_word(words.next()?);
    let coupling = Coupling::from_word(words.next()?);
    let (shape, rule, adds) = if version == VERSION {
        (Shape::load(words)?, u8::from_word(words.next()?), bool::from_word(words.next()?))
    } else {
        (Shape::default(), 0, false)
    };
    let kind = match tag.checked_sub(INPUT_TAG) {
        Some(tag) => LayerKind::Input(AnyEncoder::load(tag, words)?),
        None => LayerKind::Neurons(AnyNeuron::load(tag, words)?),
    };
    Some(LayerPlan { kind, neurons, winner_take_all, coupling, shape, rule, adds })
}

fn read_list<T, const N: usize>(
    list: &mut Vec<T, N>,
    words: &mut dyn Iterator<Item = u32>,
    read: impl Fn(&mut dyn Iterator<Item = u32>) -> Option<T>,
) -> Option<()> {
    for _ in 0..words.next()? {
        list.push(read(words)?).ok()?;
    }
    Some(())
}
