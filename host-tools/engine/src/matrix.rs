//! A matrix of 32-bit floats and its biases: the arithmetic of the twins that learn one sample at a time.

use hebbit_core::num::{KeyedRng, stream};

/// Parallel sums of a dot product: as many as the widest vectors have lanes.
const LANES: usize = 16;

/// Weights from `rows` lines to `columns` neurons, and a bias per neuron.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Lines below.
    pub rows: usize,
    /// Neurons.
    pub columns: usize,
    /// `weights[row * columns + column]`: what one line sends is contiguous, as in the core.
    pub weights: Vec<f32>,
    /// One per neuron.
    pub bias: Vec<f32>,
}

impl Matrix {
    /// All zero.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, weights: vec![0.0; rows * columns], bias: vec![0.0; columns] }
    }

    /// Random weights of that deviation, the ones that a network of integers starts from with the same stream and
    /// seed; no bias.
    pub fn random(rows: usize, columns: usize, deviation: f32, stream: u32, seed: u64) -> Self {
        let mut rng = KeyedRng::new(0, stream, seed);
        let mut matrix = Self::zeros(rows, columns);
        matrix.weights.iter_mut().for_each(|w| *w = rng.normal() as f32 * deviation / 65_536.0);
        matrix
    }

    /// `W x + b` into `sums`. A line that is 0 is skipped: most pixels are.
    pub fn sums(&self, x: &[f32], sums: &mut [f32]) {
        sums.copy_from_slice(&self.bias);
        self.add_sums(x, sums);
    }

    /// Adds `W x`.
    pub fn add_sums(&self, x: &[f32], sums: &mut [f32]) {
        for (row, &x) in self.weights.chunks_exact(self.columns).zip(x).filter(|(_, x)| **x != 0.0) {
            for (sum, w) in sums.iter_mut().zip(row) {
                *sum += w * x;
            }
        }
    }

    /// `W^T d` into `lines`: what reaches the lines when it flows back from the neurons.
    pub fn back(&self, d: &[f32], lines: &mut [f32]) {
        for (line, row) in lines.iter_mut().zip(self.weights.chunks_exact(self.columns)) {
            *line = dot(row, d);
        }
    }

    /// `sign(W)^T d` into `lines`; the sign of 0 is +.
    pub fn back_signs(&self, d: &[f32], lines: &mut [f32]) {
        for (line, row) in lines.iter_mut().zip(self.weights.chunks_exact(self.columns)) {
            *line = row.iter().zip(d).map(|(w, d)| if *w < 0.0 { -d } else { *d }).sum();
        }
    }

    /// Adds `factor · x ⊗ d` to the weights and `factor · d` to the biases.
    pub fn add_outer(&mut self, factor: f32, x: &[f32], d: &[f32]) {
        self.add_weights(factor, x, d);
        for (b, d) in self.bias.iter_mut().zip(d) {
            *b += factor * d;
        }
    }

    /// Adds `factor · x ⊗ d` to the weights only.
    pub fn add_weights(&mut self, factor: f32, x: &[f32], d: &[f32]) {
        if factor == 0.0 || d.iter().all(|d| *d == 0.0) {
            return;
        }
        for (row, &x) in self.weights.chunks_exact_mut(self.columns).zip(x).filter(|(_, x)| **x != 0.0) {
            let x = factor * x;
            for (w, d) in row.iter_mut().zip(d) {
                *w += x * d;
            }
        }
    }

    /// All zero again.
    pub fn clear(&mut self) {
        self.weights.fill(0.0);
        self.bias.fill(0.0);
    }

    /// Adds `factor` times another matrix of its shape.
    pub fn add(&mut self, factor: f32, other: &Self) {
        self.weights.iter_mut().zip(&other.weights).for_each(|(w, o)| *w += factor * o);
        self.bias.iter_mut().zip(&other.bias).for_each(|(b, o)| *b += factor * o);
    }

    /// Every weight times a number: decay.
    pub fn scale(&mut self, factor: f32) {
        self.weights.iter_mut().for_each(|w| *w *= factor);
    }
}

/// `Σ a b`, summed in lanes: the order of a plain loop would forbid vectors.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (mut a, mut b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let mut lanes = [0.0f32; LANES];
    for (a, b) in a.by_ref().zip(b.by_ref()) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f32>() + rest
}

/// The angle between two updates as its cosine; 0 if one of them is nothing.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot =
        |a: &[f32], b: &[f32]| -> f64 { a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum() };
    let length = (dot(a, a) * dot(b, b)).sqrt();
    if length == 0.0 { 0.0 } else { dot(a, b) / length }
}

/// The stream of the feedback weights to layer `l` of the neurons.
pub fn feedback_stream(l: usize) -> u32 {
    stream::FEEDBACK + l as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_back_and_outer_by_hand() {
        let mut m = Matrix { rows: 2, columns: 2, weights: vec![1.0, -1.0, 2.0, 0.5], bias: vec![0.25, 0.0] };
        let mut out = [0.0; 2];
        m.sums(&[1.0, 0.5], &mut out);
        assert_eq!(out, [2.25, -0.75]);
        m.back(&[1.0, 2.0], &mut out);
        assert_eq!(out, [-1.0, 3.0]);
        m.back_signs(&[1.0, 2.0], &mut out);
        assert_eq!(out, [-1.0, 3.0]);
        m.add_outer(0.5, &[0.0, 2.0], &[1.0, 0.0]);
        assert_eq!((m.weights, m.bias), (vec![1.0, -1.0, 3.0, 0.5], vec![0.75, 0.0]));
    }

    #[test]
    fn a_dot_product_has_a_tail() {
        let a: Vec<f32> = (0..37).map(|i| i as f32).collect();
        assert_eq!(dot(&a, &a), (0..37).map(|i| i * i).sum::<i32>() as f32);
        assert!((cosine(&a, &a) - 1.0).abs() < 1e-12 && cosine(&a, &[0.0; 37]) == 0.0);
    }
}
