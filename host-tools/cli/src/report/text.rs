//! Text of the page: escaping, and numbers for people.

/// `text` for use between tags and inside quoted attributes. A control character, which no HTML may hold,
/// becomes U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// `text` with every character that markup cannot hold replaced. For `plotters`, which escapes by itself.
pub(super) fn plain(text: &str) -> String {
    let forbidden =
        |c: char| (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if forbidden(c) { '\u{fffd}' } else { c }).collect()
}

/// The first characters of `text`, at most `most`, with an ellipsis if some are missing: a label that fits.
pub(super) fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return plain(text);
    }
    let head: String = text.chars().take(most.saturating_sub(1)).collect();
    plain(head.trim_end()) + "…"
}

/// A count in groups of three digits: `60 000`, with spaces where no line breaks.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A measured value with about three digits; `–` for what is not a number.
pub(super) fn value(x: f64) -> String {
    match x.abs() {
        _ if !x.is_finite() => "–".into(),
        a if a >= 1000.0 => {
            format!("{}{}", if x < 0.0 { "−" } else { "" }, count(a.round() as u64))
        }
        a if a >= 100.0 || a == 0.0 => format!("{x:.0}"),
        a if a >= 10.0 => format!("{x:.1}"),
        _ => format!("{x:.2}"),
    }
}

/// Percent with two decimals, as accuracies are quoted.
pub(super) fn percent(x: f64) -> String {
    if x.is_finite() { format!("{x:.2}\u{202f}%") } else { "–".into() }
}

/// `part` of `whole` in percent; `None` for a part of nothing.
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| 100.0 * part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_cannot_leave_its_place() {
        assert_eq!(escape(r#"a<b> & "c" 'd'"#), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
        assert_eq!(escape("a\0b\u{1b}[0m"), "a\u{fffd}b\u{fffd}[0m");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        let shown = [(0.0, "0"), (0.034, "0.03"), (7.5, "7.50"), (31.25, "31.2"), (416.4, "416")];
        for (x, text) in shown {
            assert_eq!(value(x), text);
        }
        assert_eq!(value(f64::NAN), "–");
        assert_eq!(percent(97.125), "97.12\u{202f}%");
        assert_eq!(share(1, 0), None);
    }

    #[test]
    fn long_labels_are_clipped_by_character() {
        assert_eq!(clip("hidden 1", 8), "hidden 1");
        assert_eq!(clip("schräg größer", 8), "schräg…");
    }
}
