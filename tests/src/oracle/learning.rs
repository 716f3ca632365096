//! NUMBERS 7.8, 7.9 and 6: feedback, factors, weights. Every row, every column, every time.
#![allow(clippy::needless_range_loop, reason = "indices, as in the text")]

use super::network::Network;
use super::numbers::{
    Int, Key, Step, align, clamp, exact, falling, floor_shift, fold_rate, saturate, updated,
};
use super::plan::{Along, Feedback};
use super::rules::{Post, Seen, post, pre, send, teach};

impl Network {
    fn seen(&self, l: usize, i: usize) -> Seen {
        let layer = &self.layers[l];
        let output = l + 1 == self.layers.len();
        Seen { event: layer.event[i], sum: layer.sum[i], apical: layer.apical[i], output }
    }

    /// NUMBERS 7.8. `class` is what the teacher says, if there is one.
    pub(super) fn feedback(&mut self, class: Option<usize>) {
        let output = self.layers.len() - 1;
        for i in 0..self.plan.layers[output].neurons {
            let sum = self.layers[output].sum[i];
            self.layers[output].apical[i] = class.map_or(0, |class| teach(&self.plan.rule, sum, i == class));
            self.layers[output].send[i] = send(&self.plan.rule, self.seen(output, i));
        }
        for l in (1..output).rev() {
            for r in 0..self.plan.layers[l].neurons {
                let mut total = 0;
                for (b, feedback) in self.plan.feedbacks.iter().enumerate() {
                    if feedback.layer == l {
                        total = exact(total + self.part(b, feedback, r));
                    }
                }
                self.layers[l].apical[r] = saturate(total);
            }
            for r in 0..self.plan.layers[l].neurons {
                self.layers[l].send[r] = send(&self.plan.rule, self.seen(l, r));
            }
        }
    }

    fn part(&self, b: usize, feedback: &Feedback, r: usize) -> Int {
        let u = self.plan.upward(feedback.layer).expect("checked");
        let weights = &self.weights[u][r];
        let sends = self.layers[feedback.layer + 1].send.iter().enumerate();
        match feedback.weights {
            Along::Sign => {
                let sum = sends.map(|(c, s)| if weights[c] < 0 { -s } else { *s }).sum();
                floor_shift(exact(sum), feedback.shift)
            }
            Along::Tied => {
                let sum = sends.map(|(c, s)| weights[c] * s).sum();
                clamp(floor_shift(sum, self.plan.projections[u].fraction), -(1 << 31), (1 << 31) - 1)
            }
            Along::Own => {
                let sum = sends.map(|(c, s)| self.own[b][c][r] * s).sum();
                floor_shift(exact(sum), feedback.shift)
            }
        }
    }

    /// NUMBERS 7.9.
    pub(super) fn learn_step(&mut self) {
        let posts = self.neurons_learn();
        self.rates(&posts);
        let pres = self.lines_learn();
        self.update(&posts, &pres);
        self.plan.steps = (self.plan.steps + 1) % (1 << 32);
    }

    fn neurons_learn(&mut self) -> Vec<Vec<Post>> {
        let mut all = vec![Vec::new()];
        for l in 1..self.layers.len() {
            let mut posts = Vec::new();
            for i in 0..self.plan.layers[l].neurons {
                let trace = self.layers[l].trace.get(i).copied().unwrap_or(0);
                let one = post(&self.plan.rule, trace, self.seen(l, i));
                if let Some(trace) = self.layers[l].trace.get_mut(i) {
                    *trace = one.trace;
                }
                posts.push(one);
            }
            all.push(posts);
        }
        all
    }

    fn key(&self, p: usize) -> Key {
        Key::new(self.plan.steps, p as Int, self.plan.seed)
    }

    fn rates(&mut self, posts: &[Vec<Post>]) {
        for (p, plan) in self.plan.projections.iter().enumerate() {
            if !plan.plastic {
                continue;
            }
            let rate = falling(plan.rate, self.plan.samples, self.plan.halve_every);
            for (c, post) in posts[plan.post].iter().enumerate() {
                for t in 0..2 {
                    let dither = self.key(p).dither(0, 1 + t as Int, c);
                    self.post[p][t][c] = fold_rate(post.terms[t], rate, dither);
                }
            }
        }
    }

    fn lines_learn(&mut self) -> Vec<Vec<[Int; 2]>> {
        let mut all = Vec::new();
        for l in 0..self.layers.len() - 1 {
            let graded = self.plan.layers[l].graded();
            let layer = &mut self.layers[l];
            let mut pres = Vec::new();
            for line in 0..layer.event.len() {
                let trace = layer.line_trace.get(line).copied().unwrap_or(0);
                let (x, factors) = pre(&self.plan.rule, trace, layer.event[line], layer.sum[line], graded);
                if let Some(trace) = layer.line_trace.get_mut(line) {
                    *trace = x;
                }
                pres.push(factors);
            }
            all.push(pres);
        }
        all
    }

    fn update(&mut self, posts: &[Vec<Post>], pres: &[Vec<[Int; 2]>]) {
        for p in 0..self.plan.projections.len() {
            let plan = self.plan.projections[p].clone();
            if !plan.plastic {
                continue;
            }
            let key = self.key(p);
            for r in 0..self.plan.rows(&plan) {
                for c in 0..self.plan.columns(&plan) {
                    let step = Step {
                        pre: pres[plan.pre][r],
                        post: [self.post[p][0][c], self.post[p][1][c]],
                        forget: posts[plan.post][c].forget.then_some(plan.forget_shift),
                        dither: key.dither(r as Int, 0, c),
                        shift: self.plan.shift(),
                        low: plan.low,
                        high: plan.high,
                    };
                    let w = updated(self.weights[p][r][c], &step);
                    self.changes += u64::from(w != self.weights[p][r][c]);
                    self.weights[p][r][c] = w;
                }
            }
        }
    }

    /// NUMBERS 4.1: the current of neuron `c` of layer `l`.
    pub(super) fn current(&self, l: usize, c: usize) -> Int {
        let mut total = 0;
        for (p, plan) in self.plan.projections.iter().enumerate() {
            if plan.post == l {
                let mut sum = 0;
                for r in 0..self.plan.rows(plan) {
                    sum = exact(sum + self.weights[p][r][c] * self.layers[plan.pre].event[r]);
                }
                total = exact(total + align(sum, self.plan.alignment(plan)));
            }
        }
        saturate(total)
    }
}
