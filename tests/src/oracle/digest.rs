//! NUMBERS section 8: every word in one order, and the numbers that stand for all of them.

use super::network::Network;
use super::numbers::{Int, mix, mix_round};
use hebbit_core::net::{Digest, Place, Scope};

/// The digest of `words`.
pub fn of(words: impl IntoIterator<Item = Int>) -> Digest {
    let (mut x, mut y, mut count) = (0x4845_4242, 0x4954_0001, 0);
    for word in words {
        (x, y) = mix_round(x, y, word);
        count = (count + 1) % (1 << 32);
    }
    let (x, y) = mix(x, y, count, 0);
    Digest(u64::try_from(x * (1 << 32) + y).expect("64 bits"))
}

impl Network {
    /// Every word of state in the order of NUMBERS 8.2.
    pub fn walk(&self, see: &mut dyn FnMut(Place, u16)) {
        for (l, layer) in self.layers.iter().enumerate() {
            let names = self.plan.layers[l].columns();
            let mut column = |column: &'static str, words: &[Int]| {
                for (index, &w) in words.iter().enumerate() {
                    see(Place { part: "layer", number: l, column, index }, low16(w));
                }
            };
            for (c, name) in names.iter().enumerate() {
                let words: Vec<Int> = layer.state.iter().map(|state| state[c]).collect();
                column(name, &words);
            }
            column("event", &layer.event);
            column("apical", &layer.apical);
            column("sum", &layer.sum);
            let plan = &self.plan;
            let [[of_line, _], [of_delayed, _], [_, of_neuron]] =
                [plan.line_rule(l, false), plan.line_rule(l, true), plan.rule_of(l)]
                    .map(|rule| rule.acts().remembers());
            column("line trace", &columns(&layer.line_trace, of_line));
            column("trace", &columns(&layer.trace, of_neuron));
            if self.plan.is_delayed(l) {
                column("delayed event", &layer.before.event);
                column("delayed sum", &layer.before.sum);
                column("delayed line trace", &columns(&layer.before.trace, of_delayed));
            }
        }
        for (p, post) in self.post.iter().enumerate() {
            for (term, column) in ["post 0", "post 1"].into_iter().enumerate() {
                for (index, &w) in post[term].iter().enumerate() {
                    see(Place { part: "projection", number: p, column, index }, low16(w));
                }
            }
        }
        for (b, post) in self.back_post.iter().enumerate() {
            for (index, &w) in post.iter().enumerate() {
                see(Place { part: "feedback", number: b, column: "post", index }, low16(w));
            }
        }
    }

    /// NUMBERS 8.2 to 8.4.
    pub fn digest(&self, scope: Scope) -> Digest {
        match scope {
            Scope::State => {
                let mut words = Vec::new();
                self.walk(&mut |_, word| words.push(Int::from(word)));
                of(words)
            }
            Scope::Weights => {
                let all = self.weights.iter().chain(&self.own).flatten().flatten();
                of(all.map(|w| w.rem_euclid(1 << 32)))
            }
            Scope::Stored => {
                let mut words: Vec<Int> =
                    self.kept().iter().flatten().flatten().map(|&w| low16(w).into()).collect();
                let weights = Int::from(self.digest(Scope::Weights).0);
                words.extend([weights >> 32, weights % (1 << 32)]);
                words.extend([self.plan.samples, self.plan.steps, self.plan.presented]);
                words.push(self.plan.mean.rem_euclid(1 << 32));
                if self.plan.life.is_on() {
                    words.extend(self.plan.lived.words());
                }
                of(words)
            }
        }
    }
}

/// Column by column, one behind the other.
fn columns(words: &[Vec<Int>], columns: usize) -> Vec<Int> {
    (0..columns).flat_map(|c| words.iter().map(move |words| words[c])).collect()
}

fn low16(w: Int) -> u16 {
    assert!((-32768..=65535).contains(&w), "{w} is no word of 16 bits");
    u16::try_from(w.rem_euclid(1 << 16)).expect("16 bits")
}
