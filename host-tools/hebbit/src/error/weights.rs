//! What can be wrong with a file of float weights.

use std::path::{Path, PathBuf};

use super::Advice;

/// How such a file is written.
const HOW: &str = "write it with numpy.savez(FILE, w0=…, b0=…, w1=…, b1=…), weights as [in, out] or [out, in], or from \
                   PyTorch with numpy.savez(FILE, **{k: v.cpu().numpy() for k, v in model.state_dict().items()}); \
                   what is no weights, biases or batch norm is left out";

/// What is wrong with a file of float weights.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", .path.display())]
pub struct WeightsError {
    /// The file.
    pub path: PathBuf,
    /// What was found, and what was expected.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl WeightsError {
    pub(crate) fn new(path: &Path, message: String) -> Self {
        Self { path: path.into(), message, help: HOW.to_owned() }
    }

    /// The stable code, and what to do next.
    pub fn advice(&self) -> Advice<'_> {
        ("hebbit::weights", (&self.help).into())
    }
}
