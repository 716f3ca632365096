//! NUMBERS 7.9.1: `burst`, in four forms.

use super::{Counting, LearningRule, Post, Seen};
use crate::oracle::numbers::{Int, clamp, exact, floor_shift, saturate};
use crate::oracle::plan::Grain;
use crate::oracle::words::Cursor;

/// What an event of a neuron stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub enum Form {
    Count,
    Rate,
    Unsigned,
    Signed,
}

/// Parameters of `burst`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of FORMAT 2.1")]
pub struct Burst {
    pub counting: Counting,
    pub form: Form,
    /// Else logistic.
    pub boxed: bool,
    /// Whether the baseline is learned.
    pub learned: bool,
    pub gain: Int,
    /// Whether the target falls due tick by tick.
    pub due: bool,
}

const HALF: Int = 16384;

impl Burst {
    /// Events counted over the window, nothing else.
    pub fn count(target: Int, ceiling: Int, spike_shift: Int) -> Self {
        let counting = Counting { target, ceiling, spike_shift };
        Self { counting, form: Form::Count, boxed: false, learned: false, gain: 0, due: false }
    }

    fn teach_rate(&self, seen: &Seen, wanted: bool) -> Int {
        let e = seen.rate15();
        let q = if wanted { 32767 } else { 0 } - e;
        if self.boxed { saturate(q) } else { saturate(floor_shift(exact(q * (32767 - e)), 15)) }
    }

    /// `d`: how far the burst probability is from one half, `HALF` being 1.
    fn drift(&self, seen: &Seen) -> Int {
        let e = seen.rate15();
        let d = if seen.output {
            floor_shift(exact(seen.apical * (1 << self.gain)), 1)
        } else if self.boxed {
            let end = if seen.grain == Grain::Fine { 32767 } else { 32640 };
            if 0 < e && e < end { seen.apical } else { 0 }
        } else {
            floor_shift(exact(seen.apical * (32767 - e)), 15)
        };
        clamp(d, -HALF, HALF)
    }

    fn rate(&self, seen: &Seen) -> Int {
        let d = self.drift(seen);
        if self.boxed { d } else { floor_shift(exact(d * seen.rate15()), 15) }
    }

    /// A burst or none, of a neuron that spikes.
    fn word(&self, seen: &Seen) -> Int {
        let fires = if self.due && !seen.output {
            0 < seen.sum && seen.sum < self.counting.ceiling
        } else {
            seen.event != 0
        };
        let active = fires || (seen.output && seen.apical != 0);
        let d = clamp(exact(seen.apical * (1 << self.gain)), -32767, 32767);
        match self.form {
            _ if !active => 0,
            Form::Unsigned if seen.draw < 32768 + d => 128,
            Form::Unsigned => -128,
            _ if seen.draw >= 2 * d.abs() => 0,
            _ if d > 0 => 128,
            _ => -128,
        }
    }
}

impl LearningRule for Burst {
    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(Self {
            counting: Counting::read(c)?,
            form: c.choice(&[Form::Count, Form::Rate, Form::Unsigned, Form::Signed])?,
            boxed: c.bool()?,
            learned: c.bool()?,
            gain: 0,
            due: false,
        })
        .and_then(|rule| match c.halves()? {
            [gain, due @ 0..=1] => Some(Self { gain, due: due == 1, ..rule }),
            _ => None,
        })
    }
    fn words(&self) -> Vec<Int> {
        let more = [
            self.form as Int,
            self.boxed.into(),
            self.learned.into(),
            self.gain + 65536 * Int::from(self.due),
        ];
        self.counting.words().into_iter().chain(more).collect()
    }
    fn runs(&self) -> bool {
        self.counting.runs() && self.gain <= 7
    }
    fn teach(&self, state: &mut [Int], seen: &Seen, wanted: bool) -> Int {
        match self.form {
            Form::Rate => self.teach_rate(seen, wanted),
            Form::Unsigned | Form::Signed if self.due && seen.tick + 1 < self.counting.ceiling => {
                let Counting { target, ceiling, .. } = self.counting;
                let target = target * (seen.tick + 1) / ceiling;
                Counting { target, ..self.counting }.teach(state, seen, wanted)
            }
            _ => self.counting.teach(state, seen, wanted),
        }
    }
    fn send(&self, seen: &Seen) -> [Int; 2] {
        match self.form {
            Form::Count => self.counting.send(seen),
            Form::Rate if self.learned => {
                let e = seen.rate15();
                [floor_shift(exact((HALF + self.drift(seen)) * e), 15), e]
            }
            Form::Rate => [self.rate(seen), 0],
            Form::Unsigned | Form::Signed => [self.word(seen), 0],
        }
    }
    fn post(&self, state: &mut [Int], seen: &Seen) -> Post {
        match self.form {
            Form::Count => self.counting.post(state, seen),
            Form::Rate => Post::one(self.rate(seen)),
            Form::Unsigned | Form::Signed => Post::one(self.word(seen)),
        }
    }
    fn pre(&self, state: &mut [Int], seen: &Seen) -> [Int; 2] {
        if self.form == Form::Rate && seen.grain != Grain::Spike {
            [seen.rate8(), 0]
        } else {
            self.counting.pre(state, seen)
        }
    }
    fn back(&self, _: &[Int], seen: &Seen) -> [Int; 2] {
        match self.form {
            Form::Rate => [floor_shift(seen.rate15(), 7).min(255), saturate(-seen.apical)],
            _ => [0, 0],
        }
    }
}
