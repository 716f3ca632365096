//! What a recipe chooses from, and what it says about a run on a trained network.

use crate::named::names;
use hebbit_core::net::WeightFormat;
use hebbit_core::num::{KeyedRng, stream};
use serde::{Deserialize, Serialize};

names! {
    /// Which feedback weights carry the error down.
    Feedback {
        /// The sign of the forward weight times a constant.
        Sign = "sign",
        /// The forward weight itself.
        Tied = "tied",
        /// Fixed random weights.
        Random = "random",
        /// Random weights that learn.
        Learned = "learned",
        /// Random weights that are drawn from their key whenever they are needed, never stored.
        Keyed = "keyed",
        /// No feedback.
        None = "none",
    }
}
names! {
    /// How wide weights are.
    WeightWidth {
        /// 8 bits.
        I8 = "i8",
        /// 16 bits.
        I16 = "i16",
    }
}
impl WeightWidth {
    /// The core's word for it.
    pub(super) fn format(self) -> WeightFormat {
        match self {
            Self::I8 => WeightFormat::I8,
            Self::I16 => WeightFormat::I16,
        }
    }
}
names! {
    /// Whether samples are changed a little before they are learned.
    Augment {
        /// Never.
        None = "none",
        /// Shifted by at most one pixel each way, during the first three quarters of the run.
        Shift1 = "shift1",
    }
}
names! {
    /// How pixels become events.
    Encoding {
        /// One graded event per pixel and sample.
        Graded = "graded",
        /// Sigma-delta spikes.
        Rate = "rate",
        /// Keyed random spikes.
        Poisson = "poisson",
        /// One spike, the brighter the earlier.
        Latency = "latency",
    }
}
names! {
    /// When the network answers.
    Readout {
        /// By spike count, after all ticks.
        Count = "count",
        /// At the first output spike, when classifying.
        First = "first",
        /// By membrane, after all ticks.
        Membrane = "membrane",
    }
}
names! {
    /// What the teacher says about a sample.
    Teacher {
        /// Its class.
        Labels = "labels",
        /// Whether the answer is right.
        YesNo = "yes-no",
    }
}

impl Teacher {
    /// Whether it is the usual one, which a note does not name.
    pub(super) fn is_labels(&self) -> bool {
        *self == Self::Labels
    }

    /// That one.
    pub(super) fn usual() -> Self {
        Self::Labels
    }
}

names! {
    /// How fast a deployed network follows its data.
    Pace {
        /// Slowly, and only what was answered wrong: for networks quantized from float, and data that do not change.
        Careful = "careful",
        /// The rate falls as fewer answers are wrong, and nothing is learned again: for data that do not change.
        Steady = "steady",
        /// Remembered samples are learned again the more often, the more answers are wrong.
        Brisk = "brisk",
        /// Many remembered samples are always learned again: for data that change quickly, at 65 times the cost.
        Fast = "fast",
    }
}

/// What a run on a trained network has beside the options of every run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Onward {
    /// Digests of the networks that it descends from, the oldest first.
    pub parents: Vec<String>,
    /// Key of the order of presentation, and of which samples are labelled.
    pub seed: u64,
    /// Whether samples come in the order of the data set.
    pub in_order: bool,
    /// One of so many samples has a label.
    pub label_every: u32,
    /// How fast it follows its data.
    pub pace: Pace,
    /// Labelled samples that it remembers.
    pub remember: u16,
    /// Remembered samples that it learns again after a labelled one.
    pub again: u16,
    /// The same after a sample without a label.
    pub again_unlabelled: u16,
    /// Whether the first of its parents was quantized from float.
    pub quantized: bool,
}

/// Whether sample `i` of a stream in which one of `every` samples has a label has one: each so many in a row have exactly one, at a
/// place that is drawn.
pub fn is_labelled(i: u64, every: u32, seed: u64) -> bool {
    let every = u64::from(every.max(1));
    let mut rng = KeyedRng::new((i / every) as u32, stream::LABELS, seed);
    every == 1 || i % every == u64::from(rng.below(every as u32))
}
