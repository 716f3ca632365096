//! `docs/CLI.md` and the program say the same: commands, options, names, exit codes, fields of JSON.

use crate::{folder, hebbit, json, small_network, text};
use hebbit::device::boards::BOARDS;
use hebbit::float::{Activation, Rate};
use hebbit::run::rule_forms;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static PAGE: LazyLock<String> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/CLI.md");
    std::fs::read_to_string(path).expect("the page")
});

/// The text under a heading of the page.
fn section(title: impl Fn(&str) -> bool) -> String {
    let parts = PAGE.split("\n## ").filter(|part| title(part.lines().next().unwrap_or_default()));
    parts.collect::<Vec<_>>().join("\n")
}

fn help(command: &str) -> String {
    let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
    String::from_utf8(hebbit().args(args).assert().success().get_output().stdout.clone()).expect("text")
}

/// The long options that a text names, where `begins` accepts what is before them on their line.
fn options(text: &str, begins: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for line in text.lines() {
        for (at, _) in line.match_indices("--").filter(|(at, _)| begins(&line[..*at])) {
            let name = line[at + 2..].split(|c: char| !(c.is_ascii_lowercase() || c == '-')).next();
            all.extend(name.filter(|name| !name.is_empty() && !name.starts_with('-')).map(str::to_owned));
        }
    }
    all
}

fn commands() -> Vec<String> {
    let main = help("");
    let list = main.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .filter(|name| name != "help")
        .collect()
}

#[test]
fn every_command_is_in_the_list() {
    let list = PAGE.split("Everywhere:").next().expect("a list");
    let names = commands();
    assert!(names.len() > 15, "{names:?}");
    for name in &names {
        assert!(list.contains(&format!("| `{name}")), "docs/CLI.md does not list {name}");
    }
    for row in list.lines().filter_map(|line| line.strip_prefix("| `")) {
        let name = row.split(['`', ' ']).next().unwrap_or_default();
        assert!(names.iter().any(|known| known == name), "there is no command {name}");
    }
}

#[test]
fn every_option_is_on_the_page_and_every_one_on_the_page_is_an_option() {
    let everywhere = ["json", "quiet", "help", "version"];
    for command in commands() {
        let in_title = |title: &str| title.split(", ").any(|name| name == command);
        let own = section(in_title);
        let more = match &command[..] {
            "learn" => section(|title| title == "Learning on"),
            "tune" => section(|title| title == "learn"),
            "stream" | "verify" => section(|title| title == "learn" || title == "Learning on"),
            "completions" | "man" => PAGE.split("Everywhere:").next().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        let defined = options(&help(&command), |before| {
            before.starts_with("  ") && (before.trim().is_empty() || before.trim_start().len() == 4)
        });
        let told = options(&format!("{own}\n{more}"), |before| before.ends_with('`'));
        let missing: Vec<_> =
            defined.difference(&told).filter(|name| !everywhere.contains(&&name[..])).collect();
        assert!(missing.is_empty(), "docs/CLI.md does not say of {command}: {missing:?}");
        let rows = options(&own, |before| before == "| `");
        let others: BTreeSet<String> = own
            .lines()
            .next()
            .unwrap_or_default()
            .split(", ")
            .flat_map(|name| options(&help(name), |before| before.starts_with("  ")))
            .collect();
        let unknown: Vec<_> = rows.difference(&others).collect();
        assert!(unknown.is_empty(), "{command} has no option {unknown:?}");
    }
}

/// Rules, forms, boards and devices are those of the program, on the page and in help.
#[test]
fn names_are_those_that_there_are() {
    let page = section(|title| title == "learn");
    let learn = help("learn");
    for (rule, forms) in rule_forms() {
        assert!(page.contains(&format!("`{rule}`")) && learn.contains(rule), "{rule}");
        for form in forms.iter().filter(|_| forms.len() > 1) {
            assert!(page.contains(&format!("`{form}`")) && learn.contains(form), "form {form} of {rule}");
        }
    }
    let first = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter(|line| line.matches('|').count() == 7);
    for names in first.filter_map(|line| line.split(" | ").next()) {
        for name in names.split("`, `").map(|name| name.trim_matches('`')) {
            assert!(rule_forms().iter().any(|(rule, _)| *rule == name), "there is no rule {name}");
        }
    }
    let (devices, stream, flash) = (section(|title| title == "upload, pull"), help("stream"), help("flash"));
    for board in &BOARDS {
        let machine = board.qemu.map(|machine| machine.on);
        assert!(
            machine.is_none_or(|on| devices.contains(&format!("`{on}`")) && stream.contains(on)),
            "{}",
            board.name
        );
        assert!(flash.contains(board.name), "{}", board.name);
        let boards = section(|title| title == "devices, fit, flash");
        assert!(boards.contains(&format!("`{}`", board.name)), "docs/CLI.md does not name {}", board.name);
    }
}

/// What completes a word of `learn --rule`, `--on` and others is what the program takes.
#[test]
fn completions_know_names() {
    let script = hebbit().args(["completions", "bash"]).assert().success().get_output().stdout.clone();
    let script = String::from_utf8(script).expect("text");
    for words in [
        "burst stdp microcircuit",
        "count rate logistic",
        "sim qemu-m4 qemu-m33 qemu-m55 qemu-riscv qemu-stm32 serial:",
        "pico2",
    ] {
        assert!(script.contains(words), "{words}");
    }
    assert!(
        script.contains("up5k-burst up5k-stdp ecp5-25k") && script.contains("graded rate poisson latency")
    );
}

#[test]
fn every_command_has_a_page_and_an_example() {
    let dir = folder();
    hebbit().args(["man", "--all", text(dir.path())]).assert().success();
    for command in commands() {
        assert!(help(&command).contains("Example"), "{command} --help has no example");
        let page = hebbit().args(["man", &command]).assert().success().get_output().stdout.clone();
        let page = String::from_utf8(page).expect("text").replace("\\-", "-");
        assert!(page.contains(&format!(".TH hebbit-{command}")), "{page}");
        assert!(dir.path().join(format!("hebbit-{command}.1")).is_file(), "{command}");
    }
    let learn = hebbit().args(["man", "learn"]).assert().success().get_output().stdout.clone();
    assert!(String::from_utf8(learn).expect("text").replace("\\-", "-").contains("--label-every"));
}

/// Words in backquotes that may be names of fields.
fn fields(text: &str) -> BTreeSet<String> {
    let words = text.split('`').skip(1).step_by(2);
    let name = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    words.filter(name).map(str::to_owned).collect()
}

/// Names of all fields, those of settings excepted.
fn keys(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                into.insert(key.clone());
                if key != "settings" && key != "values" {
                    keys(value, into);
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|value| keys(value, into)),
        _ => {}
    }
}

/// The part of *JSON* that begins with the bold name of a command, with the tables that belong to it.
fn documented(name: &str) -> String {
    let json = section(|title| title == "JSON");
    let part = json.split("\n\n").flat_map(|block| block.split(". **")).skip_while(|block| {
        let title = block.trim_start_matches("**").split("**").next().unwrap_or_default();
        !title.split(", ").any(|known| known == name)
    });
    let mut part = part.map(|block| block.replace('\n', " ") + "\n");
    let first = part.next().unwrap_or_else(|| panic!("docs/CLI.md has no fields of {name}"));
    // A bold line alone is followed by its table.
    if first.trim_end().ends_with("**") { first + &part.next().unwrap_or_default() } else { first }
}

/// Fields that the page does not name, with their command.
fn unnamed(name: &str, document: &Value) -> Vec<String> {
    let block = documented(name);
    let also = if block.contains("as in `learn`") { documented("learn") } else { String::new() };
    let (told, mut all) = (fields(&(block + &also)), BTreeSet::new());
    keys(document, &mut all);
    assert!(!all.is_empty(), "{name}: {document}");
    all.difference(&told).map(|field| format!("{name}: {field}")).collect()
}

#[test]
fn fields_of_json_are_on_the_page() {
    let dir = folder();
    let net = small_network(dir.path());
    let net = text(&net);
    let (html, npz, out) = (dir.path().join("r.html"), dir.path().join("w.npz"), dir.path().join("q.hbt"));
    let weights = Rate::random(&[784, 6, 10], Activation::Clip, 1).to_npz().expect("bytes");
    std::fs::write(&npz, weights).expect("written");
    let mut missing = Vec::new();
    missing.extend(unnamed("learn", &json(&["learn", "--layers", "784-8-10", "--samples", "100"])));
    missing.extend(unnamed("eval", &json(&["eval", net])));
    missing.extend(unnamed("inspect", &json(&["inspect", net])));
    missing.extend(unnamed("report", &json(&["report", net, "--out", text(&html)])));
    missing.extend(unnamed(
        "quantize",
        &json(&["quantize", text(&npz), "--data", "mini", "--ticks", "1", "--out", text(&out)]),
    ));
    missing.extend(unnamed("stream", &json(&["stream", net])));
    missing.extend(unnamed("verify", &json(&["verify", net, "--samples", "5"])));
    missing.extend(unnamed("upload", &json(&["upload", net, "--on", "sim"])));
    missing.extend(unnamed("fit", &json(&["fit", net])));
    missing.extend(unnamed("devices", &json(&["devices"])));
    missing.extend(unnamed("bench", &json(&["bench", "--layers", "784-4-10", "--epochs", "1"])));
    let (state, recipe) = (dir.path().join("state.json"), dir.path().join("recipe.json"));
    let tune = [
        "tune",
        "--layers",
        "784-4-10",
        "--samples",
        "500",
        "--trials",
        "2",
        "--state",
        text(&state),
        "--out",
    ];
    missing.extend(unnamed("tune", &json(&[&tune[..], &[text(&recipe)]].concat())));
    missing.extend(unnamed("data list", &json(&["data", "list"])));
    let sample = vec!["0"; 784].join(",");
    missing.extend(unnamed("predict", &json(&["predict", net, "--sample", &sample])));
    let rtl = dir.path().join("rtl.hbt");
    let args = ["learn", "--layers", "784-8-10", "--weights", "i8", "--samples", "1", "--quiet", "--out"];
    json(&[&args[..], &[text(&rtl)]].concat());
    missing.extend(unnamed("fpga", &json(&["fpga", text(&rtl), "--out", text(&dir.path().join("fpga"))])));
    assert!(missing.is_empty(), "docs/CLI.md does not say: {missing:?}");
}

/// Tables of fields name no field that there is not.
#[test]
fn tables_of_fields_have_no_others() {
    let dir = folder();
    let net = small_network(dir.path());
    for (name, args) in [
        ("learn", vec!["learn", "--layers", "784-8-10", "--samples", "50"]),
        ("inspect", vec!["inspect", text(&net)]),
    ] {
        let document = json(&args);
        let block = section(|title| title == "JSON");
        let at = block.find(&format!("**{name}")).expect("a table");
        let rows = block[at..].lines().skip(2).take_while(|line| line.starts_with('|'));
        // Fields of learning on are there only where a network learns on.
        let rows = rows.filter(|row| !row.contains("only with `--from`"));
        for cell in rows.filter_map(|row| row.split(" | ").next()) {
            for field in fields(cell) {
                assert!(document.get(&field).is_some(), "{name} has no field {field}");
            }
        }
    }
}

/// The map names files and folders that there are.
#[test]
fn the_map_shows_what_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let map = std::fs::read_to_string(root.join("docs/ARCHITECTURE.md")).expect("the map");
    let lines = map.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    let (mut base, mut seen) = (root.clone(), 0);
    for line in lines.lines() {
        let (first, _) = line.trim_start().split_once("  ").unwrap_or((line, ""));
        if !line.starts_with(' ') {
            base = root.join(first.trim());
            assert!(base.is_dir(), "{first}");
        }
        for name in first.split(", ").filter(|_| line.starts_with(' ')) {
            let below = base.join("net").join(name);
            assert!(base.join(name).exists() || below.exists(), "docs/ARCHITECTURE.md: there is no {name}");
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
