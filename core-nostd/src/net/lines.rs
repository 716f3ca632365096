//! The lines of an input: the encoder applied to a sample.

use super::layer::Layer;
use crate::encode::{Encoder, EncoderVisitor, Gain, Place};
use crate::num::{Words, line};

/// Lets the encoder write a layer's events of this tick, and adds them up.
pub(super) struct EncodeLayer<'x, 'a> {
    pub(super) layer: &'x mut Layer<'a>,
    pub(super) gain: &'x Gain,
    pub(super) sample: &'x [u8],
    /// Of line 0.
    pub(super) place: Place,
}
impl EncoderVisitor for EncodeLayer<'_, '_> {
    type Out = ();
    fn visit<E: Encoder>(self, _: &E::Params) {
        let Self { layer, gain, sample, place } = self;
        if gain.is_identity() {
            encode_lines::<E>(layer, sample, place, |x| x);
        } else {
            encode_lines::<E>(layer, sample, place, |x| gain.pixel(x));
        }
    }
}

fn encode_lines<E: Encoder>(layer: &mut Layer<'_>, sample: &[u8], place: Place, pixel: impl Fn(u8) -> u8) {
    let n = layer.plan.len();
    let Layer { state, events, sums, .. } = layer;
    if E::GRADED {
        let (lines, _) = events.split_at_mut_checked(n).unwrap_or_default();
        let (given, missing) = lines.split_at_mut_checked(sample.len().min(n)).unwrap_or_default();
        for (event, &x) in given.iter_mut().zip(sample) {
            (_, *event) = E::encode(E::State::default(), pixel(x), &place);
        }
        missing.fill(E::encode(E::State::default(), pixel(0), &place).1);
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
