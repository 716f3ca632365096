//! Jobs of the float columns: backprop and the twins.

use super::jobs::{Column, Job, Outcome, Watch};
use super::scope::Scope;
use crate::float::burst::{self, Burst};
use crate::float::control::{self, Control, Own};
use crate::float::{Course, Fall, Twin, net::Squash, train, twin};
use hebbit::run::Feedback;
use sha2::{Digest as _, Sha256};
use std::time::Instant;

/// Rate of bursts by counted spikes in floats: those of rates have the slopes of the logistic in them.
const COUNT_RATE: f32 = 0.03;

/// The network of a job with its tuned settings; none for a rule that has none.
fn network(job: &Job, layers: &[usize], seed: u64) -> Option<Box<dyn Twin>> {
    if job.column == Column::Backprop {
        return twin("bp", layers, seed);
    }
    match (job.row.rule, job.row.form, job.row.feedback) {
        ("burst", "", _) => {
            let params = burst::Params {
                squash: Squash::Clip,
                feedback: Feedback::Sign,
                feedback_scale: 0.25,
                target: 0.75,
                rates: (COUNT_RATE, COUNT_RATE),
                ..burst::Params::default()
            };
            Some(Box::new(Burst::new(params, layers, seed)))
        }
        ("dh-control", _, Some(Feedback::Random)) => {
            let params = control::Params { own: Own::Random(0.1), ..control::Params::default() };
            Some(Box::new(Control::new(params, layers, seed)))
        }
        (rule, ..) => twin(rule, layers, seed),
    }
}

/// Everything that the outcome depends on. Settings stand in it as the digest of what a tiny network of the same depth makes of
/// a few samples.
pub(super) fn recipe(job: &Job, scope: &Scope) -> String {
    let layers = layers(job, scope);
    let rule = if job.column == Column::Backprop { "backprop" } else { job.row.name };
    let epochs = job.row.epochs(scope.quick);
    format!(
        "{rule} {layers:?}, {epochs} epochs, seed {}, settings {}",
        job.seed,
        fingerprint(job, layers.len())
    )
}

fn layers(job: &Job, scope: &Scope) -> Vec<usize> {
    let layers = job.row.layers(scope.train.width(), scope.train.classes());
    layers.into_iter().map(usize::from).collect()
}

/// How a tiny network answers while it learns: other settings, another digest.
fn fingerprint(job: &Job, depth: usize) -> String {
    let mut tiny = vec![8; depth];
    tiny[depth - 1] = 4;
    let Some(mut twin) = network(job, &tiny, 1) else { return "none".to_owned() };
    let mut digest = Sha256::new();
    for i in 0..256_usize {
        let x: Vec<f32> = (0..8).map(|k| ((i * 37 + k * 11 + (i * k) % 7) % 29) as f32 / 28.0).collect();
        twin.learn(&x, (i * 5 + i / 3) % 4, 1.0);
        digest.update([twin.answer(&x) as u8]);
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Learns and tests. None if it has no twin.
pub(super) fn run(job: &Job, scope: &Scope, watch: &Watch) -> Option<Outcome> {
    let mut twin = network(job, &layers(job, scope), job.seed)?;
    let course = Course { epochs: job.row.epochs(scope.quick), seed: job.seed, fall: Fall::default() };
    let (began, mut learned) = (Instant::now(), None);
    let total = u64::from(course.epochs) * scope.train.len() as u64;
    let accuracy = train(twin.as_mut(), &scope.train, &scope.test, course, &mut |done, of| {
        watch.at(done, of);
        if done + 1 == of {
            learned = Some(began.elapsed());
        }
    });
    let speed = learned.map(|took| total as f64 / took.as_secs_f64().max(1e-9));
    Some(Outcome { accuracy: Some(accuracy), samples_per_second: speed, ..Outcome::default() })
}
