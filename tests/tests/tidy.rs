//! The nevers of the house. Each law is held against the workspace, and against a house where it is broken.

use hebbit_tests::tidy::{self, House, Law};

/// The workspace keeps the law; a house with `text` in `path` breaks it at `line`, and nowhere else.
fn check(law: Law, path: &str, text: &str, line: usize) {
    let broken = law(&House::of(&[(path, text)]));
    let lines: Vec<(&str, usize)> = broken.iter().map(|b| (b.path.as_str(), b.line)).collect();
    assert_eq!(lines, [(path, line)], "the law does not see what it is for: {broken:?}");
    keeps(law);
}

fn keeps(law: Law) {
    let found = law(&House::read());
    let list: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "\n{}", list.join("\n"));
}

#[test]
fn the_core_has_no_float() {
    check(tidy::core_is_bare, "core-nostd/src/net/a.rs", "// f32\n/// f64\nfn x() -> f32 {}", 3);
}

#[test]
fn the_core_has_no_heap_and_no_unsafe() {
    check(tidy::core_is_bare, "core-nostd/src/a.rs", "#![forbid(unsafe_code)]\nuse alloc::vec;", 2);
    check(tidy::core_is_bare, "core-nostd/src/a.rs", "fn f() {\n    unsafe { }\n}", 2);
    check(
        tidy::core_is_bare,
        "core-nostd/src/a.rs",
        "\nuse std::vec::Vec;\n#[cfg(test)] mod t { use std::vec; }",
        2,
    );
}

#[test]
fn siblings_never_meet_and_nobody_looks_up() {
    check(tidy::core_arrows, "core-nostd/src/learn/a.rs", "use crate::num::X;\nuse crate::neuron::Lif;", 2);
    check(tidy::core_arrows, "core-nostd/src/encode/a.rs", "use crate::{num::X,\n learn::Burst};", 2);
    check(tidy::core_arrows, "core-nostd/src/neuron/a.rs", "fn f() { super::super::encode::g() }", 1);
    check(tidy::core_arrows, "core-nostd/src/signal.rs", "use super::net;", 1);
    check(tidy::core_arrows, "core-nostd/src/num/verbs.rs", "\n\nuse crate::net::Plan;", 3);
    check(tidy::core_arrows, "core-nostd/src/elsewhere.rs", "", 1);
}

#[test]
fn the_core_knows_nobody_of_ours() {
    let text =
        "[package]\nname = \"hebbit-core\"\n[dependencies]\ncrc.workspace = true\nhebbit.workspace = true";
    check(tidy::core_stands_alone, "core-nostd/Cargo.toml", text, 5);
    let text = "[dependencies]\nx = { path = \"../x\" }";
    check(tidy::core_stands_alone, "core-nostd/Cargo.toml", text, 2);
    check(tidy::core_stands_alone, "core-nostd/Cargo.toml", "[dev-dependencies.hebbit]\nversion = \"1\"", 1);
}

#[test]
fn the_core_says_verbs() {
    check(tidy::core_says_verbs, "core-nostd/src/net/a.rs", "use x::A as B;\nlet a = b as u16;", 2);
    check(tidy::core_says_verbs, "core-nostd/src/a.rs", "a.unwrap_or(1);\na.unwrap();", 2);
    check(tidy::core_says_verbs, "core-nostd/src/a.rs", "#[expect(x)]\n\nb.expect(\"c\");", 3);
}

#[test]
fn unsafe_stays_in_the_kernels() {
    check(tidy::unsafe_is_in_kernels, "host-tools/hebbit/src/run/a.rs", "// unsafe\n\nunsafe fn f() {}", 3);
}

#[test]
fn the_oracle_counts_for_itself() {
    check(
        tidy::oracle_counts_for_itself,
        "tests/src/oracle/a.rs",
        "use hebbit_core::net::X;\nuse hebbit_core::num;",
        2,
    );
    check(tidy::oracle_counts_for_itself, "tests/src/oracle.rs", "use hebbit_core::{net,\nnum::Apical};", 2);
}

#[test]
fn rules_are_named_in_learn_only() {
    let list = "registry! { $ AnyRule: LearningRule, RuleOps, BoundRule, rule_ops { Oja(Oja) = 7 } }";
    let files =
        [("core-nostd/src/learn/mod.rs", list), ("core-nostd/src/net/a.rs", "\nfn f(p: OjaParams) {}")];
    let broken = tidy::rules_are_named_in_learn(&House::of(&files));
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert_eq!((broken[0].path.as_str(), broken[0].line), ("core-nostd/src/net/a.rs", 2));
    let text = "fn f() { Teacher::Oja }\nfn g() { AnyRule::Oja(p) }\nfn h() { learn::Oja }";
    let broken = tidy::rules_are_named_in_learn(&House::of(&[files[0], ("core-nostd/src/net/a.rs", text)]));
    let lines: Vec<usize> = broken.iter().map(|b| b.line).collect();
    assert_eq!(lines, [2, 3], "a variant of another type is no rule: {broken:?}");
    keeps(tidy::rules_are_named_in_learn);
}

#[test]
fn every_rule_has_its_file_its_page_and_its_vectors() {
    let broken = tidy::rules_are_complete(&House::of(&[]));
    assert_eq!(broken.len(), 3 * hebbit_core::learn::AnyRule::NAMES.len());
    assert!(broken[1].message.contains("rule burst: add docs/rules/burst.md"), "{}", broken[1]);
    keeps(tidy::rules_are_complete);
}

#[test]
fn the_core_has_three_macros() {
    check(tidy::macros_are_few, "core-nostd/src/macros.rs", "macro_rules! words {}\nmacro_rules! more {}", 2);
    check(tidy::macros_are_few, "core-nostd/src/net/a.rs", "macro_rules! words {}", 1);
}

#[test]
fn modules_make_no_circles() {
    let of = |files: &[(&str, &str)]| -> Vec<String> {
        tidy::modules_make_no_circles(&House::of(files)).iter().map(ToString::to_string).collect()
    };
    // By a group, by way of a third, by `super`; not by a module of tests, nor in another crate.
    let circle = [
        ("x/src/lib.rs", "mod a;"),
        ("x/src/a.rs", "use crate::{d::D,\n    b::B};"),
        ("x/src/b/mod.rs", "use super::c::C;"),
        ("x/src/c.rs", "#[cfg(test)] mod tests { use crate::d; }\nfn f() { crate::a::g() }"),
        ("x/src/d.rs", ""),
        ("y/src/d.rs", "use crate::a::A;"),
    ];
    assert_eq!(of(&circle), ["x/src/a.rs:2: in x/src these use each other: a, b, c"]);
    let open =
        circle.map(|(path, text)| (path, if path == "x/src/c.rs" { "use crate::d::D;" } else { text }));
    assert_eq!(of(&open), [""; 0]);
    let inner = [("x/src/n/a.rs", "use super::b::B;"), ("x/src/n/b.rs", "use super::super::n::a::A;")];
    assert_eq!(of(&inner), ["x/src/n/a.rs:1: in x/src/n these use each other: a, b"]);
    keeps(tidy::modules_make_no_circles);
}

#[test]
fn files_are_short() {
    check(tidy::files_are_short, "host-tools/hebbit/src/a.rs", &"a\n".repeat(451), 1);
}

#[test]
fn no_path_of_a_machine() {
    check(tidy::no_machine_paths, "docs/a.md", concat!("a\n", "see /ho", "me/me/x"), 2);
}

#[test]
fn crates_come_from_the_public_registry() {
    check(tidy::no_private_registries, ".cargo/config.toml", "[alias]\n[source.mirror]", 2);
    check(tidy::no_private_registries, "Cargo.lock", "\nsource = \"git+https://example.org/x\"", 2);
}

#[test]
fn nothing_is_left_for_later() {
    check(tidy::nothing_is_unfinished, "a.rs", "// todo!()\nfn f() { todo!() }", 2);
    check(tidy::nothing_is_unfinished, "a.md", concat!("\n", "FIX", "ME"), 2);
}

#[test]
fn the_readme_says_what_the_gate_calls() {
    let files = [("README.md", "    cargo conform  # all"), (".ci/run", "cargo test")];
    let broken = tidy::readme_is_what_ci_calls(&House::of(&files));
    assert_eq!(broken.len(), 1, "{broken:?}");
    keeps(tidy::readme_is_what_ci_calls);
}
