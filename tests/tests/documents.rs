//! Engines compute the worked examples of the documents.

use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit_core::link::{MAX_FRAME, Request, pack, seal};
use hebbit_core::net::{Engine, Scope, Target};
use hebbit_tests::oracle::plan::{
    Along, Answering, Code, Feedback, From, Kind, Layer, Learning, Life, Lived, Matrix, Plan, Projection,
    Rule, Stored, Teacher, Window,
};
use hebbit_tests::oracle::rules::Burst;
use hebbit_tests::oracle::schema::{Scale, Schema};
use hebbit_tests::oracle::{Oracle, bytes};
use std::fs;
use std::path::Path;

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)).expect("a document")
}

/// The text from `start` on, up to `end`.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start:?}"));
    let rest = &text[from + start.len()..];
    &rest[..rest.find(end).unwrap_or(rest.len())]
}

/// A word in back quotes after `label`.
fn quoted<'a>(text: &'a str, label: &str) -> &'a str {
    between(&text[text.find(label).unwrap_or_else(|| panic!("no {label:?}"))..], "`", "`")
}

fn lif(neurons: usize) -> Layer {
    let kind =
        Kind::Lif { threshold: 4096, reset: 0, floor: -8192, leak: 0, refractory: 0, hard_reset: false };
    Layer::new(neurons, kind)
}

fn input(neurons: usize) -> Layer {
    let kind = Kind::Input { code: Code::Graded, minimum: 0, norm: 0 };
    Layer::new(neurons, kind)
}

fn projection(pre: usize, fraction: i128, bound: i128, rate: i128) -> Projection {
    let (post, low, high) = (pre + 1, -bound, bound);
    let (bias, plastic, forget_shift, zero, summed) = (true, true, 0, 0, false);
    Projection {
        pre,
        post,
        fraction,
        low,
        high,
        bias,
        plastic,
        rate,
        forget_shift,
        zero,
        summed,
        one_to_one: false,
        delay: false,
    }
}

fn plan(seed: u64, format: i128, halve_every: i128) -> Plan {
    Plan {
        seed,
        format,
        answering: Answering::Count,
        halve_every,
        samples: 0,
        steps: 0,
        presented: 0,
        mean: 0,
        rule: Rule::Burst(Burst::count(3, 4, 0)),
        others: Vec::new(),
        windows: vec![Window::first(4, Teacher::Error, Learning::End)],
        layers: Vec::new(),
        projections: Vec::new(),
        feedbacks: Vec::new(),
        life: Life::default(),
        lived: Lived::default(),
    }
}

fn stored(plan: Plan, weights: Vec<Matrix>) -> Stored {
    let zeros = |l: &Layer| l.columns().iter().map(|_| vec![0; l.neurons]).collect();
    let kept = plan.layers[1..].iter().map(zeros).collect();
    let own = plan.feedbacks.iter().map(|_| Vec::new()).collect();
    Stored { plan, labels: Vec::new(), kept, weights, own, note: Vec::new(), schema: None }
}

/// NUMBERS 7.10.
fn worked_sample() -> Stored {
    let plan = Plan {
        layers: vec![input(2), lif(2), lif(2)],
        projections: vec![projection(0, 8, 8191, -3), projection(1, 8, 8191, 2)],
        feedbacks: vec![Feedback::fixed(1, From::Layer(2), Along::Sign, 1)],
        ..plan(1, 16, 0)
    };
    let first = vec![vec![100, 60], vec![-30, 80], vec![10, -20]];
    let second = vec![vec![200, -150], vec![-40, 90], vec![0, 5]];
    stored(plan, vec![first, second])
}

/// FORMAT section 7, before it learns.
fn worked_checkpoint() -> Stored {
    let plan = Plan {
        layers: vec![input(2), lif(3)],
        projections: vec![projection(0, 5, 127, 2)],
        ..plan(0x0123_4567_89ab_cdef, 8, 1000)
    };
    stored(plan, vec![vec![vec![10, -20, 30], vec![40, -50, 60], vec![7, 8, -9]]])
}

const SCOPES: [Scope; 3] = [Scope::State, Scope::Weights, Scope::Stored];

fn digests<E: Engine>(engine: &mut E) -> [String; 3] {
    SCOPES.map(|scope| engine.digest(scope).expect("a host does not fail").to_string())
}

#[test]
fn numbers_worked_sample() {
    let text = document("NUMBERS.md");
    let section = between(&text, "The worked sample (7.10) after learning", "### 8.3");
    let dump: String =
        section.lines().filter(|line| line.starts_with("    ")).fold(String::new(), |all, line| {
            // Words are four hexadecimal digits; remarks contain no such word.
            let words =
                line.split_whitespace().take_while(|w| w.len() == 4 && u16::from_str_radix(w, 16).is_ok());
            words.fold(all, |all, w| all + w + " ")
        });
    let want = [
        quoted(section, "digest").to_owned(),
        quoted(between(&text, "### 8.3", "### 8.4"), "Worked sample").to_owned(),
        quoted(between(&text, "### 8.4", "\u{0}"), "Worked sample").to_owned(),
    ];
    let checkpoint = bytes::write(&worked_sample());
    let mut oracle = Oracle::new(&checkpoint).expect("a valid checkpoint");
    let outcome = oracle.learn(&[200, 100], Target::Class(1)).expect("two lines");
    assert_eq!((outcome.class, outcome.ticks, outcome.spikes), (Some(0), 4, 1), "oracle");
    let mut words = String::new();
    oracle.network.walk(&mut |_, word| words += &format!("{word:04x} "));
    assert_eq!(words, dump, "oracle");
    assert_eq!(oracle.network.weights[0], [[63, 60], [-49, 80], [-38, -20]]);
    assert_eq!(oracle.network.weights[1], [[200, -138], [-40, 90], [0, 53]]);
    assert_eq!(digests(&mut oracle), want, "oracle");
    let mut core = CoreEngine::new(&checkpoint, AnyKernels::Scalar).expect("a valid checkpoint");
    let outcome = core.learn(&[200, 100], Target::Class(1)).expect("two lines");
    assert_eq!((outcome.class, outcome.ticks, outcome.spikes), (Some(0), 4, 1), "core");
    words.clear();
    core.with_parts(|parts| parts.walk(&mut |_, word| words += &format!("{word:04x} ")));
    assert_eq!(words, dump, "core");
    assert_eq!(digests(&mut core), want, "core");
}

#[test]
fn format_worked_checkpoint() {
    let text = document("FORMAT.md");
    let section = between(&text, "## 7. A worked checkpoint", "\n## ");
    let named = between(section, "Digests of the network", "bytes:");
    let want = [quoted(named, "State"), quoted(named, "Weights"), quoted(named, "Stored")].map(str::to_owned);
    let mut dump = Vec::new();
    for line in section.lines().filter(|line| line.starts_with("    0")) {
        let mut words = line.split_whitespace();
        let offset = words.next().map(|w| usize::from_str_radix(w, 16).expect("an offset"));
        assert_eq!(offset, Some(dump.len()));
        dump.extend(words.map(|w| u8::from_str_radix(w, 16).expect("a byte")));
    }
    let checkpoint = bytes::write(&worked_checkpoint());
    let mut oracle = Oracle::new(&checkpoint).expect("a valid checkpoint");
    let outcome = oracle.learn(&[200, 100], Target::Class(1)).expect("two lines");
    assert_eq!((outcome.neuron, outcome.ticks, outcome.spikes), (2, 4, 7), "oracle");
    (oracle.network.labels, oracle.network.note) = (vec![0, 1, 255], b"{}".to_vec());
    let saved = bytes::write(&oracle.network.stored());
    let lines = saved.chunks(16).enumerate().map(|(at, row)| {
        row.iter().fold(format!("    {:04x} ", at * 16), |line, byte| line + &format!(" {byte:02x}"))
    });
    let shown = lines.collect::<Vec<_>>().join("\n");
    assert!(saved == dump, "FORMAT section 7 should show\n{shown}\n{:?}", digests(&mut oracle));
    assert_eq!(digests(&mut oracle), want, "oracle");
    let mut core = CoreEngine::new(&checkpoint, AnyKernels::Scalar).expect("a valid checkpoint");
    let outcome = core.learn(&[200, 100], Target::Class(1)).expect("two lines");
    assert_eq!((outcome.neuron, outcome.ticks, outcome.spikes), (2, 4, 7), "core");
    assert_eq!(digests(&mut core), want, "core");
    core.set_labels(vec![0, 1, 255]).expect("three neurons");
    assert_eq!(core.checkpoint(b"{}").expect("a loaded network"), dump, "core");
}

/// FORMAT 9: the worked schema, and the header of the network of section 7 with it.
#[test]
fn format_worked_schema() {
    let text = document("FORMAT.md");
    let section = between(&text, "## 9. Schema", "\u{0}");
    let bytes = |part: &str| -> Vec<u8> {
        let rows = part.lines().filter(|line| line.starts_with("    0"));
        let words = rows.flat_map(|line| line.split_whitespace().skip(1));
        words.map(|w| u8::from_str_radix(w, 16).expect("a byte")).collect()
    };
    let (schema, header) = section.split_once("The network of section 7").expect("both dumps");
    let (schema, header) = (bytes(schema), bytes(header));
    let first = Scale { offset: -40, multiplier: 17, shift: 4, fraction: 0 };
    let second = Scale { offset: 2048, multiplier: 25, shift: 8, fraction: 2 };
    let parsed = Schema {
        on_off: false,
        shape: vec![2],
        scales: vec![first, second],
        names: vec!["rest".into(), "move".into()],
    };
    assert_eq!(Schema::read(&schema).as_ref(), Some(&parsed));
    assert_eq!(parsed.write(), schema);
    let mut stored = worked_checkpoint();
    let mut core = CoreEngine::new(&bytes::write(&stored), AnyKernels::Scalar).expect("a valid checkpoint");
    stored.schema = Some(parsed);
    let mut oracle = Oracle::new(&bytes::write(&stored)).expect("a valid checkpoint");
    core.set_schema(&schema).expect("it fits");
    core.learn(&[200, 100], Target::Class(1)).expect("two lines");
    oracle.learn(&[200, 100], Target::Class(1)).expect("two lines");
    assert_eq!(digests(&mut core), digests(&mut oracle));
    core.set_labels(vec![0, 1, 255]).expect("three neurons");
    (oracle.network.labels, oracle.network.note) = (vec![0, 1, 255], b"{}".to_vec());
    let saved = bytes::write(&oracle.network.stored());
    assert_eq!((saved.len(), &saved[..48]), (440, &header[..]), "FORMAT section 9");
    assert_eq!(core.checkpoint(b"{}").expect("a loaded network"), saved, "core");
    assert_eq!(core.schema(), schema, "core");
    core.set_schema(&[]).expect("it needs none");
    assert_eq!(core.checkpoint(b"{}").expect("a loaded network")[8], 2);
}

/// FORMAT 2.5: the worked checkpoint with a life. The page shows the lines that differ from those of section 7.
#[test]
fn format_worked_life() {
    let text = document("FORMAT.md");
    let section = between(&text, "### 2.5 Learning on", "\n### ");
    let rows: String = section
        .lines()
        .filter(|line| line.starts_with("    0"))
        .fold(String::new(), |all, line| all + line + "\n");
    let life = Life {
        remember: 2,
        again: 1,
        again_unlabelled: 0,
        gain: 0,
        fast: 6,
        offset: -1,
        most: 4,
        wrong_only: false,
    };
    let mut stored = worked_checkpoint();
    stored.plan.life = life;
    let checkpoint = bytes::write(&stored);
    let mut oracle = Oracle::new(&checkpoint).expect("a valid checkpoint");
    let mut core = CoreEngine::new(&checkpoint, AnyKernels::Scalar).expect("a valid checkpoint");
    for outcome in [
        oracle.learn(&[200, 100], Target::Class(1)).expect("two lines"),
        core.learn(&[200, 100], Target::Class(1)).expect("two lines"),
    ] {
        assert_eq!((outcome.neuron, outcome.ticks, outcome.spikes), (2, 4, 7));
    }
    (oracle.network.labels, oracle.network.note) = (vec![0, 1, 255], b"{}".to_vec());
    let saved = bytes::write(&oracle.network.stored());
    let want = digests(&mut oracle);
    assert_eq!(digests(&mut core), want, "core");
    core.set_labels(vec![0, 1, 255]).expect("three neurons");
    assert_eq!(core.checkpoint(b"{}").expect("a loaded network"), saved, "core");
    let mut other = Oracle::new(&bytes::write(&worked_checkpoint())).expect("a valid checkpoint");
    other.learn(&[200, 100], Target::Class(1)).expect("two lines");
    (other.network.labels, other.network.note) = (vec![0, 1, 255], b"{}".to_vec());
    let other = bytes::write(&other.network.stored());
    let mut shown = String::new();
    for (at, row) in saved.chunks(16).enumerate().filter(|&(at, row)| other.chunks(16).nth(at) != Some(row)) {
        shown += &format!("    {:04x} ", at * 16);
        row.iter().for_each(|byte| shown += &format!(" {byte:02x}"));
        shown += "\n";
    }
    assert!(rows == shown, "FORMAT 2.5 should show\n{shown}{want:?} {:?}", oracle.network.plan.lived);
    assert_eq!(quoted(section, "Weights"), want[1]);
    assert_eq!(quoted(section, "Stored"), want[2]);
}

#[test]
fn link_worked_frame() {
    let text = document("LINK.md");
    let section = between(&text, "### Worked", "\n## ");
    let rows = section.lines().filter(|line| line.starts_with("    0"));
    let dump: Vec<u8> = rows
        .flat_map(|row| row.split_whitespace().skip(1))
        .map(|byte| u8::from_str_radix(byte, 16).expect("a byte"))
        .collect();
    let mut bytes = [0; 64];
    let mut len = pack(Target::Class(7), &[0, 0, 200, 100], &mut bytes).expect("it fits");
    len += pack(Target::Unknown, &[255, 0, 255, 0], &mut bytes[len..]).expect("it fits");
    let request = Request::Samples { first: 300, learn: true, count: 2, bytes: &bytes[..len] };
    let mut frame = [0; MAX_FRAME];
    let len = seal(261, &request, &mut frame).expect("it fits");
    assert_eq!(frame[..len], dump);
    assert_eq!(quoted(section, "| 1a"), "00", "the table ends where the frame does");
    assert_eq!(dump.len(), 0x1b);
}

/// The tables name every message, by its tag.
#[test]
fn link_tables() {
    let text = document("LINK.md");
    let names = |start: &str, end: &str| -> Vec<String> {
        let rows =
            between(&text, start, end).lines().filter(|line| line.starts_with("| ") && line.contains('`'));
        let mut names = Vec::new();
        for row in rows {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            if cells[1].parse() == Ok(names.len()) {
                names.push(cells[2].trim_matches('`').to_owned());
            }
        }
        names
    };
    let variants = |file: &str, name: &str| -> Vec<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core-nostd/src/link").join(file);
        let source = fs::read_to_string(path).expect("a source");
        let body = between(&source, name, "\n}\n").to_owned();
        let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
        let named = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
        named.map(|line| line.split([' ', ',', '(', '{']).next().unwrap_or(line).to_owned()).collect()
    };
    assert_eq!(names("## 3. Requests", "## 4."), variants("message.rs", "pub enum Request<'a>"));
    assert_eq!(names("## 4. Answers", "| tag | refusal"), variants("message.rs", "pub enum Reply<'a>"));
    assert_eq!(names("| tag | refusal", "## 5."), variants("message.rs", "pub enum Refusal"));
}
