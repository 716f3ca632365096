//! NUMBERS 7.8 and 7.9: what a rule sees of neurons and lines, and what goes down.
#![allow(clippy::needless_range_loop, reason = "indices, as in the text")]

use super::network::Network;
use super::numbers::{DRAW, Int, KEYED, Key, exact, exact64, floor_shift, saturate, saturate_wide};
use super::plan::{Along, Feedback, From, Teacher};
use super::rules::{Rule, Seen};
use hebbit_core::net::Target;

/// What holds for the whole network in a tick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    /// The effective teacher.
    pub(super) teacher: Teacher,
    /// What it says.
    pub(super) target: Target,
    /// The output neuron that acted, if the rule teaches it by a reward.
    pub(super) acted: Option<usize>,
    /// Tick of the window.
    pub(super) tick: Int,
    /// What the reward makes of this step.
    pub(super) modulator: Int,
}

impl Now {
    /// The effective teacher of output neuron `i`.
    fn teacher_of(&self, i: usize) -> Teacher {
        match (self.teacher, self.target) {
            (Teacher::Error | Teacher::Against, Target::Wrong(class)) if i != usize::from(class) => {
                Teacher::None
            }
            (teacher, _) => teacher,
        }
    }

    /// What the target itself sends down from output neuron `i`.
    fn word_of(&self, i: usize) -> Int {
        let sign = match self.teacher {
            Teacher::Error => 1,
            Teacher::Against => -1,
            Teacher::None | Teacher::Reward => 0,
        };
        match self.target {
            Target::Class(class) | Target::Right(class) if i == usize::from(class) => 256 * sign,
            Target::Wrong(class) if i == usize::from(class) => -256 * sign,
            _ => 0,
        }
    }
}

impl Network {
    fn draw(&self, rule: &Rule, now: &Now, l: usize, i: usize) -> Int {
        let key = |counter| Key::new(counter, DRAW + l as Int, self.plan.seed);
        if rule.acts().repeats() {
            let ended = self.plan.samples == (1 << 32) - 1;
            let counter = if ended { self.plan.presented } else { self.plan.samples };
            return key(counter).dither(now.tick, 0, i);
        }
        key(self.plan.steps).dither(0, 0, i)
    }

    /// What a rule sees of line `i` of layer `l`.
    pub(super) fn seen_line(&self, rule: &Rule, now: &Now, l: usize, i: usize) -> Seen {
        Seen {
            event: self.layers[l].event[i],
            sum: self.layers[l].sum[i],
            grain: self.plan.layers[l].grain(),
            teacher: now.teacher,
            tick: now.tick,
            modulator: now.modulator,
            draw: self.draw(rule, now, l, i),
            ..Seen::default()
        }
    }

    /// What a rule sees of neuron `i` of layer `l`.
    pub(super) fn seen(&self, now: &Now, l: usize, i: usize) -> Seen {
        let layer = &self.layers[l];
        let output = l + 1 == self.layers.len();
        Seen {
            membrane: layer.state[i][0],
            current: layer.basal[i],
            apical: layer.apical[i],
            output,
            teacher: if output { now.teacher_of(i) } else { now.teacher },
            ..self.seen_line(self.plan.rule_of(l), now, l, i)
        }
    }

    /// The apical potential of output neuron `i`.
    fn taught(&mut self, now: &Now, i: usize) -> Int {
        let output = self.layers.len() - 1;
        let (hears, wanted) = match now.teacher_of(i) {
            Teacher::None => (false, false),
            Teacher::Reward => (now.acted.is_some(), now.acted == Some(i)),
            Teacher::Error | Teacher::Against => {
                (true, matches!(now.target, Target::Class(c) | Target::Right(c) if i == usize::from(c)))
            }
        };
        if !hears {
            return 0;
        }
        let seen = Seen { apical: 0, ..self.seen(now, output, i) };
        let state = &mut self.layers[output].trace[i];
        let word = self.plan.rule_of(output).acts().teach(state, &seen, wanted);
        if now.teacher == Teacher::Against { saturate(-word) } else { word }
    }

    /// The sweep, top down.
    pub(super) fn feedback(&mut self, now: &Now) {
        let output = self.layers.len() - 1;
        for i in 0..self.plan.layers[output].neurons {
            self.layers[output].apical[i] = self.taught(now, i);
        }
        self.send(now, output);
        for l in (1..output).rev() {
            for r in 0..self.plan.layers[l].neurons {
                let mut total = 0;
                for (b, feedback) in self.plan.feedbacks.iter().enumerate() {
                    if feedback.layer == l {
                        total = exact(total + self.part(now, b, feedback, r));
                    }
                }
                self.layers[l].apical[r] = saturate(total);
                self.felt += u64::from(total != 0);
            }
            self.send(now, l);
        }
    }

    fn send(&mut self, now: &Now, l: usize) {
        for i in 0..self.plan.layers[l].neurons {
            let words = self.plan.rule_of(l).acts().send(&self.seen(now, l, i));
            self.layers[l].send[i] = words.map(|word| {
                assert_eq!(saturate(word), word, "a word sent down");
                word
            });
        }
    }

    /// The words that a feedback carries.
    fn carried(&self, now: &Now, feedback: &Feedback) -> Vec<Int> {
        let From::Layer(from) = feedback.from else {
            return (0..self.plan.above(feedback)).map(|c| now.word_of(c)).collect();
        };
        self.layers[from].send.iter().map(|words| words[feedback.word]).collect()
    }

    /// What feedback `b` adds to the apical potential of neuron `r`.
    fn part(&self, now: &Now, b: usize, feedback: &Feedback, r: usize) -> Int {
        let s = self.carried(now, feedback);
        let neurons = 0..s.len();
        let upward = || self.plan.upward(feedback).expect("checked");
        match feedback.weights {
            Along::Sign => {
                let (u, plan) = (upward(), &self.plan.projections[upward()]);
                let met = neurons.filter_map(|c| Some((s[c], self.plan.meets(plan, r, c)?)));
                let sum = met.map(|(s, (r, c))| if self.weights[u][r][c] < plan.zero { -s } else { s }).sum();
                floor_shift(exact(sum), feedback.shift)
            }
            Along::Tied => {
                let (u, plan) = (upward(), &self.plan.projections[upward()]);
                let met = neurons.filter_map(|c| Some((s[c], self.plan.meets(plan, r, c)?)));
                let sum = met.map(|(s, (r, c))| (self.weights[u][r][c] - plan.zero) * s).sum();
                saturate_wide(floor_shift(exact64(sum), plan.fraction))
            }
            Along::Own => {
                let sum = neurons.map(|c| self.own[b][c][r] * s[c]).sum();
                saturate_wide(floor_shift(exact64(sum), feedback.shift))
            }
            Along::Keyed => {
                let sum = neurons.map(|c| keyed(self.plan.seed, b, c, r) * s[c]).sum();
                floor_shift(exact(sum), feedback.shift)
            }
        }
    }
}

/// NUMBERS 7.8: the weight of keyed feedback `b` from neuron `c` above to neuron `r`.
pub fn keyed(seed: u64, b: usize, c: usize, r: usize) -> Int {
    let dither = Key::new(0, KEYED + b as Int, seed).dither(c as Int, 0, r);
    2 * floor_shift(dither, 8) - 255
}
