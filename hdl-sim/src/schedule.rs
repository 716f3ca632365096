//! Compiles the schedule of a sample (`docs/NUMBERS.md`, 7.1) to a program of the sequencer.

mod learning;

use crate::layout::{FALL, HALVE, LEFT, PRESENTED, SAMPLES, SPIKES, ZERO, act, add, condition, register};
use crate::program::{Program, fields, until};
use crate::table::{Cells, Rule, cells, groups, room, rule};
use crate::{Build, RtlError, Table};
use hebbit_core::net::{Connection, Learning, Plan, Start, WeightSource, Window};
use hebbit_core::num::LANES;
use hebbit_core::signal::{Phase, Teacher};

const CLEAR: i64 = 0;
const FIRE: i64 = 1;
const TEACH: i64 = 2;
const SEND: i64 = 3;
const APICAL: i64 = 4;
const POST: i64 = 5;
const DECAY: i64 = 6;
const SETTLE: i64 = 7;

/// Flag bits of a PASS instruction.
mod pass_flag {
    pub(super) const OUTPUT: u32 = 1 << 11;
    pub(super) const RESET: u32 = 1 << 12;
    pub(super) const TAUGHT: u32 = 1 << 13;
    pub(super) const AGAINST: u32 = 1 << 14;
    pub(super) const LINES: u32 = 1 << 15;
    pub(super) const POSTS: u32 = 1 << 16;
    pub(super) const RISES: u32 = 1 << 17;
    pub(super) const COMPETES: u32 = 1 << 18;
    pub(super) const KEPT: u32 = 1 << 19;
    pub(super) const TRACES: u32 = 1 << 20;
}

const INTEGRATE: i64 = 0;
const LEARN: i64 = 1;
const FEEDBACK: i64 = 2;

fn wide(x: usize) -> i64 {
    i64::try_from(x).unwrap_or(i64::MAX)
}

fn when(holds: bool, flags: u32) -> u32 {
    if holds { flags } else { 0 }
}

/// Fields of a sweep over this many lines.
fn rows(kind: i64, lines: usize) -> u32 {
    let last = lines - 1;
    // Mask of the valid lines in the last group.
    let mask = (2 << (last % LANES)) - 1;
    fields(&[(kind, 0, 2), (wide(last / LANES), 2, 8), (mask, 10, 4)])
}

struct Schedule<'p> {
    plan: &'p Plan,
    build: &'p Build,
    table: &'p Table,
    rule: Rule,
    program: Program,
}

impl Table {
    /// Lays a plan out.
    ///
    /// # Errors
    /// If the RTL does not carry something in it, or the build has no room for it.
    pub fn new(plan: &Plan, build: &Build) -> Result<Self, RtlError> {
        let mut table = Self::laid_out(plan, build)?;
        let program = schedule(plan, build, &table)?;
        table.words.extend(program);
        room("words of the table", "TableAddr", table.words.len(), 1 << build.table_addr)?;
        Ok(table)
    }
}

/// The program of a plan.
fn schedule(plan: &Plan, build: &Build, table: &Table) -> Result<Vec<u32>, RtlError> {
    let mut schedule = Schedule { plan, build, table, rule: rule(plan)?, program: Program::default() };
    schedule.sample()?;
    Ok(schedule.program.words())
}

impl Schedule<'_> {
    fn len(&self, l: usize) -> usize {
        self.plan.layers.get(l).map_or(0, |layer| layer.len())
    }

    fn projections(&self) -> Vec<(usize, Connection)> {
        self.plan.projections.iter().cloned().enumerate().collect()
    }

    /// Projections into a layer: they follow one another.
    fn reaching(&self, l: usize) -> Vec<(usize, Connection)> {
        self.projections().into_iter().filter(|(_, p)| usize::from(p.post) == l).collect()
    }

    /// The flag of a projection from the input, set while its sums are valid.
    fn flag(&self, p: usize) -> u32 {
        self.plan.projections.iter().take(p).filter(|p| p.pre == 0).count() as u32
    }

    fn sample(&mut self) -> Result<(), RtlError> {
        let p = &mut self.program;
        if let Rule::Burst(rule) = self.rule {
            let fields_of_rule =
                [(rule.target.to_bits().into(), 0, 7), (rule.spike_shift.to_bits().into(), 7, 4)];
            p.set(register::RULE, fields(&fields_of_rule));
            // Sums never exceed this bound.
            p.set(register::CEILING, u32::from(rule.ceiling.to_bits()).min(1 << self.build.sum_width));
        }
        p.load(register::FALL, FALL);
        p.add(ZERO, SPIKES, add::COPY);
        let mut before = None;
        for window in &self.plan.windows {
            self.window(window, before)?;
            before = Some(window.blank);
        }
        self.count();
        self.program.act(act::END);
        Ok(())
    }

    /// Counters; the learning rate falls by one power of two every `halve_every` samples. The counter of learned samples saturates, and with it the
    /// rate stays constant.
    fn count(&mut self) {
        let halves = self.plan.halve_every != 0;
        let p = &mut self.program;
        let [end, counted] = [p.label(), p.label()];
        p.add(PRESENTED, PRESENTED, add::ONE);
        p.jump(condition::LEARNING, false, end);
        p.add(SAMPLES, SAMPLES, add::ONE);
        // Without a rate that falls, the driver knows from a lower number that the end was passed: the program stays short.
        if halves {
            p.jump(condition::ZERO, false, counted);
            p.add(SAMPLES, SAMPLES, add::LESS);
            p.jump(condition::ALWAYS, true, end);
            p.here(counted);
            p.add(LEFT, LEFT, add::LESS);
            p.jump(condition::ZERO, false, end);
            p.add(FALL, FALL, add::FALL);
            p.add(HALVE, LEFT, add::COPY);
        }
        p.here(end);
    }

    /// The last group of a layer's neurons.
    fn last(&self, l: usize) -> usize {
        (self.len(l) - 1) / LANES
    }

    fn start(&mut self, kind: i64, last: usize, flags: u32) {
        self.program.pass(fields(&[(kind, 0, 3), (wide(last), 3, 8)]) | flags);
    }

    /// Starts a pass and waits for its end.
    fn pass(&mut self, kind: i64, last: usize, flags: u32) {
        self.start(kind, last, flags);
        self.program.wait(until::PASS);
    }

    fn clear(&mut self, last: usize, flags: u32) {
        self.program.set(register::NEURONS, 0);
        self.program.set(register::PLACE, 0);
        self.pass(CLEAR, last, flags | when(self.adapts(), pass_flag::RISES));
    }

    /// Whether a layer has adaptive thresholds.
    fn adapts(&self) -> bool {
        let rises = |kind| matches!(cells(kind), Ok(Cells::Adaptive(_)));
        self.plan.layers.iter().any(|layer| rises(&layer.kind))
    }

    /// Adaptations and refractory counters at the start of a window.
    fn decay(&mut self) -> Result<(), RtlError> {
        for l in 1..=self.plan.output() {
            let (fade, kept) = match cells(&self.plan.layers[l].kind)? {
                Cells::Adaptive(params) => (params.decay.to_bits(), params.kept),
                Cells::Lif(_) => (0, false),
            };
            self.neurons(l);
            self.program.set(register::FADE, fade.into());
            self.pass(DECAY, self.last(l), pass_flag::RISES | when(kept, pass_flag::KEPT));
        }
        Ok(())
    }

    fn window(&mut self, window: &Window, before: Option<bool>) -> Result<(), RtlError> {
        self.program.set(register::BLANK, window.blank.into());
        self.program.set(register::TICKS, u32::from(window.ticks) - 1);
        if before.is_some_and(|blank| blank != window.blank) {
            for (i, p) in self.projections() {
                if p.pre == 0 {
                    self.program.flag(self.flag(i), false);
                }
            }
        }
        if let Rule::Stdp(_) = self.rule {
            self.program.flag(learning::PARTIAL, false);
        }
        // State and columns share the addresses of groups up to the end of the shorter one.
        let reset = window.start == Start::Reset;
        let [state, columns] = [self.table.state_end - 1, self.table.scratch - 1];
        if state < columns {
            self.clear(columns, pass_flag::POSTS);
        }
        let posts = when(state >= columns, pass_flag::POSTS);
        self.clear(state, pass_flag::LINES | posts | when(reset, pass_flag::RESET));
        if before.is_none() {
            // Lines of the input, for the intake.
            self.program.set(register::NEURONS, self.len(0) as u32);
            self.program.set(register::LINES, self.table.lines[0] as u32);
            self.program.act(act::OPEN);
        }
        if reset && self.adapts() {
            // Persistent adaptations decay only while learning, which is known when the input has arrived.
            self.program.wait(until::INPUT);
            self.decay()?;
        }
        let [tick, end] = [self.program.label(), self.program.label()];
        self.program.here(tick);
        self.forward(window)?;
        self.back(window)?;
        let p = &mut self.program;
        p.jump(condition::LAST, true, end);
        p.act(act::TICK);
        p.jump(condition::ALWAYS, true, tick);
        p.here(end);
        Ok(())
    }

    fn forward(&mut self, window: &Window) -> Result<(), RtlError> {
        let top = self.plan.output();
        let mut ahead = false;
        for l in 1..=top {
            if !ahead {
                self.integrate(l);
            }
            self.program.show(until::SWEEP | until::PASS, Phase::Integrate as u32, l);
            if !window.late {
                ahead = self.fire(l, l < top)?;
            }
        }
        if window.late {
            for l in 1..=top {
                self.fire(l, false)?;
            }
        }
        Ok(())
    }

    /// Starts all sweeps into a layer; the last one still runs.
    fn integrate(&mut self, l: usize) {
        for (i, (p, projection)) in self.reaching(l).into_iter().enumerate() {
            if i > 0 {
                self.program.wait(until::SWEEP);
            }
            let held = self.program.label();
            if projection.pre == 0 {
                self.program.flagged(condition::FLAG, true, self.flag(p), held);
                self.program.flag(self.flag(p), true);
            }
            self.matrix(p, &projection);
            // The first sweep of a sample follows the input as it arrives.
            let follow = i == 0 && l == 1;
            if let Rule::Stdp(_) = self.rule {
                self.listed(&projection, follow);
            } else {
                self.sweep(&projection, INTEGRATE, follow);
            }
            self.program.here(held);
            if i == 0 && l == 1 {
                self.program.show(until::INPUT, Phase::Encode as u32, 0);
            }
        }
    }

    /// The registers of a projection's matrix.
    fn matrix(&mut self, p: usize, projection: &Connection) {
        let column = wide(self.table.columns[p]);
        self.place(p, projection, [column, column], self.table.lines[usize::from(projection.pre)]);
    }

    /// The registers of a matrix with its first column, the address of its sums (`acc`) and its first line.
    fn place(&mut self, matrix: usize, projection: &Connection, [column, acc]: [i64; 2], lines: usize) {
        let last = wide(self.plan.width(projection) / LANES) - 1;
        let bounds = [(projection.low, 0), (projection.high, 8), (projection.zero, 16)];
        let bounds = bounds.map(|(bound, at)| (i64::from(bound), at));
        let p = &mut self.program;
        p.set(register::PLACE, fields(&[(column, 0, 8), (acc, 8, 8), (last, 16, 8)]));
        p.set(register::LINES, lines as u32);
        p.set(register::WEIGHTS, self.table.weights[matrix] as u32);
        p.set(register::BOUNDS, fields(&bounds.map(|(bound, at)| (bound & 255, at, 8))));
        if self.build.weight_bits == 16 {
            let high = bounds.map(|(bound, at)| (bound >> 8, at, 8));
            self.program.set(register::BOUNDS_HIGH, fields(&high));
        }
    }

    fn sweep(&mut self, projection: &Connection, kind: i64, follow: bool) {
        let order = self.order(projection, kind, follow);
        self.program.sweep(order);
    }

    fn order(&self, projection: &Connection, kind: i64, follow: bool) -> u32 {
        let lines = self.len(projection.pre.into()) + usize::from(projection.bias);
        let input = projection.pre == 0;
        rows(kind, lines)
            | fields(&[(input.into(), 14, 1), (projection.bias.into(), 15, 1), (follow.into(), 17, 1)])
    }

    /// Sets the neurons that a pass visits.
    fn neurons(&mut self, l: usize) {
        let (n, base) = (wide(self.len(l)), wide(self.table.lines[l]));
        self.program.set(register::NEURONS, fields(&[(n, 0, 10), (base, 10, 8)]));
    }

    fn aligns(&mut self, shifts: &[i32]) -> Result<(), RtlError> {
        for (i, four) in shifts.chunks(4).enumerate() {
            let mut value = 0;
            for (j, &shift) in four.iter().enumerate() {
                value |= self.build.align(shift)? << (6 * j);
            }
            self.program.set(register::ALIGNS + i as u32, value);
        }
        Ok(())
    }

    fn source(&mut self, base: usize, stride: usize, count: usize) {
        let more = wide(count.saturating_sub(1));
        self.program
            .set(register::SOURCE, fields(&[(wide(base), 0, 8), (wide(stride), 8, 8), (more, 16, 4)]));
    }

    /// Sets the registers of a layer's neurons; returns the flags of passes over them.
    fn cells(&mut self, l: usize) -> Result<u32, RtlError> {
        let layer = &self.plan.layers[l];
        let cells = cells(&layer.kind)?;
        let (threshold, reset, hard, floor, leak) = match cells {
            Cells::Lif(p) => (p.threshold, p.reset, p.hard_reset, p.floor, p.leak),
            Cells::Adaptive(p) => (p.threshold, p.reset, false, p.floor, p.leak),
        };
        self.neurons(l);
        let p = &mut self.program;
        p.set(register::THRESHOLD, u32::from(threshold.to_bits().cast_unsigned()));
        if self.build.hard_reset || self.build.adaptive {
            let reset = u32::from(reset.to_bits().cast_unsigned());
            p.set(register::RESET, reset | u32::from(hard) << 16);
        }
        p.set(register::FLOOR, u32::from(floor.to_bits().cast_unsigned()));
        p.set(register::LEAK, leak.to_bits().into());
        match cells {
            Cells::Lif(params) => {
                if self.build.refractory_width != 0 {
                    p.set(register::REFRACTORY, params.refractory.to_bits().into());
                }
                Ok(0)
            }
            Cells::Adaptive(params) => {
                p.set(register::FADE, params.decay.to_bits().into());
                p.set(register::BUMP, params.bump.to_bits().into());
                let competes = when(layer.winner_take_all, pass_flag::COMPETES);
                Ok(pass_flag::RISES | competes | when(params.kept, pass_flag::KEPT))
            }
        }
    }

    /// A layer fires. Returns whether the next layer's sweep follows it.
    fn fire(&mut self, l: usize, ahead: bool) -> Result<bool, RtlError> {
        let into = self.reaching(l);
        let flags = self.cells(l)?;
        let competes = self.plan.layers[l].winner_take_all;
        let first = into.first().map_or(0, |(p, _)| *p);
        self.source(self.table.columns[first], groups(self.len(l)), into.len());
        let shifts: Vec<i32> = into.iter().map(|(_, p)| self.plan.alignment(p)).collect();
        self.aligns(&shifts)?;
        // The last step includes the bias line.
        let last = self.len(l) / LANES;
        self.start(FIRE, last, flags);
        if competes {
            let over = self.program.label();
            self.program.wait(until::PASS);
            self.program.jump(condition::FOUND, false, over);
            self.start(SETTLE, last, flags);
            self.program.here(over);
        }
        let next = self.reaching(l + 1);
        let follows =
            ahead && !competes && next.len() == 1 && next.iter().all(|(_, p)| usize::from(p.pre) == l);
        if follows {
            for (p, projection) in next {
                self.matrix(p, &projection);
                self.sweep(&projection, INTEGRATE, true);
            }
        }
        self.program.show(until::PASS, Phase::Fire as u32, l);
        self.program.add(SPIKES, SPIKES, add::SPIKES);
        Ok(follows)
    }

    fn back(&mut self, window: &Window) -> Result<(), RtlError> {
        let over = self.program.label();
        let learns = window.learning != Learning::Never;
        let ask = |p: &mut Program| {
            p.jump(condition::LEARNING, false, over);
            if window.learning == Learning::End {
                p.jump(condition::LAST, false, over);
            }
        };
        if learns && !window.each {
            ask(&mut self.program);
        }
        if learns || window.each {
            self.feedback(window)?;
        }
        if learns {
            if window.each {
                ask(&mut self.program);
            }
            self.learn();
        }
        self.program.here(over);
        Ok(())
    }

    fn feedback(&mut self, window: &Window) -> Result<(), RtlError> {
        let top = self.plan.output();
        if let Rule::Stdp(_) = self.rule {
            // Under stdp no apical potential is taught or sent.
            self.program.show(0, Phase::Feedback as u32, 0);
            return Ok(());
        }
        self.neurons(top);
        let taught = when(window.teacher != Teacher::None, pass_flag::TAUGHT);
        let against = when(window.teacher == Teacher::Against, pass_flag::AGAINST);
        self.pass(TEACH, self.last(top), pass_flag::OUTPUT | taught | against);
        for l in (1..top).rev() {
            self.apical(l)?;
        }
        self.program.show(0, Phase::Feedback as u32, 0);
        Ok(())
    }

    /// The apical potential of a layer, from feedback of later layers.
    fn apical(&mut self, l: usize) -> Result<(), RtlError> {
        let plan = self.plan;
        let onto: Vec<&Connection> = plan.feedback.iter().filter(|b| usize::from(b.post) == l).collect();
        let stride = groups(self.len(l)) * LANES / self.build.neuron_lanes as usize;
        self.source(self.table.scratch, stride, onto.len());
        let mut shifts = Vec::new();
        for (source, b) in onto.into_iter().enumerate() {
            let Some(u) = plan.upward(b) else { continue };
            let Some(upward) = plan.projections.get(u) else { continue };
            let tied = b.weights == WeightSource::Tied;
            shifts.push(-i32::from(if tied { upward.fraction } else { b.fraction }));
            let from = usize::from(b.pre);
            self.neurons(from);
            let acc = self.table.scratch + source * stride;
            self.place(u, upward, [wide(self.table.scratch), wide(acc)], self.table.lines[l]);
            let next = self.program.label();
            self.pass(SEND, self.last(from), when(from == plan.output(), pass_flag::OUTPUT));
            // The sweep is skipped if no neuron has a word to send.
            self.program.jump(condition::LISTED, false, next);
            let order = fields(&[(i64::from(!tied), 16, 1), (wide(source), 18, 4)]);
            self.program.sweep(rows(FEEDBACK, self.len(l)) | order);
            self.program.wait(until::SWEEP);
            self.program.here(next);
        }
        self.neurons(l);
        self.aligns(&shifts)?;
        self.pass(APICAL, self.last(l), 0);
        Ok(())
    }
}
