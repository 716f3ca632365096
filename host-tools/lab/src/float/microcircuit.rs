//! The sign-concordant microcircuit, spiking, tick by tick. After Yang & Li 2021/2022 (structure) and Liao, Leibo & Poggio
//! 2016 (sign feedback). Thresholds are 1.
//!
//! ```text
//! every tick:   v = v (1 - leak) + W s_below + b   (layer 1: its constant current W x + b);   s = v >= 1;   v -= s
//! pre trace:    x = x (1 - decay) + decay s
//! error trace:  E = E (1 - decay) + decay (T - s)          output; T: wanted train, target of the ticks, evenly
//! apical:       a_k = E_k;    hidden: a = g ∑_k scale · sign(W_k) a_k       g = 1 if |v - 1| <= box, v before reset
//! update:       W += rate a ⊗ x  each tick;   layer 1: rate (Σ_t a) ⊗ pixel  at the end
//! ```

use super::Twin;
use super::net::{Net, Squash, greatest, per_layer};

/// Settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Ticks per sample.
    pub ticks: u32,
    /// Leak of the membrane per tick.
    pub leak: f32,
    /// Decay of the traces per tick.
    pub decay: f32,
    /// Part of the ticks in which the wanted output should fire.
    pub target: f32,
    /// Half the width of the gate, in thresholds.
    pub window: f32,
    /// Size of a feedback weight.
    pub feedback_scale: f32,
    /// Whether the error of the wanted output ends at zero, and that of the others begins there.
    pub satisfied: bool,
    /// Initial weights in units of `sqrt(2 / (rows + columns))`: of the hidden projections, and of the output's.
    pub gain: (f32, f32),
    /// Learning rates of the hidden projections, and of the output's.
    pub rates: (f32, f32),
}

impl Default for Params {
    fn default() -> Self {
        let (ticks, leak, decay, target, window) = (16, 0.0625, 0.25, 0.75, 1.0);
        let (feedback_scale, satisfied, gain, rates) = (0.25, false, (1.0, 1.0), (0.001, 0.01));
        Self { ticks, leak, decay, target, window, feedback_scale, satisfied, gain, rates }
    }
}

/// A spiking network that learns from its error trains.
#[derive(Debug, Clone)]
pub struct Microcircuit {
    /// Settings.
    pub params: Params,
    /// Weights.
    pub net: Net,
    constant: Vec<f32>,
    drive: Vec<f32>,
    v: Vec<Vec<f32>>,
    s: Vec<Vec<f32>>,
    trace: Vec<Vec<f32>>,
    apical: Vec<Vec<f32>>,
    summed: Vec<f32>,
    count: Vec<f32>,
    spikes: u64,
}

impl Microcircuit {
    /// With random weights.
    pub fn new(params: Params, layers: &[usize], seed: u64) -> Self {
        let net = Net::random(layers, params.gain, (Squash::Clip, Squash::Clip), seed);
        let v = net.state().v;
        let (constant, count) = (v[0].clone(), v[v.len() - 1].clone());
        let (s, trace, apical, summed) = (v.clone(), v.clone(), v.clone(), constant.clone());
        Self { params, constant, drive: Vec::new(), v, s, trace, apical, summed, count, spikes: 0, net }
    }

    /// Spikes of hidden neurons so far.
    pub fn hidden_spikes(&self) -> u64 {
        self.spikes
    }

    fn begin(&mut self, x: &[f32]) {
        for part in [&mut self.v, &mut self.s, &mut self.trace, &mut self.apical] {
            part.iter_mut().for_each(|p| p.fill(0.0));
        }
        self.summed.fill(0.0);
        self.count.fill(0.0);
        self.net.layers[0].sums(x, &mut self.constant);
    }

    /// Membranes and spikes of one tick.
    fn fire(&mut self) {
        let (top, keep) = (self.v.len() - 1, 1.0 - self.params.leak);
        for l in 0..=top {
            if l > 0 {
                self.drive.resize(self.v[l].len(), 0.0);
                self.net.layers[l].sums(&self.s[l - 1], &mut self.drive);
            }
            let drive = if l == 0 { &self.constant } else { &self.drive };
            for ((v, s), drive) in self.v[l].iter_mut().zip(&mut self.s[l]).zip(drive) {
                *v = (*v - *s) * keep + drive;
                *s = f32::from(u8::from(*v >= 1.0));
            }
        }
        self.count.iter_mut().zip(&self.s[top]).for_each(|(c, s)| *c += s);
        self.spikes += self.s[..top].iter().flatten().filter(|s| **s > 0.0).count() as u64;
    }

    /// Traces and apical potentials of one tick.
    fn feed(&mut self, class: usize, tick: u32) {
        let Params { decay, target, window, feedback_scale, satisfied, .. } = self.params;
        for (trace, s) in self.trace.iter_mut().flatten().zip(self.s.iter().flatten()) {
            *trace += decay * (s - *trace);
        }
        let top = self.v.len() - 1;
        let wanted = (target * (tick + 1) as f32).floor() - (target * tick as f32).floor();
        for (k, (e, s)) in self.apical[top].iter_mut().zip(&self.s[top]).enumerate() {
            let error = if k == class { wanted } else { 0.0 } - s;
            let done = satisfied && k == class && error < 0.0;
            *e += decay * (if done { 0.0 } else { error } - *e);
        }
        for l in (0..top).rev() {
            let (here, above) = self.apical.split_at_mut(l + 1);
            self.net.layers[l + 1].back_signs(&above[0], &mut here[l]);
            for (a, v) in here[l].iter_mut().zip(&self.v[l]) {
                *a *= if (v - 1.0).abs() <= window { feedback_scale } else { 0.0 };
            }
        }
        self.summed.iter_mut().zip(&self.apical[0]).for_each(|(sum, a)| *sum += a);
    }
}

impl Twin for Microcircuit {
    fn learn(&mut self, x: &[f32], class: usize, rate_scale: f32) {
        self.begin(x);
        let rates = per_layer(self.params.rates, self.v.len(), rate_scale);
        for tick in 0..self.params.ticks {
            self.fire();
            self.feed(class, tick);
            for (l, layer) in self.net.layers.iter_mut().enumerate().skip(1) {
                layer.add_outer(rates[l], &self.trace[l - 1], &self.apical[l]);
            }
        }
        self.net.layers[0].add_outer(rates[0], x, &self.summed);
    }

    fn answer(&mut self, x: &[f32]) -> usize {
        self.begin(x);
        for _ in 0..self.params.ticks {
            self.fire();
        }
        let top = self.v.len() - 1;
        let rest = self.count.iter().zip(&self.v[top]).zip(&self.s[top]);
        greatest(&rest.map(|((count, v), s)| count + v - s).collect::<Vec<_>>())
    }
}
