//! The limits that parts declare are those of `docs/FORMAT.md`, and a checkpoint with a parameter beyond them is refused.

use hebbit_core::encode::AnyEncoder;
use hebbit_core::learn::AnyRule;
use hebbit_core::learn::RuleOps;
use hebbit_core::neuron::AnyNeuron;
use hebbit_core::num::Range;
use std::fs;
use std::path::Path;

/// Name, least and greatest value of a field.
type Field = (String, i64, i64);

/// The table of fields behind `heading`: what each row that names parts says of them.
fn table(heading: &str) -> Vec<(Vec<String>, Vec<Field>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/FORMAT.md");
    let text = fs::read_to_string(path).expect("the document");
    let section = &text[text.find(heading).expect("the heading")..];
    let rows = section.lines().skip_while(|line| !line.contains("| fields | type | range |")).skip(2);
    let mut parts: Vec<(Vec<String>, Vec<Field>)> = Vec::new();
    for row in rows.take_while(|row| row.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, kind, fields, _, range, ..] = cells[..] else { panic!("{row}") };
        if !kind.is_empty() {
            let names = kind.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            parts.push((names, Vec::new()));
        }
        let number = |text: &str| text.parse::<i64>().unwrap_or_else(|_| panic!("no limits in {row}"));
        let (low, high) = range.split_once("..=").unwrap_or_else(|| panic!("no limits in {row}"));
        let limits = (number(low), number(high));
        let fields = fields.split(", ").map(|name| (name.to_owned(), limits.0, limits.1));
        parts.last_mut().expect("a row that names its part").1.extend(fields);
    }
    parts
}

/// What the core declares, in the manner of the table.
fn declared(names: &[&str], ranges: &[&[Range]]) -> Vec<(String, Vec<Field>)> {
    let fields = |ranges: &&[Range]| ranges.iter().map(|r| (r.name.to_owned(), r.low, r.high)).collect();
    names.iter().map(|&name| name.to_owned()).zip(ranges.iter().map(fields)).collect()
}

/// What the table says, one entry per name.
fn told(heading: &str) -> Vec<(String, Vec<Field>)> {
    let named = |(names, fields): (Vec<String>, Vec<Field>)| {
        names.into_iter().map(move |name| (name, fields.clone())).collect::<Vec<_>>()
    };
    table(heading).into_iter().flat_map(named).collect()
}

#[test]
fn the_format_gives_the_limits_of_rules() {
    assert_eq!(told("### 2.1 "), declared(AnyRule::NAMES, AnyRule::RANGES));
}

#[test]
fn the_format_gives_the_limits_of_encoders_and_neurons() {
    let mut parts = declared(AnyEncoder::NAMES, AnyEncoder::RANGES);
    parts.extend(declared(AnyNeuron::NAMES, AnyNeuron::RANGES));
    assert_eq!(told("### 2.3 "), parts);
}

/// A rule whose words have one field each, from the values of its fields: what is stored of it, and whether it is valid.
fn loaded(tag: u32, values: &[i64]) -> (Vec<i64>, bool) {
    let mut words = values.iter().map(|&value| value as i32 as u32);
    let rule = AnyRule::load(tag, &mut words).expect("as many words as fields");
    let mut stored = Vec::new();
    rule.store(&mut |word| stored.push(i64::from(word as i32)));
    (stored, rule.ops().valid())
}

#[test]
fn a_value_beyond_its_limits_is_refused() {
    let mut refused = 0;
    for (&tag, ranges) in AnyRule::TAGS.iter().zip(AnyRule::RANGES) {
        let least: Vec<i64> = ranges.iter().map(|range| range.low).collect();
        if loaded(tag, &least).0.len() < least.len() {
            continue;
        }
        for (i, range) in ranges.iter().enumerate() {
            let with = |value| {
                let mut values = least.clone();
                values[i] = value;
                let (stored, valid) = loaded(tag, &values);
                // A value that the type has no room for becomes another one.
                (stored[i] == value).then_some(valid)
            };
            assert_eq!([with(range.low), with(range.high)], [Some(true); 2], "{range:?} of tag {tag}");
            for valid in [range.low - 1, range.high + 1].map(with).into_iter().flatten() {
                assert!(!valid, "beyond {range:?} of tag {tag}");
                refused += 1;
            }
        }
    }
    assert!(refused >= 20, "only {refused} values were beyond limits");
}
