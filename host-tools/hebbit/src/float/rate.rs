//! The rate twin of a network of integrate-and-fire neurons.
//!
//! ```text
//! x  = pixel / 255
//! h1 = clip(W1 x  + b1, 0, 1)        every hidden layer; with `relu`: max(W1 x + b1, 0)
//! y  = W2 h1 + b2                    class = argmax(y), of equals the lowest
//! ```
//!
//! An integrator of threshold 1 that gets a constant current `a` and is reset by subtraction fires
//! `floor(ticks · clip(a, 0, 1))` times: `clip(a, 0, 1)` is its rate per tick, and the twin's activation. Two things
//! are not the same. A graded event of 255 weighs 255/256, and so does the bias line of a graded layer, so that the
//! currents of the first layer are 255/256 of the twin's. And spikes of a hidden layer come one by one: what the
//! layer above gets is not constant, only right on average.

use super::Dense;
use crate::named::names;
use hebbit_core::num::{KeyedRng, stream};

names! {
    /// What a hidden neuron makes of its input.
    Activation {
        /// `min(max(z, 0), 1)`: what an integrate-and-fire neuron does.
        Clip = "clip",
        /// `max(z, 0)`.
        Relu = "relu",
    }
}

impl Activation {
    /// The activation of a sum.
    pub fn of(self, z: f64) -> f64 {
        match self {
            Self::Clip => z.clamp(0.0, 1.0),
            Self::Relu => z.max(0.0),
        }
    }

    /// Its derivative; 0 at the kinks.
    pub fn slope(self, z: f64) -> f64 {
        let open = z > 0.0 && (self == Self::Relu || z < 1.0);
        f64::from(u8::from(open))
    }
}

/// What a network computes for one sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Forward {
    /// `W x + b` of every layer, the first hidden one first.
    pub sums: Vec<Vec<f64>>,
    /// The activations of every hidden layer.
    pub hidden: Vec<Vec<f64>>,
}

impl Forward {
    /// The output neuron with the greatest sum, of equals the lowest.
    pub fn class(&self) -> usize {
        let output = self.sums.last().map_or(&[][..], Vec::as_slice);
        let best = output.iter().enumerate().rev().max_by(|a, b| a.1.total_cmp(b.1));
        best.map_or(0, |(i, _)| i)
    }
}

/// A dense network of rates.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// Projections, each from one layer to the next.
    pub layers: Vec<Dense>,
    /// Of the hidden layers.
    pub activation: Activation,
}

impl Rate {
    /// Random weights of deviation `sqrt(2 / (rows + columns))`, keyed by the seed as those of a network are; no bias.
    pub fn random(layers: &[u16], activation: Activation, seed: u64) -> Self {
        let projection = |(p, sizes): (usize, &[u16])| {
            let mut rng = KeyedRng::new(0, stream::WEIGHTS + p as u32, seed);
            let mut dense = Dense::zeros(sizes[0].into(), sizes[1].into());
            let deviation = (2.0 / (dense.rows + dense.columns) as f64).sqrt() / 65_536.0;
            dense.weights.iter_mut().for_each(|w| *w = f64::from(rng.normal()) * deviation);
            dense
        };
        Self { layers: layers.windows(2).enumerate().map(projection).collect(), activation }
    }

    /// Pixels as the network sees them: 0 to 1.
    pub fn input(sample: &[u8]) -> Vec<f64> {
        sample.iter().map(|&pixel| f64::from(pixel) / 255.0).collect()
    }

    /// Every layer's answer to `x`.
    pub fn forward(&self, x: &[f64]) -> Forward {
        let (mut sums, mut hidden) = (Vec::new(), Vec::<Vec<f64>>::new());
        for (l, layer) in self.layers.iter().enumerate() {
            let z = layer.sums(hidden.last().map_or(x, Vec::as_slice));
            if l + 1 < self.layers.len() {
                hidden.push(z.iter().map(|&z| self.activation.of(z)).collect());
            }
            sums.push(z);
        }
        Forward { sums, hidden }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two inputs, two hidden, one output, as a person computes it.
    fn small(activation: Activation) -> Rate {
        let first = Dense { rows: 2, columns: 2, weights: vec![1.0, -1.0, 2.0, 0.5], bias: vec![0.25, 0.0] };
        let second = Dense { rows: 2, columns: 1, weights: vec![0.5, 4.0], bias: vec![-1.0] };
        Rate { layers: vec![first, second], activation }
    }

    #[test]
    fn clip_and_relu_by_hand() {
        let clip = small(Activation::Clip).forward(&[1.0, 0.5]);
        assert_eq!(clip.sums, [vec![2.25, -0.75], vec![-0.5]]);
        assert_eq!(clip.hidden, [vec![1.0, 0.0]]);
        let relu = small(Activation::Relu).forward(&[1.0, 0.5]);
        assert_eq!((relu.hidden, &relu.sums[1]), (vec![vec![2.25, 0.0]], &vec![0.125]));
    }

    #[test]
    fn of_equal_outputs_the_lowest_wins() {
        let class = |sums: &[f64]| Forward { sums: vec![sums.to_vec()], hidden: vec![] }.class();
        assert_eq!((class(&[1.0, 3.0, 3.0]), class(&[-1.0]), class(&[0.0, 0.0])), (1, 0, 0));
    }

    #[test]
    fn a_pixel_is_a_255th() {
        assert_eq!(Rate::input(&[0, 51, 255]), [0.0, 0.2, 1.0]);
    }
}
