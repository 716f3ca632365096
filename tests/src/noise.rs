//! A noisy link: bytes are flipped, dropped, doubled, or swapped with the next one.
//!
//! The effect on a byte depends on the seed, the direction and the number of earlier bytes, not on the boundaries of
//! reads and writes.

use hebbit_core::num::KeyedRng;
use std::collections::VecDeque;
use std::io::{self, Read, Write};

/// Amount and seed of noise.
///
/// ```
/// use hebbit_tests::noise::Noise;
/// use std::io::Write;
/// let mut link = Noise::new(7, 1.0).over(Vec::new());
/// link.write_all(&[0x55; 1000]).unwrap();
/// link.flush().unwrap();
/// assert!(link.harm().written.total() > 0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    seed: u64,
    chance: u32,
}

/// Thousandths of a percent in a whole.
const WHOLE: u32 = 100_000;

impl Noise {
    /// Each byte is disturbed with a probability of `percent`, 0 to 100 in steps of 0.001, by each of the four kinds
    /// in a quarter of the cases.
    ///
    /// # Panics
    /// If `percent` is not within 0..=100.
    pub fn new(seed: u64, percent: f64) -> Self {
        assert!((0.0..=100.0).contains(&percent), "{percent} % is no chance");
        Self { seed, chance: (percent * f64::from(WHOLE) / 100.0).round() as u32 }
    }

    /// Adds noise to both directions of a link. A link whose halves are two objects needs one for each.
    pub fn over<L>(self, link: L) -> Noisy<L> {
        let way = |stream| Way { noise: self, stream, position: 0, held: None, harm: Harm::default() };
        Noisy { link, down: way(0), up: way(1), ready: VecDeque::new() }
    }
}

/// Counts of disturbed bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Harm {
    /// Some of its bits were flipped.
    pub flipped: usize,
    /// It never arrived.
    pub dropped: usize,
    /// It arrived twice.
    pub doubled: usize,
    /// It arrived after the byte that was sent after it.
    pub swapped: usize,
}

impl Harm {
    /// All of it.
    pub fn total(&self) -> usize {
        self.flipped + self.dropped + self.doubled + self.swapped
    }
}

/// Harm in each direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Harms {
    /// To bytes that were read.
    pub read: Harm,
    /// To bytes that were written.
    pub written: Harm,
}

/// One direction.
#[derive(Debug)]
struct Way {
    noise: Noise,
    stream: u32,
    position: u32,
    held: Option<u8>,
    harm: Harm,
}

impl Way {
    /// The bytes that arrive when `byte` is sent.
    fn pass(&mut self, byte: u8, out: &mut impl Extend<u8>) {
        let mut rng = KeyedRng::new(self.position, self.stream, self.noise.seed);
        self.position = self.position.wrapping_add(1);
        let before = self.held.take();
        if rng.below(WHOLE) >= self.noise.chance {
            out.extend([byte]);
        } else {
            match rng.below(4) {
                0 => {
                    self.harm.flipped += 1;
                    out.extend([byte ^ (1 + rng.below(255)) as u8]);
                }
                1 => self.harm.dropped += 1,
                2 => {
                    self.harm.doubled += 1;
                    out.extend([byte, byte]);
                }
                // A byte is held already: the two are swapped.
                _ if before.is_some() => out.extend([byte]),
                _ => self.held = Some(byte),
            }
        }
        if let Some(before) = before {
            self.harm.swapped += 1;
            out.extend([before]);
        }
    }
}

/// A link with noise on it.
///
/// A byte to be swapped is held until the next one: when writing, until `flush` at most; when reading, until the
/// link ends. The receiver does not get it until another byte is sent.
#[derive(Debug)]
pub struct Noisy<L> {
    link: L,
    down: Way,
    up: Way,
    ready: VecDeque<u8>,
}

impl<L> Noisy<L> {
    /// Counts so far.
    pub fn harm(&self) -> Harms {
        Harms { read: self.down.harm, written: self.up.harm }
    }

    /// The link below.
    pub fn get_ref(&self) -> &L {
        &self.link
    }

    /// The link below, to set time-outs and the like.
    pub fn get_mut(&mut self) -> &mut L {
        &mut self.link
    }
}

impl<L: Read> Read for Noisy<L> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() && !bytes.is_empty() {
            let n = self.link.read(bytes)?;
            bytes[..n].iter().for_each(|&byte| self.down.pass(byte, &mut self.ready));
            if n == 0 {
                self.ready.extend(self.down.held.take());
                break;
            }
        }
        self.ready.read(bytes)
    }
}

impl<L: Write> Write for Noisy<L> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut out = Vec::with_capacity(bytes.len() + 1);
        bytes.iter().for_each(|&byte| self.up.pass(byte, &mut out));
        self.link.write_all(&out)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(byte) = self.up.held.take() {
            self.link.write_all(&[byte])?;
        }
        self.link.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that differ from those near them.
    fn sent(len: usize) -> Vec<u8> {
        (0..len).map(|i| (i % 251) as u8).collect()
    }

    fn written(noise: Noise, bytes: &[u8], chunk: usize) -> (Vec<u8>, Harm) {
        let mut link = noise.over(Vec::new());
        bytes.chunks(chunk).for_each(|chunk| link.write_all(chunk).expect("memory"));
        link.flush().expect("memory");
        let harm = link.harm();
        assert_eq!(harm.read, Harm::default());
        (link.link, harm.written)
    }

    fn read(noise: Noise, bytes: &[u8], chunk: usize) -> (Vec<u8>, Harm) {
        let mut link = noise.over(bytes);
        let (mut got, mut piece) = (Vec::new(), vec![0; chunk]);
        loop {
            let n = link.read(&mut piece).expect("memory");
            got.extend(&piece[..n]);
            if n == 0 {
                assert_eq!(link.harm().written, Harm::default());
                return (got, link.harm().read);
            }
        }
    }

    /// Counts from sent and received bytes alone: the shortest step to where four bytes agree again. Exact unless two
    /// disturbances are adjacent.
    fn judged(sent: &[u8], got: &[u8]) -> Harm {
        let mut harm = Harm::default();
        let (mut s, mut g) = (0, 0);
        while s + 16 < sent.len() && g + 16 < got.len() {
            let agree = |&(ds, dg): &(usize, usize)| sent[s + ds..][..4] == got[g + dg..][..4];
            let steps = (0..12).flat_map(|sum| (0..=sum).map(move |ds| (ds, sum - ds)));
            let step = if sent[s] == got[g] { None } else { steps.into_iter().find(agree) };
            match step {
                Some((0, 1)) => harm.doubled += 1,
                Some((1, 0)) => harm.dropped += 1,
                Some((1, 1)) => harm.flipped += 1,
                Some((2, 2)) => harm.swapped += 1,
                _ => {}
            }
            let (ds, dg) = step.unwrap_or((1, 1));
            (s, g) = (s + ds, g + dg);
        }
        harm
    }

    #[test]
    fn one_percent_is_one_in_a_hundred() {
        let sent = sent(400_000);
        for (got, harm) in [written(Noise::new(1, 1.0), &sent, 1000), read(Noise::new(1, 1.0), &sent, 1000)] {
            // 1,000 of each in the mean; the standard deviation is 32.
            let Harm { flipped, dropped, doubled, swapped } = harm;
            for n in [flipped, dropped, doubled, swapped] {
                assert!((850..1150).contains(&n), "{harm:?}");
            }
            assert_eq!(got.len() + dropped, sent.len() + doubled);
            let seen = judged(&sent, &got);
            let pairs = [
                (seen.flipped, flipped),
                (seen.dropped, dropped),
                (seen.doubled, doubled),
                (seen.swapped, swapped),
            ];
            // One in twelve has another within reach.
            for (one, counted) in pairs {
                assert!(one.abs_diff(counted) < counted / 8, "seen {seen:?}, counted {harm:?}");
            }
        }
    }

    #[test]
    fn the_chance_is_that_of_the_caller() {
        let sent = sent(100_000);
        for (percent, low, high) in [(0.1, 50, 150), (5.0, 4700, 5300), (50.0, 40_000, 50_000)] {
            let (_, harm) = written(Noise::new(2, percent), &sent, 100);
            assert!((low..high).contains(&harm.total()), "{percent} %: {harm:?}");
        }
    }

    #[test]
    fn no_noise_changes_nothing() {
        let sent = sent(10_000);
        assert_eq!(written(Noise::new(3, 0.0), &sent, 7), (sent.clone(), Harm::default()));
        assert_eq!(read(Noise::new(3, 0.0), &sent, 7), (sent, Harm::default()));
    }

    #[test]
    fn a_hundred_percent_leaves_no_byte_alone() {
        let (got, harm) = written(Noise::new(4, 100.0), &[0; 4000], 10);
        assert_eq!(got.len() + harm.dropped, 4000 + harm.doubled);
        assert_eq!(got.iter().filter(|&&byte| byte != 0).count(), harm.flipped);
        assert!(harm.flipped.abs_diff(1000) < 150 && harm.dropped.abs_diff(1000) < 150, "{harm:?}");
    }

    #[test]
    fn the_seed_decides_and_the_pieces_do_not() {
        let sent = sent(5000);
        let of = |seed, chunk| written(Noise::new(seed, 3.0), &sent, chunk);
        assert_eq!(of(5, 1), of(5, 4999));
        assert_eq!(of(5, 1), of(5, 64));
        assert_ne!(of(5, 64), of(6, 64));
        let of = |seed, chunk| read(Noise::new(seed, 3.0), &sent, chunk);
        assert_eq!(of(5, 1), of(5, 4999));
        assert_ne!(of(5, 64), of(6, 64));
        assert_ne!(of(5, 64), written(Noise::new(5, 3.0), &sent, 64), "the directions differ");
    }

    #[test]
    fn a_byte_that_waits_comes_at_the_end() {
        // The first seed whose first byte waits, in each direction.
        let waits = |way: fn(&mut Noisy<Vec<u8>>) -> &mut Way| {
            let held = |&seed: &u64| {
                let mut link = Noise::new(seed, 100.0).over(Vec::new());
                way(&mut link).pass(9, &mut Vec::new());
                way(&mut link).held.is_some()
            };
            (0..100).find(held).expect("a quarter of them")
        };
        let noise = Noise::new(waits(|link| &mut link.up), 100.0);
        let mut link = noise.over(Vec::new());
        link.write_all(&[9]).expect("memory");
        assert!(link.link.is_empty());
        link.flush().expect("memory");
        link.flush().expect("memory");
        assert_eq!((link.harm().written.total(), link.link), (0, vec![9]));
        let noise = Noise::new(waits(|link| &mut link.down), 100.0);
        assert_eq!(read(noise, &[9], 5), (vec![9], Harm::default()));
    }

    #[test]
    fn an_error_of_the_link_is_passed_on() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::TimedOut.into())
            }
        }
        let error = Noise::new(8, 1.0).over(Broken).read(&mut [0; 4]).expect_err("it is broken");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
