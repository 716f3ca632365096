//! Parameters of a plan in words, whatever rule, neuron or encoder they belong to.

use std::fmt::Debug;

/// What Rust writes of a value (`Burst(Params { target: Count(6), learned: false })`) as people write it (`target 6`): names of
/// types and what is off are left out, what is on is named.
pub(crate) fn spoken(value: &impl Debug) -> String {
    value_of(&format!("{value:?}")).unwrap_or_default()
}

/// A value without the names of the types around it; none if it is off.
fn value_of(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some((head, inside)) = inside(text, '{', '}').filter(|(head, _)| is_name(head.trim())) {
        let _ = head;
        let fields = split(inside).into_iter().filter_map(|field| {
            let (name, value) = field.split_once(':')?;
            let name = name.trim().replace('_', " ");
            match value.trim() {
                "false" => None,
                "true" => Some(name),
                value => value_of(value).map(|value| format!("{name} {value}")),
            }
        });
        return Some(fields.collect::<Vec<_>>().join(", "));
    }
    if let Some((_, inside)) = inside(text, '(', ')').filter(|(head, _)| is_name(head)) {
        let all: Vec<String> = split(inside).into_iter().filter_map(value_of).collect();
        return Some(all.join(", "));
    }
    match text {
        "None" => None,
        _ if is_name(text) => Some(words(text)),
        _ => Some(text.to_owned()),
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The head and the inside of `head(inside)`.
fn inside(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let (head, rest) = text.split_once(open)?;
    Some((head, rest.strip_suffix(close)?))
}

/// Parts between commas that are not in brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

/// `NotEqual` as `not equal`.
fn words(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Count(#[expect(dead_code, reason = "seen by Debug only")] i16);
    #[derive(Debug)]
    enum Kind {
        HardReset,
    }
    #[derive(Debug)]
    #[expect(dead_code, reason = "seen by Debug only")]
    struct Params {
        spike_shift: Count,
        kind: Kind,
        learned: bool,
        extra: bool,
        most: Option<u16>,
        least: Option<Count>,
    }

    #[test]
    fn a_value_is_told_in_words() {
        let params = || Params {
            spike_shift: Count(-5),
            kind: Kind::HardReset,
            learned: false,
            extra: true,
            most: None,
            least: Some(Count(3)),
        };
        let want = "spike shift -5, kind hard reset, extra, least 3";
        assert_eq!(spoken(&params()), want);
        assert_eq!(spoken(&Some(params())), want);
        assert_eq!(spoken(&Kind::HardReset), "hard reset");
        assert_eq!(spoken(&(1, 2)), "(1, 2)");
        assert_eq!(spoken(&None::<u8>), "");
    }
}
