//! The schedule of `Learn`, and of the Integrate that follows it under stdp.

use super::{INTEGRATE, LEARN, POST, Schedule, pass_flag, when};
use crate::layout::{SEED, STEPS, act, add, condition, register};
use crate::program::{fields, until};
use crate::table::Rule;
use hebbit_core::net::Connection;
use hebbit_core::signal::Phase;

/// Flag, under stdp: all sums are valid except those of listed columns. The only projection has flag 0.
pub(super) const PARTIAL: u32 = 1;
/// Flag of a sweep: visit all lines, because a neuron forgets.
const ALL_LINES: u32 = 1 << 22;
/// Flag of a sweep: sums of listed columns only.
const LISTED: u32 = 1 << 23;

impl Schedule<'_> {
    pub(super) fn learn(&mut self) {
        for (i, projection) in self.projections() {
            if !projection.plastic {
                continue;
            }
            let stdp = match self.rule {
                Rule::Stdp(rule) => Some(rule),
                Rule::Burst(_) => None,
            };
            // If the rate needs no shift to the right, factors need no dither, and the key is mixed only if a row is swept.
            let slow = self.plan.life.most > 0 || self.plan.lived.slow > 0;
            let falls = self.plan.halve_every != 0 || slow;
            let late = stdp.is_some() && projection.rate >= 0 && !falls;
            if !late {
                self.step_key(i);
            }
            let post = usize::from(projection.post);
            self.neurons(post);
            self.matrix(i, &projection);
            let p = &mut self.program;
            let mut rate = fields(&[(projection.rate.into(), 0, 6)]);
            if let Some(rule) = stdp {
                rate |= u32::from(projection.forget_shift) << 6;
                p.set(register::FADE, rule.post_decay.to_bits().into());
                p.set(register::BUMP, rule.post_bump.to_bits().into());
                p.set(register::GROW, rule.grow.cast_unsigned().into());
            }
            p.set(register::RATE, rate);
            if !late {
                p.wait(until::MIX);
                p.act(act::KEY);
                p.set(register::X, 0);
                p.set(register::Y, 1);
                p.act(act::MIX);
                p.wait(until::MIX);
            }
            let output = when(post == self.plan.output(), pass_flag::OUTPUT);
            self.pass(POST, self.last(post), output | when(stdp.is_some(), pass_flag::TRACES));
            let next = self.program.label();
            self.program.jump(condition::LISTED, false, next);
            if late {
                self.step_key(i);
                self.program.wait(until::MIX);
                self.program.act(act::KEY);
            }
            if projection.pre == 0 {
                self.program.flag(self.flag(i), false);
            }
            let order = self.order(&projection, LEARN, false);
            if stdp.is_some() {
                self.program.flag(PARTIAL, true);
                self.program.sweep(order | ALL_LINES);
            } else {
                self.program.sweep(order);
            }
            self.program.wait(until::SWEEP);
            self.program.here(next);
        }
        self.program.show(0, Phase::Learn as u32, 0);
        self.program.add(STEPS, STEPS, add::ONE);
    }

    /// Starts to mix the key of a learning step.
    fn step_key(&mut self, projection: usize) {
        let p = &mut self.program;
        p.load(register::KEY_LOW, SEED);
        p.load(register::KEY_HIGH, SEED + 1);
        p.load(register::X, STEPS);
        p.set(register::Y, projection as u32);
        p.act(act::MIX);
    }

    /// Integrates after an update under stdp: the list of columns is still valid, and the other sums have not changed.
    pub(super) fn listed(&mut self, projection: &Connection, follow: bool) {
        let order = self.order(projection, INTEGRATE, follow);
        let p = &mut self.program;
        let [partial, over] = [p.label(), p.label()];
        p.flagged(condition::FLAG, true, PARTIAL, partial);
        p.sweep(order);
        p.jump(condition::ALWAYS, true, over);
        p.here(partial);
        p.sweep(order | LISTED);
        p.here(over);
    }
}
