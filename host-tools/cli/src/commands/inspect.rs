//! `hebbit inspect`.

use crate::args::InspectArgs;
use crate::error::Result;
use crate::opened::{known, open, parse};
use crate::screen::Screen;
use crate::spoken::spoken;
use crate::summary::{self, SCHEMA, fact, lines};
use hebbit::data::Schema;
use hebbit::files::read_whole;
use hebbit::kernels::AnyKernels;
use hebbit::run::{ClassNames, Note, note_of};
use hebbit_core::encode::UNLABELLED;
use hebbit_core::net::life::Ring;
use hebbit_core::net::{
    Connection, Engine as _, FROM_TARGET, LayerKind, LayerPlan, Plan, Scope, Topology, WeightSource,
};
use hebbit_core::schema::{Lines, Scale};
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Serialize)]
struct Inspection {
    schema: u32,
    file_bytes: usize,
    rule: &'static str,
    rule_parameters: String,
    weights: String,
    seed: u64,
    answering: String,
    halve_every: u32,
    samples: u32,
    steps: u32,
    presented: u32,
    windows: Vec<String>,
    layers: Vec<Layer>,
    projections: Vec<Projection>,
    feedback: Vec<String>,
    /// How it goes on learning, and what it knows of its answers; none for a network that does not.
    life: Option<Life>,
    labelled: usize,
    labels: Vec<Option<u8>>,
    /// What values and classes mean; none if values are bytes as they are and classes are called by their numbers.
    inputs: Option<Inputs>,
    parameters: usize,
    weight_bytes: usize,
    state_bytes: usize,
    digest: String,
    weight_digest: String,
    note: Note,
}

/// What values and classes mean.
#[derive(Serialize)]
struct Inputs {
    /// Dimensions of a sample as it is measured.
    shape: Vec<usize>,
    on_off: bool,
    /// One for all values, or one each.
    scales: Vec<InputScale>,
    classes: ClassNames,
}

/// `level = ((floor(value * 2^fraction) - offset) * multiplier) / 2^shift`, rounded to the nearest.
#[derive(Serialize)]
struct InputScale {
    fraction: i8,
    offset: i32,
    multiplier: u16,
    shift: u8,
}

impl Inputs {
    fn of(schema: &Schema) -> Self {
        let view = schema.view();
        let scale = |value| {
            let Scale { offset, multiplier, shift, fraction } = view.scale(value)?;
            Some(InputScale { fraction, offset, multiplier, shift })
        };
        Self {
            shape: view.shape().collect(),
            on_off: view.kind() == Lines::OnOff,
            scales: (0..view.scales()).filter_map(scale).collect(),
            classes: schema.class_names(),
        }
    }

    fn text(&self) -> Vec<(String, String)> {
        let shape: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        let lines = if self.on_off { "two lines each (above and below the middle)" } else { "one line each" };
        let ends = |scale: &InputScale| {
            let (gain, unit) = (
                f64::from(scale.multiplier) / 2_f64.powi(scale.shift.into()),
                2_f64.powi(scale.fraction.into()),
            );
            let origin = f64::from(scale.offset) / unit;
            let reach = 255.0 / (gain * unit);
            if self.on_off { (origin - reach, origin + reach) } else { (origin, origin + reach) }
        };
        let scale = match &self.scales[..] {
            [scale] => format!("from {:.4} to {:.4}", ends(scale).0, ends(scale).1),
            scales => {
                let first = scales.first().map_or((0.0, 0.0), ends);
                format!(
                    "{} scales of their own, the first from {:.4} to {:.4}",
                    scales.len(),
                    first.0,
                    first.1
                )
            }
        };
        let mut facts = vec![fact("inputs", format!("{} values, {lines}, {scale}", shape.join(" × ")))];
        if !self.classes.is_empty() {
            let names: Vec<String> = (0..self.classes.len()).map(|class| self.classes.of(class)).collect();
            facts.push(fact("classes", names.join(", ")));
        }
        facts
    }
}

#[derive(Serialize)]
struct Life {
    remember: u16,
    again: u16,
    again_unlabelled: u16,
    gain: u16,
    fast: u16,
    offset: i16,
    most: u16,
    wrong_only: bool,
    ring_bytes: usize,
    known: u32,
    repeats: u32,
    error_percent: f64,
    level_percent: f64,
    slow: u16,
    drifts: u16,
    contradictions: u16,
}

impl Life {
    fn of(plan: &Plan) -> Option<Self> {
        let (life, lived) = (plan.life, plan.lived);
        let percent = |share: u16| f64::from(share) * 100.0 / 65_536.0;
        life.is_on().then(|| Self {
            remember: life.remember,
            again: life.again,
            again_unlabelled: life.again_unlabelled,
            gain: life.gain,
            fast: life.fast,
            offset: life.offset,
            most: life.most,
            wrong_only: life.wrong_only,
            ring_bytes: Ring::bytes(&life, plan.lines()),
            known: lived.known,
            repeats: lived.repeats,
            error_percent: percent(lived.error),
            level_percent: percent(lived.level),
            slow: lived.slow,
            drifts: lived.drifts,
            contradictions: lived.contradictions,
        })
    }

    fn text(&self) -> [(String, String); 2] {
        let often = if self.gain > 0 {
            format!("with the chance {} x error", self.gain)
        } else {
            "always".to_owned()
        };
        let rate = match (self.most, self.wrong_only) {
            (0, false) => "the rate stays".to_owned(),
            (0, true) => "the rate stays; only what it answered wrong".to_owned(),
            (most, _) => format!("the rate falls by up to 2^{most} with the error"),
        };
        let how = format!(
            "remembers {} samples ({} bytes of RAM), learns {} again after a label and {} without one, {often}; {rate}",
            self.remember, self.ring_bytes, self.again, self.again_unlabelled
        );
        let knows = format!(
            "{} labelled samples, {} learned again, {:.1} % wrong now and {:.1} % in the long run, rate lowered by 2^{}, {} drifts, {} contradictions",
            self.known,
            self.repeats,
            self.error_percent,
            self.level_percent,
            self.slow,
            self.drifts,
            self.contradictions
        );
        [fact("learning on", how), fact("so far", knows)]
    }
}

#[derive(Serialize)]
struct Layer {
    kind: &'static str,
    neurons: u16,
    winner_take_all: bool,
    parameters: String,
}

#[derive(Serialize)]
struct Projection {
    pre: u16,
    post: u16,
    rows: usize,
    columns: usize,
    bytes: usize,
    fraction: u16,
    low: i16,
    high: i16,
    bias: bool,
    plastic: bool,
    rate: i32,
    forget_shift: u16,
    zero: i16,
    summed: bool,
    one_to_one: bool,
    delay: bool,
    least: i16,
    greatest: i16,
    at_bounds: usize,
}

pub(crate) fn run(args: &InspectArgs, screen: &Screen) -> Result<()> {
    let bytes = read_whole(&args.checkpoint)?;
    let stored = parse(&args.checkpoint, &bytes)?;
    let mut engine = open(&args.checkpoint, &bytes, AnyKernels::best())?;
    let note = note_of(&args.checkpoint, stored.note)?;
    let plan = &stored.plan;
    let weights = engine.with_parts(|parts| {
        let mut weights = vec![Vec::new(); parts.projections.len()];
        parts.walk_weights(&mut |place, w| {
            if place.part == "projection" {
                weights[place.number].push(w);
            }
        });
        weights
    });
    let inspection = Inspection {
        schema: SCHEMA,
        file_bytes: bytes.len(),
        rule: plan.rule.name(),
        rule_parameters: spoken(&plan.rule),
        weights: summary::weights(plan),
        seed: plan.seed,
        answering: spoken(&plan.answering),
        halve_every: plan.halve_every,
        samples: plan.counters.samples,
        steps: plan.counters.steps,
        presented: plan.counters.presented,
        windows: plan.windows.iter().map(spoken).collect(),
        layers: plan.layers.iter().map(layer).collect(),
        projections: plan.projections.iter().zip(&weights).map(|(p, w)| projection(plan, p, w)).collect(),
        feedback: plan.feedback.iter().map(feedback).collect(),
        life: Life::of(plan),
        labelled: stored.labelled(),
        labels: stored.labels.iter().map(|&l| (l != UNLABELLED).then_some(l)).collect(),
        inputs: known(&stored)?.schema.as_ref().map(Inputs::of),
        parameters: plan.parameters(),
        weight_bytes: plan.weight_bytes(),
        state_bytes: engine.state_bytes(),
        digest: engine.digest(Scope::Stored)?.to_string(),
        weight_digest: engine.digest(Scope::Weights)?.to_string(),
        note,
    };
    screen.result(&inspection, || inspection.text())
}

fn layer(plan: &LayerPlan) -> Layer {
    let (kind, parameters) = match &plan.kind {
        LayerKind::Input(encoder) => (encoder.name(), spoken(encoder)),
        LayerKind::Neurons(neuron) => (neuron.name(), spoken(neuron)),
    };
    Layer { kind, neurons: plan.neurons, winner_take_all: plan.winner_take_all, parameters }
}

fn projection(plan: &Plan, p: &Connection, weights: &[i16]) -> Projection {
    Projection {
        pre: p.pre,
        post: p.post,
        rows: plan.rows(p),
        columns: weights.len() / plan.rows(p).max(1),
        bytes: plan.projection_bytes(p),
        fraction: p.fraction,
        low: p.low,
        high: p.high,
        bias: p.bias,
        plastic: p.plastic,
        rate: p.rate,
        forget_shift: p.forget_shift,
        zero: p.zero,
        summed: p.summed,
        one_to_one: p.topology == Topology::OneToOne,
        delay: p.delay,
        least: weights.iter().copied().min().unwrap_or(0),
        greatest: weights.iter().copied().max().unwrap_or(0),
        at_bounds: weights.iter().filter(|&&w| w == p.low || w == p.high).count(),
    }
}

fn feedback(b: &Connection) -> String {
    let from = if b.pre == FROM_TARGET { "target".to_owned() } else { b.pre.to_string() };
    let weights = match b.weights {
        WeightSource::Own if b.plastic => {
            format!("own weights of {}..={}, binary point {}, rate 2^{}", b.low, b.high, b.fraction, b.rate)
        }
        WeightSource::Own => format!("own weights of {}..={}, binary point {}", b.low, b.high, b.fraction),
        WeightSource::Sign => format!("signs of the forward weights, 2^-{}", b.fraction),
        WeightSource::Tied => "the forward weights".to_owned(),
        WeightSource::Keyed => format!("keyed weights, binary point {}", b.fraction),
    };
    let word = if b.word == 0 { "" } else { ", second word" };
    format!("{from} → {}: {weights}{word}", b.post)
}

impl Inspection {
    fn text(&self) -> String {
        let mut facts = vec![
            fact(
                "file",
                format!(
                    "{} bytes: {} of {} weights ({}), the rest plan, labels, note",
                    self.file_bytes, self.weight_bytes, self.parameters, self.weights
                ),
            ),
            fact("rule", format!("{}: {}", self.rule, self.rule_parameters)),
            fact(
                "learned",
                format!("{} samples, {} steps, {} presented", self.samples, self.steps, self.presented),
            ),
            fact("schedule", self.windows.join(", then ")),
            fact("answers", format!("{}, {} labelled neurons", self.answering, self.labelled)),
            fact("state", format!("{} bytes of RAM beside the weights", self.state_bytes)),
        ];
        facts.extend(self.inputs.iter().flat_map(Inputs::text));
        for (l, layer) in self.layers.iter().enumerate() {
            let competing = if layer.winner_take_all { ", winner takes all" } else { "" };
            facts.push(fact(
                &format!("layer {l}"),
                format!("{} {}{competing}: {}", layer.neurons, layer.kind, layer.parameters),
            ));
        }
        for (i, p) in self.projections.iter().enumerate() {
            let mut text = format!(
                "{} → {}: {} × {}, {} bytes, binary point {}, ",
                p.pre, p.post, p.rows, p.columns, p.bytes, p.fraction
            );
            for (is, what) in [(p.one_to_one, "one to one, "), (p.delay, "a tick later, ")] {
                text.push_str(if is { what } else { "" });
            }
            let _ = write!(
                text,
                "weights {}..={} of {}..={}, {} at a bound, rate 2^{}",
                p.least, p.greatest, p.low, p.high, p.at_bounds, p.rate
            );
            facts.push(fact(&format!("projection {i}"), text));
        }
        for (i, text) in self.feedback.iter().enumerate() {
            facts.push(fact(&format!("feedback {i}"), text.clone()));
        }
        facts.extend(self.life.iter().flat_map(Life::text));
        if let Some(recipe) = &self.note.recipe {
            let settings: Vec<String> =
                recipe.settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
            facts.push(fact(
                "recipe",
                format!(
                    "{} on {}, {} epochs, rates 2^-K, K = {}",
                    recipe.rule,
                    recipe.data,
                    recipe.epochs,
                    recipe.rate.iter().map(i32::to_string).collect::<Vec<_>>().join(", ")
                ),
            ));
            facts.push(fact("settings", settings.join(" ")));
        }
        facts.push(fact("seed", self.seed.to_string()));
        facts.push(fact("digest", self.digest.clone()));
        lines(&facts)
    }
}
