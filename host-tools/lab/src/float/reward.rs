//! Reward-modulated STDP on a task of two classes whose reward comes late. After Izhikevich 2007 and Frémaux &
//! Gerstner 2016, eq. 21 (reward minus its mean).
//!
//! ```text
//! task:         a class lights its half of the lines (Poisson, `rate` per tick); of two neurons the one that fires more is
//!               the answer; `delay` ticks of silence later R = 1 if it was right, else 0
//! tick:         c_ij = (1 - 1/tau) c_ij + s_i (x_j - mean of x)        x: trace of line j; one winner per tick fires
//! reward:       w += rate (R - R mean) c,     R mean += (R - R mean) / 32
//! ```

use hebbit_core::num::{KeyedRng, stream};

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Lines, half of them for each class.
    pub lines: usize,
    /// Ticks in which the lines fire.
    pub ticks: u32,
    /// Ticks from then to the reward.
    pub delay: u32,
    /// Time constant of an eligibility trace, in ticks.
    pub tau: f64,
    /// Learning rate.
    pub rate: f64,
    /// Factor of the reward: -1 teaches the opposite, 0 nothing.
    pub sign: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { lines: 20, ticks: 50, delay: 50, tau: 100.0, rate: 0.002, sign: 1.0 }
    }
}

/// Part of the ticks in which a line of the shown class, and of the other, fires.
const RATES: (f64, f64) = (0.2, 0.05);
/// Decay of the lines' traces per tick: 20 ticks.
const TRACE: f64 = 0.05;
/// Size of the noise that lets both neurons win at first.
const NOISE: f64 = 0.5;

/// A learner of the task.
#[derive(Debug, Clone)]
pub struct Reward {
    /// Settings.
    pub params: Params,
    /// `weights[neuron][line]`.
    pub weights: [Vec<f64>; 2],
    mean: f64,
    trials: u32,
    seed: u64,
}

impl Reward {
    /// With equal weights.
    pub fn new(params: Params, seed: u64) -> Self {
        Self {
            weights: [vec![0.5; params.lines], vec![0.5; params.lines]],
            mean: 0.5,
            params,
            trials: 0,
            seed,
        }
    }

    /// One sample, and its reward. Returns whether the answer was right.
    pub fn trial(&mut self) -> bool {
        let mut rng = KeyedRng::new(self.trials, stream::ENCODER, self.seed);
        self.trials += 1;
        let (class, lines) = (rng.below(2) as usize, self.params.lines);
        let (mut trace, mut wins) = (vec![0.0; lines], [0u32; 2]);
        let mut eligible = [vec![0.0; lines], vec![0.0; lines]];
        let keep = 1.0 - 1.0 / self.params.tau;
        for tick in 0..self.params.ticks + self.params.delay {
            eligible.iter_mut().flatten().for_each(|c| *c *= keep);
            trace.iter_mut().for_each(|x| *x -= TRACE * *x);
            if tick >= self.params.ticks {
                continue;
            }
            for (j, x) in trace.iter_mut().enumerate() {
                let rate = if (2 * j < lines) == (class == 0) { RATES.0 } else { RATES.1 };
                *x += f64::from(u8::from(uniform(&mut rng) < rate));
            }
            let drive = |w: &Vec<f64>, noise: f64| -> f64 {
                w.iter().zip(&trace).map(|(w, x)| w * x).sum::<f64>() / lines as f64 + NOISE * noise
            };
            let noise = [uniform(&mut rng), uniform(&mut rng)];
            let winner = usize::from(drive(&self.weights[1], noise[1]) > drive(&self.weights[0], noise[0]));
            wins[winner] += 1;
            let mean = trace.iter().sum::<f64>() / lines as f64;
            eligible[winner].iter_mut().zip(&trace).for_each(|(c, x)| *c += x - mean);
        }
        let right = usize::from(wins[1] > wins[0]) == class;
        self.reward(f64::from(u8::from(right)), &eligible);
        right
    }

    fn reward(&mut self, reward: f64, eligible: &[Vec<f64>; 2]) {
        let surprise = self.params.sign * (reward - self.mean);
        self.mean += (reward - self.mean) / 32.0;
        for (w, c) in self.weights.iter_mut().flatten().zip(eligible.iter().flatten()) {
            *w += self.params.rate * surprise * c;
        }
    }

    /// Percent right of the next `n` samples, while it learns.
    pub fn run(&mut self, n: u32) -> f64 {
        let right: u32 = (0..n).map(|_| u32::from(self.trial())).sum();
        hebbit::run::percent(right.into(), n.into())
    }
}

fn uniform(rng: &mut KeyedRng) -> f64 {
    f64::from(rng.below(1 << 24)) / f64::from(1 << 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_learns_what_is_rewarded() {
        for seed in 1..=3 {
            let mut learner = Reward::new(Params::default(), seed);
            learner.run(1000);
            let right = learner.run(500);
            assert!(right > 95.0, "seed {seed}: {right} %");
        }
    }

    #[test]
    fn the_sign_of_the_reward_is_the_sign_of_the_change() {
        let change = |sign: f64, delay: u32| {
            let mut learner = Reward::new(Params { sign, delay, ..Params::default() }, 1);
            learner.trial();
            learner.weights.concat().iter().map(|w| w - 0.5).collect::<Vec<_>>()
        };
        let (plus, minus, none) = (change(1.0, 50), change(-1.0, 50), change(0.0, 50));
        assert!(
            plus.iter().zip(&minus).all(|(p, m)| (p + m).abs() < 1e-12) && plus.iter().any(|p| *p != 0.0)
        );
        assert!(none.iter().all(|d| *d == 0.0));
        // Ten more ticks of delay: less by 0.99^10.
        let late = change(1.0, 60);
        assert!(plus.iter().zip(&late).all(|(p, l)| (p * 0.99f64.powi(10) - l).abs() < 1e-12));
    }
}
