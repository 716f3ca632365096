//! Triplet STDP and what a pairing experiment measures of it. After Pfister & Gerstner 2006, eq. 2 to 4, all-to-all.
//!
//! ```text
//! traces:       r1, r2 of pre spikes (tau_plus, tau_x);  o1, o2 of post spikes (tau_minus, tau_y)
//! pre spike:    w -= o1 (A2- + A3- r2)          r2, o2: as they were before this spike
//! post spike:   w += r1 (A2+ + A3+ o2)
//! ```
//!
//! Experiment (Sjöström, Turrigiano & Nelson 2001): 60 pairings of one pre and one post spike, 10 ms apart, repeated at
//! some frequency. What pairs alone cannot explain: potentiation grows with the frequency.

/// Time constants in ms, amplitudes per pair or triplet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Of `r1`.
    pub tau_plus: f64,
    /// Of `r2`.
    pub tau_x: f64,
    /// Of `o1`.
    pub tau_minus: f64,
    /// Of `o2`.
    pub tau_y: f64,
    /// Growth by pairs.
    pub a2_plus: f64,
    /// Growth by triplets post-pre-post.
    pub a3_plus: f64,
    /// Loss by pairs.
    pub a2_minus: f64,
    /// Loss by triplets pre-post-pre.
    pub a3_minus: f64,
}

impl Default for Params {
    /// The full all-to-all model fitted to visual cortex, of the paper.
    fn default() -> Self {
        Self {
            tau_plus: 16.8,
            tau_x: 101.0,
            tau_minus: 33.7,
            tau_y: 125.0,
            a2_plus: 5e-10,
            a3_plus: 6.2e-3,
            a2_minus: 7e-3,
            a3_minus: 2.3e-4,
        }
    }
}

/// Pairings of an experiment.
const PAIRINGS: u32 = 60;
/// Ticks (of 1 ms) from one spike of a pair to the other.
const LAG: u32 = 10;

/// Which spike of a pair comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// +10 ms.
    PreFirst,
    /// -10 ms.
    PostFirst,
}

/// Change of the weight after 60 pairings, at each frequency in Hz.
pub fn pairing_curve(params: &Params, order: Order, frequencies: &[f64]) -> Vec<f64> {
    frequencies.iter().map(|hz| pairings(params, order, *hz)).collect()
}

fn pairings(p: &Params, order: Order, hz: f64) -> f64 {
    let at = |i: u32, lag: u32| (f64::from(i) * 1000.0 / hz).round() as u32 + lag;
    let (lag_pre, lag_post) = match order {
        Order::PreFirst => (0, LAG),
        Order::PostFirst => (LAG, 0),
    };
    let pre: Vec<u32> = (0..PAIRINGS).map(|i| at(i, lag_pre)).collect();
    let post: Vec<u32> = (0..PAIRINGS).map(|i| at(i, lag_post)).collect();
    let mut weight = 0.0;
    let (mut r1, mut r2, mut o1, mut o2) = (0.0, 0.0, 0.0, 0.0);
    let [keep_r1, keep_r2, keep_o1, keep_o2] =
        [p.tau_plus, p.tau_x, p.tau_minus, p.tau_y].map(|tau| (-1.0 / tau).exp());
    for tick in 0..=at(PAIRINGS, LAG) {
        (r1, r2, o1, o2) = (r1 * keep_r1, r2 * keep_r2, o1 * keep_o1, o2 * keep_o2);
        let (s_pre, s_post) = (spike(&pre, tick), spike(&post, tick));
        weight += s_post * r1 * (p.a2_plus + p.a3_plus * o2) - s_pre * o1 * (p.a2_minus + p.a3_minus * r2);
        (r1, r2, o1, o2) = (r1 + s_pre, r2 + s_pre, o1 + s_post, o2 + s_post);
    }
    weight
}

fn spike(train: &[u32], tick: u32) -> f64 {
    f64::from(u8::from(train.binary_search(&tick).is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HZ: [f64; 5] = [10.0, 20.0, 30.0, 40.0, 50.0];

    #[test]
    fn potentiation_grows_with_the_frequency() {
        let p = Params::default();
        let ltp = pairing_curve(&p, Order::PreFirst, &HZ);
        assert!(ltp.windows(2).all(|w| w[1] > w[0]) && ltp[4] > 0.4, "{ltp:?}");
        let ltd = pairing_curve(&p, Order::PostFirst, &HZ);
        assert!(ltd[0] < -0.15 && ltd[4] > ltd[0] + 0.4, "{ltd:?}");
    }

    #[test]
    fn one_pair_alone_is_the_pair_rule() {
        let p = Params { a2_plus: 0.01, a3_plus: 0.0, a3_minus: 0.0, ..Params::default() };
        // At 0.5 Hz pairs do not see each other.
        let one = pairings(&p, Order::PreFirst, 0.5) / f64::from(PAIRINGS);
        assert!((one - 0.01 * (-10.0f64 / 16.8).exp()).abs() < 1e-9);
        let one = pairings(&p, Order::PostFirst, 0.5) / f64::from(PAIRINGS);
        assert!((one + 0.007 * (-10.0f64 / 33.7).exp()).abs() < 1e-9);
    }
}
