//! NUMBERS section 7: a sample, tick by tick.

use super::encoders::{At, encode, pixel};
use super::feedback::Now;
use super::network::{Network, See};
use super::neurons::{excess, fire, integrate, lose, reset, rest, while_learning, while_settling};
use super::numbers::{ENCODER, EXPLORE, Int, Key, align, exact, exact64, floor_shift, saturate};
use super::plan::{Answering, Coupling, Grain, Kind, Layer, Learning, Start, Teacher, Window};
use super::readout::decide;
use hebbit_core::net::{Moment, Target};
use hebbit_core::signal::{Outcome, Phase, Tick};

/// A window of a sample.
struct Shown {
    number: usize,
    window: Window,
    /// `None` to classify, else the target.
    learn: Option<Target>,
    key: Key,
}

impl Shown {
    fn moment(&self, tick: Int, phase: Phase, layer: usize) -> Moment {
        Moment { window: self.number as u8, tick: Tick(tick as u16), phase, layer: layer as u16 }
    }

    /// The effective teacher of the network, and what it says.
    fn teacher(&self) -> (Teacher, Target) {
        match self.learn.unwrap_or(Target::Unknown) {
            Target::Unknown => (Teacher::None, Target::Unknown),
            target => (self.window.teacher, target),
        }
    }

    fn last(&self, tick: Int) -> bool {
        tick == self.window.ticks - 1
    }

    fn learns(&self, tick: Int) -> bool {
        self.learn.is_some()
            && match self.window.learning {
                Learning::Never => false,
                Learning::Tick => true,
                Learning::End => self.last(tick),
            }
    }
}

impl Network {
    /// NUMBERS 7.1 of a picture. `learn` is `None` to classify, else the target.
    pub fn present(&mut self, sample: &[u8], learn: Option<Target>, see: &mut See<'_>) -> Outcome {
        self.present_ticks(&[sample.to_vec()], learn, see)
    }

    /// NUMBERS 7.1: what is given in each tick, from the first on; from the last of them on the input is held.
    pub fn present_ticks(&mut self, given: &[Vec<u8>], learn: Option<Target>, see: &mut See<'_>) -> Outcome {
        let key = Key::new(self.plan.presented, ENCODER, self.plan.seed);
        let mut outcome = Outcome::default();
        for (number, window) in self.plan.windows.clone().into_iter().enumerate() {
            if learn.is_none() && window.extra {
                break;
            }
            let before = number.checked_sub(1).map(|n| self.plan.windows[n].extra);
            if window.extra && before == Some(false) && matches!(learn, Some(Target::Class(_))) {
                self.try_another(&mut outcome);
            }
            let before: Int = self.plan.windows[..number].iter().map(|w| w.ticks).sum();
            let given = &given[(before as usize).min(given.len() - 1)..];
            let shown = Shown { number, window, learn, key };
            if self.window(given, &shown, &mut outcome, see) {
                break;
            }
        }
        self.plan.presented = (self.plan.presented + 1) % (1 << 32);
        if learn.is_some() {
            self.plan.samples = (self.plan.samples + 1).min((1 << 32) - 1);
        }
        outcome
    }

    /// What acts instead of the answer.
    fn try_another(&self, outcome: &mut Outcome) {
        let (b, a) = Key::new(self.plan.presented, EXPLORE, self.plan.seed).lane(0, 0);
        if self.plan.rule_of(self.plan.layers.len() - 1).acts().explores().is_some_and(|chance| b < chance) {
            let neurons = self.plan.layers.last().expect("an output").neurons as Int;
            let neuron = floor_shift(exact64(a * neurons), 16) as usize;
            let class = self.labels.get(neuron).copied().or_else(|| u8::try_from(neuron).ok());
            (outcome.class, outcome.neuron) = (class.filter(|&class| class != 255), neuron as u16);
        }
    }

    /// One window. Whether the sample is left.
    fn window(&mut self, given: &[Vec<u8>], shown: &Shown, outcome: &mut Outcome, see: &mut See<'_>) -> bool {
        let window = &shown.window;
        let frozen = shown.learn.is_none();
        self.start(window, frozen);
        let mut leaves = false;
        for tick in 0..window.ticks {
            self.remember_tick();
            let at = At { window: shown.number as Int, tick, ticks: window.ticks, line: 0, key: shown.key };
            let sample = &given[(tick as usize).min(given.len() - 1)];
            self.encode(&if window.blank { vec![0; sample.len()] } else { sample.clone() }, at);
            see(shown.moment(tick, Phase::Encode, 0), self);
            let spikes = self.neurons(shown, tick, see);
            if !window.extra {
                outcome.spikes = outcome.spikes.saturating_add(spikes);
                outcome.ticks = outcome.ticks.saturating_add(1);
            }
            self.feed_back_and_learn(shown, tick, outcome, see);
            leaves = frozen && self.plan.answering == Answering::First && self.output_fired();
            if leaves {
                break;
            }
        }
        if !window.extra {
            self.saved = self.layers.clone();
            let (class, neuron) = self.answer();
            (outcome.class, outcome.neuron) = (class, neuron as u16);
        }
        leaves
    }

    /// NUMBERS 3: what delayed connections carry in this tick.
    fn remember_tick(&mut self) {
        for (layer, plan) in self.layers.iter_mut().zip(&self.plan.layers) {
            layer.before.event.clone_from(&layer.event);
            add_up(&mut layer.before.sum, &layer.event, plan.is_held());
        }
    }

    /// All layers of neurons. How many of them have an event.
    fn neurons(&mut self, shown: &Shown, tick: Int, see: &mut See<'_>) -> u32 {
        let layers = 1..self.layers.len();
        let (window, frozen) = (&shown.window, shown.learn.is_none());
        let mut spikes = 0_u32;
        if window.late {
            for l in layers.clone() {
                self.integrate(l);
                see(shown.moment(tick, Phase::Integrate, l), self);
            }
        }
        for l in layers {
            if !window.late {
                self.integrate(l);
                see(shown.moment(tick, Phase::Integrate, l), self);
            }
            spikes = spikes.saturating_add(self.fire(l, window, frozen));
            see(shown.moment(tick, Phase::Fire, l), self);
        }
        spikes
    }

    fn feed_back_and_learn(&mut self, shown: &Shown, tick: Int, answer: &Outcome, see: &mut See<'_>) {
        let (teacher, target) = shown.teacher();
        let learns = shown.learns(tick);
        let acts = self.plan.rule_of(self.plan.layers.len() - 1).acts().explores().is_some();
        let (right, acted) = match target {
            Target::Class(class) => (answer.class == Some(class), usize::from(answer.neuron)),
            Target::Right(class) => (true, class.into()),
            Target::Wrong(class) => (false, class.into()),
            Target::Unknown => (false, 0),
        };
        let acted = (acts && teacher == Teacher::Reward).then_some(acted);
        let rewarded = teacher == Teacher::Reward && learns && shown.last(tick);
        let reward = if right { 256 } else { -256 };
        let expected = if acts { 0 } else { self.plan.mean };
        let modulator = if rewarded { saturate(reward - expected) } else { 0 };
        let now = Now { teacher, target, acted, tick, modulator };
        if learns || shown.window.each {
            self.feedback(&now);
            see(shown.moment(tick, Phase::Feedback, 0), self);
        }
        if !learns {
            return;
        }
        self.learn_step(&now, &shown.window, shown.last(tick));
        if rewarded {
            self.plan.mean = self.plan.mean + floor_shift(exact(reward - self.plan.mean), 5);
            assert_eq!(saturate(self.plan.mean), self.plan.mean, "the mean of the reward");
        }
        see(shown.moment(tick, Phase::Learn, 0), self);
    }

    /// NUMBERS 7.2.
    fn start(&mut self, window: &Window, frozen: bool) {
        for (layer, plan) in self.layers.iter_mut().zip(&self.plan.layers) {
            layer.sum.fill(0);
            layer.before.sum.fill(0);
            if window.start == Start::Reset {
                layer.event.fill(0);
                for state in &mut layer.state {
                    *state = reset(&while_learning(&plan.kind, frozen), state);
                }
                layer.line_trace.iter_mut().for_each(|words| words.fill(0));
                layer.before.trace.iter_mut().for_each(|words| words.fill(0));
                layer.trace.iter_mut().for_each(|words| words.fill(0));
                layer.apical.fill(0);
                layer.send.fill([0, 0]);
            }
        }
        if window.start == Start::Restore {
            for (layer, saved) in self.layers.iter_mut().zip(&self.saved).skip(1) {
                layer.state.clone_from(&saved.state);
                layer.event.clone_from(&saved.event);
                layer.apical.clone_from(&saved.apical);
            }
        }
        for column in self.post.iter_mut().flatten().chain(&mut self.back_post) {
            column.fill(0);
        }
        for sums in &mut self.summed {
            sums.fill(Default::default());
        }
    }

    fn encode(&mut self, sample: &[u8], at: At) {
        let sample = &sample[..sample.len().min(self.plan.layers[0].neurons)];
        let Kind::Input { code, minimum, norm } = self.plan.layers[0].kind else { unreachable!("the input") };
        for i in 0..self.plan.layers[0].neurons {
            let p = pixel(minimum, norm, sample, sample.get(i).copied().unwrap_or(0));
            let left = self.layers[0].state[i].first().copied().unwrap_or(0);
            let (left, event) = encode(code, left, p, At { line: i as Int, ..at });
            if let Some(state) = self.layers[0].state[i].first_mut() {
                *state = left;
            }
            self.layers[0].event[i] = event;
        }
        self.count(0);
    }

    /// The bias line's event, and this tick's events into the sums.
    fn count(&mut self, l: usize) {
        let layer = &mut self.layers[l];
        *layer.event.last_mut().expect("the bias line") = self.plan.layers[l].grain().full_scale();
        add_up(&mut layer.sum, &layer.event, self.plan.layers[l].is_held());
    }

    /// NUMBERS 4.1: the currents of layer `l`, from the events as they are.
    fn integrate(&mut self, l: usize) {
        let currents = (0..self.plan.layers[l].neurons).map(|c| self.current(l, c)).collect();
        self.layers[l].basal = currents;
    }

    fn current(&self, l: usize, c: usize) -> Int {
        let mut total = 0;
        for (p, plan) in self.plan.projections.iter().enumerate() {
            if plan.post == l {
                let fine = self.plan.layers[plan.pre].grain() == Grain::Fine;
                let mut sum = 0;
                let pre = &self.layers[plan.pre];
                let events = if plan.delay { &pre.before.event } else { &pre.event };
                for (line, event) in events.iter().enumerate().take(self.plan.lines(plan)) {
                    if let Some((row, column)) = self.plan.meets(plan, line, c) {
                        sum += (self.weights[p][row][column] - plan.zero) * event;
                        sum = if fine { exact64(sum) } else { exact(sum) };
                    }
                }
                total = exact(total + align(sum, self.plan.alignment(plan)));
            }
        }
        saturate(total)
    }

    /// What drives neuron `i` of layer `l`.
    fn drive(&self, l: usize, i: usize) -> Int {
        let layer = &self.layers[l];
        let coupled = match self.plan.layers[l].coupling {
            Coupling::None => false,
            Coupling::Open => true,
            Coupling::Gated => (0..=4096).contains(&layer.state[i][0]),
        };
        if coupled { saturate(layer.basal[i] + layer.apical[i]) } else { layer.basal[i] }
    }

    /// NUMBERS 7.6. How many neurons have an event.
    fn fire(&mut self, l: usize, window: &Window, frozen: bool) -> u32 {
        let plan = &self.plan.layers[l];
        let kind = while_settling(&while_learning(&plan.kind, frozen), window.settle);
        let plan = Layer { kind, ..plan.clone() };
        let integrated: Vec<Vec<Int>> = (0..plan.neurons)
            .map(|i| integrate(&plan.kind, &self.layers[l].state[i], self.drive(l, i)))
            .collect();
        let above: Vec<Int> = integrated.iter().map(|state| excess(&plan.kind, state)).collect();
        let mut winner = None;
        for i in 0..plan.neurons {
            if above[i] >= 0 && winner.is_none_or(|w: usize| above[i] > above[w]) {
                winner = Some(i);
            }
        }
        for (i, state) in integrated.iter().enumerate() {
            let (state, event) = match (plan.winner_take_all, winner) {
                (true, Some(w)) if w == i => fire(&plan.kind, state),
                (true, Some(_)) => (lose(&plan.kind, state), 0),
                (false, _) if above[i] >= 0 => fire(&plan.kind, state),
                _ => (rest(&plan.kind, state), 0),
            };
            self.layers[l].state[i] = state;
            self.layers[l].event[i] = event;
        }
        self.count(l);
        self.layers[l].event[..plan.neurons].iter().map(|&e| u32::from(e != 0)).sum()
    }

    fn output_fired(&self) -> bool {
        let output = self.layers.last().expect("an output");
        let stands = |i: usize| self.labels.get(i) != Some(&255);
        (0..output.state.len()).any(|i| output.event[i] != 0 && stands(i))
    }

    fn answer(&self) -> (Option<u8>, usize) {
        let output = self.layers.last().expect("an output");
        let membranes: Vec<Int> = output.state.iter().map(|s| s[0]).collect();
        decide(self.plan.answering, &output.sum[..membranes.len()], &membranes, &self.labels)
    }
}

/// NUMBERS 3: sums of magnitudes. What is held counts once.
fn add_up(sums: &mut [Int], events: &[Int], held: bool) {
    for (sum, event) in sums.iter_mut().zip(events) {
        *sum = (if held { 0 } else { *sum } + event).min(65535);
    }
}
