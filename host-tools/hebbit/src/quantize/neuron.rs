//! Parameters of spiking neurons that a file has beside weights, and batch norms, which become part of the weights before them.

use crate::float::Dense;

/// What a batch norm adds to a variance, where nothing else is said.
const EPS: f64 = 1e-5;

/// What becomes of a parameter of spiking neurons: a sentence on what the network does instead.
///
/// # Errors
/// A sentence, if leaving it out would make another network of it.
pub(super) fn parameter(name: &str, word: &str, values: &[f64]) -> Result<String, String> {
    let what = match word {
        "beta" => "the share of its membrane that a neuron keeps in a tick",
        "alpha" => "the share of its current that a neuron keeps in a tick",
        "threshold" => "a threshold",
        "reset_mechanism_val" => "the kind of reset",
        _ => "the size of a spike",
    };
    let &[value] = values else {
        let n = values.len();
        return Err(format!(
            "array `{name}` holds {n} values, each {what}: neurons of their own kind each are not carried"
        ));
    };
    // As many digits as float32 has: 0.9, not 0.8999999761581421.
    let short = value as f32;
    let here = match (word, value) {
        ("beta", 1.0)
        | ("threshold" | "graded_spikes_factor", 1.0)
        | ("alpha" | "reset_mechanism_val", 0.0) => "the same here",
        ("beta", _) => "here it keeps all",
        ("alpha", _) => "here a current lasts one tick",
        ("reset_mechanism_val", _) => "here the threshold is subtracted",
        ("threshold", _) => {
            return Err(format!(
                "array `{name}` is a threshold of {short}: divide the weights and biases before it by that"
            ));
        }
        _ => {
            return Err(format!(
                "array `{name}` is a spike of size {short}: multiply the weights behind it by that"
            ));
        }
    };
    Ok(format!("not carried: `{name}` = {short}, {what}; {here}"))
}

/// A batch norm: a number per neuron each.
pub(super) struct Norm<'a> {
    /// None: 1.
    pub(super) scale: Option<&'a [f64]>,
    /// None: 0.
    pub(super) shift: Option<&'a [f64]>,
    pub(super) mean: &'a [f64],
    pub(super) variance: &'a [f64],
}

impl Norm<'_> {
    /// `scale (W x + b - mean) / sqrt(variance + eps) + shift` as weights and biases.
    pub(super) fn fold(&self, dense: &mut Dense) {
        let one = |j: usize| self.scale.map_or(1.0, |scale| scale[j]) / (self.variance[j] + EPS).sqrt();
        let factors: Vec<f64> = (0..dense.columns).map(one).collect();
        for row in dense.weights.chunks_exact_mut(dense.columns) {
            row.iter_mut().zip(&factors).for_each(|(w, factor)| *w *= factor);
        }
        for (j, bias) in dense.bias.iter_mut().enumerate() {
            *bias = (*bias - self.mean[j]) * factors[j] + self.shift.map_or(0.0, |shift| shift[j]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batch_norm_by_hand() {
        let mut dense = Dense { rows: 1, columns: 2, weights: vec![3.0, -1.0], bias: vec![0.5, 0.25] };
        let norm = Norm {
            scale: Some(&[2.0, 1.0]),
            shift: Some(&[0.125, 0.0]),
            mean: &[1.5, 0.25],
            variance: &[4.0 - EPS, 0.25 - EPS],
        };
        norm.fold(&mut dense);
        // 2 (3 x + 0.5 - 1.5) / 2 + 0.125 and (-x + 0.25 - 0.25) / 0.5.
        let close =
            |got: &[f64], want: [f64; 2]| got.iter().zip(want).all(|(got, want)| (got - want).abs() < 1e-12);
        assert!(close(&dense.weights, [3.0, -2.0]) && close(&dense.bias, [-0.875, 0.0]), "{dense:?}");
        Norm { scale: None, shift: None, mean: &[1.0, 0.0], variance: &[1.0 - EPS; 2] }.fold(&mut dense);
        assert!(close(&dense.weights, [3.0, -2.0]) && close(&dense.bias, [-1.875, 0.0]), "{dense:?}");
    }

    #[test]
    fn parameters_are_told_or_refused() {
        let check = |word: &str, values: &[f64], want: &str| {
            let got =
                parameter("lif1.x", word, values).unwrap_or_else(|problem| format!("refused: {problem}"));
            assert!(got.contains(want), "{got}");
        };
        check(
            "beta",
            &[0.9],
            "not carried: `lif1.x` = 0.9, the share of its membrane that a neuron keeps in a tick; here it keeps all",
        );
        check("beta", &[1.0], "the same here");
        check("beta", &[0.9; 8], "refused: array `lif1.x` holds 8 values");
        check("alpha", &[0.5], "here a current lasts one tick");
        check("threshold", &[1.0], "not carried: `lif1.x` = 1, a threshold; the same here");
        check("threshold", &[0.5], "refused: array `lif1.x` is a threshold of 0.5: divide");
        check("reset_mechanism_val", &[0.0], "the same here");
        check("reset_mechanism_val", &[1.0], "here the threshold is subtracted");
        check("graded_spikes_factor", &[1.0], "the same here");
        check("graded_spikes_factor", &[3.0], "refused: array `lif1.x` is a spike of size 3: multiply");
    }
}
