//! Checkpoints as images for the driver, and back.

use crate::layout::{COUNTERS, HOST_WEIGHTS, ZERO};
use crate::model::Memory;
use crate::registers::{MEMORIES, described};
use crate::stored::{self, columns_kept, port, words};
use crate::table::Table;
use crate::{Build, RtlError};
use hebbit_core::checkpoint::Checkpoint;
use hebbit_core::encode::Answering;
use hebbit_core::net::Plan;
use hebbit_core::net::life::Lived;
use hebbit_core::num::{LANES, Word, Words};
use hebbit_fpga_driver::image::{self, HEAD_WORDS, Image, head};

/// Counters that a checkpoint has.
const STORED: usize = 3;
/// The words after the counters: constants and the program.
const LAST_COUNT: usize = ZERO;

fn short(x: usize) -> u32 {
    u32::try_from(x).unwrap_or(u32::MAX)
}

/// The bus address of a word of the host's port.
fn address(word: usize) -> u32 {
    MEMORIES + 4 * short(word)
}

fn lanes(memory: Memory, group: usize) -> u32 {
    address(port(memory, LANES * group))
}

/// Persistent columns of neurons, in the checkpoint's order: address and number of words.
fn columns<'p>(plan: &'p Plan, table: &'p Table) -> impl Iterator<Item = (u32, usize)> + 'p {
    columns_kept(plan).map(|(l, memory)| (lanes(memory, table.lines[l]), plan.layers[l].len()))
}

/// An image of a checkpoint, for the driver to load into hardware built with these or larger parameters.
///
/// # Errors
/// Bytes that are no checkpoint, a network that the build does not carry.
pub fn image(checkpoint: &[u8], build: &Build) -> Result<Vec<u8>, RtlError> {
    let stored = Checkpoint::parse(checkpoint)?;
    let table = Table::new(&stored.plan, build)?;
    Ok(laid_out(&stored, &table, build))
}

/// The same for a checkpoint whose table is known.
pub fn laid_out(stored: &Checkpoint<'_>, table: &Table, build: &Build) -> Vec<u8> {
    let plan = &stored.plan;
    let counters = stored::counters(plan);
    let mut table_words = table.words.clone();
    table_words[COUNTERS..][..counters.len()].copy_from_slice(&counters);
    let mut records = vec![(address(0), table_words), (address(HOST_WEIGHTS), words(stored.weights))];
    let mut kept = stored::kept(stored);
    for (at, n) in columns(plan, table) {
        records.push((at, kept.by_ref().take(n).collect()));
    }

    let encoder = stored::encoder(plan);
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
    bytes
}

/// The checkpoint that an image was made from, with the words that have changed since; for continual learning, `lived` is the driver's
/// record of its answers.
///
/// # Errors
/// Bytes that are no checkpoint, or an image that is none or of another network.
pub fn checkpoint(before: &[u8], build: &Build, image: &[u8], lived: &Lived) -> Result<Vec<u8>, RtlError> {
    let mut words_lived = Vec::new();
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
    let mut kept = Vec::new();
    for (at, n) in columns(&stored.plan, &table) {
        kept.extend(words(record(at, n)?).into_iter().map(|word| (word & 0xffff) as u16));
    }
    let weights = record(address(HOST_WEIGHTS), stored.weights.len() / 4)?;
    let mut out = before.to_vec();
    if stored.plan.life.is_on() {
        lived.store(&mut |word| words_lived.push(word));
    }
    stored::renew(&mut out, &stands[COUNTERS..][..STORED], &words_lived, &kept, weights);
    Ok(out)
}
