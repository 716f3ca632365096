//! Sound: WAV.

use hound::{SampleFormat, WavReader};

use super::raw::Numbers;
use crate::error::Cause;

/// The values of a recording, its channels averaged.
#[derive(Debug, PartialEq)]
pub(super) struct Recording {
    /// Values per second.
    pub(super) rate: u32,
    pub(super) values: Numbers,
}

impl Recording {
    /// From the bytes of a file: whole numbers of 8 to 32 bits, or floats.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Cause> {
        let broken = |message: String| Cause::Wav { message };
        let mut reader = WavReader::new(bytes).map_err(|e| broken(e.to_string()))?;
        let spec = reader.spec();
        let channels = usize::from(spec.channels);
        if channels == 0 {
            return Err(broken("it has no channels".into()));
        }
        let values = match spec.sample_format {
            SampleFormat::Int => {
                let all = reader.samples::<i32>().map(|x| x.map(i64::from)).collect::<Result<Vec<_>, _>>();
                let all = all.map_err(|e| broken(e.to_string()))?;
                let mean = |values: &[i64]| values.iter().sum::<i64>().div_euclid(channels as i64);
                Numbers::Ints(all.chunks_exact(channels).map(mean).collect())
            }
            SampleFormat::Float => {
                let all = reader.samples::<f32>().map(|x| x.map(f64::from)).collect::<Result<Vec<_>, _>>();
                let all = all.map_err(|e| broken(e.to_string()))?;
                if let Some(i) = all.iter().position(|x| !x.is_finite()) {
                    let at = format!("value {}", i / channels);
                    return Err(Cause::NotFinite { at, value: all[i].to_string() });
                }
                let mean = |values: &[f64]| values.iter().sum::<f64>() / channels as f64;
                Numbers::Floats(all.chunks_exact(channels).map(mean).collect())
            }
        };
        if values.is_empty() {
            return Err(Cause::Empty);
        }
        Ok(Self { rate: spec.sample_rate, values })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use hound::{WavSpec, WavWriter};
    use proptest::prelude::*;
    use std::io::Cursor;

    /// A WAV of 16 bits.
    pub(in crate::data) fn wav(channels: u16, sample_rate: u32, values: &[i16]) -> Vec<u8> {
        let spec = WavSpec { channels, sample_rate, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let mut out = Cursor::new(Vec::new());
        let mut writer = WavWriter::new(&mut out, spec).unwrap();
        values.iter().for_each(|&x| writer.write_sample(x).unwrap());
        writer.finalize().unwrap();
        out.into_inner()
    }

    #[test]
    fn channels_are_averaged() {
        let read = |channels| Recording::read(&wav(channels, 8000, &[1, 3, -1, -4])).unwrap();
        assert_eq!(read(1), Recording { rate: 8000, values: Numbers::Ints(vec![1, 3, -1, -4]) });
        assert_eq!(read(2).values, Numbers::Ints(vec![2, -3]));
        let spec =
            WavSpec { channels: 1, sample_rate: 9, bits_per_sample: 32, sample_format: SampleFormat::Float };
        let float = |value: f32| {
            let mut out = Cursor::new(Vec::new());
            let mut writer = WavWriter::new(&mut out, spec).unwrap();
            writer.write_sample(value).unwrap();
            writer.finalize().unwrap();
            Recording::read(&out.into_inner())
        };
        assert_eq!(float(-0.5).unwrap().values, Numbers::Floats(vec![-0.5]));
        assert!(matches!(float(f32::NAN), Err(Cause::NotFinite { .. })));
    }

    #[test]
    fn what_is_no_sound_says_so() {
        assert!(matches!(Recording::read(b"RIFX"), Err(Cause::Wav { .. })));
        assert_eq!(Recording::read(&wav(1, 8000, &[])), Err(Cause::Empty));
        assert!(Recording::read(&wav(1, 8000, &[1, 2, 3])[..46]).is_err());
    }

    proptest! {
        #[test]
        fn a_valid_recording_changed_never_panics(at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
            let mut bytes = wav(2, 8000, &[1, 2, 3, 4]);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes.truncate(cut.index(bytes.len()) + 1);
            let _ = Recording::read(&bytes);
        }

        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Recording::read(&bytes);
        }
    }
}
