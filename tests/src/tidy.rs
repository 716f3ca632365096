//! Architecture lints: each is a function from the source files to its violations.
//!
//! A lint reads text, so that it can report file and line; none of them builds anything.

mod circles;
mod source;

pub use circles::modules_make_no_circles;
pub use source::{Source, Token};

use crate::tree;
use hebbit_core::learn::AnyRule;
use std::fmt;

/// A violation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The file, or a missing file or folder.
    pub path: String,
    /// Line, from 1; 0 for the whole file.
    pub line: usize,
    /// The violation, and how to fix it.
    pub message: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// The text files of the workspace.
#[derive(Debug, Clone, Default)]
pub struct House {
    /// Files whose text is UTF-8.
    pub sources: Vec<Source>,
}

impl House {
    /// The workspace that this program was built from.
    pub fn read() -> Self {
        let root = tree::root();
        let read = |path: &String| Some(Source::new(path, &std::fs::read_to_string(root.join(path)).ok()?));
        Self { sources: tree::files(&root).iter().filter_map(read).collect() }
    }

    /// A workspace for tests.
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self { sources: files.iter().map(|(path, text)| Source::new(path, text)).collect() }
    }

    /// Files below a folder, or the file itself.
    fn below<'h>(&'h self, folder: &'h str) -> impl Iterator<Item = &'h Source> {
        self.sources.iter().filter(move |s| s.path.starts_with(folder))
    }

    fn file(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.path == path)
    }
}

/// A lint.
pub type Law = fn(&House) -> Vec<Breach>;

const CORE: &str = "core-nostd/src/";

fn breach(source: &Source, line: usize, message: impl Into<String>) -> Breach {
    Breach { path: source.path.clone(), line, message: message.into() }
}

fn missing(path: impl Into<String>, message: impl Into<String>) -> Breach {
    Breach { path: path.into(), line: 0, message: message.into() }
}

/// Violations at every token for which `wrong` returns a message. It gets all tokens and an index.
fn at_tokens(
    source: &Source,
    tokens: &[Token],
    wrong: impl Fn(&[&str], usize) -> Option<String>,
) -> Vec<Breach> {
    let texts: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    let each = tokens.iter().enumerate();
    each.filter_map(|(i, token)| Some(breach(source, token.line, wrong(&texts, i)?))).collect()
}

fn next<'t>(texts: &[&'t str], i: usize) -> &'t str {
    texts.get(i + 1).copied().unwrap_or("")
}

fn before<'t>(texts: &[&'t str], i: usize) -> &'t str {
    i.checked_sub(1).and_then(|i| texts.get(i)).copied().unwrap_or("")
}

/// The core has no float, no heap, no `unsafe`, no standard library.
pub fn core_is_bare(house: &House) -> Vec<Breach> {
    let wrong = |texts: &[&str], i: usize| match texts[i] {
        "f32" | "f64" => Some("a float: the core computes in integers".to_owned()),
        "unsafe" => Some("`unsafe`: the core has none".to_owned()),
        "std" | "alloc" if next(texts, i) == "::" || before(texts, i) == "crate" => {
            Some(format!("`{}`: the core has no heap and no operating system", texts[i]))
        }
        _ => None,
    };
    house.below(CORE).flat_map(|s| at_tokens(s, &s.shipped, wrong)).collect()
}

/// Dependencies between the core's modules. `neuron`, `learn` and `encode` never use each other, and no module uses a later one.
const MAY_USE: [(&str, &[&str]); 9] = [
    ("num", &[]),
    ("signal", &["num"]),
    ("neuron", &["num", "signal"]),
    ("learn", &["num", "signal"]),
    ("encode", &["num", "signal"]),
    ("schema", &["num"]),
    ("net", &["num", "signal", "neuron", "learn", "encode", "schema"]),
    ("checkpoint", &["num", "signal", "neuron", "learn", "encode", "schema", "net"]),
    ("link", &["num", "signal", "net", "checkpoint"]),
];

/// The arrows between the core's modules.
pub fn core_arrows(house: &House) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in house.below(CORE).filter(|s| s.path.ends_with(".rs")) {
        let inner = source.path.trim_start_matches(CORE).trim_end_matches(".rs").trim_end_matches("/mod");
        let depth = inner.split('/').count();
        let module = inner.split('/').next().unwrap_or(inner);
        if matches!(module, "lib" | "macros") {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else {
            let message =
                format!("module `{module}` is not on the map: say whom it may use, in tests/src/tidy.rs");
            found.push(breach(source, 1, message));
            continue;
        };
        let mut used = source.paths("crate");
        used.extend(climbs(source, depth));
        for (line, name) in used {
            let known = MAY_USE.iter().any(|(module, _)| *module == name);
            if known && name != module && !allowed.contains(&name) {
                found.push(breach(source, line, format!("`{module}` must not use `{name}`")));
            }
        }
    }
    found
}

/// Modules named by `super::` chains that reach the crate's root.
fn climbs(source: &Source, depth: usize) -> Vec<(usize, &str)> {
    let text = |i: usize| source.shipped.get(i).map_or("", |token| token.text.as_str());
    let mut found = Vec::new();
    for i in (0..source.shipped.len()).filter(|&i| text(i) == "super" && (i == 0 || text(i - 1) != "::")) {
        let mut j = i;
        while text(j) == "super" && text(j + 1) == "::" {
            j += 2;
        }
        if (j - i) / 2 == depth {
            found.push((source.shipped[i].line, text(j)));
        }
    }
    found
}

/// The core depends on no crate of the workspace.
pub fn core_stands_alone(house: &House) -> Vec<Breach> {
    let ours: Vec<&str> = house
        .sources
        .iter()
        .filter(|s| s.path.ends_with("/Cargo.toml"))
        .filter_map(|s| s.text.lines().find_map(|line| line.strip_prefix("name = ")))
        .map(|name| name.trim().trim_matches('"'))
        .collect();
    let Some(source) = house.file("core-nostd/Cargo.toml") else { return Vec::new() };
    let mut section = "";
    let mut found = Vec::new();
    for (line, text) in (1..).zip(source.text.lines()) {
        if text.starts_with('[') {
            section = text;
            // A dependency may also have its own section: `[dependencies.x]`.
        }
        let name = match (section.rsplit_once("dependencies."), text.split(['.', '=', ' ']).next()) {
            (Some((_, name)), _) if text == section => name.trim_end_matches(']'),
            (_, Some(key)) if section.ends_with("dependencies]") && !text.starts_with('[') => key,
            _ => continue,
        };
        let local = text.contains("path =") || text.contains("path=");
        if local || ours.contains(&name) || name.starts_with("hebbit") {
            found.push(breach(
                source,
                line,
                format!("the core depends on `{name}`: it knows nobody of ours"),
            ));
        }
    }
    found
}

/// Casts occur in `num` only, `unwrap` and `expect` nowhere.
pub fn core_says_verbs(house: &House) -> Vec<Breach> {
    const INTEGERS: [&str; 17] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "bool",
        "char", "_", "*", "$",
    ];
    let wrong = |texts: &[&str], i: usize| match texts[i] {
        "as" if INTEGERS.contains(&next(texts, i)) && !trait_of_macro(texts, i) => {
            Some("`as`: write a verb of `num`".to_owned())
        }
        "unwrap" | "expect" if before(texts, i) == "." && next(texts, i) == "(" => {
            Some(format!("`{}`: the core cannot fail", texts[i]))
        }
        _ => None,
    };
    let outside = house.below(CORE).filter(|s| !s.path.starts_with("core-nostd/src/num/"));
    outside.flat_map(|s| at_tokens(s, &s.shipped, wrong)).collect()
}

/// `<$path as $trait>` inside a macro is no cast.
fn trait_of_macro(texts: &[&str], i: usize) -> bool {
    next(texts, i) == "$" && i >= 3 && texts[i - 2] == "$" && texts[i - 3] == "<"
}

/// `unsafe` occurs in kernels, in drivers of a chip's registers, and in calls of a simulation.
pub fn unsafe_is_in_kernels(house: &House) -> Vec<Breach> {
    const KERNELS: [&str; 4] =
        ["host-tools/engine/src/kernels/", "firmware/kernels/", "firmware/boards/", "hdl-sim/src/model.rs"];
    let outside = house.sources.iter().filter(|s| !KERNELS.iter().any(|k| s.path.starts_with(k)));
    let wrong = |texts: &[&str], i: usize| {
        (texts[i] == "unsafe").then(|| format!("`unsafe`: it belongs in {}", KERNELS.join(" or ")))
    };
    outside.flat_map(|s| at_tokens(s, &s.tokens, wrong)).collect()
}

/// The oracle never imports the core's numbers: a mistake must be made twice to pass.
pub fn oracle_counts_for_itself(house: &House) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in house.below("tests/src/oracle") {
        for (line, name) in source.paths("hebbit_core") {
            if matches!(name, "num" | "*") {
                found.push(breach(source, line, format!("the oracle imports `hebbit_core::{name}`")));
            }
        }
    }
    found
}

/// In the core, rules have a name in `learn/` only. A variant of another type (`Teacher::Reward`) is not the rule; `signal`
/// cannot know one.
pub fn rules_are_named_in_learn(house: &House) -> Vec<Breach> {
    let Some(list) = house.file("core-nostd/src/learn/mod.rs") else { return Vec::new() };
    let texts: Vec<&str> = list.shipped.iter().map(|t| t.text.as_str()).collect();
    let entry = |w: &[&str]| (w[1] == "(" && w[3] == ")" && w[4] == "=").then(|| w[0].to_owned());
    let rules: Vec<String> = texts.windows(5).filter_map(entry).collect();
    let wrong = |texts: &[&str], i: usize| {
        let rule = rules.iter().find(|rule| {
            texts[i].strip_prefix(rule.as_str()).is_some_and(|rest| rest.is_empty() || rest == "Params")
        })?;
        let of = i.checked_sub(2).filter(|_| before(texts, i) == "::").map_or("", |of| texts[of]);
        if of.starts_with(char::is_uppercase) && of != "AnyRule" {
            return None;
        }
        Some(format!("rule `{rule}` is named outside of learn/: go through `AnyRule`"))
    };
    let own = |path: &str| path.starts_with("core-nostd/src/learn/") || path == "core-nostd/src/signal.rs";
    let outside = house.below(CORE).filter(|s| !own(&s.path));
    outside.flat_map(|s| at_tokens(s, &s.shipped, wrong)).collect()
}

/// Every rule has its file (a module, so `_` for `-`), its page and its vectors.
pub fn rules_are_complete(house: &House) -> Vec<Breach> {
    let mut found = Vec::new();
    for rule in AnyRule::NAMES {
        let wanted = [
            (format!("core-nostd/src/learn/{}.rs", rule.replace('-', "_")), "the rule itself"),
            (
                format!("docs/rules/{rule}.md"),
                "half a page: idea, equation, what the integers change, result",
            ),
            (format!("tests/vectors/learn/{rule}/"), "a few cases each, worked on paper"),
        ];
        for (path, what) in wanted {
            if house.below(&path).next().is_none() {
                found.push(missing(&path, format!("rule {rule}: add {path} ({what})")));
            }
        }
    }
    found
}

/// Macros of the core: the three shared ones, and small ones that are used in their file only.
pub fn macros_are_few(house: &House) -> Vec<Breach> {
    const HOUSE: [&str; 3] = ["quantity", "words", "registry"];
    const PRIVATE: [(&str, &str); 2] = [("num/words.rs", "int_word"), ("net/plan.rs", "choice")];
    let mut found = Vec::new();
    for source in house.below(CORE) {
        let inner = source.path.trim_start_matches(CORE);
        let wrong = |texts: &[&str], i: usize| {
            let name = *texts.get(i + 2).filter(|_| texts[i] == "macro_rules" && next(texts, i) == "!")?;
            let known =
                // `registry` defines one for each list.
                if inner == "macros.rs" { HOUSE.contains(&name) || name == "$" } else { PRIVATE.contains(&(inner, name)) };
            (!known).then(|| format!("a new macro `{name}`: the core has {}", HOUSE.join(", ")))
        };
        found.extend(at_tokens(source, &source.tokens, wrong));
    }
    found
}

/// Maximum lines of code per file.
const LONGEST: usize = 450;

/// Files are short.
pub fn files_are_short(house: &House) -> Vec<Breach> {
    let long = house.sources.iter().filter(|s| s.code_lines() > LONGEST);
    long.map(|s| {
        breach(s, 1, format!("{} lines of code, at most {LONGEST}: split it by noun", s.code_lines()))
    })
    .collect()
}

/// Violations at every line that contains one of `words`.
fn at_text<'h>(
    sources: impl Iterator<Item = &'h Source>,
    words: &[&str],
    message: impl Fn(&str) -> String,
) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in sources {
        for (line, text) in (1..).zip(source.text.lines()) {
            let hit = words.iter().find(|word| text.contains(**word));
            found.extend(hit.map(|word| breach(source, line, message(word))));
        }
    }
    found
}

/// No paths of a developer's machine.
pub fn no_machine_paths(house: &House) -> Vec<Breach> {
    let paths =
        [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/t", "mp/"), concat!("C:\\", "Users")];
    let sources = house.sources.iter().filter(|s| !s.path.starts_with(".ci/"));
    at_text(sources, &paths, |word| format!("`{word}` is a path of one machine"))
}

/// Crates come from the public registry, independent of the local configuration.
pub fn no_private_registries(house: &House) -> Vec<Breach> {
    let settings = house.sources.iter().filter(|s| s.path.ends_with(".toml"));
    let words = ["[source.", "[registries", "replace-with", "registry ="];
    let mut found = at_text(settings, &words, |word| format!("`{word}`: a registry of one machine"));
    for lock in house.sources.iter().filter(|s| s.path.ends_with("Cargo.lock")) {
        for (line, text) in (1..).zip(lock.text.lines()) {
            if text.starts_with("source = ") && !text.contains("github.com/rust-lang/crates.io-index\"") {
                found.push(breach(lock, line, "a crate from elsewhere than the public registry"));
            }
        }
    }
    found
}

/// No markers of unfinished work.
pub fn nothing_is_unfinished(house: &House) -> Vec<Breach> {
    let wrong = |texts: &[&str], i: usize| {
        let macros = matches!(texts[i], "todo" | "unimplemented") && next(texts, i) == "!";
        macros.then(|| format!("`{}!`", texts[i]))
    };
    let mut found: Vec<Breach> = house.sources.iter().flat_map(|s| at_tokens(s, &s.tokens, wrong)).collect();
    found.extend(at_text(house.sources.iter(), &[concat!("FIX", "ME")], |word| format!("a {word}")));
    found
}

/// The README's command is what the gate calls.
pub fn readme_is_what_ci_calls(house: &House) -> Vec<Breach> {
    const COMMAND: &str = "cargo conform";
    let (Some(readme), Some(ci)) = (house.file("README.md"), house.file(".ci/run")) else {
        let path = if house.file("README.md").is_none() { "README.md" } else { ".ci/run" };
        return vec![missing(path, format!("add {path}: it says how to test, `{COMMAND}`"))];
    };
    let calls = |s: &Source| s.text.lines().any(|line| line.trim_start().starts_with(COMMAND));
    let silent = [readme, ci].into_iter().filter(|s| !calls(s));
    silent.map(|s| breach(s, 1, format!("no line begins with `{COMMAND}`"))).collect()
}
