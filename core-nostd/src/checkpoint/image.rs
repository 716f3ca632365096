//! A running network as the bytes of a checkpoint: whole, or piece by piece where there is no room for a second copy.

use super::{CRC, CRC_AT, CheckpointError, MAGIC, Sections, VERSION_DENSE, padded, sizes, words};
use crate::net::{Kernels, MAX_LAYERS, Network};
use crate::num::length;

const PADDING: [u8; 8] = [0; 8];
const CRC_END: usize = CRC_AT.saturating_add(4);

/// The checkpoint of a network as it is. It can be read from any offset, in pieces of any length.
#[derive(Debug)]
pub struct Image<'n, 'a, K, const N: usize = MAX_LAYERS> {
    network: &'n Network<'a, K, N>,
    labels: &'n [u8],
    note: &'n [u8],
    schema: &'n [u8],
    sizes: Sections,
    crc: u32,
}

impl<'n, 'a, K: Kernels, const N: usize> Image<'n, 'a, K, N> {
    /// Looks at a network, its labels, a note and a schema (empty: none); goes once over all bytes for the CRC.
    pub fn new(network: &'n Network<'a, K, N>, labels: &'n [u8], note: &'n [u8], schema: &'n [u8]) -> Self {
        let mut image = Self::with_crc(network, labels, note, schema, 0);
        let mut digest = CRC.digest();
        image.emit(&mut |at, piece| {
            if at != CRC_AT {
                digest.update(piece);
            }
        });
        image.crc = digest.finalize();
        image
    }

    /// The same, its CRC being known from before.
    pub fn with_crc(
        network: &'n Network<'a, K, N>,
        labels: &'n [u8],
        note: &'n [u8],
        schema: &'n [u8],
        crc: u32,
    ) -> Self {
        let sizes = sizes(network.plan(), labels.len(), note.len(), schema.len());
        Self { network, labels, note, schema, sizes, crc }
    }

    /// Bytes of the checkpoint.
    pub fn length(&self) -> usize {
        self.sizes.total()
    }

    /// The CRC-32C in its header.
    pub fn crc(&self) -> u32 {
        self.crc
    }

    /// Copies the bytes from `offset` on into `out`, as many as there are. Returns how many.
    pub fn read(&self, offset: usize, out: &mut [u8]) -> usize {
        let end = offset.saturating_add(out.len()).min(self.length());
        self.emit(&mut |at, piece| {
            let skip = offset.saturating_sub(at);
            let to = out.get_mut(at.saturating_sub(offset)..).unwrap_or_default();
            for (to, &from) in to.iter_mut().zip(piece.get(skip..).unwrap_or_default()) {
                *to = from;
            }
        });
        end.saturating_sub(offset)
    }

    /// Hands the bytes to `put`, piece by piece, each with its offset. The CRC is a piece of its own.
    fn emit(&self, put: &mut dyn FnMut(usize, &[u8])) {
        let mut at: usize = 0;
        let mut put = |piece: &[u8]| {
            put(at, piece);
            at = at.saturating_add(piece.len());
        };
        let Self { network, labels, note, schema, sizes, crc } = self;
        put(&MAGIC);
        let lengths = [sizes.plan, sizes.labels, sizes.kept, sizes.weights, sizes.note].map(length);
        for word in [sizes.version, length(sizes.total()), *crc].into_iter().chain(lengths) {
            put(&word.to_le_bytes());
        }
        if sizes.version >= VERSION_DENSE {
            put(&length(sizes.schema).to_le_bytes());
            put(&[0; 4]);
        }
        words::store(sizes.version, network.plan(), &mut |word| put(&word.to_le_bytes()));
        put(padding(sizes.plan));
        put(labels);
        put(padding(labels.len()));
        for word in network.kept() {
            put(&word.to_le_bytes());
        }
        put(padding(sizes.kept));
        let forward = network.parts().projections.iter().map(|projection| projection.weights.as_ref());
        let feedback = network.parts().feedback.iter().map(|feedback| feedback.weights.as_ref());
        for matrix in forward.chain(feedback) {
            put(matrix.bytes());
            put(padding(matrix.bytes().len()));
        }
        put(note);
        put(padding(note.len()));
        put(schema);
        put(padding(schema.len()));
    }
}

/// Zeros up to the next multiple of 8.
fn padding(len: usize) -> &'static [u8] {
    PADDING.get(..padded(len).saturating_sub(len)).unwrap_or_default()
}

/// Writes the network as it is: `out` must have [`bytes`](super::bytes) bytes. The bytes depend on nothing but the network, its
/// labels, the note and the schema.
///
/// # Errors
/// [`CheckpointError::Buffer`] if `out` has another length.
pub fn save<K: Kernels, const N: usize>(
    network: &Network<'_, K, N>,
    labels: &[u8],
    note: &[u8],
    schema: &[u8],
    out: &mut [u8],
) -> Result<(), CheckpointError> {
    let image = Image::new(network, labels, note, schema);
    let want = image.length();
    if out.len() != want {
        return Err(CheckpointError::Buffer { want, got: out.len() });
    }
    image.read(0, out);
    Ok(())
}

const _: () = assert!(CRC_END == 20, "the CRC stands behind magic, version and length");
