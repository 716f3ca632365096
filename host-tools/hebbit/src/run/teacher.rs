//! A teacher who tells the class, or only says yes or no to an answer.

use super::recipe::{Recipe, Teacher};
use super::rules;
use crate::error::{Error, Result};
use hebbit_core::net::life::ask;
use hebbit_core::net::{Engine, Target};

/// Of a hundred questions, those about a guess, if the user does not say: of a new network, whose answers change anyway, and of a
/// trained one that goes on learning, which never asks about a class that it does not answer any more.
const GUESS: u16 = 10;
const GUESS_ON: u16 = 20;
/// With so much less to learn from, the rate of a new network halves so many times later: after two thirds of its run.
const PATIENCE: (u32, u32) = (8, 3);

impl Recipe {
    /// Whether its rule needs a class per sample.
    pub fn supervised(&self) -> bool {
        rules::rule(&self.rule).is_ok_and(|rule| rule.supervised())
    }

    /// Takes the teacher that the user wants.
    ///
    /// # Errors
    /// A rule without a teacher; guesses where nothing is asked, or where the rule explores by itself.
    pub(super) fn taught(self, teacher: Option<Teacher>, guess: Option<u16>) -> Result<Self> {
        let teacher = teacher.unwrap_or(Teacher::usual());
        if teacher == Teacher::Labels {
            if guess.is_some() {
                return Err(Error::usage(
                    "a teacher who tells the class is asked nothing",
                    "leave out [guess], or add [teacher=yes-no]",
                ));
            }
            return Ok(Self { teacher, guess: 0, ..self });
        }
        if !self.supervised() {
            let message = format!("{} has no teacher, so nobody says yes or no", self.rule);
            return Err(Error::usage(message, "leave out [teacher], or choose another [rule]"));
        }
        if self.explores() && guess.is_some_and(|guess| guess > 0) {
            let message = format!("{} learns from what its neurons did, which a guess is not", self.rule);
            return Err(Error::usage(message, "leave out [guess]"));
        }
        let usual = match &self.onward {
            _ if self.explores() => 0,
            Some(_) => GUESS_ON,
            None => GUESS,
        };
        Ok(Self { teacher, guess: guess.unwrap_or(usual), ..self })
    }

    /// Whether its rule only hears yes or no, whoever teaches.
    fn explores(&self) -> bool {
        rules::rule(&self.rule).is_ok_and(|rule| rule.explores())
    }

    /// The samples after which the rate of a new network halves, where a teacher who tells the class has them after so many.
    pub(super) fn decay_after(&self, labelled: u32, teacher: Option<Teacher>) -> u32 {
        let patient = teacher == Some(Teacher::YesNo) && !self.explores();
        if patient { labelled.div_ceil(PATIENCE.1).saturating_mul(PATIENCE.0) } else { labelled }
    }

    /// What the teacher says, in one line, if it is not the classes.
    pub fn teacher_line(&self) -> Option<String> {
        let Self { teacher: Teacher::YesNo, guess, .. } = self else { return None };
        Some(format!(
            "the teacher only says yes or no; {guess} of 100 questions are about a guess, not the answer"
        ))
    }

    /// What a teacher who only says yes or no is asked about, if the network gave this answer to sample `done` of the run.
    pub fn question(&self, done: u64, answer: Option<u8>) -> u8 {
        let classes = self.layers.last().copied().unwrap_or(0);
        // A percent of 2^16, rounded up.
        let guess = u32::from(self.guess) * 65_536;
        ask(answer, classes, guess.div_ceil(100).min(65_535) as u16, done as u32, self.seed)
    }

    /// What the teacher says about sample `done` of the run: nothing, its class, or whether the answer of the engine is right.
    ///
    /// # Errors
    /// If the engine fails.
    pub fn target<E: Engine>(
        &self,
        engine: &mut E,
        done: u64,
        sample: &[u8],
        label: u8,
    ) -> std::result::Result<Target, E::Error> {
        if !self.is_labelled(done) {
            return Ok(Target::Unknown);
        }
        if self.teacher == Teacher::Labels {
            return Ok(Target::Class(label));
        }
        let asked = self.question(done, engine.classify(sample)?.class);
        Ok(if asked == label { Target::Right(asked) } else { Target::Wrong(asked) })
    }
}
