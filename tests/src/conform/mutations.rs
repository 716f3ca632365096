//! The mutations: realistic defects, one each, that the tests must detect.

/// A change of one place in the core.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mutation {
    /// Its effect on the core.
    pub(super) name: &'static str,
    /// File, below `core-nostd/src/`.
    pub(super) file: &'static str,
    /// Text that occurs there exactly once.
    pub(super) from: &'static str,
    /// The replacement, which compiles.
    pub(super) to: &'static str,
    /// Whether it is one of the few that the gate tries.
    pub(super) quick: bool,
}

const fn mutation(name: &'static str, file: &'static str, from: &'static str, to: &'static str) -> Mutation {
    Mutation { name, file, from, to, quick: false }
}

const fn quick(name: &'static str, file: &'static str, from: &'static str, to: &'static str) -> Mutation {
    Mutation { name, file, from, to, quick: true }
}

/// A text with `to` instead of `from`, which must occur exactly once.
pub(super) fn replaced(text: &str, from: &str, to: &str) -> Option<String> {
    (text.matches(from).count() == 1).then(|| text.replacen(from, to, 1))
}

/// All of them, in the order of the modules.
pub(super) const ALL: &[Mutation] = &[
    quick(
        "the weight clamp is dropped",
        "num/verbs.rs",
        "clamp(change.wrapping_add(w as i32), low as i32, high as i32) as i16",
        "change.wrapping_add(w as i32) as i16",
    ),
    mutation(
        "leak rounds towards zero",
        "num/verbs.rs",
        "(v as i32 - ((v as i32 * leak as i32) >> 16)) as i16",
        "(v as i32 - (v as i32 * leak as i32) / 65536) as i16",
    ),
    mutation(
        "align rounds towards zero",
        "num/verbs.rs",
        "x >> (shift.wrapping_neg() & 31) }",
        "(x as i64 / (1_i64 << (shift.wrapping_neg() & 31))) as i32 }",
    ),
    mutation(
        "forget is ignored",
        "num/verbs.rs",
        "let forgotten = if forget {",
        "let forgotten = if false & forget {",
    ),
    mutation(
        "the rate is folded without dither",
        "num/verbs.rs",
        "saturate((factor as i32 + ((dither as i32) >> (16 - down))) >> down)",
        "saturate((factor as i32 + ((dither as i32) >> 16)) >> down)",
    ),
    quick("mix has seven rounds", "num/dither.rs", "while i < 8 {", "while i < 7 {"),
    mutation(
        "both terms share a dither",
        "num/dither.rs",
        "self.lane(0, 1 + term)",
        "self.lane(0, 1 + 0 * term)",
    ),
    mutation(
        "an adaptive threshold that is kept is reset",
        "neuron/adaptive.rs",
        "rise: if p.kept { decayed(p, s.rise) } else { Rise::ZERO }",
        "rise: if p.kept { Rise::ZERO } else { decayed(p, Rise::ZERO.max(s.rise.min(Rise::ZERO))) }",
    ),
    mutation(
        "classifying moves a kept threshold",
        "neuron/adaptive.rs",
        "if p.kept { Params { bump: Rise::ZERO, decay: Leak::ZERO, ..*p } } else { *p }",
        "*p",
    ),
    mutation(
        "the membrane has no floor",
        "neuron/lif.rs",
        "clamp(wide(next), wide(floor.to_bits()), wide(i16::MAX))",
        "clamp(wide(next), wide(floor.to_bits().min(i16::MIN)), wide(i16::MAX))",
    ),
    mutation(
        "the refractory time is one tick short",
        "neuron/lif.rs",
        "(State { membrane, refractory: p.refractory }, 1)",
        "(State { membrane, refractory: Ticks::from_bits(p.refractory.to_bits().saturating_sub(1)) }, 1)",
    ),
    mutation(
        "the gate of burst is always open",
        "learn/burst.rs",
        "(a.sum > 0 && a.sum < ceiling.to_bits())",
        "(a.sum > 0 || a.sum <= ceiling.to_bits())",
    ),
    mutation(
        "a rule of every tick rests without an apical potential",
        "learn/burst.rs",
        "matches!(p.form, Form::Count | Form::Rate)\n    }\n\n    /// `dQ",
        "true\n    }\n\n    /// `dQ",
    ),
    mutation(
        "a satisfied output is still taught",
        "learn/burst.rs",
        "if wanted { clamp(error, 0, 127) } else { clamp(error, -128, 0) }",
        "if wanted { clamp(error, -128, 127) } else { clamp(error, -128, 0) }",
    ),
    mutation(
        "the trace of a neuron includes its own spike",
        "learn/stdp.rs",
        "saturate(wide_unsigned(s.trace.units()))",
        "saturate(wide_unsigned(s.trace.tick(p.post_decay, p.post_bump, a.event).units()))",
    ),
    mutation(
        "the trace of a line is stale",
        "learn/stdp.rs",
        "let s = Side { trace: s.trace.tick(p.pre_decay, p.pre_bump, a.event) };\n        \
         (s, [PreFactor::clamped(wide_unsigned(s.trace.units())),",
        "let (old, s) = (s, Side { trace: s.trace.tick(p.pre_decay, p.pre_bump, a.event) });\n        \
         (s, [PreFactor::clamped(wide_unsigned(old.trace.units())),",
    ),
    mutation(
        "sigma-delta drops what is left over",
        "encode/rate.rs",
        "Some(left) => (State { left: Count::from_bits(left) }, 1),",
        "Some(left) => (State { left: Count::from_bits(left & 0) }, 1),",
    ),
    mutation(
        "the current wraps",
        "net/kernels.rs",
        "*to = crate::num::saturate(clamp(total, wide(i16::MIN), wide(i16::MAX)));",
        "*to = clamp(total, i32::MIN, wide(i16::MAX).max(i32::MAX)) as i16;",
    ),
    mutation(
        "the sign of a zero weight is negative",
        "net/kernels.rs",
        "add(dot, if w < rows.zero {",
        "add(dot, if w <= rows.zero {",
    ),
    mutation(
        "a tie goes to the highest index",
        "neuron/ops.rs",
        "best.is_none_or(|(greatest, _)| excess > greatest)",
        "best.is_none_or(|(greatest, _)| excess >= greatest)",
    ),
    quick(
        "the bias row is left out",
        "net/list.rs",
        "let len = if bias { self.len } else { self.len.saturating_sub(1) };",
        "let len = if bias && self.len == 0 { self.len } else { self.len.saturating_sub(1) };",
    ),
    mutation(
        "the dither of a neuron's factors does not walk",
        "net/update.rs",
        "(dither0, dither1) = (dither0.next(), dither1.next());",
        "(dither0, dither1) = (dither0, dither1.next());",
    ),
    mutation(
        "all projections share a key",
        "net/update.rs",
        "update(kernels, projection, pre, post, &Step::new(plan, length(p)));",
        "update(kernels, projection, pre, post, &Step::new(plan, length(p & 0)));",
    ),
    mutation(
        "a sum is kept after its weights have changed",
        "net/update.rs",
        "taps::update(weights, &taps, &update);\n    }\n    projection.fresh = false;",
        "taps::update(weights, &taps, &update);\n    }",
    ),
    mutation(
        "the dither does not advance",
        "net/network.rs",
        "plan.counters.steps = plan.counters.steps.wrapping_add(1);",
        "plan.counters.steps = plan.counters.steps.wrapping_add(0);",
    ),
    mutation(
        "bounds of stored weights are not checked",
        "net/network.rs",
        "if network.within_bounds() { Ok(()) }",
        "if network.within_bounds() || !network.within_bounds() { Ok(()) }",
    ),
    mutation(
        "the digest skips a word",
        "net/network.rs",
        "self.kept().for_each(|word| hasher.word(u32::from(word)));",
        "self.kept().skip(1).for_each(|word| hasher.word(u32::from(word)));",
    ),
    mutation(
        "counters are not saved",
        "checkpoint/words.rs",
        "plan.counters.store(put);",
        "Counters::default().store(put);",
    ),
    mutation(
        "high bytes of fine events are dropped",
        "net/projection.rs",
        "kernels.add_graded(self.sum_high, rows, events);",
        "kernels.add_graded(self.sum_high, rows, list.events(events.lines.is_empty()));",
    ),
    mutation(
        "the blanket cell does nothing",
        "net/projection.rs",
        "if zero != 0 {",
        "if zero != 0 && events.lines.is_empty() {",
    ),
    mutation(
        "summed factors are those of the last tick",
        "net/update.rs",
        "(*sum0, *sum1) = (add(*sum0, wide(t0)), add(*sum1, wide(t1)));",
        "(*sum0, *sum1) = (add(0, wide(t0)), add(0, wide(t1)));",
    ),
    mutation(
        "a late window sees this tick's events",
        "net/network.rs",
        "            if !window.late {",
        "            if window.late | !window.late {",
    ),
    mutation(
        "the answer is that of the taught window",
        "net/sample.rs",
        "if window.extra && answer.is_none() {",
        "if window.extra && answer.is_some() {",
    ),
    mutation(
        "the mean of the reward stands still",
        "net/network.rs",
        "approach(wide(plan.counters.mean), reward, REWARD_SHIFT)",
        "approach(wide(plan.counters.mean), reward & 0, 31)",
    ),
    mutation(
        "a teacher against pulls towards",
        "learn/ops.rs",
        "*apical = if against { word.saturating_neg() } else { word };",
        "*apical = if against { word } else { word };",
    ),
    mutation(
        "plastic feedback shares the dither of a projection",
        "net/update.rs",
        "stream::LEARN_FEEDBACK.wrapping_add(length(b))",
        "length(b)",
    ),
    mutation(
        "gated coupling is open",
        "net/layer.rs",
        "let slope = !gated ||",
        "let slope = gated || !gated ||",
    ),
    mutation(
        "keyed weights have a mean",
        "num/verbs.rs",
        "2 * ((draw >> 8) as i16) - 255",
        "2 * ((draw >> 8) as i16) - 253",
    ),
    mutation(
        "the last rate is forgotten",
        "learn/dh_control.rs",
        "(Neuron { last: a.rate(), ..s }, PostFactors::one(change))",
        "(Neuron { ..s }, PostFactors::one(change))",
    ),
    mutation(
        "repeated spikes are fresh",
        "net/stage.rs",
        "Draws::Sample => key(self.drawn).row(u32::from(tick)),",
        "Draws::Sample => key(self.steps).row(u32::from(tick)),",
    ),
    mutation(
        "a repeated trace starts from nothing",
        "learn/dh_control.rs",
        "let first = p.spikes == Spikes::Repeated && a.tick == 0",
        "let first = p.spikes == Spikes::Repeated && a.tick == 1",
    ),
    mutation(
        "a change is floored",
        "learn/dh_equilibrium.rs",
        "floor_shift(add(change, 8), 4)",
        "floor_shift(add(change, 0), 4)",
    ),
    mutation(
        "the rate follows the error of one answer before",
        "net/life/mod.rs",
        "self.error = approach_share(self.error, !right, plan.fast);\n        self.slow = plan.slow(self.error);",
        "self.slow = plan.slow(self.error);\n        self.error = approach_share(self.error, !right, plan.fast);",
    ),
    mutation(
        "the rate does not follow the error",
        "net/update.rs",
        "fallen.saturating_sub(wide_unsigned(self.plan.lived.slow))",
        "fallen.saturating_sub(wide_unsigned(self.plan.lived.slow & 0))",
    ),
    mutation(
        "a sample of the ring is one older than it should be",
        "net/life/ring.rs",
        "let back = age.saturating_add(1);",
        "let back = age.saturating_add(2);",
    ),
    mutation(
        "the gain of learning again is 1",
        "num/verbs.rs",
        "(draw >> 16) < share as u32 * gain as u32",
        "(draw >> 16) < share as u32 * (gain > 0) as u32",
    ),
    mutation(
        "samples learned again count as given ones",
        "net/life/mod.rs",
        "lived.repeats = lived.repeats.wrapping_add(1);",
        "lived.repeats = lived.repeats.wrapping_add(0);",
    ),
    mutation(
        "the ring is learned as often without a label as with one",
        "net/life/mod.rs",
        "let mut again = life.again_unlabelled;",
        "let mut again = life.again;",
    ),
    mutation(
        "a contradiction needs nine wrong answers",
        "net/life/alarm.rs",
        "const CONTRADICTION: u16 = 8;",
        "const CONTRADICTION: u16 = 9;",
    ),
    mutation(
        "a drift needs one wrong answer more",
        "net/life/alarm.rs",
        "const DRIFT: u32 = 8 << 16;",
        "const DRIFT: u32 = 9 << 16;",
    ),
    mutation(
        "what a network has lived is not in its digest",
        "net/network.rs",
        "if self.plan.life.is_on() {",
        "if false & self.plan.life.is_on() {",
    ),
    mutation(
        "the CRC is not checked",
        "checkpoint.rs",
        "let (want, got) = (at(CRC_AT)?, checksum(bytes));",
        "let (want, got) = (checksum(bytes), checksum(bytes));",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_mutation_has_its_place_and_its_name() {
        let names: BTreeSet<&str> = ALL.iter().map(|m| m.name).collect();
        assert_eq!(names.len(), ALL.len(), "two mutations have one name");
        assert!(ALL.len() >= 12 && ALL.iter().filter(|m| m.quick).count() == 3);
        for m in ALL {
            let path = crate::tree::root().join("core-nostd/src").join(m.file);
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(text.matches(m.from).count(), 1, "{}: {}: {}", m.name, m.file, m.from);
            assert_ne!(m.from, m.to, "{}", m.name);
        }
    }
}
