use super::*;
use npyz::WriterBuilder;
use proptest::prelude::*;

/// A `.npy` with this header text and these bytes after it.
fn file(dict: &str, bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(dict.len()).unwrap().to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], dict.as_bytes(), bytes].concat()
}

fn dict(kind: &str, shape: &str) -> String {
    format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({shape}), }}\n")
}

fn floats(values: &[f64], shape: &str) -> Vec<u8> {
    let bytes: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
    file(&dict("<f8", shape), &bytes)
}

/// As the library writes it.
fn written(values: &[u8], shape: &[u64]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer =
        npyz::WriteOptions::new().default_dtype().shape(shape).writer(&mut out).begin_nd().unwrap();
    writer.extend(values.iter()).unwrap();
    writer.finish().unwrap();
    out
}

#[test]
fn shapes_of_samples() {
    let check = |shape: &[u64], want: Option<(usize, usize)>, width| {
        let got = samples(&written(&[1, 2, 3, 4, 5, 6, 7, 8], shape)).unwrap();
        assert_eq!((got.shape, got.width, got.pixels), (want, width, (1..=8).collect()));
    };
    check(&[2, 4], None, 4);
    check(&[2, 2, 2], Some((2, 2)), 4);
    check(&[2, 2, 2, 1], Some((2, 2)), 4);
    check(&[8, 1], None, 1);
}

#[test]
fn every_kind_of_number() {
    let whole = |kind: &str, bytes: &[u8]| samples(&file(&dict(kind, "1, 2"), bytes)).unwrap().pixels;
    assert_eq!(whole("|u1", &[0, 255]), [0, 255]);
    assert_eq!(whole("|i1", &[0, 127]), [0, 127]);
    assert_eq!(whole("<u2", &[7, 0, 255, 0]), [7, 255]);
    assert_eq!(whole(">i2", &[0, 7, 0, 255]), [7, 255]);
    assert_eq!(whole("<i4", &[7, 0, 0, 0, 255, 0, 0, 0]), [7, 255]);
    assert_eq!(whole(">u4", &[0, 0, 0, 7, 0, 0, 0, 255]), [7, 255]);
    assert_eq!(whole("<i8", &[[7, 0, 0, 0, 0, 0, 0, 0], [255, 0, 0, 0, 0, 0, 0, 0]].concat()), [7, 255]);
    assert_eq!(whole("<f4", &[0.5f32.to_le_bytes(), 1f32.to_le_bytes()].concat()), [128, 255]);
    assert_eq!(samples(&floats(&[12.4, 255.0], "1, 2")).unwrap().pixels, [12, 255]);
}

#[test]
fn labels_are_whole_and_small() {
    assert_eq!(labels(&floats(&[0.0, 9.0], "2,")).unwrap(), [0, 9]);
    assert_eq!(labels(&written(&[0, 254], &[2, 1])).unwrap(), [0, 254]);
    let refused = |file: Vec<u8>, value: &str| {
        assert_eq!(labels(&file).unwrap_err(), Cause::Label { at: "sample 1".into(), value: value.into() });
    };
    refused(written(&[0, 255], &[2]), "255");
    refused(floats(&[0.0, 0.5], "2,"), "0.5");
    refused(floats(&[0.0, f64::NAN], "2,"), "NaN");
    refused(file(&dict("|i1", "2,"), &[0, 255]), "-1");
    assert!(matches!(labels(&written(&[0; 20], &[2, 10])).unwrap_err(), Cause::Dimensions { .. }));
}

#[test]
fn a_value_out_of_range_has_its_index() {
    for bad in [f64::NAN, f64::INFINITY, -0.5, 256.0] {
        let want = Cause::Value { at: "sample 1, value 2".into(), value: bad.to_string() };
        assert_eq!(samples(&floats(&[0.0, 0.0, 0.0, 0.0, 0.0, bad], "2, 3")).unwrap_err(), want);
    }
    let want = Cause::Value { at: "sample 0, value 1".into(), value: "256".into() };
    assert_eq!(samples(&file(&dict("<u2", "1, 2"), &[0, 0, 0, 1])).unwrap_err(), want);
}

#[test]
fn lengths_must_agree() {
    let good = written(&[1, 2, 3, 4], &[2, 2]);
    let n = good.len() as u64;
    assert_eq!(samples(&good[..good.len() - 1]).unwrap_err(), Cause::Truncated { want: n, got: n - 1 });
    assert_eq!(samples(&[&good[..], &[0]].concat()).unwrap_err(), Cause::Trailing { want: n, got: n + 1 });
    assert_eq!(samples(&written(&[], &[0, 4])).unwrap_err(), Cause::Empty);
    assert!(matches!(samples(&written(&[], &[4, 0])).unwrap_err(), Cause::Dimensions { .. }));
    assert!(matches!(samples(&written(&[1, 2], &[2])).unwrap_err(), Cause::Dimensions { .. }));
    assert!(matches!(samples(&written(&[1], &[])).unwrap_err(), Cause::Dimensions { .. }));
}

#[test]
fn headers_that_lie_are_refused_before_the_library_sees_them() {
    let cause = |bytes: Vec<u8>| samples(&bytes).unwrap_err();
    assert!(matches!(cause(file(&dict("|u1", "4294967296, 4294967296"), &[])), Cause::Dimensions { .. }));
    assert!(matches!(cause(file(&dict("|u1", "0, 4294967296, 4294967296"), &[])), Cause::Dimensions { .. }));
    assert!(matches!(cause(file(&dict("|u1", "0xffffffffff, 0xffffffffff"), &[])), Cause::Dimensions { .. }));
    assert!(matches!(cause(file(&dict("|u1", "99999999, 784"), &[0; 9])), Cause::Truncated { .. }));
    assert!(matches!(cause(file(&"(".repeat(4000), &[])), Cause::Npy { .. }));
    assert!(matches!(cause(b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}".to_vec()), Cause::Npy { .. }));
    assert!(matches!(cause(file("{'descr': '\\N{x}'}", &[])), Cause::Npy { .. }));
    assert!(matches!(cause(b"PK\x03\x04".to_vec()), Cause::Npy { .. }));
    let fortran = dict("|u1", "2, 2").replace("False", "True");
    assert!(
        matches!(cause(file(&fortran, &[0; 4])), Cause::Npy { message, .. } if message.contains("Fortran"))
    );
    for kind in ["|O", "<c8", "<f2", "<U5", "|b1"] {
        let message = cause(file(&dict(kind, "0, 2"), &[])).to_string();
        assert!(message.contains("not read") || message.contains("NPY"), "{message}");
    }
}

/// An archive with arrays `x` and `y`.
fn npz() -> Vec<u8> {
    let (x, y) = (("x".to_owned(), vec![2, 2], vec![1u8, 2, 3, 4]), ("y".to_owned(), vec![2], vec![0, 1]));
    pack(&[x, y], Order::C).unwrap()
}

#[test]
fn arrays_of_an_archive() {
    let bytes = npz();
    let mut archive = archive(&bytes).unwrap();
    assert_eq!(samples(&entry(&mut archive, "x").unwrap()).unwrap().pixels, [1, 2, 3, 4]);
    assert_eq!(labels(&entry(&mut archive, "y").unwrap()).unwrap(), [0, 1]);
    assert!(matches!(entry(&mut archive, "z").unwrap_err(), Cause::Npy { .. }));
    assert!(super::archive(b"PK nonsense").is_err());
}

/// Everything that is done with foreign bytes.
fn read_all(bytes: &[u8]) {
    let _ = (samples(bytes), labels(bytes));
    if let Ok(mut archive) = archive(bytes) {
        for name in ["x", "y"] {
            let _ = entry(&mut archive, name).and_then(|e| samples(&e));
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }

    #[test]
    fn any_header_never_panics(dict in "[{'a-z:,()\\[\\]0-9TFN<>|. _-]{0,80}", tail in 0usize..9) {
        read_all(&file(&dict, &vec![0; tail]));
    }

    #[test]
    fn any_shape_and_type_never_panics(kind in "[<>|][a-zA-Z][0-9]{1,3}", shape in "[0-9]{0,6}(, ?[0-9]{1,9}){0,4}", tail in 0usize..40) {
        read_all(&file(&dict(&kind, &shape), &vec![1; tail]));
    }

    #[test]
    fn a_valid_array_changed_never_panics(at in 0usize..132, byte: u8, cut in 0usize..140) {
        let mut bytes = written(&[1, 2, 3, 4], &[2, 2]);
        bytes[at] = byte;
        bytes.truncate(cut.max(1));
        read_all(&bytes);
    }

    #[test]
    fn a_valid_archive_changed_never_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut in any::<Option<prop::sample::Index>>()) {
        let mut bytes = npz();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_all(&bytes);
    }
}
