//! Modules that use each other: whoever changes one of them must know all.

use super::{Breach, House, Source, breach};
use std::collections::{BTreeMap, BTreeSet};

/// Folders whose modules may use each other, and why.
const ALLOWED: [(&str, &str); 1] =
    [("tests/src/oracle", "a plan has rules, which read themselves from the plan's words")];

/// What the modules of a folder use beside them: from, to, and where.
type Uses<'h> = BTreeMap<&'h str, BTreeMap<&'h str, (&'h Source, usize)>>;

/// No modules beside each other in a folder use each other, directly or by way of others. Modules of tests are free.
pub fn modules_make_no_circles(house: &House) -> Vec<Breach> {
    let modules: BTreeMap<(&str, Vec<&str>), &Source> =
        house.sources.iter().filter_map(|source| Some((place(&source.path)?, source))).collect();
    let mut folders: BTreeMap<String, Uses<'_>> = BTreeMap::new();
    for ((krate, module), source) in &modules {
        for (line, path) in paths(source, module) {
            let known = |n: &usize| modules.contains_key(&(*krate, path[..*n].to_vec()));
            let Some(found) = (1..=path.len()).rev().find(known) else { continue };
            let common = module.iter().zip(&path[..found]).take_while(|(a, b)| a == b).count();
            if common < module.len() && common < found {
                let folder =
                    [krate, "/src"].into_iter().chain(module[..common].iter().flat_map(|part| ["/", part]));
                let uses = folders.entry(folder.collect()).or_default();
                uses.entry(module[common]).or_default().entry(path[common]).or_insert((source, line));
            }
        }
    }
    let watched = folders.iter().filter(|(folder, _)| ALLOWED.iter().all(|(allowed, _)| allowed != folder));
    watched.flat_map(|(folder, uses)| circles(folder, uses)).collect()
}

/// Crate and module of a file, unless it is one of tests.
fn place(path: &str) -> Option<(&str, Vec<&str>)> {
    let (krate, inner) = path.strip_suffix(".rs")?.split_once("/src/")?;
    let mut module: Vec<&str> = inner.split('/').collect();
    if matches!(module.last(), Some(&"mod")) || matches!(module[..], ["lib" | "main"]) {
        module.pop();
    }
    let test = |part: &str| part == "tests" || part.ends_with("_tests") || part == "bin";
    (!module.iter().any(|part| test(part))).then_some((krate, module))
}

/// Every path below `crate` or `super` with its line, from the root of the crate.
fn paths<'h>(source: &'h Source, module: &[&'h str]) -> Vec<(usize, Vec<&'h str>)> {
    let text = |i: usize| source.shipped.get(i).map_or("", |token| token.text.as_str());
    let (mut found, mut i) = (Vec::new(), 0);
    while i < source.shipped.len() {
        let (begin, mut up) = (i, 0);
        i += 1;
        if !matches!(text(begin), "crate" | "super")
            || begin > 0 && text(begin - 1) == "::"
            || text(i) != "::"
        {
            continue;
        }
        if text(begin) == "super" {
            up = 1;
            while text(i + 1) == "super" && text(i + 2) == "::" {
                (up, i) = (up + 1, i + 2);
            }
        }
        let root = if up == 0 { Vec::new() } else { module[..module.len().saturating_sub(up)].to_vec() };
        i = tree(source, i + 1, root, &mut found);
    }
    found
}

/// Adds the paths of the use tree at token `i`; where it ends.
fn tree<'h>(
    source: &'h Source,
    mut i: usize,
    mut path: Vec<&'h str>,
    found: &mut Vec<(usize, Vec<&'h str>)>,
) -> usize {
    let text = |i: usize| source.shipped.get(i).map_or("", |token| token.text.as_str());
    if text(i) == "{" {
        i += 1;
        while !matches!(text(i), "}" | "") {
            i = if text(i) == "," { i + 1 } else { tree(source, i, path.clone(), found) };
        }
        return i + 1;
    }
    let line = source.shipped.get(i).map_or(0, |token| token.line);
    path.push(text(i));
    if text(i + 1) == "::" && text(i + 2) != "<" {
        return tree(source, i + 2, path, found);
    }
    found.push((line, path));
    if text(i + 1) == "as" { i + 3 } else { i + 1 }
}

/// The modules that `from` uses, directly or by way of others.
fn reached<'h>(uses: &Uses<'h>, from: &'h str) -> BTreeSet<&'h str> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(module) = open.pop() {
        let next = uses.get(module).into_iter().flat_map(BTreeMap::keys);
        open.extend(next.copied().filter(|next| seen.insert(*next)));
    }
    seen
}

/// One breach for each set of modules that use each other.
fn circles(folder: &str, uses: &Uses<'_>) -> Vec<Breach> {
    let all: BTreeMap<&str, BTreeSet<&str>> =
        uses.keys().map(|module| (*module, reached(uses, module))).collect();
    let mut found: BTreeMap<Vec<&str>, Breach> = BTreeMap::new();
    for (module, seen) in all.iter().filter(|(module, seen)| seen.contains(*module)) {
        let circle: Vec<&str> = seen
            .iter()
            .copied()
            .filter(|other| all.get(other).is_some_and(|back| back.contains(module)))
            .collect();
        let within = uses[module].iter().find(|(to, _)| circle.contains(to));
        if let Some((_, (source, line))) = within {
            let message = format!("in {folder} these use each other: {}", circle.join(", "));
            found.entry(circle).or_insert_with(|| breach(source, *line, message));
        }
    }
    found.into_values().collect()
}
