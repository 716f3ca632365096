//! NUMBERS section 9: the share of wrong answers, the rate that follows it, the alarms, the ring.

use super::network::{Network, See};
use super::numbers::{ASK, Int, RECALL, Rng, clamp, exact, floor_shift};
use hebbit_core::net::Target;
use hebbit_core::signal::Outcome;

/// NUMBERS 9.1: how a network goes on learning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of NUMBERS 9.1")]
pub struct Life {
    pub remember: Int,
    pub again: Int,
    pub again_unlabelled: Int,
    pub gain: Int,
    pub fast: Int,
    pub offset: Int,
    pub most: Int,
    pub wrong_only: bool,
}

/// NUMBERS 9.1: what it knows of its answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of NUMBERS 9.1")]
pub struct Lived {
    pub known: Int,
    pub repeats: Int,
    pub error: Int,
    pub slow: Int,
    pub level: Int,
    pub rise: Int,
    pub wrong: Int,
    pub drifts: Int,
    pub contradictions: Int,
}

impl Life {
    /// Whether anything of section 9 happens.
    pub fn is_on(&self) -> bool {
        self.words() != [0; 8]
    }
    /// In the order of the table.
    pub fn words(&self) -> [Int; 8] {
        let wrong_only = Int::from(self.wrong_only);
        let repeats = [self.remember, self.again, self.again_unlabelled, self.gain];
        let [remember, again, again_unlabelled, gain] = repeats;
        [remember, again, again_unlabelled, gain, self.fast, self.offset, self.most, wrong_only]
    }
    /// Whether every parameter is in its range.
    pub fn in_range(&self) -> bool {
        (0..=4096).contains(&self.remember)
            && (0..=64).contains(&self.again)
            && (0..=64).contains(&self.again_unlabelled)
            && (0..=255).contains(&self.gain)
            && (0..=15).contains(&self.fast)
            && (-16..=16).contains(&self.offset)
            && (0..=15).contains(&self.most)
            && (self.remember > 0 || (self.again == 0 && self.again_unlabelled == 0))
    }
    /// NUMBERS 9.3: whether a word lets samples be learned again.
    pub fn repeats(&self, word: Int, error: Int) -> bool {
        self.gain == 0 || floor_shift(word, 16) < error * self.gain
    }
}

/// The power of two below `x`, which is not 0.
fn floor_log2(x: Int) -> Int {
    assert!(x > 0, "the logarithm of {x}");
    let mut k = 0;
    while x >= 1 << (k + 1) {
        k += 1;
    }
    k
}

fn zeros(x: Int) -> Int {
    if x == 0 { 16 } else { 15 - floor_log2(x) }
}

impl Lived {
    /// In the order of the table.
    pub fn words(&self) -> [Int; 9] {
        let Self { known, repeats, error, slow, level, rise, wrong, drifts, contradictions } = *self;
        [known, repeats, error, slow, level, rise, wrong, drifts, contradictions]
    }

    /// NUMBERS 9.2: after a labelled sample was answered.
    pub fn answered(&self, life: &Life, right: bool) -> Self {
        let answer = if right { 0 } else { 1 };
        let approach = |z: Int, k: Int| exact(z + floor_shift(exact(65535 * answer - z), k));
        let sure = self.level < 8192;
        let known = (self.known + 1).min((1 << 32) - 1);
        let error = approach(self.error, life.fast);
        let slow = clamp(zeros(error) + life.offset, 0, life.most);
        let mut level = approach(self.level, floor_log2(known).min(8));
        let above = (self.rise + 65536 * answer).min((1 << 32) - 1);
        let mut rise = clamp(above - level - floor_shift(level, 2) - 4096, 0, 1 << 31);
        let wrong = if right { 0 } else { (self.wrong + 1).min(65535) };
        let (mut drifts, mut contradictions) = (self.drifts, self.contradictions);
        if wrong == 8 && sure {
            contradictions = (contradictions + 1).min(65535);
        } else if rise >= 8 * 65536 {
            drifts = (drifts + 1).min(65535);
            (rise, level) = (0, error);
        }
        Self { known, error, slow, level, rise, wrong, drifts, contradictions, ..*self }
    }
}

/// NUMBERS 7.1: the class of the sample, if it is known.
pub fn class_of(target: Target) -> Option<u8> {
    match target {
        Target::Class(class) | Target::Right(class) => Some(class),
        Target::Wrong(_) | Target::Unknown => None,
    }
}

/// NUMBERS 9.4: the class that is asked about.
pub fn ask(answer: Option<Int>, classes: Int, guess: Int, number: Int, seed: u64) -> Int {
    let mut rng = Rng::new(number, ASK, seed);
    let guesses = floor_shift(rng.word(), 16) < guess;
    let drawn = rng.below(classes.min(256));
    match answer {
        Some(answer) if !guesses => answer,
        _ => drawn,
    }
}

/// NUMBERS 9.2: whether an answer was wrong, if that is known.
pub fn wrong(target: Target, answer: Option<u8>) -> Option<bool> {
    match target {
        Target::Class(class) | Target::Right(class) => Some(answer != Some(class)),
        Target::Wrong(class) if answer == Some(class) => Some(true),
        Target::Wrong(_) | Target::Unknown => None,
    }
}

impl Network {
    /// NUMBERS 9.3.
    pub fn learn(&mut self, sample: &[u8], target: Target, see: &mut See<'_>) -> Outcome {
        let life = self.plan.life;
        let outcome = if life.wrong_only && target != Target::Unknown {
            let outcome = self.present(sample, None, see);
            if wrong(target, outcome.class) == Some(true) {
                self.repeat(sample, target, see);
            }
            outcome
        } else {
            self.present(sample, Some(target), see)
        };
        if !life.is_on() {
            return outcome;
        }
        let again = if target == Target::Unknown { life.again_unlabelled } else { life.again };
        if let Some(wrong) = wrong(target, outcome.class) {
            self.plan.lived = self.plan.lived.answered(&life, !wrong);
        }
        if let Some(class) = class_of(target) {
            self.remember(sample, class.into());
        }
        let mut rng = Rng::new(self.plan.presented, RECALL, self.plan.seed);
        if life.gain > 0 && !life.repeats(rng.word(), self.plan.lived.error) {
            return outcome;
        }
        for _ in 0..again {
            if self.ring.is_empty() {
                break;
            }
            let age = rng.below(self.ring.len() as Int);
            let (sample, class) = self.ring[age as usize].clone();
            self.repeat(&sample, Target::Class(class as u8), see);
        }
        outcome
    }

    fn repeat(&mut self, sample: &[u8], target: Target, see: &mut See<'_>) {
        self.present(sample, Some(target), see);
        self.plan.lived.repeats = (self.plan.lived.repeats + 1) % (1 << 32);
    }

    /// NUMBERS 9.3: into the ring, without learning it.
    pub fn remember(&mut self, sample: &[u8], class: usize) {
        self.ring.insert(0, (sample.to_vec(), class));
        self.ring.truncate(self.plan.life.remember as usize);
    }
}
