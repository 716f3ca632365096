//! Schemas: written, read, refused; readings on lines.

use hebbit_core::schema::{Lines, Scale, Schema, SchemaError, SchemaParts};
use proptest::prelude::*;

const PLAIN: SchemaParts<'_> =
    SchemaParts { kind: Lines::Plain, shape: &[2], scales: &[Scale::IDENTITY], names: &["a", "b"] };

fn written(parts: &SchemaParts<'_>) -> Result<Vec<u8>, SchemaError> {
    let mut bytes = vec![0xaa; parts.bytes()];
    parts.write(&mut bytes).map(|()| bytes)
}

/// `PLAIN` with some bytes changed.
fn changed(at: usize, with: &[u8]) -> SchemaError {
    let mut bytes = written(&PLAIN).expect("a schema");
    bytes[at..at + with.len()].copy_from_slice(with);
    Schema::parse(&bytes).expect_err("it was changed")
}

#[test]
fn what_is_not_a_schema_is_refused() {
    let whole = written(&PLAIN).expect("a schema");
    assert_eq!(whole.len(), 28);
    assert_eq!(Schema::parse(&[]).unwrap_err(), SchemaError::TooShort { got: 0 });
    assert_eq!(Schema::parse(&whole[..23]).unwrap_err(), SchemaError::TooShort { got: 23 });
    assert_eq!(Schema::parse(&whole[..27]).unwrap_err(), SchemaError::Name { class: 1 });
    let longer = [whole, vec![0]].concat();
    assert_eq!(Schema::parse(&longer).unwrap_err(), SchemaError::Trailing { bytes: 1 });
    assert_eq!(changed(0, &[2]), SchemaError::Kind);
    assert_eq!(changed(1, &[1]), SchemaError::Kind);
    assert_eq!(changed(2, &[0]), SchemaError::Shape);
    assert_eq!(changed(2, &[5]), SchemaError::Shape);
    assert_eq!(changed(2, &[2]), SchemaError::Shape, "a dimension of 0");
    assert_eq!(changed(6, &[1]), SchemaError::Shape, "a dimension beyond the rank");
    assert_eq!(changed(4, &[0xff, 0xff]), SchemaError::TooLarge { lines: 65_535 });
    assert_eq!(changed(0, &[1, 0, 1, 0, 0, 0x80]), SchemaError::TooLarge { lines: 65_536 });
    assert_eq!(changed(12, &[0]), SchemaError::Scales { want: 2, got: 0 });
    assert_eq!(changed(12, &[3]), SchemaError::Scales { want: 2, got: 3 });
    assert_eq!(changed(22, &[41]), SchemaError::Scale { value: 0 });
    assert_eq!(changed(23, &[65]), SchemaError::Scale { value: 0 });
    assert_eq!(changed(23, &[191]), SchemaError::Scale { value: 0 }, "-65");
    assert_eq!(changed(14, &[0, 1]), SchemaError::Names { count: 256, bytes: 4 });
    assert_eq!(changed(14, &[1]), SchemaError::Trailing { bytes: 2 });
    assert_eq!(changed(14, &[3]), SchemaError::Name { class: 2 });
    for (name, why) in [([1, 0xff], "not UTF-8"), ([1, b'\n'], "control"), ([1, 0x7f], "control")] {
        assert_eq!(changed(26, &name), SchemaError::Name { class: 1 }, "{why}");
    }
    assert_eq!(changed(24, &[0]), SchemaError::Name { class: 0 }, "empty");
    assert_eq!(changed(24, &[3, 0xc2, 0x85, b'x']), SchemaError::Name { class: 0 }, "control, two bytes");
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let refused = |parts: SchemaParts<'_>| written(&parts).unwrap_err();
    let long = "x".repeat(49);
    assert_eq!(refused(SchemaParts { names: &["ok", &long], ..PLAIN }), SchemaError::Name { class: 1 });
    assert_eq!(refused(SchemaParts { names: &[""], ..PLAIN }), SchemaError::Name { class: 0 });
    assert_eq!(refused(SchemaParts { names: &["a\u{1b}[0m"], ..PLAIN }), SchemaError::Name { class: 0 });
    let names = vec!["x"; 256];
    assert_eq!(
        refused(SchemaParts { names: &names, ..PLAIN }),
        SchemaError::Names { count: 256, bytes: 512 }
    );
    let names = vec![&long[..48]; 84];
    assert_eq!(
        refused(SchemaParts { names: &names, ..PLAIN }),
        SchemaError::Names { count: 84, bytes: 4116 }
    );
    assert!(written(&SchemaParts { names: &names[..83], ..PLAIN }).is_ok(), "4067 bytes");
    assert_eq!(refused(SchemaParts { shape: &[], ..PLAIN }), SchemaError::Shape);
    assert_eq!(refused(SchemaParts { shape: &[2, 0], ..PLAIN }), SchemaError::Shape);
    assert_eq!(refused(SchemaParts { shape: &[1; 5], ..PLAIN }), SchemaError::Shape);
    let wide = SchemaParts { kind: Lines::OnOff, shape: &[32_768], ..PLAIN };
    assert_eq!(refused(wide), SchemaError::TooLarge { lines: 65_536 });
    assert!(written(&SchemaParts { shape: &[32_767], ..wide }).is_ok());
    let scales = [Scale::IDENTITY; 3];
    assert_eq!(refused(SchemaParts { scales: &scales, ..PLAIN }), SchemaError::Scales { want: 2, got: 3 });
    let scale = Scale { shift: 41, ..Scale::IDENTITY };
    assert_eq!(refused(SchemaParts { scales: &[scale], ..PLAIN }), SchemaError::Scale { value: 0 });
    assert_eq!(PLAIN.write(&mut [0; 27]), Err(SchemaError::Buffer { want: 28, got: 27 }));
}

#[test]
fn a_sample_of_readings_stands_on_lines() {
    let first = Scale { offset: -40, multiplier: 17, shift: 4, fraction: 0 };
    let second = Scale { offset: 2048, multiplier: 25, shift: 8, fraction: 2 };
    let parts = SchemaParts { scales: &[first, second], ..PLAIN };
    let plain = written(&parts).expect("a schema");
    let plain = Schema::parse(&plain).expect("as it was written");
    let mut lines = [9; 2];
    assert_eq!((plain.present(&[-50, 2101], &mut lines), lines), (Ok(1), [0, 5]));
    assert_eq!((plain.present(&[200, 2048], &mut lines), lines), (Ok(0), [255, 0]));
    assert_eq!((plain.present(&[201, i32::MIN], &mut lines), lines), (Ok(2), [255, 0]));
    let both = written(&SchemaParts { kind: Lines::OnOff, ..parts }).expect("a schema");
    let both = Schema::parse(&both).expect("as it was written");
    let mut lines = [9; 4];
    assert_eq!((both.present(&[-50, 2101], &mut lines), lines), (Ok(0), [0, 5, 11, 0]));
    assert_eq!((both.present(&[i32::MAX, i32::MIN], &mut lines), lines), (Ok(2), [255, 0, 0, 255]));
    assert_eq!((both.put(1, 2101, &mut lines), lines), (Some(false), [255, 5, 0, 0]));
    assert_eq!((both.put(2, 0, &mut lines), both.put(0, 0, &mut lines[..3])), (None, None));
    let wrong = [both.present(&[1], &mut lines), both.present(&[1, 2], &mut [0; 2])];
    let readings = SchemaError::Readings { want: 2, got: 1 };
    assert_eq!(wrong, [Err(readings), Err(SchemaError::Lines { want: 4, got: 2 })]);
    assert_eq!((both.class_name(0), both.class_name(1), both.class_name(2)), (Some("a"), Some("b"), None));
    assert_eq!((both.scale(1), both.scale(2)), (Some(second), None));
}

#[test]
fn it_fits_a_network_or_says_why_not() {
    let bytes = written(&PLAIN).expect("a schema");
    let schema = Schema::parse(&bytes).expect("as it was written");
    assert_eq!(schema.fits(2, 2, false), Ok(()));
    assert_eq!(schema.fits(3, 2, false), Err(SchemaError::Lines { want: 3, got: 2 }));
    assert_eq!(schema.fits(2, 1, false), Err(SchemaError::Classes { most: 1, got: 2 }));
    assert_eq!(schema.fits(2, 1, true), Ok(()), "a label can be any class");
}

fn scale() -> impl Strategy<Value = Scale> {
    let make = |(offset, multiplier, shift, fraction)| Scale { offset, multiplier, shift, fraction };
    (any::<i32>(), any::<u16>(), 0_u8..=40, -64_i8..=64).prop_map(make)
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes: Vec<u8>, head in prop::array::uniform8(0_u16..6), readings: Vec<i32>) {
        let head = head.into_iter().flat_map(u16::to_le_bytes);
        for bytes in [bytes.clone(), head.chain(bytes).collect()] {
            let Ok(schema) = Schema::parse(&bytes) else { continue };
            let mut lines = vec![0; schema.lines()];
            let _ = schema.present(&readings, &mut lines);
            prop_assert_eq!(schema.shape().product::<usize>(), schema.values());
        }
    }

    #[test]
    fn what_is_written_is_read(
        on_off: bool,
        shape in prop::collection::vec(1_u16..=6, 1..=4),
        each: bool,
        scales in prop::collection::vec(scale(), 1296),
        names in prop::collection::vec("[^\\p{Cc}]{1,12}", 0..20),
    ) {
        let values: usize = shape.iter().map(|&dim| usize::from(dim)).product();
        let kind = if on_off { Lines::OnOff } else { Lines::Plain };
        let scales = if each { &scales[..values] } else { &scales[..1] };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let bytes = written(&SchemaParts { kind, shape: &shape, scales, names: &names }).expect("a schema");
        let schema = Schema::parse(&bytes).expect("as it was written");
        prop_assert_eq!((schema.kind(), schema.values(), schema.lines()), (kind, values, kind.of(values)));
        prop_assert!(schema.shape().eq(shape.iter().map(|&dim| usize::from(dim))));
        prop_assert_eq!(schema.scales(), scales.len());
        for value in 0..=values {
            let want = if value == values { None } else { scales.get(if each { value } else { 0 }) };
            prop_assert_eq!(schema.scale(value), want.copied());
        }
        prop_assert_eq!(schema.classes(), names.len());
        prop_assert!((0..=names.len()).all(|i| schema.class_name(i) == names.get(i).copied()));
        let all: Vec<u16> = schema.shape().map(|dim| dim as u16).collect();
        let scales: Vec<Scale> = (0..schema.scales()).filter_map(|i| schema.scale(i)).collect();
        let again = SchemaParts { kind, shape: &all, scales: &scales, names: &names };
        prop_assert_eq!(written(&again), Ok(bytes), "one form only");
    }
}
