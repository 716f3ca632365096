//! Matrices that are read backwards: the weight that counts as nothing, and where a sum stops to fit 32 bits.

use super::cases::word;
use super::{DotCase, Matrix, Shape, cases, check_dot};
use hebbit_core::net::Kernels;
use proptest::collection::vec;
use proptest::prelude::*;

/// Words whose magnitudes sum up to `total`, as far as there is room, spread as `parts` say.
fn spread(parts: &[(u32, bool)], total: u32) -> Vec<i16> {
    let all: u32 = parts.iter().map(|(part, _)| part + 1).sum();
    let most = i16::MAX as u32;
    let mut words: Vec<u32> =
        parts.iter().map(|(part, _)| ((part + 1) * (total / all.max(1))).min(most)).collect();
    let mut rest = total.saturating_sub(words.iter().sum());
    for word in &mut words {
        let more = rest.min(most - *word);
        *word += more;
        rest -= more;
    }
    let signed = |(word, &(_, negative)): (u32, &(u32, bool))| {
        if negative { -(word as i16) } else { word as i16 }
    };
    words.into_iter().zip(parts).map(signed).collect()
}

/// Sums of words around those where 16-bit weights stop to fit, with weights at the ends of their range.
fn borders() -> impl Strategy<Value = (DotCase, u32)> {
    // The one product of ends that needs a bit more is that of two negative ones.
    let negative = |(parts, all): (Vec<(u32, bool)>, bool)| -> Vec<(u32, bool)> {
        parts.into_iter().map(|(part, negative)| (part, all || negative)).collect()
    };
    let parts = (1_usize..=35)
        .prop_flat_map(|quads| (vec((0_u32..50, any::<bool>()), quads * 4), any::<bool>()))
        .prop_map(negative);
    let zero = prop_oneof![2 => Just(0_i16), 1 => Just(1), 1 => Just(i16::MAX), 1 => word()];
    (parts, 65_533_u32..=65_538, any::<bool>(), 0_u32..20, zero, vec(any::<bool>(), 9)).prop_map(
        |(parts, total, against, shift, zero, ends)| {
            let (send, width) = (spread(&parts, total), parts.len());
            // A row that agrees with every word, or with none, or that stands at one end.
            let weight = |end: bool, s: i16| match (against, end == (s < 0)) {
                (true, true) => i16::MAX,
                (true, false) => i16::MIN,
                (false, _) => [i16::MIN, i16::MAX][usize::from(end)],
            };
            let matrix =
                Matrix::I16(ends.iter().flat_map(|&e| send.iter().map(move |&s| weight(e, s))).collect());
            let shape = Shape { matrix, rows: ends.len(), width };
            (DotCase { shape, send, sum: vec![0; ends.len()], shift, zero }, total)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn dot_products_are_equal_where_sums_stop_to_fit((case, total) in borders()) {
        let magnitudes: u32 = case.send.iter().map(|s| u32::from(s.unsigned_abs())).sum();
        prop_assert_eq!(magnitudes, total);
        let [want, got] = check_dot(&case, |k, sum, rows| k.dot_rows(sum, rows, &case.send, case.shift));
        prop_assert_eq!(got, want);
    }
}

#[test]
fn eight_bit_weights_stop_to_fit_at_512_words() {
    for last in [i16::MIN, -i16::MAX, i16::MAX] {
        for weight in [i8::MIN, i8::MAX] {
            for zero in [0, 1, 127] {
                let (rows, width) = (9, 512);
                let mut send = vec![i16::MIN; width];
                send[width - 1] = last;
                let shape = Shape { matrix: Matrix::I8(vec![weight; rows * width]), rows, width };
                let case = DotCase { shape, send, sum: vec![0; rows], shift: 0, zero };
                let [want, got] = check_dot(&case, |k, sum, rows| k.dot_rows(sum, rows, &case.send, 0));
                assert_eq!(got, want, "{weight} - {zero}, the last word {last}");
            }
        }
    }
}

#[test]
fn a_weight_of_zero_counts_as_positive() {
    for (matrix, zero) in [
        (Matrix::I8(vec![63, 64, 65, 0]), 64),
        (Matrix::I16(vec![4_095, 4_096, 4_097, 0]), 4_096),
        (Matrix::I8(vec![-1, 0, 1, -128]), 0),
    ] {
        let shape = Shape { matrix, rows: 1, width: 4 };
        let case = DotCase { shape, send: vec![100, 10, 1, 1_000], sum: vec![0], shift: 0, zero };
        let [scalar, simd] = check_dot(&case, |k, sum, rows| k.sign_rows(sum, rows, &case.send, 0));
        assert_eq!((scalar, simd), (vec![-1_089], vec![-1_089]), "{zero}");
        let products = check_dot(&case, |k, sum, rows| k.dot_rows(sum, rows, &case.send, 0));
        let fourth = if zero == 0 { -128 } else { -i32::from(zero) };
        assert_eq!(products, [vec![-99 + 1_000 * fourth], vec![-99 + 1_000 * fourth]], "{zero}");
    }
}
