//! Samples coded by what is beside each line: there and back, by hand, and from any bytes.

use super::{config, expanded, packed_as};
use hebbit_core::link::{CODED, unpack};
use hebbit_core::net::Target;
use proptest::collection::vec;
use proptest::prelude::*;

/// A sample in the coded form, whatever is shorter, with lines in a row as the row says.
fn coded(row: u8, body: &[u8]) -> Vec<u8> {
    let [low, high] = (body.len() as u16 + 1).to_le_bytes();
    [&[0, 3, low, high, row], body].concat()
}

proptest! {
    #![proptest_config(config(2000))]

    /// Any bytes become lines or are refused, in any row, without a panic; and what one that is not refused becomes is stable.
    #[test]
    fn random_coded_bytes_expand_or_do_not(
        row in any::<u8>(), body in vec(prop_oneof![any::<u8>(), Just(0), Just(255)], 0..400), lines in 0..1500_usize,
    ) {
        let bytes = coded(row, &body);
        let one = unpack(&mut bytes.as_slice()).expect("a sample");
        let (once, twice) = (expanded(&one, lines), expanded(&one, lines));
        prop_assert_eq!(&once, &twice);
        if let Some(values) = once {
            let again = packed_as(CODED, Target::Unknown, &values);
            let one = unpack(&mut again.as_slice()).expect("a sample");
            prop_assert_eq!(expanded(&one, lines), Some(values));
        }
    }

    /// Bytes that were changed, cut off or added bring other lines or none, and as many bytes as lines need.
    #[test]
    fn damaged_coded_bytes_expand_or_do_not(
        values in vec(prop_oneof![3 => Just(0_u8), 1 => any::<u8>()], 784), at in 0..100_usize, byte in any::<u8>(),
    ) {
        let bytes = packed_as(CODED, Target::Unknown, &values);
        prop_assume!(bytes[1] == 3);
        let mut changed = bytes.clone();
        changed[5 + at] = byte;
        let one = unpack(&mut changed.as_slice()).expect("a sample");
        let came = expanded(&one, 784);
        prop_assert!(changed == bytes || came != Some(values.clone()), "two codes of the same lines");
        let body = &bytes[5..];
        for other in [[body, &[byte]].concat(), body[..body.len() - 1 - at].to_vec()] {
            let other = coded(bytes[4], &other);
            let one = unpack(&mut other.as_slice()).expect("a sample");
            prop_assert!(expanded(&one, 784) != Some(values.clone()), "bytes too many or too few");
        }
    }
}

/// By hand. Three silent lines: the chances of silence are 4000, 4006 and 4011 of 4096, and no byte leaves. Of all values from 0 on the
/// one with the fewest bytes is 0. A loud line: from the range's 4000th part on, 0xfa0000.., the next whole byte is 0xfb.
#[test]
fn coded_lines_by_hand() {
    let expand =
        |bytes: &[u8], lines| expanded(&unpack(&mut coded(0, bytes).as_slice()).expect("a sample"), lines);
    assert_eq!(expand(&[0], 3), Some(vec![0, 0, 0]));
    assert_eq!(expand(&[0], 0), Some(vec![]));
    assert_eq!(expand(&[], 3), None, "no byte");
    assert_eq!(expand(&[0, 0], 3), None, "a byte too many");
    assert!(expand(&[0xf9], 1).is_some_and(|lines| lines == [0]), "still silent");
    assert!(expand(&[0xfb, 0], 1).is_some_and(|lines| lines[0] > 0), "not silent");
    assert_eq!(expanded(&unpack(&mut [0, 3, 0, 0].as_slice()).expect("a sample"), 3), None, "no row");
}

#[test]
fn the_coded_form_is_used_where_it_is_known_and_shorter() {
    let picture: Vec<u8> =
        (0..784).map(|i| if (i / 28 + i % 28) % 9 < 2 { 100 + (i % 50) as u8 } else { 0 }).collect();
    assert_eq!(packed_as(0, Target::Class(3), &picture)[1], 0x82);
    let coded = packed_as(CODED, Target::Class(3), &picture);
    assert_eq!((coded[1], coded[4]), (0x83, 28), "of a square picture the row is its side");
    assert_eq!(packed_as(CODED, Target::Unknown, &[0; 600]), [0, 2, 0, 0], "runs are shorter");
}
