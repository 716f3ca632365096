//! Writing a float network as an NPZ file: `w0`, `b0`, `w1`, …, float32, weights as [in, out].

use super::Rate;
use npyz::WriterBuilder;
use npyz::npz::NpzWriter;
use std::io::{self, Cursor};

impl Rate {
    /// The network as the bytes of an NPZ file.
    ///
    /// # Errors
    /// None that memory can have.
    pub fn to_npz(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Cursor::new(Vec::new());
        let mut npz = NpzWriter::new(&mut bytes);
        for (p, layer) in self.layers.iter().enumerate() {
            let shape = [layer.rows as u64, layer.columns as u64];
            for (name, shape, values) in [("w", &shape[..], &layer.weights), ("b", &shape[1..], &layer.bias)]
            {
                let array = npz.array(&format!("{name}{p}"), Default::default())?;
                let mut array = array.default_dtype().shape(shape).begin_nd()?;
                array.extend(values.iter().map(|&x| x as f32))?;
                array.finish()?;
            }
        }
        drop(npz);
        Ok(bytes.into_inner())
    }
}
