//! Checkpoints as images for the driver, and back.

use crate::layout::{COUNTERS, HOST_MEMORY, HOST_STATE, HOST_WEIGHTS, ZERO};
use crate::model::Memory;
use crate::registers::{MEMORIES, described};
use crate::table::Table;
use crate::{Build, RtlError};
use crc::{CRC_32_ISCSI, Crc};
use hebbit_core::checkpoint::{Checkpoint, HEADER_BYTES};
use hebbit_core::encode::{Answering, Encoder, EncoderVisitor, Params};
use hebbit_core::net::{LayerKind, Plan};
use hebbit_core::num::{LANES, Word};
use hebbit_fpga_driver::image::{self, HEAD_WORDS, Image, head};

/// Words of the plan before its counters.
const PLAN_COUNTERS: usize = 5;
/// Counters that a checkpoint has, and that the hardware has for them.
const STORED: usize = 3;
const COUNTS: usize = 5;
/// Behind all counters: constants and the program.
const LAST_COUNT: usize = ZERO;

struct Common;
impl EncoderVisitor for Common {
    type Out = Params;
    fn visit<E: Encoder>(self, params: &E::Params) -> Self::Out {
        E::common(params)
    }
}

fn short(x: usize) -> u32 {
    u32::try_from(x).unwrap_or(u32::MAX)
}

/// Where a word of the host's port is on the bus.
fn address(word: usize) -> u32 {
    MEMORIES + 4 * short(word)
}

fn lanes(memory: Memory, group: usize) -> u32 {
    address(HOST_STATE + HOST_MEMORY * memory as usize + LANES * group)
}

/// Columns of neurons that are kept, in the checkpoint's order: where they are, and how many words they have.
fn columns_kept<'p>(plan: &'p Plan, table: &'p Table) -> impl Iterator<Item = (u32, usize)> + 'p {
    (1..plan.layers.len()).flat_map(move |l| {
        let column = move |memory| (lanes(memory, table.lines[l]), plan.layers[l].len());
        [Memory::Membrane, Memory::Refractory].map(column)
    })
}

/// An image of a checkpoint, for the driver to load into hardware that was built with these parameters, or greater ones.
///
/// # Errors
/// Bytes that are no checkpoint, a network that the build does not carry.
pub fn image(checkpoint: &[u8], build: &Build) -> Result<Vec<u8>, RtlError> {
    let stored = Checkpoint::parse(checkpoint)?;
    let plan = &stored.plan;
    let table = Table::new(plan, build)?;
    let counters = &plan.counters;
    let fall = counters.samples.checked_div(plan.halve_every).map_or(0, |fall| fall.min(64));
    let left = plan.halve_every - counters.samples.checked_rem(plan.halve_every).unwrap_or(0);
    let counters = [counters.samples, counters.steps, counters.presented, fall, left];
    let mut table_words = table.words.clone();
    table_words[COUNTERS..][..COUNTS].copy_from_slice(&counters);
    let mut records = vec![(address(0), table_words), (address(HOST_WEIGHTS), words(stored.weights))];
    let mut kept = stored.kept.chunks_exact(2).map(|pair| u32::from(u16::from_le_bytes([pair[0], pair[1]])));
    for (at, n) in columns_kept(plan, &table) {
        records.push((at, kept.by_ref().take(n).collect()));
    }

    let encoder = match plan.layers.first().map(|layer| &layer.kind) {
        Some(LayerKind::Input(encoder)) => encoder.visit(Common),
        _ => Params::default(),
    };
    let top = plan.output();
    let [size, carries, aligns] = described(build, 0);
    let mut out = vec![0; HEAD_WORDS];
    out[head::MAGIC] = image::MAGIC;
    out[head::VERSION] = image::VERSION;
    out[head::SIZE] = size;
    out[head::CARRIES] = carries;
    out[head::ALIGNS] = aligns;
    out[head::LINES] = short(plan.layers.first().map_or(0, |layer| layer.len()));
    out[head::OUTPUTS] = short(plan.layers[top].len());
    out[head::COUNTS] = lanes(Memory::Sum, table.lines[top]);
    out[head::MEMBRANES] = lanes(Memory::Membrane, table.lines[top]);
    out[head::ANSWERING] = (plan.answering == Answering::Membrane).into();
    out[head::ENCODER] = encoder.norm.to_word() << 16 | encoder.minimum.to_word();
    out[head::LABELS] = short(stored.labels.len());
    out[head::RECORDS] = short(records.len());
    let mut labels = stored.labels.to_vec();
    labels.resize(labels.len().next_multiple_of(4), 0);
    out.extend(words(&labels));
    for (at, words) in records {
        out.extend([at, short(words.len())].into_iter().chain(words));
    }
    out[head::LENGTH] = short(4 * out.len());
    let mut bytes: Vec<u8> = out.into_iter().flat_map(u32::to_le_bytes).collect();
    let sum = image::crc(&bytes).to_le_bytes();
    bytes[4 * head::CRC..][..4].copy_from_slice(&sum);
    Ok(bytes)
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|&word| u32::from_le_bytes(word)).collect()
}

/// The checkpoint that an image was made of, with what has changed in the image since.
///
/// # Errors
/// Bytes that are no checkpoint, or an image that is none or of another network.
pub fn checkpoint(before: &[u8], build: &Build, image: &[u8]) -> Result<Vec<u8>, RtlError> {
    let other = |_| RtlError::Image;
    let stored = Checkpoint::parse(before)?;
    let image = Image::parse(image).map_err(other)?;
    let table = Table::new(&stored.plan, build)?;
    let record = |at: u32, n: usize| {
        let found = image.records().find(|record| record.address == at && record.bytes.len() == 4 * n);
        found.map(|record| record.bytes).ok_or(RtlError::Image)
    };
    let stands = words(record(address(0), table.words.len())?);
    if stands[LAST_COUNT..] != table.words[LAST_COUNT..] {
        return Err(RtlError::Image);
    }
    let mut out = before.to_vec();
    // Sections of docs/FORMAT.md.
    let length = |i: usize| (words(&before[20 + 4 * i..24 + 4 * i])[0] as usize).next_multiple_of(8);
    let mut kept_at = HEADER_BYTES + length(0) + length(1);
    let weights_at = kept_at + length(2);
    for (i, counter) in stands[COUNTERS..][..STORED].iter().enumerate() {
        out[HEADER_BYTES + 4 * (PLAN_COUNTERS + i)..][..4].copy_from_slice(&counter.to_le_bytes());
    }
    for (at, n) in columns_kept(&stored.plan, &table) {
        for word in record(at, n)?.chunks_exact(4) {
            out[kept_at..][..2].copy_from_slice(&word[..2]);
            kept_at += 2;
        }
    }
    let weights = record(address(HOST_WEIGHTS), stored.weights.len() / 4)?;
    out[weights_at..][..weights.len()].copy_from_slice(weights);
    let crc = Crc::<u32>::new(&CRC_32_ISCSI);
    let mut sum = crc.digest();
    sum.update(&out[..16]);
    sum.update(&out[20..]);
    let sum = sum.finalize();
    out[16..20].copy_from_slice(&sum.to_le_bytes());
    Ok(out)
}
