//! What it is that answers, if it is no Hebbit device: the likeliest cause, from the bytes that came.

use super::hello::said;
use crate::error::DeviceError;

/// Characters of what came that are shown.
const SHOWN: usize = 60;
/// Bytes that are too few to say anything about.
const FEW: usize = 4;
/// Bytes without an end that are half a frame, over all hellos; more are no frame at all, unless they are the same after each hello.
const MOST_HALF: usize = 256;
/// What boot loaders and other firmware say first, and what they are.
const KNOWN: [(&str, &str); 14] = [
    ("U-Boot", "the boot loader U-Boot"),
    ("ESP-ROM:", "the boot ROM of an ESP32"),
    ("rst:0x", "the boot ROM of an ESP32"),
    ("waiting for download", "the boot ROM of an ESP32, waiting for a program"),
    ("MCUboot", "the boot loader MCUboot"),
    ("mcuboot", "the boot loader MCUboot"),
    ("RedBoot", "the boot loader RedBoot"),
    ("OpenSBI", "OpenSBI"),
    ("Booting Zephyr", "Zephyr"),
    ("MicroPython", "MicroPython"),
    ("CircuitPython", "CircuitPython"),
    ("Linux version", "Linux"),
    ("login:", "a login of another computer"),
    ("+CME ERROR", "a modem"),
];

/// Why a device was not found, from what was sent to it and the first bytes that came back.
pub(super) fn why(on: &str, sent: &[u8], came: &[u8]) -> DeviceError {
    let on = on.to_owned();
    let solid: Vec<u8> = came.iter().copied().filter(|&byte| byte != 0).collect();
    if solid.is_empty() {
        return DeviceError::NoAnswer { on };
    }
    // A line that is joined to itself, or a terminal that echoes, brings back the hello.
    if solid.len() >= FEW && contains(sent, &came[..came.len().min(16)]) {
        return DeviceError::Echo { on };
    }
    let text = String::from_utf8_lossy(&solid);
    let readable = |c: char| c == ' ' || c.is_ascii_graphic() || c.is_ascii_whitespace();
    let known = KNOWN.iter().find(|(sign, _)| text.contains(sign));
    let share = text.chars().filter(|&c| readable(c)).count() * 10 / text.chars().count().max(1);
    if known.is_some() || solid.len() >= FEW && share >= 9 {
        let what = known.map_or("firmware that is not Hebbit's", |(_, what)| what);
        let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        return DeviceError::Foreign { on, what, said: said(line, SHOWN) };
    }
    // No frame ends: it begins at most.
    let half = !came.contains(&0) && (came.len() < MOST_HALF || repeats(came));
    if half {
        DeviceError::Half { on, bytes: came.len() }
    } else {
        DeviceError::Garbled { on, bytes: came.len() }
    }
}

/// Whether the bytes are the same few again and again.
fn repeats(came: &[u8]) -> bool {
    (FEW..=came.len() / 2).any(|period| came.iter().zip(came.iter().skip(period)).all(|(a, b)| a == b))
}

fn contains(all: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && all.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_answers_is_named() {
        let sent = [0, 9, 1, 0xff, 3, 0x80, 0x90, 7, 7, 1, 1, 2, 5, 0, 0];
        let why = |came: &[u8]| why("it", &sent, came);
        assert!(matches!(why(&[]), DeviceError::NoAnswer { .. }));
        assert!(matches!(why(&[0, 0, 0]), DeviceError::NoAnswer { .. }));
        assert!(matches!(why(&sent), DeviceError::Echo { .. }));
        for (came, want) in [
            (&b"\r\nU-Boot 2023.01\r\nHit any key"[..], "the boot loader U-Boot"),
            (b"ESP-ROM:esp32c3-api1-20210207\r\n", "the boot ROM of an ESP32"),
            (b"sensor 12.5\r\nsensor 12.6\r\n", "firmware that is not Hebbit's"),
        ] {
            assert!(matches!(why(came), DeviceError::Foreign { what, .. } if what == want), "{want}");
        }
        assert!(matches!(why(&[9, 0x81, 0xf3, 0x90, 0xe1]), DeviceError::Half { bytes: 5, .. }));
        let again: Vec<u8> = (0..500).map(|i| 0x81 + (i % 41) as u8).collect();
        assert!(matches!(why(&again), DeviceError::Half { bytes: 500, .. }));
        let noise: Vec<u8> = (0..200).map(|i| (i as u8).wrapping_mul(77) | 0x80).chain([0]).collect();
        assert!(matches!(why(&noise), DeviceError::Garbled { bytes: 201, .. }));
    }
}
