//! The twins by the names of their rules, and the loop that teaches them.

use super::{bp, burst, control, direct, equilibrium, microcircuit, predictive};
use hebbit::data::Dataset;
use hebbit::run::{order, percent};

/// A float network that learns one sample at a time.
pub trait Twin {
    /// Learns that `x` (0 to 1) is of that class; all rates times `rate_scale`.
    fn learn(&mut self, x: &[f32], class: usize, rate_scale: f32);
    /// The class that it takes `x` for.
    fn answer(&mut self, x: &[f32]) -> usize;
}

/// Names that [`twin`] knows.
pub const TWINS: [&str; 8] =
    ["bp", "burst", "microcircuit", "dh-control", "dh-predictive", "dh-equilibrium", "dfa", "drtp"];

/// The twin of a rule with its tuned settings and random weights; none for a name that has none.
pub fn twin(rule: &str, layers: &[usize], seed: u64) -> Option<Box<dyn Twin>> {
    Some(match rule {
        "bp" => Box::new(bp::Backprop::new(bp::Params::tuned(), layers, seed)),
        "burst" => Box::new(burst::Burst::new(burst::Params::tuned(), layers, seed)),
        "microcircuit" => Box::new(microcircuit::Microcircuit::new(Default::default(), layers, seed)),
        "dh-control" => Box::new(control::Control::new(Default::default(), layers, seed)),
        "dh-predictive" => Box::new(predictive::Predictive::new(Default::default(), layers, seed)),
        "dh-equilibrium" => Box::new(equilibrium::Equilibrium::new(Default::default(), layers, seed)),
        "dfa" => Box::new(direct::Direct::new(direct::Params::dfa(), layers, seed)),
        "drtp" => Box::new(direct::Direct::new(direct::Params::drtp(), layers, seed)),
        _ => return None,
    })
}

/// How the rates fall over a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fall {
    /// They halve after every quarter, as those of the integers do.
    #[default]
    Halving,
    /// Evenly, to nothing.
    Linear,
}

impl Fall {
    /// The factor of the rates when `done` of `total` samples are learned.
    pub fn scale(self, done: u64, total: u64) -> f32 {
        let part = done as f32 / total.max(1) as f32;
        match self {
            Self::Halving => 0.5f32.powi((part * 4.0) as i32),
            Self::Linear => 1.0 - part,
        }
    }
}

/// A run of a twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// Passes over the training samples.
    pub epochs: u32,
    /// Seed of the order.
    pub seed: u64,
    /// How the rates fall.
    pub fall: Fall,
}

/// Learns every sample of `train` once per epoch, in the order in which a run of the integers learns them, and returns
/// percent right of `test`. `look` gets samples done, of how many, before each.
pub fn train(
    twin: &mut dyn Twin,
    train: &Dataset,
    test: &Dataset,
    course: Course,
    look: &mut dyn FnMut(u64, u64),
) -> f64 {
    let total = u64::from(course.epochs) * train.len() as u64;
    let (mut done, mut x) = (0, vec![0.0; train.width()]);
    for epoch in 0..course.epochs {
        for i in order(train.len(), epoch, course.seed) {
            let i = i as usize;
            look(done, total);
            pixels(train.sample(i), &mut x);
            twin.learn(&x, train.label(i).into(), course.fall.scale(done, total));
            done += 1;
        }
    }
    accuracy(twin, test)
}

/// Percent of a set that it answers right.
pub fn accuracy(twin: &mut dyn Twin, set: &Dataset) -> f64 {
    let mut x = vec![0.0; set.width()];
    let mut right = 0;
    for (sample, label) in set.iter() {
        pixels(sample, &mut x);
        right += u64::from(twin.answer(&x) == usize::from(label));
    }
    percent(right, set.len() as u64)
}

/// Pixels as the network sees them: 0 to 1.
fn pixels(sample: &[u8], x: &mut [f32]) {
    x.iter_mut().zip(sample).for_each(|(x, pixel)| *x = f32::from(*pixel) / 255.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_learns() {
        let pixels = (0..400u32).map(|i| if (i / 4 + i) % 2 == 0 { 255 } else { 20 }).collect();
        let set = Dataset::new("two", None, 4, pixels, (0..100u8).map(|i| i % 2).collect()).unwrap();
        for name in TWINS {
            let mut twin = twin(name, &[4, 12, 2], 1).unwrap();
            let mut looks = 0;
            let course = Course { epochs: 8, seed: 1, fall: Fall::Halving };
            let right = train(twin.as_mut(), &set, &set, course, &mut |_, _| looks += 1);
            assert!(right == 100.0 && looks == 800, "{name}: {right} %");
        }
        assert!(twin("none", &[4, 3, 2], 1).is_none());
    }

    #[test]
    fn rates_fall() {
        let at = |fall: Fall| [0, 249, 250, 500, 999].map(|done| fall.scale(done, 1000));
        assert_eq!(at(Fall::Halving), [1.0, 1.0, 0.5, 0.25, 0.125]);
        assert_eq!(at(Fall::Linear)[..4], [1.0, 0.751, 0.75, 0.5]);
    }
}
