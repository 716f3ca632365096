//! Which array of a file is which: by their names where those are numbered, else by their order; rows and columns by their
//! sizes.

use super::report::Order;

/// An array of a file: name and dimensions.
pub(super) type Named = (String, Vec<usize>);

/// The arrays of one projection, by their place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pick {
    pub(super) weights: usize,
    pub(super) bias: Option<usize>,
    pub(super) order: Order,
}

/// The arrays of every projection.
///
/// # Errors
/// A sentence that names what was found and what was expected.
pub(super) fn pick(found: &[Named], layers: &[u16], transposed: bool) -> Result<Vec<Pick>, String> {
    let projections = layers.len() - 1;
    let places = match numbered(found) {
        Some(numbers) => by_number(found, &numbers, projections),
        None => by_order(found, projections),
    };
    let places = places
        .map_err(|problem| format!("{problem}: it has {}; wanted are {}", describe(found), wanted(layers)))?;
    let mut picks = Vec::new();
    for (&(weights, bias), sizes) in places.iter().zip(layers.windows(2)) {
        let (rows, columns) = (usize::from(sizes[0]), usize::from(sizes[1]));
        let straight = found[weights].1 == [rows, columns];
        if !straight && found[weights].1 != [columns, rows] {
            let (name, shape) = (&found[weights].0, times(&found[weights].1));
            return Err(format!(
                "array `{name}` is {shape}, wanted {rows} × {columns} or {columns} × {rows}"
            ));
        }
        if let Some(b) = bias.filter(|&b| found[b].1 != [columns]) {
            let (name, shape) = (&found[b].0, times(&found[b].1));
            return Err(format!("array `{name}` is {shape}, wanted {columns}, a bias per neuron"));
        }
        picks.push(Pick { weights, bias, order: if straight { Order::InOut } else { Order::OutIn } });
    }
    // A square matrix fits both ways: it goes with the others of the file where these agree.
    let square = |p: usize| layers[p] == layers[p + 1];
    let mut others = (0..projections).filter(|&p| !square(p)).map(|p| picks[p].order);
    let first = others.next().filter(|&first| others.all(|other| other == first));
    let order = if transposed { Order::OutIn } else { first.unwrap_or(Order::InOut) };
    for p in (0..projections).filter(|&p| square(p)) {
        picks[p].order = order;
    }
    Ok(picks)
}

/// Whether an array holds biases, and of which projection, if all are named `w0`, `b0`, … or `weight0`, `bias0`, ….
fn numbered(found: &[Named]) -> Option<Vec<(bool, usize)>> {
    let number = |name: &str| {
        let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
        let bias = match name.strip_suffix(digits)? {
            "w" | "weight" => false,
            "b" | "bias" => true,
            _ => return None,
        };
        Some((bias, digits.parse().ok()?))
    };
    found.iter().map(|(name, _)| number(name)).collect()
}

type Places = Result<Vec<(usize, Option<usize>)>, String>;

fn by_number(found: &[Named], numbers: &[(bool, usize)], projections: usize) -> Places {
    if let Some(i) = numbers.iter().position(|(_, p)| *p >= projections) {
        return Err(format!("array `{}` is one too many", found[i].0));
    }
    let place = |bias: bool, p: usize| match numbers.iter().filter(|n| **n == (bias, p)).count() {
        0 => Ok(None),
        1 => Ok(numbers.iter().position(|n| *n == (bias, p))),
        _ => Err(format!("projection {p} has several arrays of {}", if bias { "biases" } else { "weights" })),
    };
    let both = |p| {
        let weights = place(false, p)?.ok_or_else(|| format!("weights of projection {p} are missing"))?;
        Ok((weights, place(true, p)?))
    };
    (0..projections).map(both).collect()
}

/// Arrays of two dimensions are weights, in their order; one of one dimension is the bias of the weights before it.
fn by_order(found: &[Named], projections: usize) -> Places {
    let mut places = Vec::<(usize, Option<usize>)>::new();
    for (i, (name, shape)) in found.iter().enumerate() {
        match (shape.len(), places.last_mut()) {
            (2, _) => places.push((i, None)),
            (1, Some((_, bias @ None))) => *bias = Some(i),
            (1, _) => return Err(format!("array `{name}` follows no weights of its own")),
            _ => return Err(format!("array `{name}` has neither 1 nor 2 dimensions")),
        }
    }
    match places.len() {
        got if got == projections => Ok(places),
        got => Err(format!("{got} arrays of weights instead of {projections}")),
    }
}

fn describe(found: &[Named]) -> String {
    if found.is_empty() {
        return "no arrays".into();
    }
    let one = |(name, shape): &Named| format!("`{name}` ({})", times(shape));
    let most = 12;
    let list = found.iter().take(most).map(one).collect::<Vec<_>>().join(", ");
    if found.len() > most { format!("{list} and {} more", found.len() - most) } else { list }
}

fn wanted(layers: &[u16]) -> String {
    let weights = layers.windows(2).map(|s| format!("{} × {}", s[0], s[1])).collect::<Vec<_>>();
    let biases = layers[1..].iter().map(u16::to_string).collect::<Vec<_>>();
    format!("weights of {}, each may have a bias after it: {}", weights.join(", "), biases.join(", "))
}

fn times(shape: &[usize]) -> String {
    match shape {
        [] => "a single number".into(),
        _ => shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" × "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arrays: &[(&str, &[usize])], layers: &[u16], want: &str) {
        let found: Vec<Named> = arrays.iter().map(|(n, s)| ((*n).into(), s.to_vec())).collect();
        let got = match pick(&found, layers, false) {
            Ok(picks) => picks
                .iter()
                .map(|p| {
                    let bias = p.bias.map_or("-", |b| &found[b].0);
                    format!("{} {bias} {}", found[p.weights].0, p.order)
                })
                .collect::<Vec<_>>()
                .join("; "),
            Err(message) => message,
        };
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
        let picks = pick(&[("w0".into(), vec![3, 3])], &[3, 3], true).unwrap();
        assert_eq!(picks[0].order, Order::OutIn);
    }

    #[test]
    fn what_is_missing_or_too_many_is_named() {
        let layers = [4, 3, 2];
        check(
            &[],
            &layers,
            "weights of projection 0 are missing: it has no arrays; wanted are weights of 4 × 3, 3 × 2",
        );
        check(&[("w0", &[4, 3])], &layers, "weights of projection 1 are missing: it has `w0` (4 × 3)");
        check(&[("w0", &[4, 3]), ("w1", &[3, 2]), ("w2", &[2, 2])], &layers, "`w2` is one too many");
        check(&[("w0", &[4, 3]), ("w00", &[4, 3]), ("w1", &[3, 2])], &layers, "projection 0 has several");
        check(&[("w0", &[4, 5]), ("w1", &[3, 2])], &layers, "`w0` is 4 × 5, wanted 4 × 3 or 3 × 4");
        check(&[("w0", &[4, 3]), ("w1", &[3, 2]), ("b1", &[3])], &layers, "`b1` is 3, wanted 2");
        check(&[("a", &[4, 3]), ("b", &[3]), ("c", &[3])], &layers, "`c` follows no weights of its own");
        check(&[("a", &[4, 3]), ("b", &[])], &layers, "`b` has neither 1 nor 2 dimensions");
        check(&[("a", &[4, 3])], &layers, "1 arrays of weights instead of 2");
        check(&[("w99999999999999999999", &[1])], &layers, "follows no weights");
    }
}
