//! A file for the lints: its text, and for Rust its tokens without comments, strings and tests.

/// One identifier, number or mark of Rust code. `::` is one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Line, from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
}

/// A text file of the workspace.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path from the workspace's root, with `/`.
    pub path: String,
    /// The complete text.
    pub text: String,
    /// Tokens of Rust code; none for other files.
    pub tokens: Vec<Token>,
    /// The same without modules under `#[cfg(test)]`.
    pub shipped: Vec<Token>,
}

impl Source {
    /// A file with this text.
    pub fn new(path: &str, text: &str) -> Self {
        let tokens = if path.ends_with(".rs") { tokens(text) } else { Vec::new() };
        let shipped = without_tests(&tokens);
        Self { path: path.to_owned(), text: text.to_owned(), tokens, shipped }
    }

    /// Number of lines with code; comments and blank lines do not count.
    pub fn code_lines(&self) -> usize {
        let mut lines: Vec<usize> = self.tokens.iter().map(|token| token.line).collect();
        lines.dedup();
        lines.len()
    }

    /// Line and name of every module named below `from` ("crate", "hebbit_core"): in `from::name` and in
    /// `from::{name, name}`. A glob is named `*`.
    pub fn paths(&self, from: &str) -> Vec<(usize, &str)> {
        let text = |i: usize| self.shipped.get(i).map_or("", |token| token.text.as_str());
        let mut found = Vec::new();
        for i in 0..self.shipped.len() {
            if text(i) != from || text(i + 1) != "::" {
                continue;
            }
            if text(i + 2) != "{" {
                found.push((self.shipped[i].line, text(i + 2)));
                continue;
            }
            let mut depth = 0_usize;
            for j in i + 2..self.shipped.len() {
                match text(j) {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    name if depth == 1 && matches!(text(j - 1), "{" | ",") => {
                        found.push((self.shipped[j].line, name));
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        }
        found
    }
}

/// Splits Rust into tokens. Comments, strings, characters and lifetimes are dropped.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let (mut out, mut i, mut line) = (Vec::new(), 0, 1);
    while i < chars.len() {
        let end = match (at(i), at(i + 1)) {
            ('/', '/') => end_of(&chars, i, |j| at(j) == '\n'),
            ('/', '*') => end_of(&chars, i + 2, |j| at(j - 2) == '*' && at(j - 1) == '/'),
            ('"', _) | ('b' | 'c', '"') => string(&chars, i + usize::from(at(i) != '"')),
            ('r', '"' | '#') if raw(&chars, i).is_some() => raw(&chars, i).unwrap_or(i + 1),
            ('b' | 'c', 'r') if raw(&chars, i + 1).is_some() => raw(&chars, i + 1).unwrap_or(i + 1),
            ('\'', '\\') => end_of(&chars, i + 3, |j| at(j - 1) == '\''),
            ('\'', _) if at(i + 2) == '\'' => i + 3,
            ('\'', _) => end_of(&chars, i + 1, |j| !word(at(j))),
            (':', ':') => i + 2,
            (c, _) if word(c) => end_of(&chars, i, |j| !word(at(j))),
            _ => i + 1,
        };
        let first = at(i);
        let comment = first == '/' && matches!(at(i + 1), '/' | '*');
        let piece: String = chars[i..end.min(chars.len())].iter().collect();
        let literal = comment || piece.contains('"') || first == '\'';
        if !literal && !first.is_whitespace() {
            out.push(Token { line, text: piece.clone() });
        }
        line += piece.matches('\n').count();
        i = end;
    }
    out
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The first index from `i` on where `stop` holds, else the end.
fn end_of(chars: &[char], i: usize, stop: impl Fn(usize) -> bool) -> usize {
    (i..chars.len()).find(|&j| stop(j)).unwrap_or(chars.len())
}

/// The end of a string whose quote is at `i`.
fn string(chars: &[char], i: usize) -> usize {
    let mut j = i + 1;
    while j < chars.len() && chars[j] != '"' {
        j += if chars[j] == '\\' { 2 } else { 1 };
    }
    j + 1
}

/// The end of a raw string whose `r` is at `i`, if it is one.
fn raw(chars: &[char], i: usize) -> Option<usize> {
    let hashes = chars.get(i + 1..)?.iter().take_while(|&&c| c == '#').count();
    (chars.get(i + 1 + hashes) == Some(&'"')).then_some(())?;
    let closes = |j: usize| chars[j] == '"' && chars[j + 1..].iter().take(hashes).all(|&c| c == '#');
    Some(end_of(chars, i + 2 + hashes, closes) + 1 + hashes)
}

/// Removes modules under `#[cfg(test)]`.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const GATE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let text = |i: usize| tokens.get(i).map_or("", |token| token.text.as_str());
    let (mut out, mut i) = (Vec::new(), 0);
    while i < tokens.len() {
        if !GATE.iter().enumerate().all(|(j, &want)| text(i + j) == want) {
            out.push(tokens[i].clone());
            i += 1;
            continue;
        }
        let mut depth = 0_usize;
        i += GATE.len();
        loop {
            match text(i) {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            let done = i >= tokens.len() || (depth == 0 && matches!(text(i), "}" | ";"));
            i += 1;
            if done {
                break;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Source::new("a.rs", text).shipped.into_iter().map(|t| format!("{}:{}", t.line, t.text)).collect()
    }

    #[test]
    fn comments_strings_and_characters_are_no_code() {
        let text =
            "a // f32\n/* f32\n */ b(\"f32 \\\" f64\", 'x', '\\'', r#\"un\"safe\"#, b\"f32\")\nfn c<'f32>()";
        let got = words(text);
        assert_eq!(got.iter().filter(|w| w.ends_with("f32") || w.ends_with("f64")).count(), 0, "{got:?}");
        assert!(got.contains(&"3:b".to_owned()) && got.contains(&"4:c".to_owned()), "{got:?}");
    }

    #[test]
    fn tests_are_left_out_and_what_follows_is_not() {
        let text = "a\n#[cfg(test)]\nmod tests {\n fn x() { b }\n}\n#[cfg(test)]\nmod more;\nc";
        assert_eq!(words(text), ["1:a", "8:c"]);
    }

    #[test]
    fn paths_are_found_in_groups() {
        let source = Source::new("a.rs", "use crate::num::X;\nuse crate::{\n  net::{num, Y},\n  learn};");
        assert_eq!(source.paths("crate"), [(1, "num"), (3, "net"), (4, "learn")]);
    }
}
