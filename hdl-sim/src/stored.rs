//! Converts between the contents of a checkpoint and words of the hardware.

use crate::layout::{HOST_MEMORY, HOST_STATE};
use crate::model::Memory;
use crc::{CRC_32_ISCSI, Crc};
use hebbit_core::checkpoint::{Checkpoint, header_bytes};
use hebbit_core::encode::EncoderOps;
use hebbit_core::encode::Params;
use hebbit_core::net::{LayerKind, Plan};

/// Bytes of the header (docs/FORMAT.md, 1): the version, the sum of all others, then the lengths of the sections.
const VERSION_AT: usize = 8;
const CRC_AT: usize = 16;
const LENGTHS_AT: usize = 20;
/// Words of the plan before its counters.
const PLAN_COUNTERS: usize = 5;

/// Parameters of the network's encoder that all encoders share.
pub(crate) fn encoder(plan: &Plan) -> Params {
    match plan.layers.first().map(|layer| &layer.kind) {
        Some(LayerKind::Input(encoder)) => encoder.ops().common(),
        _ => Params::default(),
    }
}

/// Counters as the table has them: three that are stored, by how much the rate has fallen, samples until it falls again.
pub(crate) fn counters(plan: &Plan) -> [u32; 5] {
    let (counters, every) = (&plan.counters, plan.halve_every);
    let fall = counters.samples.checked_div(every).map_or(0, |fall| fall.min(64));
    let left = every - counters.samples.checked_rem(every).unwrap_or(0);
    [counters.samples, counters.steps, counters.presented, fall, left]
}

/// A lane of a memory as a word of the host's port.
pub(crate) fn port(memory: Memory, lane: usize) -> usize {
    HOST_STATE + HOST_MEMORY * memory as usize + lane
}

/// Columns of neurons that are kept, in the checkpoint's order: layer and memory.
pub(crate) fn columns_kept(plan: &Plan) -> impl Iterator<Item = (usize, Memory)> + use<> {
    let layers = 1..plan.layers.len();
    layers.flat_map(|l| [Memory::Membrane, Memory::Refractory].map(|memory| (l, memory)))
}

/// Their words.
pub(crate) fn kept(stored: &Checkpoint<'_>) -> impl Iterator<Item = u32> {
    stored.kept.as_chunks().0.iter().map(|&word| u16::from_le_bytes(word).into())
}

/// Bytes as words.
pub(crate) fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|&word| u32::from_le_bytes(word)).collect()
}

/// Writes the parts that learning changes into a checkpoint of the same network; `lived` is the end of its plan.
pub(crate) fn renew(bytes: &mut [u8], counters: &[u32], lived: &[u32], kept: &[u16], weights: &[u8]) {
    let [version, ..] = words(&bytes[VERSION_AT..])[..] else { return };
    let header = header_bytes(version);
    let lengths = words(&bytes[LENGTHS_AT..header]);
    let padded = |section: usize| (lengths[section] as usize).next_multiple_of(8);
    let counters_at = header + 4 * PLAN_COUNTERS;
    let kept_at = header + padded(0) + padded(1);
    let weights_at = kept_at + padded(2);
    let lived_at = header + lengths[0] as usize - 4 * lived.len();
    let [counters, lived] =
        [counters, lived].map(|words| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>());
    let kept: Vec<u8> = kept.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes[counters_at..][..counters.len()].copy_from_slice(&counters);
    bytes[lived_at..][..lived.len()].copy_from_slice(&lived);
    bytes[kept_at..][..lengths[2] as usize].copy_from_slice(&kept);
    bytes[weights_at..][..lengths[3] as usize].copy_from_slice(weights);
    let crc = Crc::<u32>::new(&CRC_32_ISCSI);
    let mut sum = crc.digest();
    sum.update(&bytes[..CRC_AT]);
    sum.update(&bytes[LENGTHS_AT..]);
    let sum = sum.finalize();
    bytes[CRC_AT..LENGTHS_AT].copy_from_slice(&sum.to_le_bytes());
}
