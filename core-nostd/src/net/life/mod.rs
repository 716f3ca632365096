//! Learning after deployment: a memory of labelled samples that are learned again, and a learning rate that follows the
//! share of wrong answers. NUMBERS section 9.
//!
//! [`learn`] is a layer over one presentation of whatever engine: the core, a device, hardware behind a driver.

mod alarm;
mod ring;

pub use alarm::Alarm;
pub use ring::{Cursor, Ring};

use super::engine::Target;
use crate::num::{KeyedRng, approach_share, chance, leading_zeros, stream};
use crate::signal::Outcome;

/// Most samples that a network remembers.
pub const MAX_REMEMBER: u16 = 4096;
/// Most remembered samples that are learned again after one sample.
pub const MAX_AGAIN: u16 = 64;

words! {
    /// How a deployed network goes on learning. All zero: each sample is learned once, at the rate of the schedule.
    pub struct LifePlan {
        /// Samples of known class that are remembered, the newest ones, 0..=4096.
        pub remember: u16,
        /// Remembered samples that are learned again after a sample with a label or a verdict, 0..=64.
        pub again: u16,
        /// Remembered samples that are learned again after any other sample, 0..=64.
        pub again_unlabelled: u16,
        /// They are learned again with the chance `min(1, gain * error)`, 0..=255; 0: always.
        pub gain: u16,
        /// The share of wrong answers moves `2^-fast` of the way to each new answer, 0..=15.
        pub fast: u16,
        /// Added to the powers of two by which the rate falls, -16..=16.
        pub offset: i16,
        /// Most powers of two by which the rate falls with the error, 0..=15; 0: the rate does not follow the error.
        pub most: u16,
        /// A sample with a label or a verdict is classified first, and learned only if the answer is known to be wrong.
        pub wrong_only: bool,
    }
}

words! {
    /// What a network that goes on learning knows of its own answers.
    pub struct Lived {
        /// Answers of which it was known whether they were wrong. Saturates.
        pub known: u32,
        /// Presentations of samples that were met before. Wraps.
        pub repeats: u32,
        /// Running share of wrong answers among those, 2^-16.
        pub error: u16,
        /// Powers of two by which the rate is lowered now.
        pub slow: u16,
        /// Long-run share of wrong answers, 2^-16.
        pub level: u16,
        /// Excess of wrong answers over the long-run share, 2^-16 answers.
        pub rise: u32,
        /// Wrong answers in a row. Saturates.
        pub wrong: u16,
        /// How often the error left its level. Saturates.
        pub drifts: u16,
        /// How often labels contradicted a network that had been right for long. Saturates.
        pub contradictions: u16,
    }
}

impl LifePlan {
    /// Whether anything is different from learning each sample once at the rate of the schedule.
    pub fn is_on(&self) -> bool {
        *self != Self::default()
    }

    /// Whether every parameter is in its range.
    pub const fn valid(&self) -> bool {
        let repeats = self.again <= MAX_AGAIN && self.again_unlabelled <= MAX_AGAIN;
        let remembers = self.remember > 0 || self.again == 0 && self.again_unlabelled == 0;
        let rate = self.fast <= 15 && self.most <= 15 && -16 <= self.offset && self.offset <= 16;
        self.remember <= MAX_REMEMBER && repeats && remembers && self.gain <= 255 && rate
    }

    /// Powers of two by which a share of wrong answers lowers the rate: one more each time that it halves.
    pub fn slow(&self, error: u16) -> u16 {
        let slow = leading_zeros(error).saturating_add(self.offset);
        slow.min(self.most.cast_signed()).max(0).cast_unsigned()
    }
}

impl Lived {
    /// At the start of a life, with this share of wrong answers expected (2^-16).
    pub fn new(plan: &LifePlan, error: u16) -> Self {
        Self { error, level: error, slow: plan.slow(error), ..Self::default() }
    }

    /// A sample was answered, and it is known whether that was right.
    #[inline(never)]
    pub fn answered(&mut self, plan: &LifePlan, right: bool) -> Option<Alarm> {
        self.known = self.known.saturating_add(1);
        self.error = approach_share(self.error, !right, plan.fast);
        self.slow = plan.slow(self.error);
        self.watch(right)
    }
}

/// How a network goes on learning, where it stands, and the keys of what it draws.
#[derive(Debug)]
pub struct Standing<'x> {
    /// How it goes on learning.
    pub life: &'x LifePlan,
    /// What it knows of its answers.
    pub lived: &'x mut Lived,
    /// Samples presented so far, those learned again included.
    pub presented: u32,
    /// The network's seed.
    pub seed: u64,
}

/// An engine whose network goes on learning.
pub trait Lives {
    /// What can go wrong.
    type Error;
    /// Where its network stands.
    fn standing(&mut self) -> Standing<'_>;
    /// Answers one sample.
    ///
    /// # Errors
    /// If the engine fails.
    fn answer(&mut self, sample: &[u8]) -> Result<Outcome, Self::Error>;
    /// Answers one sample and learns it once, at the schedule's rate lowered by [`Lived::slow`].
    ///
    /// # Errors
    /// If the engine fails.
    fn once(&mut self, sample: &[u8], target: Target) -> Result<Outcome, Self::Error>;
}

/// Answers one sample, learns it, remembers it, and learns remembered ones again: as the plan's [`LifePlan`] says.
///
/// # Errors
/// If the engine fails.
pub fn learn<L: Lives>(
    lives: &mut L,
    ring: &mut Ring<'_>,
    sample: &[u8],
    target: Target,
) -> Result<Outcome, L::Error> {
    let outcome = met(lives, sample, target)?;
    let Standing { life, lived, presented, seed } = lives.standing();
    if !life.is_on() {
        return Ok(outcome);
    }
    let mut again = life.again_unlabelled;
    if target != Target::Unknown {
        again = life.again;
    }
    if let Some(wrong) = target.wrong(outcome.class) {
        lived.answered(life, !wrong);
    }
    if let Some(class) = target.class() {
        ring.remember(sample, class);
    }
    let mut rng = KeyedRng::new(presented, stream::RECALL, seed);
    if life.gain > 0 && !chance(rng.word(), lived.error, life.gain) {
        return Ok(outcome);
    }
    for _ in 0..again {
        let Some((sample, class)) = ring.recall(rng.below(ring.len())) else { break };
        repeat(lives, sample, Target::Class(class))?;
    }
    Ok(outcome)
}

/// The class that a teacher is asked about who only says yes or no: the answer; without one, and with a chance of `guess` (2^-16) in
/// any case, one of `classes` that is drawn. `number` counts the questions.
pub fn ask(answer: Option<u8>, classes: u16, guess: u16, number: u32, seed: u64) -> u8 {
    let mut rng = KeyedRng::new(number, stream::ASK, seed);
    let guesses = chance(rng.word(), 1, guess);
    let drawn = rng.below(u32::from(classes.min(256)));
    answer.filter(|_| !guesses).unwrap_or_else(|| u8::try_from(drawn).unwrap_or(u8::MAX))
}

/// Answers a sample that the engine was given, and learns it, or only if the answer was wrong.
fn met<L: Lives>(lives: &mut L, sample: &[u8], target: Target) -> Result<Outcome, L::Error> {
    if target == Target::Unknown || !lives.standing().life.wrong_only {
        return lives.once(sample, target);
    }
    let outcome = lives.answer(sample)?;
    if target.wrong(outcome.class) == Some(true) {
        repeat(lives, sample, target)?;
    }
    Ok(outcome)
}

/// Learns a sample that was met before.
#[inline(never)]
fn repeat<L: Lives>(lives: &mut L, sample: &[u8], target: Target) -> Result<(), L::Error> {
    lives.once(sample, target)?;
    let lived = lives.standing().lived;
    lived.repeats = lived.repeats.wrapping_add(1);
    Ok(())
}
