//! What an array of a file is, by its name, and in which order its layers follow one another.

/// An array of a file: name and dimensions.
pub(super) type Named = (String, Vec<usize>);

/// What the last word of a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Weights,
    Bias,
    /// Mean and variance of a batch norm, whose scale and shift are called weights and bias.
    Mean,
    Variance,
    /// Says nothing about what the network computes.
    Ignored,
    /// A parameter of spiking neurons, by its name.
    Neuron(&'static str),
    Unknown,
}

/// Words that a name ends with, behind a `.`, `/` or `_`, or before a number (`w0`).
const WORDS: [(&str, Kind); 14] = [
    ("weight", Kind::Weights),
    ("weights", Kind::Weights),
    ("kernel", Kind::Weights),
    ("w", Kind::Weights),
    ("bias", Kind::Bias),
    ("b", Kind::Bias),
    ("running_mean", Kind::Mean),
    ("running_var", Kind::Variance),
    ("num_batches_tracked", Kind::Ignored),
    ("beta", Kind::Neuron("beta")),
    ("alpha", Kind::Neuron("alpha")),
    ("threshold", Kind::Neuron("threshold")),
    ("reset_mechanism_val", Kind::Neuron("reset_mechanism_val")),
    ("graded_spikes_factor", Kind::Neuron("graded_spikes_factor")),
];

/// What an array is, and the name of the layer that it belongs to.
pub(super) fn kind(name: &str) -> (&str, Kind) {
    let stem = |word: &str| name.strip_suffix(word)?.strip_suffix(['.', '/', '_']).filter(|s| !s.is_empty());
    if let Some(found) = WORDS.iter().find_map(|(word, kind)| Some((stem(word)?, *kind))) {
        return found;
    }
    let number = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    let word = name.strip_suffix(number).unwrap_or_default();
    let found = WORDS.iter().find(|(known, kind)| *known == word && *kind != Kind::Ignored);
    match found {
        Some((_, kind)) if !number.is_empty() => (number, *kind),
        _ => (name, Kind::Unknown),
    }
}

/// Arrays that belong together, by their place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Module {
    pub(super) stem: String,
    pub(super) weights: Option<usize>,
    pub(super) bias: Option<usize>,
    pub(super) mean: Option<usize>,
    pub(super) variance: Option<usize>,
}

/// The layers of a file: in its order, but those whose names differ only by their numbers in the order of these.
///
/// # Errors
/// A sentence about an array that has no place, or two that have the same.
pub(super) fn modules(found: &[Named]) -> Result<Vec<Module>, String> {
    let mut all = Vec::<Module>::new();
    for (i, (name, _)) in found.iter().enumerate() {
        let (stem, kind) = kind(name);
        if matches!(kind, Kind::Ignored | Kind::Neuron(_)) {
            continue;
        }
        if name.contains("recurrent") {
            return Err(format!("array `{name}` holds recurrent weights, which are not carried"));
        }
        let at = all.iter().position(|module| numbers(&module.stem) == numbers(stem));
        let at = at.unwrap_or_else(|| {
            let stem = stem.to_owned();
            all.push(Module { stem, weights: None, bias: None, mean: None, variance: None });
            all.len() - 1
        });
        let place = match kind {
            Kind::Weights => &mut all[at].weights,
            Kind::Bias => &mut all[at].bias,
            Kind::Mean => &mut all[at].mean,
            Kind::Variance => &mut all[at].variance,
            _ => return Err(format!("array `{name}` is no weights, bias or batch norm that is known")),
        };
        if let Some(other) = place.replace(i) {
            return Err(format!("arrays `{}` and `{name}` have the same place", found[other].0));
        }
    }
    Ok(in_order(all))
}

/// A name without its numbers, and these.
pub(super) fn numbers(stem: &str) -> (String, Vec<u64>) {
    let digits = stem.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect();
    let mut letters = String::new();
    for c in stem.chars() {
        let c = if c.is_ascii_digit() { '#' } else { c };
        if c != '#' || !letters.ends_with('#') {
            letters.push(c);
        }
    }
    (letters, digits)
}

/// `l10, l8, out` becomes `l8, l10, out`: the places of one kind of name are filled in the order of numbers.
fn in_order(all: Vec<Module>) -> Vec<Module> {
    let keys: Vec<_> = all.iter().map(|module| numbers(&module.stem)).collect();
    let mut sorted: Vec<usize> = (0..all.len()).collect();
    sorted.sort_by(|&a, &b| keys[a].1.cmp(&keys[b].1));
    let place = |i: usize| {
        let earlier = keys[..i].iter().filter(|key| key.0 == keys[i].0).count();
        let same = sorted.iter().filter(|&&j| keys[j].0 == keys[i].0).nth(earlier);
        all[*same.unwrap_or(&i)].clone()
    };
    (0..all.len()).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_an_array_is() {
        for (name, want) in [
            ("fc1.weight", ("fc1", Kind::Weights)),
            ("net.0.bias", ("net.0", Kind::Bias)),
            ("fc1_w", ("fc1", Kind::Weights)),
            ("w0", ("0", Kind::Weights)),
            ("bias12", ("12", Kind::Bias)),
            ("bn1.running_mean", ("bn1", Kind::Mean)),
            ("bn1_running_var", ("bn1", Kind::Variance)),
            ("bn1.num_batches_tracked", ("bn1", Kind::Ignored)),
            ("lif1.beta", ("lif1", Kind::Neuron("beta"))),
            ("2.reset_mechanism_val", ("2", Kind::Neuron("reset_mechanism_val"))),
            ("lif1.mem", ("lif1.mem", Kind::Unknown)),
            ("arr_0", ("arr_0", Kind::Unknown)),
            ("weight", ("weight", Kind::Unknown)),
            ("b", ("b", Kind::Unknown)),
            ("", ("", Kind::Unknown)),
            ("0", ("0", Kind::Unknown)),
        ] {
            assert_eq!(kind(name), want, "{name}");
        }
    }

    fn check(names: &[&str], want: &str) {
        let found: Vec<Named> = names.iter().map(|name| ((*name).into(), vec![])).collect();
        let got = modules(&found).map(|all| all.into_iter().map(|m| m.stem).collect::<Vec<_>>().join(" "));
        assert_eq!(got.unwrap_or_else(|problem| problem), want, "{names:?}");
    }

    #[test]
    fn numbers_are_ordered_as_numbers() {
        check(&["l10.weight", "l8.weight", "l9.weight", "out.weight"], "l8 l9 l10 out");
        check(&["0.weight", "0.bias", "10.weight", "2.weight"], "0 2 10");
        check(&["b1", "w1", "w0", "b0"], "0 1");
        check(&["in.weight", "hidden.weight", "out.weight"], "in hidden out");
        check(&["bn10.running_var", "bn2.running_var", "fc10.weight", "fc2.weight"], "bn2 bn10 fc2 fc10");
        check(&["layers.1.fc.weight", "layers.0.fc.weight"], "layers.0.fc layers.1.fc");
    }

    #[test]
    fn what_has_no_place_is_named() {
        check(&["fc.weight", "lif.mem"], "array `lif.mem` is no weights, bias or batch norm that is known");
        check(
            &["fc.weight", "lif.recurrent.weight"],
            "array `lif.recurrent.weight` holds recurrent weights, which are not carried",
        );
        check(&["w0", "w00"], "arrays `w0` and `w00` have the same place");
        check(&["w99999999999999999999"], "99999999999999999999");
    }
}
