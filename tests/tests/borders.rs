//! Core and oracle refuse bytes that are no checkpoint, and nothing panics.

use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit_core::checkpoint;
use hebbit_tests::cases::{Case, any_case, number};
use hebbit_tests::compare::compare;
use hebbit_tests::oracle::plan::{Along, Answering, Coupling, Feedback, From, Kind, Plan, Stored, Teacher};
use hebbit_tests::oracle::{Oracle, bytes, words};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

fn core_takes(bytes: &[u8]) -> Result<CoreEngine, String> {
    CoreEngine::new(bytes, AnyKernels::Scalar).map_err(|e| e.to_string())
}

/// Some small checkpoint of a version: of a network that no older version holds, with a schema, of one that goes on learning, or of one that does not.
fn small(version: u8) -> Vec<u8> {
    let mut runner = TestRunner::deterministic();
    let cases = (0..500).map(|_| any_case().new_tree(&mut runner).expect("any case").current());
    let sizes = cases.map(|case| case.checkpoint()).filter(|bytes| bytes[8] == version && bytes.len() < 1200);
    sizes.max_by_key(Vec::len).expect("some of them are small")
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    [2, 3, 4, 5].into_iter().for_each(every_change_is_refused);
}

fn every_change_is_refused(version: u8) {
    let whole = small(version);
    assert!(core_takes(&whole).is_ok() && Oracle::new(&whole).is_ok());
    for length in 0..whole.len() {
        assert!(core_takes(&whole[..length]).is_err(), "core takes the first {length} bytes");
        assert!(Oracle::new(&whole[..length]).is_err(), "oracle takes the first {length} bytes");
    }
    let mut longer = whole.clone();
    longer.extend([0; 8]);
    assert!(core_takes(&longer).is_err(), "core takes more than there is");
    for bit in 0..8 * whole.len() {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(core_takes(&flipped).is_err(), "core takes byte {:#x} with bit {} flipped", bit / 8, bit % 8);
        assert!(
            Oracle::new(&flipped).is_err(),
            "oracle takes byte {:#x} with bit {} flipped",
            bit / 8,
            bit % 8
        );
    }
    println!("version {version}: {} bytes", whole.len());
}

/// A receiver gets the length of a checkpoint from its plan, before it has all bytes.
#[test]
fn the_plan_tells_the_length() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..100 {
        let mut case = any_case().new_tree(&mut runner).expect("any case").current();
        case.stored.note.clear();
        let whole = case.checkpoint();
        let head = if whole[8] >= 4 { 48 } else { 40 };
        let plan = head + u32::from_le_bytes(whole[20..24].try_into().expect("a word")) as usize;
        assert!(plan < head + 8192, "a plan of {plan} bytes");
        for length in (0..=plan + 8).filter(|&length| length <= whole.len()) {
            let want = (length >= plan).then_some(whole.len());
            assert_eq!(checkpoint::length(&whole[..length]), Ok(want), "of the first {length} bytes");
        }
        let mut lies = whole.clone();
        lies[12..16].fill(0xff);
        lies[32..40].fill(0xff);
        assert_eq!(checkpoint::length(&lies), Ok(Some(whole.len())), "the header's lengths do not matter");
        if head == 48 {
            lies[40..44].fill(0xff);
            assert!(checkpoint::length(&lies).is_err(), "no schema is as long as that");
        }
    }
}

/// Both accept it or both refuse it, and both compute the same with an accepted one.
fn agree(bytes: &[u8], case: &Case) -> Result<bool, TestCaseError> {
    let (core, oracle) = (core_takes(bytes), Oracle::new(bytes));
    match (core, oracle) {
        (Err(_), Err(_)) => Ok(false),
        (Ok(_), Err(why)) => Err(TestCaseError::fail(format!("the core takes it, the oracle says: {why}"))),
        (Err(why), Ok(_)) => Err(TestCaseError::fail(format!("the oracle takes it, the core says: {why}"))),
        (Ok(mut core), Ok(mut oracle)) => {
            let plan = &oracle.network.plan;
            let ticks: i128 = plan.windows.iter().map(|w| w.ticks).sum();
            if ticks < 100 && plan.layers[0].neurons == case.stored.plan.layers[0].neurons {
                compare(&mut core, &mut oracle, &case.turns, bytes.len())
                    .map_err(|difference| TestCaseError::fail(difference.to_string()))?;
            }
            Ok(true)
        }
    }
}

fn for_all<S: Strategy>(few: u32, strategy: &S, check: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases: number(few), failure_persistence: None, ..Config::default() };
    if let Err(failure) = TestRunner::new(config).run(strategy, check) {
        panic!("{failure}");
    }
}

/// How a word of a plan is changed.
#[derive(Clone, Copy, Debug)]
enum Change {
    To(u32),
    By(i32),
}

fn any_change() -> impl Strategy<Value = Change> {
    let corners = [
        0,
        1,
        2,
        3,
        4,
        7,
        8,
        9,
        15,
        16,
        17,
        127,
        128,
        255,
        256,
        0x101,
        0x105,
        32767,
        32768,
        65534,
        65535,
        65536,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_8000,
        0xffff_7fff,
        0xffff_ffff,
        0xffff_ff81,
        0xffff_ff80,
        0xffff_fff0,
        0xffff_ffef,
    ];
    prop_oneof![
        6 => prop::sample::select(corners.to_vec()).prop_map(Change::To),
        3 => (-2..=2).prop_map(Change::By),
        1 => any::<u32>().prop_map(Change::To),
    ]
}

#[test]
fn engines_agree_on_changed_words() {
    let taken = std::cell::Cell::new([0_u32; 2]);
    let changes = vec((any::<prop::sample::Index>(), any_change()), 1..=2);
    for_all(1500, &(any_case(), changes), |(case, changes)| {
        let mut bytes = case.checkpoint();
        let version = bytes[8];
        let words = words::write(version.into(), &case.stored.plan).len();
        let header = if version == 4 { 48 } else { 40 };
        for (at, change) in changes {
            let at = header + 4 * at.index(words);
            let old = u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
            let new = match change {
                Change::To(new) => new,
                Change::By(more) => old.wrapping_add_signed(more),
            };
            bytes[at..at + 4].copy_from_slice(&new.to_le_bytes());
        }
        judge(&mut bytes, &case, &taken)
    });
    println!("{:?} taken and refused", taken.get());
    assert!(taken.get().iter().all(|&n| n >= number(1500) / 10), "{:?}: too lopsided", taken.get());
}

/// Updates the CRC of changed bytes, passes them to both engines, and counts accepted and refused ones.
fn judge(bytes: &mut [u8], case: &Case, taken: &std::cell::Cell<[u32; 2]>) -> Result<(), TestCaseError> {
    let crc = bytes::crc_of(bytes);
    bytes[16..20].copy_from_slice(&crc.to_le_bytes());
    let [yes, no] = taken.get();
    taken.set(if agree(bytes, case)? { [yes + 1, no] } else { [yes, no + 1] });
    Ok(())
}

/// Bytes of the schema, and the words of the header that are there for its sake.
#[test]
fn engines_agree_on_changed_schemas() {
    let taken = std::cell::Cell::new([0_u32; 2]);
    let changes = vec((any::<prop::sample::Index>(), prop_oneof![2 => 0..=3_u8, 1 => any::<u8>()]), 1..=2);
    for_all(1500, &(any_case(), changes), |(case, changes)| {
        let Some(schema) = &case.stored.schema else { return Ok(()) };
        let mut bytes = case.checkpoint();
        let length = schema.write().len();
        let places = (40..48).chain(bytes.len() - length.next_multiple_of(8)..bytes.len());
        let places: Vec<usize> = places.collect();
        for (at, to) in changes {
            bytes[*at.get(&places)] = to;
        }
        judge(&mut bytes, &case, &taken)
    });
    println!("{:?} taken and refused", taken.get());
    assert!(taken.get().iter().all(|&n| n >= number(1500) / 20), "{:?}: too lopsided", taken.get());
}

/// A layer that only weights of 0 can reach is reached; it must not hide one that nothing reaches.
#[test]
fn every_layer_is_reached() {
    let mut runner = TestRunner::deterministic();
    let mut next = || any_case().new_tree(&mut runner).expect("any case").current();
    let mut case = next();
    while case.stored.plan.layers.len() < 3 {
        case = next();
    }
    let plan = &mut case.stored.plan;
    plan.feedbacks.clear();
    plan.projections.retain(|p| p.post == 1);
    plan.projections.iter_mut().for_each(|p| (p.low, p.high, p.zero) = (0, 0, 0));
    case.stored.own.clear();
    let zeros = |rows, columns| vec![vec![0; columns]; rows];
    case.stored.weights = plan.projections.iter().map(|p| zeros(plan.rows(p), plan.columns(p))).collect();
    let bytes = case.checkpoint();
    assert_eq!(core_takes(&bytes).err().as_deref(), Some("layer 2: no projection reaches it"));
    assert!(Oracle::new(&bytes).is_err());
}

/// How the parts of a plan are changed.
#[derive(Clone, Copy, Debug)]
enum Edit {
    Drop(usize),
    NoBounds(usize),
    Widest(usize),
    Swap(usize, usize),
    Feedback(usize, From, Along, i128),
    Bound(usize, i128),
    Plastic(usize, i128),
    Winner(usize),
    Zero(usize, i128),
    Window(usize, Teacher, bool),
    Fine(usize),
    Coupled(usize, Coupling),
    Answers(Answering),
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let along = prop_oneof![Just(Along::Sign), Just(Along::Tied), Just(Along::Own), Just(Along::Keyed)];
    let from = prop_oneof![4 => (0..4_usize).prop_map(From::Layer), 1 => Just(From::Target)];
    let teacher = prop_oneof![Just(Teacher::None), Just(Teacher::Against), Just(Teacher::Reward)];
    let coupling = prop_oneof![Just(Coupling::None), Just(Coupling::Open), Just(Coupling::Gated)];
    prop_oneof![
        (0..6_usize).prop_map(Edit::Drop),
        (0..6_usize).prop_map(Edit::NoBounds),
        (0..6_usize).prop_map(Edit::Widest),
        (0..6_usize, 0..6_usize).prop_map(|(a, b)| Edit::Swap(a, b)),
        (0..3_usize, from, along, 0..=16_i128)
            .prop_map(|(layer, from, along, shift)| Edit::Feedback(layer, from, along, shift)),
        (0..4_usize, 0..=33000_i128).prop_map(|(b, bound)| Edit::Bound(b, bound)),
        (0..4_usize, -17..=16_i128).prop_map(|(b, rate)| Edit::Plastic(b, rate)),
        (0..4_usize).prop_map(Edit::Winner),
        (0..6_usize, -1..=80_i128).prop_map(|(p, zero)| Edit::Zero(p, zero)),
        (0..3_usize, teacher, any::<bool>()).prop_map(|(w, teacher, extra)| Edit::Window(w, teacher, extra)),
        (0..4_usize).prop_map(Edit::Fine),
        (0..4_usize, coupling).prop_map(|(l, coupling)| Edit::Coupled(l, coupling)),
        prop_oneof![Just(Answering::Count), Just(Answering::Membrane)].prop_map(Edit::Answers),
    ]
}

fn edit(plan: &mut Plan, edit: Edit) {
    let max = if plan.format == 8 { 127 } else { 32767 };
    let (many, layers) = (plan.projections.len(), plan.layers.len());
    match edit {
        Edit::Drop(p) if many > 0 => drop(plan.projections.remove(p % many)),
        Edit::NoBounds(p) if many > 0 => {
            let p = &mut plan.projections[p % many];
            (p.low, p.high, p.zero) = (0, 0, 0);
        }
        Edit::Widest(p) if many > 0 => {
            let p = &mut plan.projections[p % many];
            (p.low, p.high, p.fraction, p.zero) = (-max, max, p.fraction / 4, 0);
        }
        Edit::Swap(a, b) if many > 0 => plan.projections.swap(a % many, b % many),
        Edit::Feedback(layer, from, weights, shift) => {
            plan.feedbacks.push(Feedback::fixed(layer % (layers - 1), from, weights, shift));
        }
        Edit::Bound(b, bound) => {
            if let Some(feedback) = plan.feedbacks.get_mut(b) {
                feedback.bound = bound;
            }
        }
        Edit::Plastic(b, rate) => {
            if let Some(feedback) = plan.feedbacks.get_mut(b) {
                (feedback.plastic, feedback.rate) = (!feedback.plastic, rate);
            }
        }
        Edit::Zero(p, zero) if many > 0 => {
            let p = &mut plan.projections[p % many];
            (p.low, p.zero, p.high) = (0, zero, 2 * zero.max(0));
        }
        Edit::Window(w, teacher, extra) => {
            let windows = plan.windows.len();
            let window = &mut plan.windows[w % windows];
            (window.teacher, window.extra) = (teacher, extra);
        }
        Edit::Fine(l) => {
            if let Kind::Graded { fine, .. } = &mut plan.layers[l % layers].kind {
                *fine = !*fine;
            }
        }
        Edit::Coupled(l, coupling) => plan.layers[l % layers].coupling = coupling,
        Edit::Answers(answering) => plan.answering = answering,
        Edit::Winner(l) => plan.layers[l % layers].winner_take_all ^= true,
        _ => {}
    }
}

#[test]
fn engines_agree_on_changed_plans() {
    let taken = std::cell::Cell::new([0_u32; 2]);
    for_all(1500, &(any_case(), vec(any_edit(), 1..=3)), |(case, edits)| {
        let mut stored: Stored = case.stored.clone();
        for &change in &edits {
            edit(&mut stored.plan, change);
        }
        let plan = &stored.plan;
        let zeros = |rows, columns| vec![vec![0; columns]; rows];
        stored.weights = plan.projections.iter().map(|p| zeros(plan.rows(p), plan.columns(p))).collect();
        let own = |b: &Feedback| {
            let (rows, columns) = plan.own(b);
            zeros(rows, columns)
        };
        stored.own = plan.feedbacks.iter().map(own).collect();
        let [yes, no] = taken.get();
        taken.set(if agree(&bytes::write(&stored), &case)? { [yes + 1, no] } else { [yes, no + 1] });
        Ok(())
    });
    println!("{:?} taken and refused", taken.get());
    assert!(taken.get().iter().all(|&n| n >= number(1500) / 10), "{:?}: too lopsided", taken.get());
}

#[test]
fn arbitrary_bytes_never_panic() {
    let whole = small(3);
    // Words are often small, as those of a plan are.
    let word = prop_oneof![3 => 0..=3_u32, 1 => 0..=300_u32, 1 => any::<u32>()];
    for_all(2000, &(vec(word, 0..100), any::<bool>(), 0..8_usize), |(words, framed, cut)| {
        let mut bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        bytes.truncate(bytes.len().saturating_sub(cut));
        if framed {
            // A valid header of version 2 or 3 and nothing but a plan, so that what is behind the header is looked at.
            bytes.resize(40 + bytes.len().next_multiple_of(8), 0);
            let length = bytes.len() as u32;
            bytes[..12].copy_from_slice(&whole[..12]);
            bytes[8] -= u8::from(cut % 2 == 0);
            bytes[12..16].copy_from_slice(&length.to_le_bytes());
            bytes[20..40].fill(0);
            bytes[20..24].copy_from_slice(&(length - 40).to_le_bytes());
            let crc = bytes::crc_of(&bytes);
            bytes[16..20].copy_from_slice(&crc.to_le_bytes());
        }
        prop_assert!(core_takes(&bytes).is_err());
        prop_assert!(Oracle::new(&bytes).is_err());
        Ok(())
    });
}
