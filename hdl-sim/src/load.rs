//! A network as SPI transactions that load it, and as memory images.

use crate::RtlError;
use hebbit_fpga_driver::image::Image;
use std::fmt::Write as _;

/// Words per transaction, so that it fits the buffers of small hosts.
const BURST: usize = 64;
/// The command that writes.
const WRITE: u8 = 0x02;

/// Transactions that load an image, a line each: the bytes from select to deselect, in hexadecimal digits. The last byte that comes
/// back of each is a status (docs/RTL.md, Interfaces): `50` and the flags that are set.
///
/// # Errors
/// Bytes that are no image.
pub fn spi(image: &[u8]) -> Result<String, RtlError> {
    let image = Image::parse(image).map_err(|_| RtlError::Image)?;
    let mut text =
        "# One SPI transaction a line, mode 0. The last byte that comes back is the status: 50 is good.\n"
            .to_owned();
    for record in image.records() {
        for (i, part) in record.bytes.chunks(4 * BURST).enumerate() {
            let address = record.address + u32::try_from(4 * BURST * i).unwrap_or(u32::MAX);
            let [_, high, middle, low] = address.to_be_bytes();
            let head = [WRITE, high, middle, low];
            // The status of the last word is received with two more bytes.
            for byte in head.iter().chain(part).chain(&[0, 0]) {
                write!(text, "{byte:02x}").ok();
            }
            text.push('\n');
        }
    }
    Ok(text)
}

/// Each record of an image for `$readmemh`, one word a line: its address, and its words.
///
/// # Errors
/// Bytes that are no image.
pub fn memories(image: &[u8]) -> Result<Vec<(u32, String)>, RtlError> {
    let image = Image::parse(image).map_err(|_| RtlError::Image)?;
    let text = |bytes: &[u8]| {
        bytes.chunks_exact(4).fold(String::new(), |mut text, word| {
            writeln!(text, "{:08x}", u32::from_le_bytes([word[0], word[1], word[2], word[3]])).ok();
            text
        })
    };
    Ok(image.records().map(|record| (record.address, text(record.bytes))).collect())
}
