//! Writing a float network as an NPZ file: `w0`, `b0`, `w1`, …, float32, weights as [in, out].

use super::Rate;
use crate::data::npy;
use std::io;

impl Rate {
    /// The network as the bytes of an NPZ file.
    ///
    /// # Errors
    /// None that memory can have.
    pub fn to_npz(&self) -> io::Result<Vec<u8>> {
        let mut arrays = Vec::new();
        for (p, layer) in self.layers.iter().enumerate() {
            let shape = [layer.rows, layer.columns];
            for (name, shape, values) in [("w", &shape[..], &layer.weights), ("b", &shape[1..], &layer.bias)]
            {
                let values = values.iter().flat_map(|&x| (x as f32).to_le_bytes()).collect();
                arrays.push((format!("{name}{p}"), shape.to_vec(), values));
            }
        }
        npy::pack("<f4", false, &arrays)
    }
}
