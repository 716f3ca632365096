//! A stored network with another plan.

use crate::error::{Error, Result};
use hebbit_core::checkpoint::{self, Checkpoint, CheckpointError};
use hebbit_core::net::{Memory, Network, Plan, Scalar};
use zerocopy::IntoBytes;

/// The network of a checkpoint with its plan edited and another note. Weights, labels, schema and kept state stay, so the edit leaves all
/// shapes as they are.
///
/// # Errors
/// Bytes that are no checkpoint, a plan that cannot run.
pub fn rewrite(bytes: &[u8], note: &[u8], edit: impl FnOnce(&mut Plan)) -> Result<Vec<u8>> {
    let problem = |error: CheckpointError| {
        Error::usage(
            format!("this network cannot run: {error}"),
            "a learning rate must fit 2^-16 to 2^15: change [rate]",
        )
    };
    let stored = Checkpoint::parse(bytes).map_err(problem)?;
    let mut plan = stored.plan;
    edit(&mut plan);
    let mut weights = vec![0_u64; stored.weights.len().div_ceil(8)];
    weights.as_mut_bytes()[..stored.weights.len()].copy_from_slice(stored.weights);
    let mut arena = vec![0_u64; Network::<Scalar>::arena_bytes(&plan).div_ceil(8)];
    let weights = &mut weights.as_mut_bytes()[..stored.weights.len()];
    let memory =
        Memory { weights, labels: stored.labels, schema: stored.schema, arena: arena.as_mut_bytes() };
    let mut network = Network::new(plan, memory, Scalar).map_err(|error| problem(error.into()))?;
    for (word, &kept) in network.kept_mut().zip(stored.kept.as_chunks::<2>().0) {
        *word = u16::from_le_bytes(kept);
    }
    let (labels, schema) = (stored.labels, stored.schema);
    let mut out = vec![0; checkpoint::bytes(network.plan(), labels.len(), note.len(), schema.len())];
    checkpoint::save(&network, labels, note, schema, &mut out).map_err(problem)?;
    Ok(out)
}
