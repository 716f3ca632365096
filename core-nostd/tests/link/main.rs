//! The codec of the link: what is sent comes, and what was changed on its way does not.

mod coded;

use hebbit_core::link::{
    About, CODED, Check, Collector, FRAME_OVERHEAD, Facts, FrameError, Incoming, MAX_FRAME, MAX_MESSAGE,
    MESSAGE_OVERHEAD, MOST_SAMPLES, Packed, RESULT_BYTES, Refusal, Reply, Request, SampleResult, Unit,
    Vitals, pack, pack_as, packed_bytes, packed_bytes_as, seal, unpack,
};
use hebbit_core::net::{Digest, Moment, Scope, Target};
use hebbit_core::signal::{Phase, Tick};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::Serialize;

/// A frame, its end included.
fn framed(number: u16, message: &impl Serialize) -> Vec<u8> {
    let mut out = vec![0xee; MAX_FRAME];
    let len = seal(number, message, &mut out).expect("it fits");
    assert!(out[len..].iter().all(|&byte| byte == 0xee), "nothing is written behind the frame");
    out.truncate(len);
    out
}

/// What comes of bytes: whole frames with their messages, and errors.
fn collected(collector: &mut Collector, bytes: &[u8]) -> Vec<Result<(u16, Vec<u8>), FrameError>> {
    let mut came = Vec::new();
    for &byte in bytes {
        let Some(frame) = collector.push(byte) else { continue };
        came.push(frame.map(|Incoming { number }| (number, collector.message().to_vec())));
    }
    came
}

fn received(bytes: &[u8]) -> Vec<Result<(u16, Vec<u8>), FrameError>> {
    collected(&mut Collector::new(), bytes)
}

const BYTES: [u8; MAX_MESSAGE - MESSAGE_OVERHEAD] = [0x5a; MAX_MESSAGE - MESSAGE_OVERHEAD];
const MOST: u32 = u32::MAX;

/// Every request, each field at its greatest, and the numbers of their tags.
fn requests() -> [Request<'static>; 21] {
    [
        Request::Hello { session: MOST, protocol: u16::MAX },
        Request::Begin { length: MOST, crc: MOST },
        Request::Put { offset: MOST, bytes: &BYTES },
        Request::Commit,
        Request::Samples { first: MOST, learn: true, count: 255, bytes: &BYTES },
        Request::Watch { first: MOST, bytes: &BYTES },
        Request::Status,
        Request::Digest { scope: Scope::Stored },
        Request::Peek { weights: true, from: MOST },
        Request::Pull { offset: MOST },
        Request::Persist,
        Request::Reset,
        Request::Remember { count: 255, bytes: &BYTES },
        Request::Life,
        Request::Facts,
        Request::Baud { rate: MOST },
        Request::Check(Check::Kernel { index: 255, seed: MOST, trials: u16::MAX }),
        Request::Pieces,
        Request::Open { first: MOST, target: Some(Target::Wrong(255)) },
        Request::Ticks { count: 255, bytes: &BYTES },
        Request::Close,
    ]
}

fn replies() -> Vec<Reply<'static>> {
    let about = About {
        board: "a-board-with-a-long-name-0123456789",
        core: "255.255.255",
        memory: MOST,
        slot: MOST,
        message: u16::MAX,
        credits: 255,
        unit: Unit::Cycles,
        layers: 255,
        network: true,
    };
    let moment = Moment { window: 255, tick: Tick(u16::MAX), phase: Phase::Learn, layer: u16::MAX };
    let digest = Digest(u64::MAX);
    vec![
        Reply::Hello { protocol: u16::MAX, session: MOST, about },
        Reply::Refused(Refusal::NoSession),
        Reply::Again,
        Reply::Stored { have: MOST },
        Reply::Loaded { digest, state: MOST },
        Reply::Results { first: MOST, count: 255, bytes: &BYTES },
        Reply::Words { moment: Some(moment), from: MOST, bytes: &BYTES },
        Reply::Status { crc: MOST, length: MOST, digest, samples: MOST, presented: MOST },
        Reply::Digest(digest),
        Reply::Bytes { offset: MOST, bytes: &BYTES },
        Reply::Done,
        Reply::Life(Vitals { known: MOST, repeats: MOST, constant: u16::MAX, ..Vitals::default() }),
        Reply::Facts(Facts {
            baud: MOST,
            hertz: MOST,
            stack: Some(MOST),
            commit: "0123456789abcdef",
            forms: 255,
        }),
        Reply::Checked { name: "a_kernel_of_that_name", value: MOST, wrong: Some(MOST) },
        Reply::Ticked { left: true },
    ]
}

fn refusals() -> [Refusal; 18] {
    [
        Refusal::NoSession,
        Refusal::Protocol { want: u16::MAX },
        Refusal::Unknown,
        Refusal::NoNetwork,
        Refusal::NoUpload,
        Refusal::Offset { want: MOST },
        Refusal::DoesNotFit { need: MOST, have: MOST },
        Refusal::Crc,
        Refusal::Checkpoint,
        Refusal::Sample { index: 255, want: u16::MAX },
        Refusal::Presented { got: MOST },
        Refusal::Range { end: MOST },
        Refusal::NoSlot { have: MOST },
        Refusal::Flash,
        Refusal::Rule { tag: MOST },
        Refusal::Baud { most: MOST },
        Refusal::Network,
        Refusal::Closed,
    ]
}

/// The only frame in `bytes`.
fn only(bytes: &[u8]) -> (u16, Vec<u8>) {
    let mut came = received(bytes);
    assert_eq!(came.len(), 1);
    came.remove(0).expect("whole")
}

#[test]
fn every_message_at_its_limits() {
    for number in [0, 1, 0x7fff, 0x8000, u16::MAX] {
        for (tag, request) in requests().into_iter().enumerate() {
            let (got, message) = only(&framed(number, &request));
            assert_eq!((got, usize::from(message[0])), (number, tag), "{request:?}");
            assert!(message.len() <= MAX_MESSAGE, "{request:?}");
            assert_eq!(postcard::from_bytes(&message), Ok(request));
        }
        for (tag, reply) in replies().into_iter().enumerate() {
            let (got, message) = only(&framed(number, &reply));
            assert_eq!((got, usize::from(message[0])), (number, tag), "{reply:?}");
            assert!(message.len() <= MAX_MESSAGE, "{reply:?}");
            assert_eq!(postcard::from_bytes(&message), Ok(reply));
        }
    }
    for (tag, refusal) in refusals().into_iter().enumerate() {
        let (_, message) = only(&framed(9, &Reply::Refused(refusal)));
        assert_eq!(usize::from(message[1]), tag, "{refusal:?}");
        assert_eq!(postcard::from_bytes(&message), Ok(Reply::Refused(refusal)));
    }
}

#[test]
fn the_constants_are_what_the_messages_need() {
    let (class, [neuron, count, ticks]) = (Some(255), [u16::MAX; 3]);
    let result = SampleResult { class, neuron, count, ticks, spikes: MOST, cost: MOST };
    let mut out = [0; 64];
    assert_eq!(postcard::to_slice(&result, &mut out).expect("it fits").len(), RESULT_BYTES);
    // The worst frame has no zero to break a row of 254.
    let worst = vec![0x5a; MAX_MESSAGE - 3];
    let frame = framed(0x5a5a, &Request::Put { offset: 0x5a, bytes: &worst[..MAX_MESSAGE - 4] });
    assert!(frame.len() > MAX_FRAME - 2 && frame.len() <= MAX_FRAME, "{}", frame.len());
    assert_eq!(MAX_FRAME, MAX_MESSAGE + FRAME_OVERHEAD);
    const { assert!(MOST_SAMPLES * RESULT_BYTES + MESSAGE_OVERHEAD <= MAX_MESSAGE) };
}

#[test]
fn what_does_not_fit_is_not_sealed() {
    for message in [&BYTES[..], &[0; 300], &[1; 253], &[]] {
        let request = Request::Put { offset: 7, bytes: message };
        let frame = framed(3, &request);
        for room in 0..frame.len() {
            assert_eq!(seal(3, &request, &mut vec![0; room]), None, "{} bytes into {room}", frame.len());
        }
        assert_eq!(seal(3, &request, &mut vec![0; frame.len()]), Some(frame.len()));
    }
}

#[test]
fn a_message_is_there_until_the_next_byte() {
    let mut collector = Collector::new();
    let frame = framed(5, &Request::Status);
    for next in [0, 1, 255] {
        assert_eq!(collected(&mut collector, &frame).len(), 1);
        assert_eq!(collector.message(), [6]);
        assert_eq!(collector.push(next), None);
        assert!(collector.message().is_empty());
        collector.clear();
    }
}

#[test]
fn every_row_without_zeros_passes() {
    for len in 0..1000 {
        for zeros in [0, 1, 253, 254, 255] {
            let mut bytes: Vec<u8> = (0..len).map(|i| 1 + (i % 255) as u8).collect();
            if zeros > 0 {
                bytes.iter_mut().step_by(zeros).for_each(|byte| *byte = 0);
            }
            let request = Request::Pull { offset: 0 };
            let (number, message) = only(&framed(len as u16, &Request::Put { offset: 1, bytes: &bytes }));
            assert_eq!(number, len as u16);
            assert_eq!(postcard::from_bytes(&message), Ok(Request::Put { offset: 1, bytes: &bytes }));
            assert_ne!(postcard::from_bytes(&message), Ok(request));
        }
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// A request with random contents.
fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let request = (any::<u32>(), any::<bool>(), any::<u8>(), vec(any::<u8>(), 0..900));
    (any::<u16>(), request).prop_map(|(number, (first, learn, count, bytes))| {
        framed(number, &Request::Samples { first, learn, count, bytes: &bytes })
    })
}

/// Whatever comes of changed bytes is what was sent, or nothing.
fn nothing_else(sent: &[u8], changed: &[u8]) -> Result<(), TestCaseError> {
    let (sent, came) = (only(sent), received(changed));
    for frame in came.into_iter().flatten() {
        prop_assert_eq!(&frame, &sent, "another message came");
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn no_flipped_bit_passes(frame in any_frame()) {
        // The last byte is the end: without it, nothing comes.
        for at in 0..frame.len() - 1 {
            for bit in 0..8 {
                let mut changed = frame.clone();
                changed[at] ^= 1 << bit;
                let came = received(&changed);
                prop_assert!(!came.is_empty() && came.iter().all(Result::is_err), "byte {} bit {}", at, bit);
            }
        }
        for bit in 0..8 {
            let mut changed = frame.clone();
            *changed.last_mut().expect("an end") ^= 1 << bit;
            prop_assert!(received(&changed).is_empty());
        }
    }

    #[test]
    fn no_truncation_passes(frame in any_frame()) {
        for len in 1..frame.len() - 1 {
            let mut cut = frame[..len].to_vec();
            cut.push(0);
            prop_assert!(matches!(received(&cut)[..], [Err(_)]), "the first {}", len);
            prop_assert!(received(&frame[len..]).iter().all(Result::is_err), "all but the first {}", len);
        }
    }

    #[test]
    fn no_dropped_doubled_or_swapped_byte_passes(frame in any_frame()) {
        for at in 0..frame.len() - 1 {
            let mut dropped = frame.clone();
            dropped.remove(at);
            let mut doubled = frame.clone();
            doubled.insert(at, frame[at]);
            let mut swapped = frame.clone();
            swapped.swap(at, at + 1);
            for changed in [dropped, doubled, swapped] {
                nothing_else(&frame, &changed)?;
            }
        }
    }

    #[test]
    fn garbage_in_front_spoils_one_frame_at_most(garbage in vec(1..=255_u8, 1..3000), frame in any_frame()) {
        let sent = only(&frame);
        let together = [garbage.as_slice(), &frame].concat();
        prop_assert!(matches!(received(&together)[..], [Err(_)]), "garbage is no part of a frame");
        let apart = [garbage.as_slice(), &[0], &frame, &[0, 0], &frame].concat();
        let came = received(&apart);
        prop_assert_eq!(came.len(), 3);
        prop_assert!(came[0].is_err());
        prop_assert_eq!(came[1].as_ref(), Ok(&sent));
        prop_assert_eq!(came[2].as_ref(), Ok(&sent));
    }

    #[test]
    fn random_bytes_are_no_message(bytes in vec(any::<u8>(), 0..4000), frame in any_frame()) {
        let mut collector = Collector::new();
        prop_assert!(collected(&mut collector, &bytes).iter().all(Result::is_err));
        prop_assert!(collector.message().is_empty());
        collected(&mut collector, &[0]);
        let came = collected(&mut collector, &frame);
        prop_assert_eq!(came, [Ok(only(&frame))]);
        collected(&mut collector, &frame[..frame.len() / 2]);
        collector.clear();
        prop_assert_eq!(collected(&mut collector, &frame), [Ok(only(&frame))]);
    }

    #[test]
    fn random_messages_are_read_or_refused(tag in 0..18_u8, bytes in vec(any::<u8>(), 0..200)) {
        // What is read from some bytes is read again from what it writes.
        let bytes = [&[tag], bytes.as_slice()].concat();
        let mut out = [0; 512];
        if let Ok(request) = postcard::from_bytes::<Request<'_>>(&bytes) {
            let again = postcard::to_slice(&request, &mut out).expect("it fits");
            prop_assert_eq!(postcard::from_bytes(again), Ok(request));
        }
        if let Ok(reply) = postcard::from_bytes::<Reply<'_>>(&bytes) {
            let again = postcard::to_slice(&reply, &mut out).expect("it fits");
            prop_assert_eq!(postcard::from_bytes(again), Ok(reply));
        }
    }
}

/// Samples of all kinds: pixels, pictures in black and white, and sparse ones with long silences and long runs.
fn any_sample() -> impl Strategy<Value = Vec<u8>> {
    let run = (prop_oneof![0..4_usize, 250..260_usize, 500..520_usize], 0..300_usize, 1..=255_u8);
    let runs = vec(run, 0..6).prop_map(|runs| {
        let lines = runs.into_iter().flat_map(|(silent, events, value)| {
            std::iter::repeat_n(0, silent).chain(std::iter::repeat_n(value, events))
        });
        lines.take(2000).collect()
    });
    prop_oneof![
        vec(any::<u8>(), 0..2000),
        vec(prop_oneof![Just(0_u8), Just(255)], 0..2000),
        vec(prop_oneof![9 => Just(0_u8), 1 => any::<u8>()], 0..2000),
        runs,
    ]
}

fn any_target() -> impl Strategy<Value = Target> {
    let of = |said: fn(u8) -> Target| any::<u8>().prop_map(said);
    prop_oneof![Just(Target::Unknown), of(Target::Class), of(Target::Right), of(Target::Wrong)]
}

/// One packed sample.
fn packed(target: Target, values: &[u8]) -> Vec<u8> {
    let bytes = packed_as(0, target, values);
    assert_eq!(
        (Some(bytes.len()), bytes.len()),
        (pack(target, values, &mut [0; 3000]), packed_bytes(values))
    );
    bytes
}

/// The same for a device that reads more forms.
fn packed_as(forms: u8, target: Target, values: &[u8]) -> Vec<u8> {
    let mut out = vec![0xee; packed_bytes_as(forms, values) + 5];
    let len = pack_as(forms, target, values, &mut out).expect("it fits");
    assert_eq!(len, packed_bytes_as(forms, values));
    assert_eq!(out[len..], [0xee; 5]);
    assert_eq!(pack_as(forms, target, values, &mut vec![0; len - 1]), None, "one byte too few");
    out.truncate(len);
    out
}

fn expanded(packed: &Packed<'_>, lines: usize) -> Option<Vec<u8>> {
    let mut out = vec![0xee; lines];
    packed.expand(&mut out).then_some(out)
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn samples_come_as_they_were(samples in vec((any_target(), any_sample()), 1..4), forms in 0..=CODED) {
        let packed = |(target, values): &(Target, Vec<u8>)| packed_as(forms, *target, values);
        let bytes: Vec<u8> = samples.iter().flat_map(packed).collect();
        let mut rest = bytes.as_slice();
        for (target, values) in &samples {
            let one = unpack(&mut rest).expect("a sample");
            prop_assert_eq!(one.target, *target);
            prop_assert_eq!(expanded(&one, values.len()), Some(values.clone()));
            prop_assert!(packed_bytes_as(forms, values) <= packed_bytes(values), "more forms, and it is longer");
            prop_assert!(packed_bytes(values) <= values.len() + 4, "never longer than a byte per line");
        }
        prop_assert!(rest.is_empty() && unpack(&mut rest).is_none());
    }

    #[test]
    fn a_sample_of_another_length_is_refused(values in any_sample(), more in 1..600_usize) {
        let bytes = packed(Target::Unknown, &values);
        let one = unpack(&mut bytes.as_slice()).expect("a sample");
        // Lines behind the last run are silent, so runs fit more lines; and eight lines share a byte of bits.
        let last = values.iter().rposition(|&v| v != 0).map_or(0, |at| at + 1);
        if let Some(longer) = expanded(&one, values.len() + more) {
            prop_assert!(longer.starts_with(&values) && longer[values.len()..].iter().all(|&v| v == 0));
        }
        let fewer = values.len().saturating_sub(more);
        if fewer < last {
            prop_assert_eq!(expanded(&one, fewer), None, "an event is lost");
        }
    }

    #[test]
    fn random_bytes_expand_or_do_not(
        form in 0..5_u8, class in any::<u8>(), body in vec(any::<u8>(), 0..300), lines in 0..2000_usize, len in any::<u16>(),
    ) {
        let [low, high] = (body.len() as u16).to_le_bytes();
        let bytes = [&[class, form, low, high], body.as_slice()].concat();
        match unpack(&mut bytes.as_slice()) {
            None => prop_assert_eq!(form, 4),
            // What it expands to can be packed.
            Some(one) => if let Some(values) = expanded(&one, lines) {
                let again = packed(one.target, &values);
                let one = unpack(&mut again.as_slice()).expect("a sample");
                prop_assert_eq!(expanded(&one, lines), Some(values));
            }
        }
        let [low, high] = len.to_le_bytes();
        let bytes = [&[class, form, low, high], body.as_slice()].concat();
        let one = unpack(&mut bytes.as_slice());
        prop_assert_eq!(one.is_some(), form < 4 && usize::from(len) <= body.len());
    }
}

#[test]
fn each_form_is_used_and_every_width_passes() {
    let forms = |values: &[u8]| packed(Target::Class(3), values)[1];
    assert_eq!(forms(&[7; 20]), 0x80, "bytes");
    assert_eq!(forms(&[0, 255, 0, 255, 0, 255, 0, 255, 255]), 0x81, "bits");
    assert_eq!(forms(&[[0; 255].as_slice(), &[9; 3], &[0; 100]].concat()), 0x82, "runs");
    assert_eq!(packed(Target::Unknown, &[0; 600]), [0, 2, 0, 0], "all silent");
    assert_eq!(packed(Target::Right(3), &[0; 600]), [3, 0xc2, 0, 0], "yes");
    assert_eq!(packed(Target::Wrong(3), &[0; 600]), [3, 0x42, 0, 0], "no");
    // 255 silent lines are one run; 256 are two.
    for (silent, runs) in [(254, 1), (255, 1), (256, 2), (510, 2), (511, 3)] {
        let values = [vec![0; silent], vec![9; 1]].concat();
        assert_eq!(packed(Target::Unknown, &values).len(), 4 + 2 * runs + 1, "{silent}");
    }
    for (events, runs) in [(255, 1), (256, 2), (511, 3)] {
        let values = [vec![0; 600], vec![9; events], vec![0; 600]].concat();
        assert_eq!(packed(Target::Unknown, &values).len(), 4 + 2 * (2 + runs) + events, "{events}");
    }
    for width in 1..=2000 {
        for values in [
            (0..width).map(|i| 255 * u8::from(i % 3 == 0)).collect::<Vec<u8>>(),
            (0..width).map(|i| (i * 7) as u8).collect(),
            (0..width).map(|i| 40 * u8::from(i % 300 == 299)).collect(),
            vec![255; width],
        ] {
            let bytes = packed(Target::Unknown, &values);
            let one = unpack(&mut bytes.as_slice()).expect("a sample");
            assert_eq!(expanded(&one, width), Some(values));
        }
    }
}

/// A bit in the last byte that stands for no line.
#[test]
fn bits_without_a_line_are_refused() {
    for lines in 1..=16 {
        let mut bytes = packed(Target::Unknown, &vec![255; lines]);
        bytes.splice(1.., [1, lines.div_ceil(8) as u8, 0].into_iter().chain(vec![0; lines.div_ceil(8)]));
        for bit in 0..8 * lines.div_ceil(8) {
            let mut changed = bytes.clone();
            changed[4 + bit / 8] |= 1 << (bit % 8);
            let one = unpack(&mut changed.as_slice()).expect("a sample");
            assert_eq!(expanded(&one, lines).is_some(), bit < lines, "bit {bit} of {lines} lines");
        }
    }
}
