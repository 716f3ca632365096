//! A matrix of float weights and its biases.

/// Weights from `rows` lines to `columns` neurons, and a bias per neuron.
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    /// Lines below.
    pub rows: usize,
    /// Neurons.
    pub columns: usize,
    /// `weights[row * columns + column]`: what one line sends is contiguous, as in the core.
    pub weights: Vec<f64>,
    /// One per neuron.
    pub bias: Vec<f64>,
}

impl Dense {
    /// All zero.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, weights: vec![0.0; rows * columns], bias: vec![0.0; columns] }
    }

    /// `W x + b`. A line that is 0 is skipped: most pixels are.
    pub fn sums(&self, x: &[f64]) -> Vec<f64> {
        let mut sums = self.bias.clone();
        for (row, &x) in self.weights.chunks_exact(self.columns).zip(x).filter(|(_, x)| **x != 0.0) {
            for (sum, w) in sums.iter_mut().zip(row) {
                *sum += w * x;
            }
        }
        sums
    }

    /// `W^T d`: what reaches the lines when it flows back from the neurons.
    pub fn back(&self, d: &[f64]) -> Vec<f64> {
        let dot = |row: &[f64]| row.iter().zip(d).map(|(w, d)| w * d).sum();
        self.weights.chunks_exact(self.columns).map(dot).collect()
    }

    /// Adds `factor · x ⊗ d` to the weights and `factor · d` to the biases.
    pub fn add_outer(&mut self, factor: f64, x: &[f64], d: &[f64]) {
        for (row, &x) in self.weights.chunks_exact_mut(self.columns).zip(x).filter(|(_, x)| **x != 0.0) {
            for (w, d) in row.iter_mut().zip(d) {
                *w += factor * x * d;
            }
        }
        for (b, d) in self.bias.iter_mut().zip(d) {
            *b += factor * d;
        }
    }

    /// Weights and biases times a number each.
    pub fn scale(&mut self, weights: f64, bias: f64) {
        self.weights.iter_mut().for_each(|w| *w *= weights);
        self.bias.iter_mut().for_each(|b| *b *= bias);
    }

    /// Every number, row by row, the biases last: the order of rows in a projection.
    pub fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        self.weights.iter().chain(&self.bias).copied()
    }
}
