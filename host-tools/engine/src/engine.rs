//! `CoreEngine`: the core on the host, behind the trait that all engines share.

use crate::kernels::AnyKernels;
use hebbit_core::checkpoint::{self, Checkpoint, CheckpointError};
use hebbit_core::net::{Digest, Engine, Moment, Network, Parts, Place, Plan, Scope, Target};
use hebbit_core::signal::{Input, Outcome};
use self_cell::{MutBorrow, self_cell};
use zerocopy::IntoBytes;

/// Why the core cannot do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CoreError {
    /// Not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A sample has the wrong length.
    #[error("a sample has {got} values, the network takes {want}")]
    Sample {
        /// Lines of the input layer.
        want: usize,
        /// Values of the sample.
        got: usize,
    },
}

/// Memory of a network, in words, so that bytes start at a multiple of 8.
struct Buffers {
    checkpoint: Vec<u64>,
    arena: Vec<u64>,
}

/// Who looks. One type for all of them: each type is the whole network once more for the compiler.
pub type Look<'a> = &'a mut dyn FnMut(Moment, &Parts<'_>);

type Running<'a> = Network<'a, AnyKernels>;

self_cell!(
    struct Cell {
        owner: MutBorrow<Buffers>,
        #[not_covariant]
        dependent: Running,
    }
);

/// A network that runs in the host's memory, in place on the bytes of its checkpoint.
pub struct CoreEngine {
    kernels: AnyKernels,
    cell: Cell,
    labels: Vec<u8>,
    note: Vec<u8>,
    schema: Vec<u8>,
}

impl CoreEngine {
    /// Loads a checkpoint.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn new(bytes: &[u8], kernels: AnyKernels) -> Result<Self, CoreError> {
        let stored = Checkpoint::parse(bytes)?;
        let mut words = vec![0_u64; bytes.len().div_ceil(8)];
        words.as_mut_bytes()[..bytes.len()].copy_from_slice(bytes);
        let arena = vec![0_u64; Network::<AnyKernels>::arena_bytes(&stored.plan).div_ceil(8)];
        let buffers = MutBorrow::new(Buffers { checkpoint: words, arena });
        let len = bytes.len();
        let cell = Cell::try_new(buffers, |owner| {
            let Buffers { checkpoint, arena } = owner.borrow_mut();
            checkpoint::open(&mut checkpoint.as_mut_bytes()[..len], arena.as_mut_bytes(), kernels)
        })?;
        let [labels, note, schema] = [stored.labels, stored.note, stored.schema].map(<[u8]>::to_vec);
        Ok(Self { kernels, cell, labels, note, schema })
    }

    /// What the network is, counters as they are now.
    pub fn plan(&self) -> Plan {
        self.cell.with_dependent(|_, network| network.plan().clone())
    }

    /// Looks at state and weights.
    pub fn with_parts<T>(&self, f: impl FnOnce(&Parts<'_>) -> T) -> T {
        self.cell.with_dependent(|_, network| f(network.parts()))
    }

    /// Bytes of state, the weights not counted.
    pub fn state_bytes(&self) -> usize {
        self.cell.with_dependent(|_, network| Network::<AnyKernels>::arena_bytes(network.plan()))
    }

    /// The samples that the network remembers, the oldest first.
    pub fn remembered(&self) -> Vec<(Vec<u8>, u8)> {
        self.cell.with_dependent(|_, network| {
            let ring = network.ring();
            let recall = |age| ring.recall(age).map(|(sample, class)| (sample.to_vec(), class));
            (0..ring.len()).rev().filter_map(recall).collect()
        })
    }

    /// Answers one sample; `see` looks after each phase.
    ///
    /// # Errors
    /// A sample of the wrong length.
    pub fn classify_observed(&mut self, sample: &[u8], mut see: Look<'_>) -> Result<Outcome, CoreError> {
        self.cell.with_dependent_mut(|_, network| {
            check_sample(network, sample)?;
            Ok(network.classify(sample, &mut see))
        })
    }

    /// Sets how many samples were presented, so that a set may be evaluated in parts with the same draws.
    pub fn seek(&mut self, presented: u32) {
        self.cell.with_dependent_mut(|_, network| network.seek(presented));
    }

    /// Sets the class of each output neuron ([`hebbit_core::encode::UNLABELLED`] for none), and reloads.
    ///
    /// # Errors
    /// A wrong number of labels.
    pub fn set_labels(&mut self, labels: Vec<u8>) -> Result<(), CoreError> {
        let bytes = self.bytes(&labels, &self.note, &self.schema)?;
        *self = Self::new(&bytes, self.kernels)?;
        Ok(())
    }

    /// The classes of the output neurons, empty if they stand for their index.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Sets what inputs and classes mean (the bytes of a [`hebbit_core::schema::Schema`], or none), and reloads.
    ///
    /// # Errors
    /// Bytes that are no schema, or one that does not fit the network.
    pub fn set_schema(&mut self, schema: &[u8]) -> Result<(), CoreError> {
        let bytes = self.bytes(&self.labels, &self.note, schema)?;
        *self = Self::new(&bytes, self.kernels)?;
        Ok(())
    }

    /// The bytes of what inputs and classes mean, empty if that is not said.
    pub fn schema(&self) -> &[u8] {
        &self.schema
    }

    /// The note of the checkpoint.
    pub fn note(&self) -> &[u8] {
        &self.note
    }

    /// The network as it is, as a checkpoint with another note.
    ///
    /// # Errors
    /// None that a loaded network can have.
    pub fn checkpoint(&self, note: &[u8]) -> Result<Vec<u8>, CoreError> {
        self.bytes(&self.labels, note, &self.schema)
    }

    fn bytes(&self, labels: &[u8], note: &[u8], schema: &[u8]) -> Result<Vec<u8>, CoreError> {
        self.cell.with_dependent(|_, network| {
            let len = checkpoint::bytes(network.plan(), labels.len(), note.len(), schema.len());
            let mut out = vec![0; len];
            checkpoint::save(network, labels, note, schema, &mut out)?;
            Ok(out)
        })
    }
}

fn check_sample(network: &Running<'_>, sample: &[u8]) -> Result<(), CoreError> {
    let want = network.plan().layers.first().map_or(0, |layer| layer.len());
    if sample.len() == want { Ok(()) } else { Err(CoreError::Sample { want, got: sample.len() }) }
}

impl Engine for CoreEngine {
    type Error = CoreError;

    fn name(&self) -> &'static str {
        "core"
    }

    fn load(&mut self, checkpoint: &[u8]) -> Result<(), CoreError> {
        *self = Self::new(checkpoint, self.kernels)?;
        Ok(())
    }

    fn classify(&mut self, sample: &[u8]) -> Result<Outcome, CoreError> {
        self.cell.with_dependent_mut(|_, network| {
            check_sample(network, sample)?;
            Ok(network.classify(sample, &mut ()))
        })
    }

    fn learn(&mut self, sample: &[u8], target: Target) -> Result<Outcome, CoreError> {
        self.cell.with_dependent_mut(|_, network| {
            check_sample(network, sample)?;
            Ok(network.learn(sample, target, &mut ()))
        })
    }

    fn begin(&mut self, target: Option<Target>) -> Result<(), CoreError> {
        self.cell.with_dependent_mut(|_, network| network.begin(target));
        Ok(())
    }

    fn tick(&mut self, input: Input<'_>) -> Result<bool, CoreError> {
        self.cell.with_dependent_mut(|_, network| {
            if let Input::Values(values) = input {
                check_sample(network, values)?;
            }
            Ok(network.tick(input, &mut ()))
        })
    }

    fn finish(&mut self) -> Result<Outcome, CoreError> {
        Ok(self.cell.with_dependent_mut(|_, network| network.finish(&mut ())))
    }

    fn remember(&mut self, sample: &[u8], class: u8) -> Result<(), CoreError> {
        self.cell.with_dependent_mut(|_, network| {
            check_sample(network, sample)?;
            network.remember(sample, class);
            Ok(())
        })
    }

    fn digest(&mut self, scope: Scope) -> Result<Digest, CoreError> {
        Ok(self.cell.with_dependent(|_, network| network.digest(scope)))
    }

    fn watch(
        &mut self,
        sample: &[u8],
        target: Target,
        see: &mut dyn FnMut(Moment, Place, u16),
    ) -> Result<Outcome, CoreError> {
        let mut observer: Look<'_> =
            &mut |moment, parts| parts.walk(&mut |place, word| see(moment, place, word));
        self.cell.with_dependent_mut(|_, network| {
            check_sample(network, sample)?;
            Ok(network.learn(sample, target, &mut observer))
        })
    }

    fn save(&mut self, checkpoint: &mut [u8]) -> Result<(), CoreError> {
        let bytes = self.checkpoint(&self.note)?;
        let (want, got) = (bytes.len(), checkpoint.len());
        if want != got {
            return Err(CheckpointError::Buffer { want, got }.into());
        }
        checkpoint.copy_from_slice(&bytes);
        Ok(())
    }
}
