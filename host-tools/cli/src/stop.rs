//! Ctrl-C: the first asks what runs to stop, a second one does not wait.

use crate::error::exit;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set by Ctrl-C.
pub(crate) static STOP: AtomicBool = AtomicBool::new(false);

/// The first Ctrl-C ends a run behind a sample; a second one does not wait.
pub(crate) fn watch_for_stop() {
    // A handler that is there already (two jobs in one process) is as good.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(exit::PARTIAL));
        }
    });
}
