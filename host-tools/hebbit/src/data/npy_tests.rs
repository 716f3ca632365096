use super::*;
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

/// As a file is written.
fn written(values: &[u8], shape: &[usize]) -> Vec<u8> {
    [&header::write("|u1", false, shape), values].concat()
}

fn values(bytes: &[u8]) -> Numbers {
    samples(bytes).unwrap().1
}

#[test]
fn shapes_of_samples() {
    let check = |shape: &[usize], want: &[usize]| {
        let got = samples(&written(&[1, 2, 3, 4, 5, 6, 7, 8], shape));
        assert_eq!(got, Ok((want.to_vec(), Numbers::Bytes((1..=8).collect()))), "{shape:?}");
    };
    check(&[8], &[1]);
    check(&[2, 4], &[4]);
    check(&[2, 2, 2], &[2, 2]);
    check(&[2, 2, 2, 1], &[2, 2]);
    check(&[1, 2, 2, 2], &[2, 2, 2]);
    check(&[8, 1], &[1]);
    check(&[2, 4, 1], &[4]);
}

#[test]
fn every_kind_of_number() {
    let of = |kind: &str, bytes: &[u8]| values(&file(&dict(kind, "1, 2"), bytes));
    let ints = |a, b| Numbers::Ints(vec![a, b]);
    assert_eq!(of("|u1", &[0, 255]), Numbers::Bytes(vec![0, 255]));
    assert_eq!(of("|b1", &[0, 1]), ints(0, 1));
    assert_eq!(of("|i1", &[255, 127]), ints(-1, 127));
    assert_eq!(of("<u2", &[7, 0, 255, 255]), ints(7, 65535));
    assert_eq!(of(">i2", &[0, 7, 255, 255]), ints(7, -1));
    assert_eq!(of("<i4", &[7, 0, 0, 0, 255, 255, 255, 255]), ints(7, -1));
    assert_eq!(of(">u4", &[0, 0, 0, 7, 255, 255, 255, 255]), ints(7, 4_294_967_295));
    assert_eq!(of("<i8", [7i64, i64::MIN].map(i64::to_le_bytes).as_flattened()), ints(7, i64::MIN));
    assert_eq!(of(">u8", [7u64, 1 << 62].map(u64::to_be_bytes).as_flattened()), ints(7, 1 << 62));
    // 1.5 and -2 as float16.
    assert_eq!(of("<f2", &[0, 0x3e, 0, 0xc0]), Numbers::Floats(vec![1.5, -2.0]));
    assert_eq!(
        of(">f4", [0.5f32, -1.0].map(f32::to_be_bytes).as_flattened()),
        Numbers::Floats(vec![0.5, -1.0])
    );
    assert_eq!(values(&floats(&[12.4, -255.0], "1, 2")), Numbers::Floats(vec![12.4, -255.0]));
    let far = samples(&file(&dict("<u8", "1, 1"), &[255; 8])).unwrap_err().to_string();
    assert!(far.contains("above 9223372036854775807"), "{far}");
}

#[test]
fn fortran_order_is_turned() {
    // Columns of [[1, 2, 3], [4, 5, 6]].
    let fortran = |shape: &str, bytes: &[u8]| file(&dict("|u1", shape).replace("False", "True"), bytes);
    assert_eq!(values(&fortran("2, 3", &[1, 4, 2, 5, 3, 6])), Numbers::Bytes((1..=6).collect()));
    let cube = values(&fortran("2, 2, 2", &[1, 5, 3, 7, 2, 6, 4, 8]));
    assert_eq!(cube, Numbers::Bytes((1..=8).collect()));
}

#[test]
fn labels_are_numbers_words_or_rows() {
    let called = |bytes: &[u8]| {
        let labels = labels(bytes).unwrap();
        labels.index.iter().map(|&i| labels.names[i as usize].clone()).collect::<Vec<_>>()
    };
    assert_eq!(called(&floats(&[0.0, 9.0], "2,")), ["0", "9"]);
    assert_eq!(called(&written(&[1, 254], &[2, 1])), ["1", "254"]);
    assert_eq!(called(&file(&dict("|i1", "2,"), &[0, 255])), ["0", "-1"]);
    assert_eq!(called(&file(&dict("|b1", "2,"), &[1, 0])), ["1", "0"]);
    assert_eq!(called(&file(&dict("|S3", "2,"), b"up\0off")), ["up", "off"]);
    let text: Vec<u8> =
        "up off".chars().map(|c| if c == ' ' { 0 } else { c as u32 }).flat_map(u32::to_le_bytes).collect();
    assert_eq!(called(&file(&dict("<U3", "2,"), &text)), ["up", "off"]);
    let text: Vec<u8> = text.as_chunks::<4>().0.iter().flat_map(|&[a, b, c, d]| [d, c, b, a]).collect();
    assert_eq!(called(&file(&dict(">U3", "2,"), &text)), ["up", "off"]);
    for bad in [file(&dict("|S1", "1,"), &[0xff]), file(&dict("<U1", "1,"), &[0, 0xd8, 0, 0])] {
        assert!(labels(&bad).unwrap_err().to_string().contains("not Unicode"));
    }
    assert_eq!(called(&written(&[0, 1, 0, 1, 0, 0], &[2, 3])), ["1", "0"]);
    assert_eq!(called(&floats(&[0.0, 1.0, 1.0, 0.0], "2, 2")), ["1", "0"]);
    for row in [[1, 1, 0], [0, 0, 0], [0, 2, 0], [1, 0, 3]] {
        let cause = labels(&written(&[&[0, 1, 0], &row[..]].concat(), &[2, 3])).unwrap_err();
        assert_eq!(cause, Cause::OneHot { sample: 1, classes: 3 }, "{row:?}");
    }
    for value in [0.5, f64::NAN, f64::INFINITY] {
        let want = Cause::NoClass { at: "sample 1".into(), value: value.to_string() };
        assert_eq!(labels(&floats(&[0.0, value], "2,")).unwrap_err(), want);
    }
    assert!(matches!(labels(&written(&[0; 8], &[2, 2, 2])).unwrap_err(), Cause::Dimensions { .. }));
}

#[test]
fn what_is_not_finite_has_its_index() {
    for bad in [f64::NAN, f64::INFINITY] {
        let want = Cause::NotFinite { at: "sample 1, value 2".into(), value: bad.to_string() };
        assert_eq!(samples(&floats(&[0.0, 0.0, 0.0, 0.0, 0.0, bad], "2, 3")).unwrap_err(), want);
    }
}

#[test]
fn lengths_must_agree() {
    let good = written(&[1, 2, 3, 4], &[2, 2]);
    let n = good.len() as u64;
    assert_eq!(samples(&good[..good.len() - 1]).unwrap_err(), Cause::Truncated { want: n, got: n - 1 });
    assert_eq!(samples(&[&good[..], &[0]].concat()).unwrap_err(), Cause::Trailing { want: n, got: n + 1 });
    assert_eq!(samples(&written(&[], &[0, 4])).unwrap_err(), Cause::Empty);
    assert!(matches!(samples(&written(&[], &[4, 0])).unwrap_err(), Cause::Dimensions { .. }));
    assert!(matches!(samples(&written(&[1], &[])).unwrap_err(), Cause::Dimensions { .. }));
}

#[test]
fn headers_that_lie_are_refused() {
    let cause = |bytes: Vec<u8>| samples(&bytes).unwrap_err();
    assert!(matches!(cause(file(&dict("|u1", "4294967296, 4294967296"), &[])), Cause::Dimensions { .. }));
    assert!(matches!(cause(file(&dict("|u1", "0, 4294967296, 4294967296"), &[])), Cause::Dimensions { .. }));
    assert!(matches!(cause(file(&dict("|u1", "0xffffffffff, 0xffffffffff"), &[])), Cause::Dimensions { .. }));
    assert!(matches!(cause(file(&dict("|u1", "99999999, 784"), &[0; 9])), Cause::Truncated { .. }));
    assert!(matches!(cause(file(&"(".repeat(4000), &[])), Cause::Npy { .. }));
    assert!(matches!(cause(b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}".to_vec()), Cause::Npy { .. }));
    assert!(matches!(cause(file("{'descr': '\\N{x}'}", &[])), Cause::Npy { .. }));
    assert!(matches!(cause(b"PK\x03\x04".to_vec()), Cause::Npy { .. }));
    for (kind, size, words) in [
        ("|O", 3, "Python objects: save numbers with np.save(…, x.astype(float32))"),
        ("<c8", 8, "neither numbers nor text"),
        ("<f16", 16, "neither numbers nor text"),
        ("<U0", 0, "neither numbers nor text"),
        ("<M8[s]", 8, "neither numbers nor text"),
        ("|u2", 2, "type |u2 are neither numbers nor text"),
        ("=u1", 1, "neither numbers nor text"),
        ("<U5", 20, "only labels may be words"),
    ] {
        let message = cause(file(&dict(kind, "1, 1"), &[0; 20][..size])).to_string();
        assert!(message.contains(words), "{kind}: {message}");
    }
}

/// An archive with arrays `x` and `y`.
fn npz() -> Vec<u8> {
    let arrays = [("x".to_owned(), vec![2, 2], vec![1, 2, 3, 4]), ("y".to_owned(), vec![2], vec![0u8, 1])];
    pack("|u1", false, &arrays).unwrap()
}

#[test]
fn arrays_of_an_archive() {
    let bytes = npz();
    let mut archive = archive(&bytes).unwrap();
    assert_eq!(names(&mut archive).unwrap(), ["x", "y"]);
    assert_eq!(values(&entry(&mut archive, "x").unwrap()), Numbers::Bytes(vec![1, 2, 3, 4]));
    assert_eq!(labels(&entry(&mut archive, "y").unwrap()).unwrap().index, [0, 1]);
    let half = file(&dict("<f2", "2,"), &[0, 0x3e, 0, 0xc0]);
    assert_eq!(super::floats(&half).map(|floats| floats.values).unwrap(), [1.5, -2.0]);
    let whole = super::floats(&written(&[1, 7], &[2]));
    assert_eq!(whole.map(|floats| floats.values).unwrap(), [1.0, 7.0]);
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

/// Half precision by its bits, and whole numbers, as a state dict has them.
#[test]
fn floats_of_every_width() {
    // 1.5, -0.25, 2^-24, +infinity.
    let half: Vec<u8> =
        [0x3e00_u16, 0xb400, 0x0001, 0x7c00].iter().flat_map(|bits| bits.to_le_bytes()).collect();
    let read = super::floats(&file(&dict("<f2", "2, 2"), &half)).unwrap();
    assert_eq!((read.shape, read.values), (vec![2, 2], vec![1.5, -0.25, 2_f64.powi(-24), f64::INFINITY]));
    let read = super::floats(&file(&dict("<i8", ""), &(-7_i64).to_le_bytes())).unwrap();
    assert_eq!((read.shape, read.values), (vec![], vec![-7.0]));
    let read = super::floats(&file(&dict("|u1", "3,"), &[0, 1, 255])).unwrap();
    assert_eq!(read.values, [0.0, 1.0, 255.0]);
}
