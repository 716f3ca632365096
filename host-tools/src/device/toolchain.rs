//! Which compiler builds firmware here.

use super::error::DeviceError;
use std::path::PathBuf;

/// Builds the firmware of a board: the file to flash or to run.
///
/// # Errors
/// If the sources or a tool are missing.
pub fn firmware(board: &str, _: &dyn Fn(&str)) -> Result<PathBuf, DeviceError> {
    Err(DeviceError::NoSources { path: PathBuf::from(board) })
}

/// What is missing to build the firmware of a board, and how to get it; `None` if nothing is.
pub fn missing(_: &str) -> Option<String> {
    Some("no compiler".to_owned())
}
