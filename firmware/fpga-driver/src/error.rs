//! Errors of the driver, each with a hint.

use crate::image::ImageError;
use core::fmt;

/// An error of the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error<E> {
    /// The bus of the microcontroller failed.
    Bus(E),
    /// The answer does not follow the protocol.
    NoDevice {
        /// The byte that should have been a status.
        status: u8,
    },
    /// Other hardware, or an unsupported version.
    Identity {
        /// Its identity word.
        got: u32,
    },
    /// An access was answered with an error.
    Refused {
        /// Where.
        address: u32,
    },
    /// The hardware was still busy after all tries.
    Timeout {
        /// The operation.
        what: &'static str,
    },
    /// The network cannot be loaded.
    Image(ImageError),
    /// A width of this build is too small for the network.
    Room {
        /// The width that is too small, named as in its register.
        what: &'static str,
        /// The required value.
        want: u32,
        /// The value of the build.
        got: u32,
    },
    /// The build lacks a part that the network needs.
    Carried {
        /// Its name, as in its register.
        what: &'static str,
    },
    /// The image was made for another build.
    Build {
        /// The parameter that differs, named as in its register.
        what: &'static str,
        /// The value that the image was made for.
        want: u32,
        /// The value of the build.
        got: u32,
    },
    /// A word reads differently than it was written.
    Verify {
        /// Where.
        address: u32,
    },
    /// A sample has the wrong length.
    Sample {
        /// Lines of the input.
        want: usize,
        /// Values of the sample.
        got: usize,
    },
    /// A buffer has the wrong length.
    Buffer {
        /// Bytes that are needed.
        want: usize,
        /// Available bytes.
        got: usize,
    },
    /// No network is loaded.
    Empty,
    /// An update of weights was interrupted.
    Dirty,
}

impl<E> From<ImageError> for Error<E> {
    fn from(error: ImageError) -> Self {
        Self::Image(error)
    }
}

impl<E: fmt::Debug> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bus(error) => write!(f, "the SPI bus failed: {error:?}"),
            Self::NoDevice { status } => write!(
                f,
                "no hardware answers, its status is {status:02x}: look at power, configuration, wiring, and a bus clock of at most a \
                 quarter of the hardware's"
            ),
            Self::Identity { got } => {
                write!(f, "the hardware names itself {got:08x}: load the bitstream of this version")
            }
            Self::Refused { address } => write!(f, "the hardware has nothing at {address:06x}h, or not now"),
            Self::Timeout { what } => {
                write!(f, "{what} takes too long: reset the hardware and load the network again")
            }
            Self::Image(error) => write!(f, "{error}"),
            Self::Room { what, want, got } => {
                write!(
                    f,
                    "the network needs {want} of {what}, the hardware has {got}: build it with more, or make the network smaller"
                )
            }
            Self::Carried { what } => {
                write!(f, "the hardware was built without {what}: build it with it, or change the network")
            }
            Self::Build { what, want, got } => {
                write!(
                    f,
                    "the image was made for {what} {want:x}h, the hardware has {got:x}h: make it for this build"
                )
            }
            Self::Verify { address } => {
                write!(f, "{address:06x}h reads otherwise than written: slow the bus down")
            }
            Self::Sample { want, got } => write!(f, "a sample has {got} values, the network takes {want}"),
            Self::Buffer { want, got } => write!(f, "the buffer has {got} bytes, {want} are needed"),
            Self::Empty => write!(f, "no network is loaded"),
            Self::Dirty => write!(f, "an update was cut off by a reset: load the network again"),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for Error<E> {}
