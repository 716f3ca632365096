//! Whole files as bytes, gzip unpacked, never more than a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use flate2::bufread::GzDecoder;

use crate::error::Cause;
use crate::error::{Error, Result};

/// The most unpacked bytes that are read from one file: 512 MiB. All of MNIST as float64 is 439 MB; what unpacks to more is
/// no data set for these networks, or a trap.
pub(super) const LIMIT: u64 = 512 << 20;

/// What gzip begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// All bytes of a file, unpacked if it is gzip, whatever it is called.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    let file = File::open(path).map_err(|e| Error::read(path, e))?;
    // Read only as much as there is: nothing is allocated on the word of a header.
    let raw = take(file, LIMIT).map_err(|e| Error::read(path, e))?;
    let named_gz = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
    match raw {
        Some(raw) if named_gz && !raw.starts_with(&GZIP) => {
            let message = "it does not begin as gzip does".to_owned();
            Err(Cause::Gzip { at: 0, message }.in_file(path.to_string_lossy()).into())
        }
        Some(raw) => unpack(raw, LIMIT).map_err(|cause| cause.in_file(path.to_string_lossy()).into()),
        None => Err(Cause::TooLarge { limit: LIMIT }.in_file(path.to_string_lossy()).into()),
    }
}

/// The bytes themselves, or what gzip packed in them, at most `limit`.
pub(super) fn unpack(raw: Vec<u8>, limit: u64) -> std::result::Result<Vec<u8>, Cause> {
    if !raw.starts_with(&GZIP) {
        return if raw.len() as u64 > limit { Err(Cause::TooLarge { limit }) } else { Ok(raw) };
    }
    let (mut unpacked, mut rest) = (Vec::new(), raw.as_slice());
    // Members one after the other, as gzip joins them, and then zeros, with which tapes and cards are filled.
    while rest.iter().any(|b| *b != 0) {
        let mut member = GzDecoder::new(rest);
        let room = limit.saturating_add(1).saturating_sub(unpacked.len() as u64);
        let all = (&mut member).take(room).read_to_end(&mut unpacked);
        all.map_err(|e| Cause::Gzip { at: unpacked.len() as u64, message: e.to_string() })?;
        if unpacked.len() as u64 > limit {
            return Err(Cause::TooLarge { limit });
        }
        rest = member.into_inner();
    }
    Ok(unpacked)
}

/// Everything a reader gives, or `None` if that is more than `limit` bytes.
pub(super) fn take(reader: impl Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// Bytes as the best gzip, without a time stamp: the same bytes give the same file.
#[cfg(test)]
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut out = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn gzip_is_known_by_its_contents() {
        assert_eq!(unpack(b"plain".to_vec(), 100).unwrap(), b"plain");
        assert_eq!(unpack(gzip(b"packed"), 100).unwrap(), b"packed");
        let two = [gzip(b"pack"), gzip(b"ed")].concat();
        assert_eq!(unpack(two, 100).unwrap(), b"packed");
        let padded = [gzip(b"packed"), vec![0; 1000]].concat();
        assert_eq!(unpack(padded, 100).unwrap(), b"packed");
        let behind = [gzip(b"packed"), b"\0\0more".to_vec()].concat();
        assert!(matches!(unpack(behind, 100), Err(Cause::Gzip { at: 6, .. })));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = gzip(&vec![0; 1 << 20]);
        assert!(bomb.len() < 5000);
        assert_eq!(unpack(bomb, 1000), Err(Cause::TooLarge { limit: 1000 }));
        assert_eq!(unpack(vec![0; 1001], 1000), Err(Cause::TooLarge { limit: 1000 }));
    }

    #[test]
    fn broken_gzip_says_where() {
        let mut cut = gzip(&(0..=255).cycle().take(5000).collect::<Vec<u8>>());
        cut.truncate(cut.len() - 4);
        assert!(matches!(unpack(cut, 1 << 20), Err(Cause::Gzip { at: 5000, .. })));
        assert!(matches!(unpack(b"\x1f\x8bgarbage".to_vec(), 100), Err(Cause::Gzip { at: 0, .. })));
    }

    proptest! {
        #[test]
        fn any_gzip_never_panics(tail in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = unpack([&GZIP[..], &[8], &tail].concat(), 1000);
        }

        #[test]
        fn valid_gzip_changed_never_panics(at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
            let mut packed = gzip(b"as long as this, as long as this");
            let at = at.index(packed.len());
            packed[at] = byte;
            packed.truncate(cut.index(packed.len()) + 1);
            if let Ok(bytes) = unpack(packed, 1000) {
                prop_assert!(bytes.len() <= 1000);
            }
        }
    }
}
