//! NUMBERS 7.9 and 6: factors and weights. Every row, every column, every time.
#![allow(clippy::needless_range_loop, reason = "indices, as in the text")]

use super::feedback::Now;
use super::network::Network;
use super::numbers::{Int, Key, LEARN_FEEDBACK, Step, exact, falling, fold_rate, saturate, updated};
use super::plan::{From, Learning, Window};
use super::rules::{Post, Seen};

/// What neurons and lines bring to a step, `[layer][index]`.
struct Factors {
    backs: Vec<Vec<[Int; 2]>>,
    pres: Vec<Vec<[Int; 2]>>,
    /// Those of lines in the tick before.
    befores: Vec<Vec<[Int; 2]>>,
}

impl Network {
    /// A learning step in the last tick of `window`, or in another one.
    pub(super) fn learn_step(&mut self, now: &Now, window: &Window, last: bool) {
        let (backs, posts) = self.neurons_learn(now);
        let forgets = self.rates(&posts, window, last);
        self.back_rates(&backs);
        let pres = self.lines_learn(now);
        let befores = self.lines_before_learn(now);
        let factors = Factors { backs, pres, befores };
        for (p, forget) in forgets.iter().enumerate() {
            if let Some(forget) = forget {
                self.update(p, forget, &factors);
            }
        }
        for b in 0..self.plan.feedbacks.len() {
            self.update_own(b, &factors);
        }
        self.plan.steps = (self.plan.steps + 1) % (1 << 32);
    }

    fn neurons_learn(&mut self, now: &Now) -> (Vec<Vec<[Int; 2]>>, Vec<Vec<Post>>) {
        let (mut backs, mut posts) = (vec![Vec::new()], vec![Vec::new()]);
        for l in 1..self.layers.len() {
            let (mut back, mut post) = (Vec::new(), Vec::new());
            for i in 0..self.plan.layers[l].neurons {
                let seen = self.seen(now, l, i);
                let rule = self.plan.rule_of(l).acts();
                let state = &mut self.layers[l].trace[i];
                back.push(rule.back(state, &seen));
                post.push(rule.post(state, &seen));
            }
            assert!(post.iter().all(|p: &Post| p.terms.iter().all(|&t| saturate(t) == t)), "terms");
            assert!(back.iter().all(|b: &[Int; 2]| b[0].abs() <= 255 && saturate(b[1]) == b[1]), "back");
            backs.push(back);
            posts.push(post);
        }
        (backs, posts)
    }

    fn key(&self, p: usize) -> Key {
        Key::new(self.plan.steps, p as Int, self.plan.seed)
    }

    fn falling(&self, rate: Int) -> Int {
        falling(rate, self.plan.samples, self.plan.halve_every) - self.plan.lived.slow
    }

    /// The `post` columns. Of each projection that learns now: which of its neurons forget.
    fn rates(&mut self, posts: &[Vec<Post>], window: &Window, last: bool) -> Vec<Option<Vec<bool>>> {
        let mut forgets = Vec::new();
        for (p, plan) in self.plan.projections.iter().enumerate() {
            if !plan.plastic {
                forgets.push(None);
                continue;
            }
            let mut posts = posts[plan.post].clone();
            let summed = plan.summed && window.learning == Learning::Tick;
            if summed {
                for (sum, post) in self.summed[p].iter_mut().zip(&posts) {
                    sum.terms = [0, 1].map(|t| exact(sum.terms[t] + post.terms[t]));
                    sum.forget |= post.forget;
                }
                posts = self.summed[p].iter().map(|s| Post { terms: s.terms.map(saturate), ..*s }).collect();
            }
            let learns = last || !summed;
            for (c, post) in posts.iter().enumerate() {
                for t in 0..2 {
                    let dither = self.key(p).dither(0, 1 + t as Int, c);
                    let rated = fold_rate(post.terms[t], self.falling(plan.rate), dither);
                    self.post[p][t][c] = if learns { rated } else { 0 };
                }
            }
            if summed && last {
                self.summed[p].fill(Post::default());
            }
            forgets.push(learns.then(|| posts.iter().map(|post| post.forget).collect()));
        }
        forgets
    }

    fn back_key(&self, b: usize) -> Key {
        Key::new(self.plan.steps, LEARN_FEEDBACK + b as Int, self.plan.seed)
    }

    fn back_rates(&mut self, backs: &[Vec<[Int; 2]>]) {
        for b in 0..self.plan.feedbacks.len() {
            let plan = &self.plan.feedbacks[b];
            let rate = self.falling(plan.rate);
            for c in 0..self.back_post[b].len() {
                let dither = self.back_key(b).dither(0, 1, c);
                self.back_post[b][c] = fold_rate(backs[plan.layer][c][1], rate, dither);
            }
        }
    }

    fn lines_learn(&mut self, now: &Now) -> Vec<Vec<[Int; 2]>> {
        let mut all = Vec::new();
        for l in 0..self.layers.len() - 1 {
            let mut pres = Vec::new();
            for line in 0..=self.plan.layers[l].neurons {
                let rule = self.plan.line_rule(l, false);
                let seen = self.seen_line(rule, now, l, line);
                let factors = rule.acts().pre(&mut self.layers[l].line_trace[line], &seen);
                assert!(factors.iter().all(|f| f.abs() <= 255), "pre factors {factors:?}");
                pres.push(factors);
            }
            all.push(pres);
        }
        all
    }

    fn lines_before_learn(&mut self, now: &Now) -> Vec<Vec<[Int; 2]>> {
        let mut all = Vec::new();
        for l in 0..self.layers.len() {
            let lines = if self.plan.is_delayed(l) { self.plan.layers[l].neurons + 1 } else { 0 };
            let mut pres = Vec::new();
            for line in 0..lines {
                let rule = self.plan.line_rule(l, true);
                let seen = self.seen_line(rule, now, l, line);
                let before = &mut self.layers[l].before;
                let seen = Seen { event: before.event[line], sum: before.sum[line], ..seen };
                pres.push(rule.acts().pre(&mut before.trace[line], &seen));
            }
            all.push(pres);
        }
        all
    }

    fn update(&mut self, p: usize, forget: &[bool], factors: &Factors) {
        let plan = self.plan.projections[p].clone();
        let key = self.key(p);
        let pres = if plan.delay { &factors.befores } else { &factors.pres };
        for line in 0..self.plan.lines(&plan) {
            for neuron in 0..self.plan.columns(&plan) {
                let Some((r, c)) = self.plan.meets(&plan, line, neuron) else { continue };
                let step = Step {
                    pre: pres[plan.pre][line],
                    post: [self.post[p][0][neuron], self.post[p][1][neuron]],
                    forget: forget[neuron].then_some(plan.forget_shift),
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

    fn update_own(&mut self, b: usize, factors: &Factors) {
        let plan = self.plan.feedbacks[b].clone();
        let From::Layer(from) = plan.from else { return };
        if !plan.plastic {
            return;
        }
        let key = self.back_key(b);
        for r in 0..self.plan.layers[from].neurons {
            for c in 0..self.plan.layers[plan.layer].neurons {
                let step = Step {
                    pre: [factors.backs[from][r][0], 0],
                    post: [self.back_post[b][c], 0],
                    forget: None,
                    dither: key.dither(r as Int, 0, c),
                    shift: self.plan.shift(),
                    low: -plan.bound,
                    high: plan.bound,
                };
                let w = updated(self.own[b][r][c], &step);
                self.own_changes += u64::from(w != self.own[b][r][c]);
                self.own[b][r][c] = w;
            }
        }
    }
}
