//! An encoder applied to columns: a sample becomes events on all lines of the input.

use super::{BoundEncoder, Encoder, Gain, Params, Place, encoder_ops};
use crate::num::{Words, line};
use crate::signal::Grain;

/// The columns of an input that encodes, one slice per quantity.
#[derive(Debug)]
pub struct EncodeColumns<'s> {
    /// State, a column of as many words as there are lines per field.
    pub state: &'s mut [u16],
    /// Where events go.
    pub events: &'s mut [i16],
    /// What events are added to; empty if they are not.
    pub sums: &'s mut [u16],
}

/// An [`Encoder`] with its parameters, applied to columns.
pub trait EncoderOps {
    /// Names of the words of state per line.
    fn state_names(&self) -> &'static [&'static str];
    /// Whether the parameters are within their limits.
    fn valid(&self) -> bool;
    /// See [`Encoder::common`].
    fn common(&self) -> Params;
    /// How finely its events are graded.
    fn grain(&self) -> Grain;
    /// Events of `len` lines from the pixels of a sample, missing ones 0; `place` is that of line 0.
    fn encode(&self, columns: EncodeColumns<'_>, len: usize, gain: &Gain, sample: &[u8], place: Place);
}

impl EncoderOps for BoundEncoder<'_> {
    fn state_names(&self) -> &'static [&'static str] {
        encoder_ops!(self, bound => bound.state_names())
    }

    fn valid(&self) -> bool {
        encoder_ops!(self, bound => bound.valid())
    }

    fn common(&self) -> Params {
        encoder_ops!(self, bound => bound.common())
    }

    fn grain(&self) -> Grain {
        encoder_ops!(self, bound => bound.grain())
    }

    fn encode(&self, columns: EncodeColumns<'_>, len: usize, gain: &Gain, sample: &[u8], place: Place) {
        encoder_ops!(self, bound => bound.encode(columns, len, gain, sample, place))
    }
}

/// An encoder with its parameters.
#[derive(Debug)]
pub struct Bound<'p, E: Encoder>(pub(super) &'p E::Params);

impl<E: Encoder> EncoderOps for Bound<'_, E> {
    fn state_names(&self) -> &'static [&'static str] {
        E::State::NAMES
    }

    fn valid(&self) -> bool {
        self.0.in_range()
    }

    fn common(&self) -> Params {
        E::common(self.0)
    }

    fn grain(&self) -> Grain {
        if E::GRADED { Grain::Graded } else { Grain::Spike }
    }

    fn encode(&self, columns: EncodeColumns<'_>, len: usize, gain: &Gain, sample: &[u8], place: Place) {
        if gain.is_identity() {
            encode_lines::<E>(columns, len, sample, place, |x| x);
        } else {
            encode_lines::<E>(columns, len, sample, place, |x| gain.pixel(x));
        }
    }
}

fn encode_lines<E: Encoder>(
    columns: EncodeColumns<'_>,
    n: usize,
    sample: &[u8],
    place: Place,
    pixel: impl Fn(u8) -> u8,
) {
    let EncodeColumns { state, events, sums } = columns;
    if E::GRADED {
        let (lines, _) = events.split_at_mut_checked(n).unwrap_or_default();
        let (given, missing) = lines.split_at_mut_checked(sample.len().min(n)).unwrap_or_default();
        for (event, &x) in given.iter_mut().zip(sample) {
            (_, *event) = E::encode(E::State::default(), pixel(x), &place);
        }
        missing.fill(E::encode(E::State::default(), pixel(0), &place).1);
        for (sum, event) in sums.iter_mut().zip(lines) {
            *sum = sum.saturating_add(event.unsigned_abs());
        }
        return;
    }
    if E::State::LEN == 0 {
        // No state to carry: a plain loop over slices, which compilers turn into vectors.
        let place = |i| Place { line: line(i), ..place };
        for (i, ((event, sum), &x)) in events.iter_mut().zip(sums.iter_mut()).zip(sample).enumerate() {
            let (_, magnitude) = E::encode(E::State::default(), pixel(x), &place(i));
            *event = magnitude;
            *sum = sum.saturating_add(magnitude.unsigned_abs());
        }
        for (i, (event, sum)) in events.iter_mut().zip(sums.iter_mut()).enumerate().take(n).skip(sample.len())
        {
            let (_, magnitude) = E::encode(E::State::default(), pixel(0), &place(i));
            *event = magnitude;
            *sum = sum.saturating_add(magnitude.unsigned_abs());
        }
        return;
    }
    let pixels = sample.iter().chain(core::iter::repeat(&0));
    let lines = events.iter_mut().zip(sums.iter_mut()).zip(pixels).take(n);
    let mut lines = lines.enumerate();
    E::State::each(state, n, |s| {
        let Some((i, ((event, sum), &x))) = lines.next() else { return s };
        let (s, magnitude) = E::encode(s, pixel(x), &Place { line: line(i), ..place });
        *event = magnitude;
        *sum = sum.saturating_add(magnitude.unsigned_abs());
        s
    });
}
