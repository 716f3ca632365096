use super::*;

const NONE: Known<'_> = Known { layers: &[], transposed: false, data: None };

fn found(arrays: &[(&str, &[usize])]) -> Vec<Named> {
    arrays.iter().map(|(name, shape)| ((*name).into(), shape.to_vec())).collect()
}

fn told(arrays: &[(&str, &[usize])], known: Known<'_>) -> String {
    let found = found(arrays);
    let one = |p: &Pick| {
        let bias = p.bias.map_or("-", |b| &found[b].0);
        let norm = p.norm.as_ref().map_or(String::new(), |m| format!(" {}", m.stem));
        format!("{} {bias}{norm} {}", found[p.weights].0, p.order)
    };
    match pick(&found, known) {
        Ok((layers, picks)) => {
            let layers: Vec<usize> = layers.into_iter().map(usize::from).collect();
            format!("{}: {}", dashes(&layers), picks.iter().map(one).collect::<Vec<_>>().join("; "))
        }
        Err(message) => message,
    }
}

#[track_caller]
fn check(arrays: &[(&str, &[usize])], layers: &[u16], want: &str) {
    let got = told(arrays, Known { layers, ..NONE });
    assert!(got.contains(want), "{arrays:?}: {got}");
}

#[test]
fn names_and_orders_that_are_read() {
    let layers = [4, 3, 2];
    check(&[("w0", &[4, 3]), ("w1", &[3, 2])], &layers, "w0 - [in, out]; w1 - [in, out]");
    let shuffled: &[(&str, &[usize])] = &[("b1", &[2]), ("w1", &[2, 3]), ("w0", &[4, 3]), ("b0", &[3])];
    check(shuffled, &layers, "w0 b0 [in, out]; w1 b1 [out, in]");
    check(
        &[("weight1", &[3, 2]), ("weight0", &[4, 3]), ("bias1", &[2])],
        &layers,
        "weight0 - [in, out]; weight1 bias1",
    );
    let torch: &[(&str, &[usize])] =
        &[("fc1.weight", &[3, 4]), ("fc1.bias", &[3]), ("fc2.weight", &[2, 3]), ("fc2.bias", &[2])];
    check(torch, &layers, "fc1.weight fc1.bias [out, in]; fc2.weight fc2.bias [out, in]");
    check(&[("a", &[4, 3]), ("b", &[3, 2]), ("c", &[2])], &layers, "a - [in, out]; b c [in, out]");
}

#[test]
fn squares_follow_the_others() {
    check(&[("w0", &[3, 3])], &[3, 3], "w0 - [in, out]");
    check(&[("w0", &[3, 4]), ("w1", &[3, 3])], &[4, 3, 3], "w0 - [out, in]; w1 - [out, in]");
    let mixed: &[(&str, &[usize])] = &[("w0", &[3, 4]), ("w1", &[3, 3]), ("w2", &[3, 2])];
    check(mixed, &[4, 3, 3, 2], "w1 - [in, out]");
    check(&[("fc.weight", &[3, 3])], &[3, 3], "fc.weight - [out, in]");
    let known = Known { layers: &[3, 3], transposed: true, data: None };
    assert_eq!(told(&[("w0", &[3, 3])], known), "3-3: w0 - [out, in]");
}

/// Sizes are found where one way alone makes a chain, or the names or the data say which.
#[test]
fn layers_are_found() {
    let torch: &[(&str, &[usize])] = &[("fc1.weight", &[3, 4]), ("fc2.weight", &[2, 3])];
    check(torch, &[], "4-3-2: fc1.weight - [out, in]; fc2.weight - [out, in]");
    check(&[("w0", &[4, 3]), ("w1", &[3, 2])], &[], "4-3-2: w0 - [in, out]");
    check(&[("fc.weight", &[2, 9])], &[], "9-2: fc.weight - [out, in]");
    check(&[("w0", &[9, 2]), ("b0", &[2])], &[], "9-2: w0 b0 [in, out]");
    check(&[("w0", &[9, 2]), ("b0", &[9])], &[], "2-9: w0 b0 [out, in]");
    check(&[("w0", &[9, 2])], &[], "layers may be 9-2 or 2-9: say which with [layers]");
    check(&[("w0", &[9, 2]), ("w1", &[2, 9])], &[], "layers may be 9-2-9 or 2-9-2");
    let known = Known { data: Some((2, 9)), ..NONE };
    assert_eq!(told(&[("w0", &[9, 2])], known), "2-9: w0 - [out, in]");
    let known = Known { transposed: true, ..NONE };
    assert_eq!(told(&[("w0", &[9, 2])], known), "2-9: w0 - [out, in]");
    check(&[("w0", &[4, 3]), ("w1", &[5, 2])], &[], "do not follow one another: `w0` 4 × 3, `w1` 5 × 2");
    check(&[("w0", &[70_000, 3]), ("w1", &[3, 2])], &[], "1 to 65534 neurons");
    check(&[], &[], "0 arrays of weights instead of one or more: it has no arrays");
    let numbers: &[(&str, &[usize])] =
        &[("l10.weight", &[2, 3]), ("l8.weight", &[6, 7]), ("l9.weight", &[3, 6])];
    check(numbers, &[], "7-6-3-2: l8.weight - [out, in]; l9.weight - [out, in]; l10.weight");
}

/// The names and shapes of a state dict that snnTorch writes.
#[test]
fn state_dicts_of_spiking_networks_are_read() {
    let torch: &[(&str, &[usize])] = &[
        ("1.weight", &[128, 784]),
        ("1.bias", &[128]),
        ("2.threshold", &[]),
        ("2.graded_spikes_factor", &[]),
        ("2.reset_mechanism_val", &[]),
        ("2.beta", &[]),
        ("3.weight", &[10, 128]),
        ("3.bias", &[10]),
        ("4.threshold", &[]),
        ("4.graded_spikes_factor", &[]),
        ("4.reset_mechanism_val", &[]),
        ("4.beta", &[]),
    ];
    check(torch, &[], "784-128-10: 1.weight 1.bias [out, in]; 3.weight 3.bias [out, in]");
}

#[test]
fn batch_norms_belong_to_the_weights_before_them_or_of_their_number() {
    let norm = |stem: &str, n: usize| {
        ["weight", "bias", "running_mean", "running_var"].map(|word| (format!("{stem}.{word}"), vec![n]))
    };
    let weights = |stem: &str, shape: [usize; 2]| (format!("{stem}.weight"), shape.to_vec());
    let check = |arrays: &[Named], want: &str| {
        let arrays: Vec<(&str, &[usize])> = arrays.iter().map(|(n, s)| (&n[..], &s[..])).collect();
        let got = told(&arrays, NONE);
        assert!(got.contains(want), "{got}");
    };
    let mut sequential = vec![weights("0", [3, 4])];
    sequential.extend(norm("1", 3));
    sequential.extend([("1.num_batches_tracked".into(), vec![]), weights("3", [2, 3])]);
    check(&sequential, "4-3-2: 0.weight - 1 [out, in]; 3.weight - [out, in]");
    let mut sorted = norm("bn1", 3).to_vec();
    sorted.extend(norm("bn2", 2));
    sorted.extend([weights("fc1", [3, 4]), weights("fc2", [2, 3])]);
    check(&sorted, "fc1.weight - bn1 [out, in]; fc2.weight - bn2 [out, in]");
    let mut before = norm("norm", 4).to_vec();
    before.push(weights("fc", [3, 4]));
    check(&before, "batch norm `norm` has no weights before it");
    let mut twice = vec![weights("fc", [3, 4])];
    twice.extend(norm("a", 3));
    twice.extend(norm("b", 3));
    check(&twice, "batch norms `a` and `b` follow the same weights");
    let mut wide = vec![weights("fc", [3, 4])];
    wide.extend(norm("bn", 4));
    check(&wide, "array `bn.weight` is 4, wanted 3, a number per neuron");
    let lame = [weights("fc", [3, 4]), ("bn.running_mean".into(), vec![3])];
    check(&lame, "batch norm `bn` lacks its running_mean or its running_var");
}

#[test]
fn what_is_missing_or_too_many_is_named() {
    let layers = [4, 3, 2];
    check(
        &[],
        &layers,
        "0 arrays of weights instead of 2: it has no arrays; wanted are weights of 4 × 3, 3 × 2",
    );
    check(&[("w0", &[4, 3])], &layers, "1 arrays of weights instead of 2: it has `w0` (4 × 3)");
    check(&[("w0", &[4, 3]), ("w2", &[3, 2])], &layers, "weights of projection 1 are missing");
    check(&[("w0", &[4, 3]), ("w1", &[3, 2]), ("w2", &[2, 2])], &layers, "3 arrays of weights instead of 2");
    check(
        &[("w0", &[4, 3]), ("w00", &[4, 3]), ("w1", &[3, 2])],
        &layers,
        "`w0` and `w00` have the same place",
    );
    check(&[("w0", &[4, 5]), ("w1", &[3, 2])], &layers, "`w0` is 4 × 5, wanted 4 × 3 or 3 × 4");
    check(&[("w0", &[4, 3]), ("w1", &[3, 2]), ("b1", &[3])], &layers, "`b1` is 3, wanted 2");
    check(&[("w0", &[4, 3]), ("w1", &[3, 2]), ("b2", &[3])], &layers, "`b2` is a bias of no weights");
    check(&[("w0", &[4, 3]), ("w1", &[3, 2]), ("tau", &[3])], &layers, "array `tau` is no weights, bias");
    check(&[("ln.weight", &[4]), ("ln.bias", &[4])], &[], "`ln.weight` is the scale of a norm without");
    check(&[("c.weight", &[4, 3, 3, 3])], &[], "`c.weight` has 4 dimensions: only full connections");
    check(&[("a", &[4, 3]), ("b", &[3]), ("c", &[3])], &layers, "`c` follows no weights of its own");
    check(&[("a", &[4, 3]), ("b", &[])], &layers, "`b` has neither 1 nor 2 dimensions");
    check(&[("a", &[4, 3])], &layers, "1 arrays of weights instead of 2");
    check(&[("w99999999999999999999", &[1])], &layers, "scale of a norm");
}
