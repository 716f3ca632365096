//! Accuracy on a stream that drifts: of a network that learns on, and of a frozen copy on the same samples.

use super::evaluate::each_part;
use crate::data::Dataset;
use crate::engine::CoreError;
use crate::kernels::AnyKernels;
use crate::record::percent;
use crate::record::{DriftAccuracy, DriftCurve, DriftPoint};
use hebbit_core::net::Engine as _;

/// Which samples of a stream a network classifies correctly without learning from them, in order. Threads share the samples; their
/// number does not change the result.
///
/// # Errors
/// Samples that do not fit the network.
pub fn frozen(checkpoint: &[u8], stream: &Dataset, kernels: AnyKernels) -> Result<Vec<bool>, CoreError> {
    let mut classes = vec![None; stream.len()];
    each_part(checkpoint, stream, kernels, &mut classes, &|engine, sample, class| {
        *class = engine.classify(sample)?.class;
        Ok(())
    })?;
    Ok(classes.iter().zip(stream.iter()).map(|(class, (_, label))| *class == Some(label)).collect())
}

/// Windows of the curve of a stream, and their fewest samples.
const WINDOWS: usize = 50;
const SHORTEST: usize = 20;

/// Samples of a window of a stream of so many.
pub fn window(samples: usize) -> usize {
    (samples / WINDOWS).max(SHORTEST)
}

/// The curve of a stream from which samples were right, each before it was learned, and which were right in a frozen copy; in
/// windows of `window` samples, at least 1. Angle and pictures are the caller's.
pub fn drift_curve(prequential: &[bool], frozen: Option<&[bool]>, window: usize) -> DriftCurve {
    let samples = prequential.len();
    let accuracy = |from: usize, to: usize| {
        let share = |right: &[bool]| {
            let part = right.get(from..to).unwrap_or_default();
            percent(part.iter().filter(|right| **right).count() as u64, part.len() as u64)
        };
        DriftAccuracy { prequential: share(prequential), frozen: frozen.map(share) }
    };
    // A rest that is short says little: it belongs to the window before it.
    let window = window.max(1);
    let windows = ((samples + window / 2) / window).max(usize::from(samples > 0));
    let point = |w: usize| {
        let to = if w + 1 == windows { samples } else { (w + 1) * window };
        DriftPoint { samples: to as u64, accuracy: accuracy(w * window, to) }
    };
    DriftCurve {
        degrees: None,
        all: accuracy(0, samples),
        last_eighth: accuracy(samples - samples / 8, samples),
        points: (0..windows).map(point).collect(),
        pictures: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Wishes, build, evaluate};

    #[test]
    fn windows_cover_the_stream() {
        let learning = [true, false, true, true, true, true, true, true, false];
        let frozen = [false, false, true, true, false, false, false, false, true];
        let curve = drift_curve(&learning, Some(&frozen), 4);
        let both = |prequential, frozen| DriftAccuracy { prequential, frozen: Some(frozen) };
        let points: Vec<_> = curve.points.iter().map(|p| (p.samples, p.accuracy)).collect();
        assert_eq!(
            points,
            [(4, both(75.0, 50.0)), (9, both(80.0, 20.0))],
            "a short rest has no window of its own"
        );
        assert_eq!(drift_curve(&learning, None, 6).points.len(), 2, "half a window has");
        assert_eq!(curve.last_eighth, both(0.0, 100.0), "one of nine samples");
        assert_eq!(curve.all, both(700.0 / 9.0, 300.0 / 9.0));
        assert_eq!(drift_curve(&learning, None, 100).points.len(), 1);
        assert_eq!(drift_curve(&[], None, 0).points, []);
    }

    #[test]
    fn a_frozen_network_answers_as_in_its_test() {
        let set = crate::data::load("mini").unwrap().test.head(300);
        let network = build(&Wishes::default().recipe_for(&set).unwrap()).unwrap();
        let right = frozen(&network, &set, AnyKernels::Scalar).unwrap();
        let want = evaluate(&network, &set, AnyKernels::Scalar, &|_| {}).unwrap().accuracy;
        assert_eq!(drift_curve(&right, None, 300).all.prequential, want);
        assert!(want > 0.0);
    }
}
