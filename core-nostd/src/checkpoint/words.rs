//! The plan as a row of words.

use super::{CheckpointError, VERSION, VERSION_WITHOUT_LIFE, VERSION_WITHOUT_SCHEMA};
use crate::encode::{Answering, AnyEncoder};
use crate::learn::AnyRule;
use crate::net::life::{LifePlan, Lived};
use crate::net::{
    Counters, Coupling, FeedbackPlan, LayerKind, LayerPlan, Plan, ProjectionPlan, WeightFormat, Window,
};
use crate::neuron::AnyNeuron;
use crate::num::{Word, Words, length};
use heapless::Vec;

/// Tag of an encoder is this and its number; tags of neurons are their numbers.
const INPUT_TAG: u32 = 0x100;
/// Words before the rule's tag.
const RULE_AT: usize = 5 + Counters::LEN;

/// The version that a plan without a schema is written in: the oldest that holds it.
pub(super) fn version_of(plan: &Plan) -> u32 {
    if plan.life.is_on() { VERSION_WITHOUT_SCHEMA } else { VERSION_WITHOUT_LIFE }
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
    list(&plan.windows, put);
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
        match &layer.kind {
            LayerKind::Input(encoder) => encoder.store(put),
            LayerKind::Neurons(neuron) => neuron.store(put),
        }
    }
    list(&plan.projections, put);
    list(&plan.feedback, put);
    if version != VERSION_WITHOUT_LIFE {
        plan.life.store(put);
        plan.lived.store(put);
    }
}

fn list<T: Words>(items: &[T], put: &mut dyn FnMut(u32)) {
    put(length(items.len()));
    for item in items {
        item.store(put);
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
    read_lists(&mut source, plan).ok_or(CheckpointError::Plan)?;
    if version != VERSION_WITHOUT_LIFE {
        read_life(&mut source, plan).ok_or(CheckpointError::Plan)?;
    }
    if rest.is_empty() && is_canonical(version, plan, words) { Ok(plan) } else { Err(CheckpointError::Plan) }
}

/// Whether writing a plan gives these words, in this version.
#[inline(never)]
fn is_canonical(version: u32, plan: &Plan, words: &[[u8; 4]]) -> bool {
    let mut canonical = version == VERSION || version == version_of(plan);
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
        windows: Vec::new(),
        layers: Vec::new(),
        projections: Vec::new(),
        feedback: Vec::new(),
        life: LifePlan::default(),
        lived: Lived::default(),
    }))
}

#[inline(never)]
fn read_lists(words: &mut dyn Iterator<Item = u32>, plan: &mut Plan) -> Option<()> {
    read_list(&mut plan.windows, words, Window::load)?;
    read_list(&mut plan.layers, words, read_layer)?;
    read_list(&mut plan.projections, words, ProjectionPlan::load)?;
    read_list(&mut plan.feedback, words, FeedbackPlan::load)
}

fn read_layer(words: &mut dyn Iterator<Item = u32>) -> Option<LayerPlan> {
    let tag = words.next()?;
    let neurons = u16::from_word(words.next()?);
    let winner_take_all = bool::from_word(words.next()?);
    let coupling = Coupling::from_word(words.next()?);
    let kind = match tag.checked_sub(INPUT_TAG) {
        Some(tag) => LayerKind::Input(AnyEncoder::load(tag, words)?),
        None => LayerKind::Neurons(AnyNeuron::load(tag, words)?),
    };
    Some(LayerPlan { kind, neurons, winner_take_all, coupling })
}

fn read_list<T, const N: usize>(
    list: &mut Vec<T, N>,
    words: &mut dyn Iterator<Item = u32>,
    mut read: impl FnMut(&mut dyn Iterator<Item = u32>) -> Option<T>,
) -> Option<()> {
    for _ in 0..words.next()? {
        list.push(read(words)?).ok()?;
    }
    Some(())
}
