//! Accuracy of a network that is tested with each sample before it learns it.

use super::train::percent;
use serde::Serialize;

/// Windows of a stream whose length is known.
const WINDOWS: u64 = 50;
/// Fewest samples of a window.
const SHORTEST: u64 = 20;

/// A window of a stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct PrequentialWindow {
    /// Samples of the stream up to the window's end.
    pub samples: u64,
    /// Percent of the window's samples that were right when they were presented, before they were learned.
    pub prequential: f64,
    /// Percent of them that the frozen network got right.
    pub frozen: Option<f64>,
}

/// Counts of right answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Right {
    samples: u64,
    learning: u64,
    frozen: u64,
}

/// Prequential accuracy of a stream, beside that of a frozen network on the same samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Prequential {
    window: u64,
    /// Whether there is a frozen network.
    frozen: bool,
    all: Right,
    open: Right,
    closed: Vec<PrequentialWindow>,
}

impl Prequential {
    /// Of a stream of about so many samples, with a frozen network or without.
    pub fn new(samples: u64, frozen: bool) -> Self {
        let window = (samples / WINDOWS).max(SHORTEST);
        Self { window, frozen, all: Right::default(), open: Right::default(), closed: Vec::new() }
    }

    /// Counts a sample.
    pub fn note(&mut self, right: bool, frozen_right: bool) {
        for counts in [&mut self.all, &mut self.open] {
            counts.samples += 1;
            counts.learning += u64::from(right);
            counts.frozen += u64::from(frozen_right);
        }
        if self.open.samples == self.window {
            self.close();
        }
    }

    fn close(&mut self) {
        let Right { samples, learning, frozen } = std::mem::take(&mut self.open);
        if samples > 0 {
            let frozen = self.frozen.then(|| percent(frozen, samples));
            let prequential = percent(learning, samples);
            self.closed.push(PrequentialWindow { samples: self.all.samples, prequential, frozen });
        }
    }

    /// Samples so far.
    pub fn samples(&self) -> u64 {
        self.all.samples
    }

    /// Percent that were right when they were presented; none of no samples.
    pub fn accuracy(&self) -> Option<f64> {
        (self.all.samples > 0).then(|| percent(self.all.learning, self.all.samples))
    }

    /// Percent of the same samples that the frozen network got right.
    pub fn frozen_accuracy(&self) -> Option<f64> {
        (self.frozen && self.all.samples > 0).then(|| percent(self.all.frozen, self.all.samples))
    }

    /// Window after window, the last one as far as it goes.
    pub fn windows(mut self) -> Vec<PrequentialWindow> {
        self.close();
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_partition_the_stream() {
        let mut counts = Prequential::new(2_050, true);
        for i in 0..2_050_u64 {
            counts.note(i % 4 != 0, i < 1_025);
        }
        assert_eq!(counts.samples(), 2_050);
        let all = counts.accuracy().unwrap();
        assert!((all - 74.97).abs() < 0.01, "{all}");
        assert_eq!(counts.frozen_accuracy(), Some(50.0));
        let windows = counts.windows();
        assert_eq!(windows.len(), 51, "50 of 41 samples");
        assert_eq!(windows.last().unwrap().samples, 2_050);
        assert_eq!((windows[0].frozen, windows[49].frozen), (Some(100.0), Some(0.0)));
    }

    #[test]
    fn of_no_samples_nothing_is_known() {
        let counts = Prequential::new(0, false);
        assert_eq!((counts.accuracy(), counts.frozen_accuracy()), (None, None));
        assert_eq!(counts.windows(), []);
    }
}
