//! Readings, levels and lines: the host, the core and the oracle agree; and a schema changes nothing of what a network computes.

use hebbit::data::{reading, reading_of_unsigned};
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit_core::net::{Engine, Scope};
use hebbit_core::num::KeyedRng;
use hebbit_core::schema::{self, Lines, SchemaParts};
use hebbit_tests::cases::schema::any_scale;
use hebbit_tests::cases::{any_case, number};
use hebbit_tests::oracle::schema::{Scale, Schema};
use hebbit_tests::oracle::{Oracle, bytes};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

/// Values that each of the kinds of numbers below is tried with.
const VALUES: u32 = 100_000;

fn of_core(scale: Scale) -> schema::Scale {
    schema::Scale {
        offset: scale.offset.try_into().expect("32 bits"),
        multiplier: scale.multiplier.try_into().expect("16 bits"),
        shift: scale.shift.try_into().expect("8 bits"),
        fraction: scale.fraction.try_into().expect("8 bits"),
    }
}

/// `floor(value * 2^fraction)`, saturated, from the parts of the float.
fn exact(value: f64, fraction: i128) -> Option<i128> {
    let bits = i128::from(value.to_bits());
    let (negative, exponent, mantissa) = (bits >> 63 == 1, (bits >> 52) % 2048, bits % (1 << 52));
    let (whole, places) = match exponent {
        2047 => return None,
        0 => (mantissa, -1074),
        _ => (mantissa + (1 << 52), exponent - 1075),
    };
    let (whole, places) = (if negative { -whole } else { whole }, places + fraction);
    let power = |places: i128| 2_i128.pow(u32::try_from(places).expect("a number of places"));
    let moved =
        if places >= 0 { whole * power(places.min(70)) } else { whole.div_euclid(power((-places).min(70))) };
    Some(moved.clamp(i32::MIN.into(), i32::MAX.into()))
}

/// Corner bits now and then, else any.
fn draw(rng: &mut KeyedRng) -> u64 {
    let any = u64::from(rng.word()) << 32 | u64::from(rng.word());
    match rng.below(6) {
        0 => [0, 1, u64::MAX, i64::MIN.cast_unsigned(), i64::MAX.cast_unsigned()][rng.below(5) as usize],
        1 => any >> rng.below(64),
        2 => !(any >> rng.below(64)),
        3 => 1 << rng.below(64),
        _ => any,
    }
}

#[test]
fn a_million_values_of_every_type_agree() {
    let mut runner = TestRunner::deterministic();
    let scales: Vec<Scale> =
        (0..1000).map(|_| any_scale().new_tree(&mut runner).expect("a scale").current()).collect();
    let mut rng = KeyedRng::new(0, 0, 14);
    let (mut values, mut refused) = (0, 0);
    for _ in 0..VALUES {
        let bits = draw(&mut rng);
        let oracle = scales[rng.below(1000) as usize];
        let core = of_core(oracle);
        let level = |reading: i32| assert_eq!(i128::from(core.level(reading)), oracle.level(reading.into()));
        let signed = bits.cast_signed();
        let integers = [
            i64::from(bits & 1 == 1),
            i64::from(bits as i8),
            i64::from(bits as i16),
            i64::from(bits as i32),
            signed,
            i64::from(bits as u8),
            i64::from(bits as u16),
            i64::from(bits as u32),
        ];
        for value in integers {
            let got = core.reading_of_int(value);
            assert_eq!(i128::from(got), oracle.reading(value.into()), "{value} {oracle:?}");
            if value.unsigned_abs() <= 1 << 53 {
                assert_eq!(reading(value as f64, core.fraction), Some(got), "{value} as a float, {oracle:?}");
            }
            level(got);
        }
        let got = reading_of_unsigned(bits, core);
        assert_eq!(i128::from(got), oracle.reading(bits.into()), "{bits} {oracle:?}");
        level(got);
        for value in [f64::from_bits(bits), f64::from(f32::from_bits(bits as u32))] {
            let got = reading(value, core.fraction);
            assert_eq!(got.map(i128::from), exact(value, oracle.fraction), "{value:e} {oracle:?}");
            refused += u32::from(got.is_none());
            got.into_iter().for_each(level);
        }
        values += 11;
    }
    println!("{values} values, {refused} of them no numbers");
    assert!(values >= 1_000_000 && refused > 0);
}

#[test]
fn floats_at_the_edges_have_the_readings_by_hand() {
    let cases = [
        (525.3, 2, Some(2101)),
        (-0.5, 0, Some(-1)),
        (-0.0, 64, Some(0)),
        (0.999_999, 0, Some(0)),
        (1e300, -64, Some(i32::MAX)),
        (-1e300, 64, Some(i32::MIN)),
        (2_147_483_647.5, 0, Some(i32::MAX)),
        (-5e-324, -64, Some(-1)),
        (5e-324, -64, Some(0)),
        (f64::MAX, 64, Some(i32::MAX)),
        (f64::NAN, 0, None),
        (f64::INFINITY, 0, None),
        (f64::NEG_INFINITY, -3, None),
    ];
    for (value, fraction, want) in cases {
        assert_eq!(reading(value, fraction), want, "{value:e} {fraction}");
        assert_eq!(exact(value, fraction.into()), want.map(i128::from), "{value:e} {fraction}");
    }
}

/// The core's bytes of a schema of the oracle.
fn written(schema: &Schema) -> Vec<u8> {
    let kind = if schema.on_off { Lines::OnOff } else { Lines::Plain };
    let shape: Vec<u16> = schema.shape.iter().map(|&dim| dim.try_into().expect("16 bits")).collect();
    let scales: Vec<schema::Scale> = schema.scales.iter().copied().map(of_core).collect();
    let names: Vec<&str> = schema.names.iter().map(String::as_str).collect();
    let parts = SchemaParts { kind, shape: &shape, scales: &scales, names: &names };
    let mut bytes = vec![0; parts.bytes()];
    parts.write(&mut bytes).expect("a schema of the oracle");
    bytes
}

/// Readings of all sizes.
fn any_readings() -> impl Strategy<Value = Vec<i32>> {
    vec(prop_oneof![3 => -9000..9000_i32, 1 => any::<i32>(), 1 => Just(i32::MIN), 1 => Just(i32::MAX)], 20)
}

#[test]
fn a_network_means_the_same_on_every_engine() {
    let config = Config { cases: number(300), failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&(any_case(), any_readings()), |(mut case, readings)| {
        let Some(oracle) = case.stored.schema.clone() else { return Ok(()) };
        let stored = written(&oracle);
        prop_assert_eq!(&stored, &oracle.write());
        let with = case.checkpoint();
        let mut core = CoreEngine::new(&with, AnyKernels::Scalar).expect("it fits together");
        prop_assert_eq!((core.schema(), core.checkpoint(core.note())), (&stored[..], Ok(with.clone())));
        let schema = schema::Schema::parse(core.schema()).expect("a checked one");
        let readings = &readings[..schema.values()];
        let mut lines = vec![0; schema.lines()];
        let clamped = schema.present(readings, &mut lines).expect("as many as it wants");
        let wide: Vec<i128> = readings.iter().map(|&reading| reading.into()).collect();
        let lines: Vec<i128> = lines.into_iter().map(i128::from).collect();
        prop_assert_eq!((lines, clamped), oracle.present(&wide));
        prop_assert!((0..256).all(|i| schema.class_name(i) == oracle.names.get(i).map(String::as_str)));
        // Without it the network is that of before, to the bit, and with it again too.
        case.stored.schema = None;
        let without = case.checkpoint();
        let stored = stored.clone();
        let digest = |core: &mut CoreEngine| core.digest(Scope::Stored).expect("a host does not fail");
        let before = digest(&mut core);
        core.set_schema(&[]).expect("none always fits");
        prop_assert_eq!((core.checkpoint(core.note()), digest(&mut core)), (Ok(without), before));
        core.set_schema(&stored).expect("it fitted before");
        prop_assert_eq!(core.checkpoint(core.note()), Ok(with));
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Any other form of a checkpoint with a schema, or without one, is refused.
#[test]
fn version_4_is_for_those_with_a_schema() {
    let mut runner = TestRunner::deterministic();
    let mut cases = (0..200).map(|_| any_case().new_tree(&mut runner).expect("any case").current());
    let case = cases
        .find(|case| case.stored.schema.is_some() && !case.stored.plan.is_new())
        .expect("a third of them");
    let refused = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = case.checkpoint();
        change(&mut bytes);
        let length = bytes.len() as u32;
        bytes[12..16].copy_from_slice(&length.to_le_bytes());
        let crc = bytes::crc_of(&bytes);
        bytes[16..20].copy_from_slice(&crc.to_le_bytes());
        assert!(Oracle::new(&bytes).is_err());
        CoreEngine::new(&bytes, AnyKernels::Scalar).err().expect("the oracle refuses it").to_string()
    };
    let padded = case.stored.schema.as_ref().map_or(0, |schema| schema.write().len().next_multiple_of(8));
    let none = refused(&|bytes| {
        bytes.truncate(bytes.len() - padded);
        bytes[40..44].fill(0);
    });
    assert_eq!(none, "schema: 0 bytes are too few for this schema");
    assert_eq!(refused(&|bytes| bytes[44] = 1), "bytes between sections are not zero");
    assert!(refused(&|bytes| bytes[8] = 3).starts_with("truncated or extended"));
    assert_eq!(refused(&|bytes| bytes[8] = 6), "format version 6, this build reads 2 to 5");
    let at = |bytes: &[u8]| bytes.len() - padded;
    assert_eq!(
        refused(&|bytes| {
            let at = at(bytes);
            bytes[at] = 2
        }),
        "schema: an unknown kind of lines"
    );
    let mut core = CoreEngine::new(&case.checkpoint(), AnyKernels::Scalar).expect("it fits together");
    let lines = case.stored.plan.layers[0].neurons;
    let mut wide = Schema { on_off: false, shape: vec![lines + 1], scales: Vec::new(), names: Vec::new() };
    wide.scales.push(Scale { offset: 0, multiplier: 1, shift: 0, fraction: 0 });
    let why = core.set_schema(&written(&wide)).expect_err("a line too many").to_string();
    assert_eq!(why, format!("schema: want {lines} lines, got {}", lines + 1));
}
