//! A network whose weights stand still while everything else of learning goes on: what a rule would do, seen by an observer.

use crate::float::matrix::Matrix;
use hebbit::engine::CoreError;
use hebbit::error::{Error, Result};
use hebbit::kernels::AnyKernels;
use hebbit_core::checkpoint::Checkpoint;
use hebbit_core::net::{Memory, Network, Parts, Plan, Projection};
use zerocopy::IntoBytes;

/// Runs `look` on the network of a checkpoint with its weights held, after `change` has changed its plan.
///
/// Learning rates are raised as far as they go: a factor that is not zero then never rounds to nothing, so that every learning
/// step shows its factors.
///
/// # Errors
/// What is wrong with the bytes, or with the changed plan.
pub(super) fn frozen<T>(
    checkpoint: &[u8],
    kernels: AnyKernels,
    change: impl FnOnce(&mut Plan),
    look: impl FnOnce(&mut Network<'_, AnyKernels>) -> T,
) -> Result<T> {
    let stored = Checkpoint::parse(checkpoint).map_err(CoreError::from)?;
    let mut plan = stored.plan;
    plan.halve_every = 0;
    plan.projections.iter_mut().for_each(|projection| projection.rate = 15);
    change(&mut plan);
    let mut weights = vec![0_u64; stored.weights.len().div_ceil(8)];
    let weights = &mut weights.as_mut_bytes()[..stored.weights.len()];
    weights.copy_from_slice(stored.weights);
    let mut arena = vec![0_u64; Network::<AnyKernels>::arena_bytes(&plan).div_ceil(8)];
    let memory =
        Memory { weights, labels: stored.labels, schema: stored.schema, arena: arena.as_mut_bytes() };
    let internal = |message: String| Error::Internal { message };
    let mut network = Network::new(plan, memory, kernels).map_err(|e| internal(e.to_string()))?;
    network.hold_weights(true);
    Ok(look(&mut network))
}

/// The forward weights of a network as floats, thresholds at 1.
pub(super) fn matrices(parts: &Parts<'_>) -> Vec<Matrix> {
    parts.projections.iter().map(matrix).collect()
}

fn matrix(projection: &Projection<'_>) -> Matrix {
    let (bias, columns) = (projection.plan.bias, projection.columns);
    let one = f32::from(1_u16 << projection.plan.fraction);
    let weights = projection.weights.as_ref();
    let at = |row: usize, column: usize| {
        let w = weights.get(row * projection.width + column).unwrap_or(0);
        (f32::from(w) - f32::from(projection.plan.zero)) / one
    };
    let mut matrix = Matrix::zeros(projection.rows - usize::from(bias), columns);
    for row in 0..matrix.rows {
        for column in 0..columns {
            matrix.weights[row * columns + column] = at(row, column);
        }
    }
    if bias {
        (0..columns).for_each(|column| matrix.bias[column] = at(matrix.rows, column));
    }
    matrix
}
