//! What a run or a test says of itself, as JSON and as text.

use crate::error::Result;
use hebbit::data::Chosen;
use hebbit::device::Where;
use hebbit::engine::CoreEngine;
use hebbit::record::{DriftAccuracy, DriftCurve};
use hebbit::run::{Advice, ClassNames, ClassResult, Evaluation, Onward, Progress, Recipe};
use hebbit_core::net::life::LifePlan;
use hebbit_core::net::{Engine as _, Plan, Scope};
use serde::Serialize;
use std::fmt::Write as _;

/// Version of the JSON documents.
pub(crate) const SCHEMA: u32 = 1;

/// How a network goes on learning, in one line.
pub(crate) fn life(onward: &Onward, plan: &Plan, recipe: &Recipe) -> String {
    let LifePlan { remember, again, again_unlabelled, gain, most, wrong_only, .. } = plan.life;
    let only = if wrong_only { ", only what it answered wrong" } else { "" };
    let rate = recipe.rate.iter().map(i32::to_string).collect::<Vec<_>>().join(",");
    let follows = if most > 0 {
        format!(", lowered by up to 2^{most} as fewer answers are wrong")
    } else {
        String::new()
    };
    let often = if gain > 0 { "the more often, the more answers are wrong" } else { "always" };
    let ring = match remember {
        0 => "remembers no samples".to_owned(),
        _ => format!(
            "remembers {remember} samples and learns {again} ({again_unlabelled} without a label) again, {often}"
        ),
    };
    let order =
        if onward.in_order { "in the order of the data" } else { "shuffled: --in-order for a stream" };
    format!(
        "learning on at pace {}: rates 2^-K, K = {rate}{follows}{only}; {ring}; samples {order}",
        onward.pace
    )
}

/// The result of `learn`, `demo` and `eval`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Summary {
    /// Version of this document.
    pub schema: u32,
    /// The command that made it.
    pub command: &'static str,
    /// The learning rule.
    pub rule: String,
    /// Lines and neurons: "784-128-10".
    pub layers: String,
    /// "i8" or "i16".
    pub weights: String,
    /// Ticks per sample.
    pub ticks: u64,
    /// Passes over the training samples; 0 if the network did not learn from a recipe.
    pub epochs: u32,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// Data set.
    pub data: String,
    /// Samples learned.
    pub samples: u64,
    /// Percent of the last epoch's samples that were right when presented, before they were learned.
    pub train_accuracy: Option<f64>,
    /// Percent of held-out training samples, if some were held out.
    pub validation_accuracy: Option<f64>,
    /// Percent of the test set; none if samples were held out to choose settings with.
    pub test_accuracy: Option<f64>,
    /// Training speed of this process; none if it did not learn.
    pub samples_per_second: Option<f64>,
    /// Where it ran.
    pub on: String,
    /// Cycles of the hardware that it ran on, per sample.
    pub cycles_per_sample: Option<f64>,
    /// Cycles that were simulated in a second of the processor's time.
    pub cycles_per_second: Option<f64>,
    /// Digest of what the checkpoint stores.
    pub digest: String,
    /// A drifting stream that the network was presented with after the test, by `demo`.
    pub drift: Option<Drift>,
    /// Number of weights.
    pub parameters: usize,
    /// Bytes of weights.
    pub weight_bytes: usize,
    /// Bytes of state.
    pub state_bytes: usize,
    /// Mean ticks until the answer.
    pub mean_ticks_to_decision: f64,
    /// Mean spikes of all neurons per sample.
    pub spikes_per_sample: f64,
    /// Which part was tested, if the command chose it: `test`, `all`, `held-out`, `batch2,batch3`.
    pub part: Option<String>,
    /// The part in words.
    #[serde(skip)]
    pub tested_on: Option<String>,
    /// Samples tested.
    pub test_samples: Option<usize>,
    /// Answers for each true class; the last column is no answer.
    pub confusion: Option<Vec<Vec<u32>>>,
    /// How each class fared.
    pub per_class: Option<Vec<ClassResult>>,
    /// What the user should know: layers that never fire, a run that still improves.
    pub warnings: Vec<Advice>,
    /// Everything that determines the run.
    pub recipe: Option<Recipe>,
    /// Of a run on a trained network: what came of learning on.
    #[serde(flatten)]
    pub onward: Option<LearnedOn>,
}

/// What came of learning on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct LearnedOn {
    /// Of the samples learned in this process, each tested before it was learned, and of the frozen network on the same.
    #[serde(flatten)]
    pub accuracy: Option<DriftAccuracy>,
    /// Samples that the network remembers.
    pub remember: u16,
    /// Remembered samples that it learns again after a labelled one.
    pub again: u16,
    /// Presentations of samples that were met before.
    pub repeats: u32,
}

/// What became of a network, and of a frozen copy of it, on a stream of turning pictures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Drift {
    /// Samples of the stream.
    pub samples: u64,
    /// Angle of the last sample; it grows linearly from 0.
    pub degrees: u16,
    /// Percent over the whole stream.
    #[serde(flatten)]
    pub all: DriftAccuracy,
    /// Percent over its last eighth.
    pub last_eighth: DriftAccuracy,
    /// Digest of what a checkpoint of the network stores, after the stream.
    pub digest: String,
}

impl Summary {
    /// What the network itself says.
    ///
    /// # Errors
    /// None that a running network can have.
    pub(crate) fn of(
        command: &'static str,
        engine: &mut CoreEngine,
        recipe: Option<&Recipe>,
    ) -> Result<Self> {
        let plan = engine.plan();
        let digest = engine.digest(Scope::Stored)?.to_string();
        Ok(Self {
            schema: SCHEMA,
            command,
            rule: plan.rule.name().to_owned(),
            layers: layers(&plan),
            weights: weights(&plan),
            ticks: plan.windows.iter().map(|w| u64::from(w.ticks)).sum(),
            epochs: recipe.map_or(0, |r| r.epochs),
            seed: plan.seed,
            data: recipe.map(|r| r.data.clone()).unwrap_or_default(),
            samples: plan.counters.samples.into(),
            train_accuracy: None,
            validation_accuracy: None,
            test_accuracy: None,
            samples_per_second: None,
            on: Where::Core.to_string(),
            cycles_per_sample: None,
            cycles_per_second: None,
            digest,
            drift: None,
            parameters: plan.parameters(),
            weight_bytes: plan.weight_bytes(),
            state_bytes: engine.state_bytes(),
            mean_ticks_to_decision: 0.0,
            spikes_per_sample: 0.0,
            part: None,
            tested_on: None,
            test_samples: None,
            confusion: None,
            per_class: None,
            warnings: Vec::new(),
            recipe: recipe.cloned(),
            onward: None,
        })
    }

    /// Adds what came of learning on.
    pub(crate) fn onward(&mut self, progress: &Progress, curve: &DriftCurve, repeats: u32) {
        let supervised = self.recipe.as_ref().is_some_and(Recipe::supervised);
        let Some(onward) = self.recipe.as_ref().and_then(|recipe| recipe.onward.as_ref()) else { return };
        self.samples = progress.samples;
        self.onward = Some(LearnedOn {
            accuracy: Some(curve.all).filter(|_| supervised && !curve.points.is_empty()),
            remember: onward.remember,
            again: onward.again,
            repeats,
        });
    }

    /// Adds what a test has found.
    pub(crate) fn tested(mut self, evaluation: &Evaluation, validation: bool) -> Self {
        let accuracy = Some(evaluation.accuracy);
        if validation {
            self.validation_accuracy = accuracy;
        } else {
            self.test_accuracy = accuracy;
        }
        self.mean_ticks_to_decision = evaluation.mean_ticks;
        self.spikes_per_sample = evaluation.spikes_per_sample;
        self
    }

    /// Adds what a test of chosen samples has found for each class.
    pub(crate) fn by_class(mut self, evaluation: &Evaluation, chosen: &Chosen, names: &ClassNames) -> Self {
        self.part = Some(chosen.part.to_string());
        self.tested_on = Some(chosen.described());
        self.test_samples = Some(chosen.set.len());
        self.confusion = Some(evaluation.confusion.clone());
        self.per_class = Some(evaluation.per_class(names));
        self
    }

    /// A line for each class: samples, precision, recall. Nothing if classes were not tested.
    pub(crate) fn table(&self) -> String {
        let Some(classes) = &self.per_class else { return String::new() };
        let width = classes.iter().map(|c| c.name.chars().count()).max().unwrap_or(0).max(5);
        let percent = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.2} %"));
        let mut out = format!("{:>width$}  samples  precision    recall\n", "class");
        for class in classes {
            let (precision, recall) = (percent(class.precision), percent(class.recall));
            let _ = writeln!(out, "{:>width$}  {:>7}  {precision:>9} {recall:>9}", class.name, class.samples);
        }
        out
    }

    /// Name and value of each line for people.
    pub(crate) fn facts(&self) -> Vec<(String, String)> {
        let percent = |x: Option<f64>| x.map(|x| format!("{x:.2} %"));
        let tested = self.test_accuracy.or(self.validation_accuracy).is_some();
        let drift = |of: &dyn Fn(&Drift) -> (DriftAccuracy, String)| {
            let (accuracy, remark) = of(self.drift.as_ref()?);
            let frozen = accuracy.frozen.map_or_else(String::new, |frozen| format!("frozen {frozen:.1} %, "));
            Some(format!("{frozen}learning on {:.1} %{remark}", accuracy.prequential))
        };
        let mut facts = vec![
            ("rule", Some(self.rule.clone())),
            ("layers", Some(format!("{} ({} weights, {})", self.layers, self.parameters, self.weights))),
            ("data", Some(self.data.clone()).filter(|d| !d.is_empty())),
            ("samples", Some(format!("{} learned, {} ticks each", self.samples, self.ticks))),
            (
                "training",
                percent(self.train_accuracy.filter(|_| self.onward.is_none()))
                    .map(|p| format!("{p} right before learning, last epoch")),
            ),
            (
                "learning on",
                self.onward
                    .and_then(|on| on.accuracy)
                    .map(|accuracy| format!("{:.2} % right before learning", accuracy.prequential)),
            ),
            (
                "frozen",
                percent(self.onward.and_then(|on| on.accuracy?.frozen))
                    .map(|p| format!("{p} of the same samples")),
            ),
            ("validation", percent(self.validation_accuracy)),
            ("test", percent(self.test_accuracy)),
            (
                "tested on",
                self.tested_on.clone().zip(self.test_samples).map(|(on, n)| format!("{on}, {n} samples")),
            ),
            ("turning digits", drift(&|drift| (drift.all, format!(", 0 to {} degrees", drift.degrees)))),
            ("last eighth", drift(&|drift| (drift.last_eighth, String::new()))),
            ("speed", self.samples_per_second.map(|s| format!("{s:.0} samples/s, learning"))),
            ("cycles", self.cycles_per_sample.map(|c| format!("{c:.0} per sample, on {}", self.on))),
            (
                "simulated",
                self.cycles_per_second.map(|c| format!("{:.2} Mcycle/s of processor time", c / 1e6)),
            ),
            (
                "memory",
                Some(format!("{} bytes of weights, {} of state", self.weight_bytes, self.state_bytes)),
            ),
            (
                "decision",
                tested.then(|| format!("after {:.2} ticks on average", self.mean_ticks_to_decision)),
            ),
            ("spikes", tested.then(|| format!("{:.1} per sample", self.spikes_per_sample))),
            ("seed", Some(self.seed.to_string())),
            ("digest", Some(self.digest.clone())),
        ];
        facts.retain(|(_, value)| value.is_some());
        facts.into_iter().map(|(name, value)| (name.to_owned(), value.unwrap_or_default())).collect()
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        lines(&self.facts())
    }
}

/// Lines and neurons of a network: "784-128-10".
pub(crate) fn layers(plan: &Plan) -> String {
    plan.layers.iter().map(|layer| layer.neurons.to_string()).collect::<Vec<_>>().join("-")
}

/// Width of its weights: "i8" or "i16".
pub(crate) fn weights(plan: &Plan) -> String {
    format!("i{}", plan.format.bytes() * 8)
}

/// Name and value of a line.
pub(crate) fn fact(name: &str, value: String) -> (String, String) {
    (name.to_owned(), value)
}

/// Name and value, aligned.
pub(crate) fn lines(facts: &[(String, String)]) -> String {
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    facts.iter().fold(String::new(), |mut out, (name, value)| {
        let _ = writeln!(out, "{name:>width$}  {value}");
        out
    })
}
