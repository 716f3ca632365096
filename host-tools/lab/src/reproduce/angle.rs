//! The angle between what a rule does to weights and what backpropagation would do to the same weights.
//!
//! The rule's update is taken before its rate and any rounding: the sum over learning steps and terms of `pre ⊗ post`. Backprop
//! is minus the gradient of the float twin at the integers' weights. Both are summed over a batch; angles are means over
//! batches. Weights stand still meanwhile ([`super::probe`]).

use super::probe::{frozen, matrices};
use crate::float::matrix::Matrix;
use crate::float::net::{Net, Squash, State};
use crate::float::{Backprop, Loss, bp};
use hebbit::data::Dataset;
use hebbit::error::Result;
use hebbit::kernels::AnyKernels;
use hebbit::run::Recipe;
use hebbit_core::net::{Moment, Parts, Target};
use hebbit_core::signal::Phase;

/// Samples of a batch.
pub const BATCH: usize = 32;
/// Samples that an angle is measured on, unless somebody wants fewer.
pub const SAMPLES: usize = 256;

/// The angle between two updates in degrees; none if one of them is nothing.
///
/// # Example
/// ```
/// use hebbit_lab::reproduce::degrees;
/// assert_eq!(degrees(&[1.0, 0.0], &[0.0, 2.0]), Some(90.0));
/// assert_eq!(degrees(&[1.0, 0.0], &[0.0, 0.0]), None);
/// ```
pub fn degrees(a: &[f64], b: &[f64]) -> Option<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let length = dot(a, a).sqrt() * dot(b, b).sqrt();
    (length > 0.0).then(|| (dot(a, b) / length).clamp(-1.0, 1.0).acos().to_degrees())
}

/// The float network whose gradient a rule is compared with: activations, loss, target. None for a rule without a teacher.
pub fn reference(recipe: &Recipe) -> Option<bp::Params> {
    let setting = |name: &str| recipe.settings.get(name).map_or(0.0, |&value| value as f32);
    // An error beyond the ends of a clip is felt all the same.
    let clipped = |target: f32| (Squash::Clip, Squash::Clip, Loss::Matching, target);
    let (hidden, output, loss, target) = match (recipe.rule.as_str(), recipe.form.as_str()) {
        ("burst", "rate") => clipped(1.0),
        ("burst", "logistic") => (Squash::Logistic, Squash::Logistic, Loss::Squared, 1.0),
        ("burst" | "dfa" | "drtp", _) => clipped(setting("target") / f32::from(recipe.ticks.max(1))),
        ("microcircuit", _) => clipped(setting("target-rate") / 256.0),
        ("dh-control", _) if setting("logistic") == 1.0 => {
            (Squash::Logistic, Squash::Logistic, Loss::Squared, setting("high") / 1_000.0)
        }
        ("dh-control", _) => clipped(setting("high") / 1_000.0),
        ("dh-predictive", _) => (Squash::Clip, Squash::Linear, Loss::Squared, setting("high") / 1_000.0),
        ("dh-equilibrium", _) => clipped(setting("high") / 1_000.0),
        _ => return None,
    };
    Some(bp::Params { hidden, output, loss, target, ..bp::Params::default() })
}

/// The angle of every layer of weights, the first one first, on the first `samples` of a set; none where an update is nothing
/// or the rule has no teacher.
///
/// # Errors
/// Bytes that are no checkpoint.
pub fn angles(
    checkpoint: &[u8],
    recipe: &Recipe,
    set: &Dataset,
    samples: usize,
    kernels: AnyKernels,
) -> Result<Vec<Option<f64>>> {
    compare(checkpoint, recipe, set, samples, kernels, false)
}

/// The same, against feedback alignment along the network's own feedback weights where `aligned` is set.
pub(super) fn compare(
    checkpoint: &[u8],
    recipe: &Recipe,
    set: &Dataset,
    samples: usize,
    kernels: AnyKernels,
    aligned: bool,
) -> Result<Vec<Option<f64>>> {
    let Some(params) = reference(recipe) else { return Ok(Vec::new()) };
    frozen(
        checkpoint,
        kernels,
        |_| {},
        |network| {
            let net = Net { layers: matrices(network.parts()), hidden: params.hidden, output: params.output };
            let along = if aligned { feedback(network.parts()) } else { Vec::new() };
            let mut gradient = Gradient { state: net.state(), twin: Backprop::of(params, net), along };
            let mut means = vec![(0.0, 0_u32); gradient.twin.net.layers.len()];
            let chosen: Vec<usize> = (0..set.len().min(samples)).collect();
            for batch in chosen.chunks(BATCH) {
                let mut rule = Sums::new(&gradient.twin.net.layers);
                let mut exact = Sums::new(&gradient.twin.net.layers);
                for &i in batch {
                    let (sample, label) = (set.sample(i), set.label(i));
                    let mut see = |moment: Moment, parts: &Parts<'_>| {
                        if moment.phase == Phase::Learn {
                            rule.add_step(parts);
                        }
                    };
                    network.learn(sample, Target::Class(label), &mut see);
                    gradient.add_to(&mut exact, sample, label.into());
                }
                for (mean, (a, b)) in means.iter_mut().zip(rule.0.iter().zip(&exact.0)) {
                    if let Some(angle) = degrees(a, b) {
                        *mean = (mean.0 + angle, mean.1 + 1);
                    }
                }
            }
            means.into_iter().map(|(sum, n)| (n > 0).then(|| sum / f64::from(n))).collect()
        },
    )
}

/// Updates of every projection, row by row, the biases last.
struct Sums(Vec<Vec<f64>>);

impl Sums {
    fn new(layers: &[Matrix]) -> Self {
        Self(layers.iter().map(|m| vec![0.0; (m.rows + 1) * m.columns]).collect())
    }

    /// Adds what one learning step brings.
    fn add_step(&mut self, parts: &Parts<'_>) {
        for (sum, projection) in self.0.iter_mut().zip(&parts.projections) {
            let [pre, post] =
                [projection.plan.pre, projection.plan.post].map(|l| &parts.layers[usize::from(l)]);
            let post: Vec<[f64; 2]> =
                projection.post_factors(post).map(|terms| terms.map(f64::from)).collect();
            if post.is_empty() {
                continue;
            }
            let (lines, [pre0, pre1]) = pre.pre_factors();
            for ((&line, &p0), &p1) in lines.iter().zip(pre0).zip(pre1) {
                if usize::from(line) >= projection.rows {
                    continue;
                }
                let (p0, p1) = (f64::from(p0), f64::from(p1));
                let row = &mut sum[usize::from(line) * post.len()..][..post.len()];
                row.iter_mut().zip(&post).for_each(|(w, [t0, t1])| *w += p0 * t0 + p1 * t1);
            }
        }
    }
}

/// Minus the gradient of the float twin.
struct Gradient {
    twin: Backprop,
    state: State,
    /// Feedback weights to every hidden layer, laid out as the forward weights that they oppose; none: those themselves.
    along: Vec<Matrix>,
}

impl Gradient {
    fn add_to(&mut self, sums: &mut Sums, sample: &[u8], class: usize) {
        let x: Vec<f32> = sample.iter().map(|&pixel| f32::from(pixel) / 255.0).collect();
        let mut d = self.twin.deltas(&x, class).to_vec();
        let net = &self.twin.net;
        net.forward(&x, &mut self.state);
        for l in (0..self.along.len()).rev() {
            let (here, above) = d.split_at_mut(l + 1);
            self.along[l].back(&above[0], &mut here[l]);
            net.times_slope(l, &self.state, &mut here[l]);
        }
        for (l, (sum, d)) in sums.0.iter_mut().zip(&d).enumerate() {
            let below = self.state.below(&x, l).iter().copied().chain([1.0]);
            for (row, x) in sum.chunks_exact_mut(d.len()).zip(below).filter(|(_, x)| *x != 0.0) {
                row.iter_mut().zip(d).for_each(|(w, d)| *w += f64::from(x) * f64::from(*d));
            }
        }
    }
}

/// The network's own feedback weights of word 0, each from the layer above.
fn feedback(parts: &Parts<'_>) -> Vec<Matrix> {
    let mut all: Vec<Matrix> = parts
        .projections
        .iter()
        .skip(1)
        .map(|p| Matrix::zeros(parts.layers[usize::from(p.plan.pre)].plan.len(), p.columns))
        .collect();
    parts.walk_weights(&mut |place, w| {
        if place.part != "feedback" {
            return;
        }
        let plan = &parts.feedback[place.number].plan;
        if let Some(matrix) = all.get_mut(usize::from(plan.post) - 1).filter(|_| plan.word == 0) {
            let (sender, receiver) = (place.index / matrix.rows, place.index % matrix.rows);
            let columns = matrix.columns;
            matrix.weights[receiver * columns + sender] = f32::from(w) / f32::from(1_u16 << plan.fraction);
        }
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use hebbit::run::{Feedback, Wishes, build};

    #[test]
    fn an_update_has_no_angle_with_itself() {
        let a = [0.5, -3.0, 2.0, 1e-3];
        assert!(degrees(&a, &a).unwrap() < 1e-5);
        let back = a.map(|a| -2.0 * a);
        assert!((degrees(&a, &back).unwrap() - 180.0).abs() < 1e-5);
    }

    #[test]
    fn tied_bursts_go_nearly_down_the_gradient() {
        let split = hebbit::data::load("mini").unwrap();
        for form in ["count", "rate"] {
            let wishes = Wishes {
                rule: Some("burst".into()),
                form: Some(form.into()),
                feedback: Some(Feedback::Tied),
                layers: Some(vec![784, 64, 10]),
                ..Wishes::default()
            };
            let recipe = wishes.recipe(split.train.len(), 784, 10).unwrap();
            let start = build(&recipe).unwrap();
            let angles = angles(&start, &recipe, &split.train, 64, AnyKernels::best()).unwrap();
            assert_eq!(angles.len(), 2);
            assert!(angles.iter().all(|a| a.is_some_and(|a| a < 30.0)), "{form}: {angles:?}");
        }
    }
}
