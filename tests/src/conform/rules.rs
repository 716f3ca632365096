//! Every rule, form, feedback, encoder and number of hidden layers learns the digits that ship with the program.

use super::budgets;
use super::step::{Outcome, Step};
use hebbit::data;
use hebbit::kernels::AnyKernels;
use hebbit::run::{Control, Way, Wishes, trial, ways};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Neurons of each hidden layer.
const HIDDEN: u16 = 64;
/// Hidden layers, at most.
const DEPTH: usize = 3;
/// The table of floors.
const FLOORS: &str = "rules";

/// Selection of rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) only: String,
    pub(super) full: bool,
    pub(super) out: Option<PathBuf>,
}

/// A network to learn.
struct Row {
    way: Way,
    hidden: usize,
    wishes: Wishes,
}

impl Row {
    fn name(&self) -> String {
        let Way { rule, form, feedback, encoder } = self.way;
        format!("{rule} {form} {feedback} {encoder}")
    }
}

pub(super) fn step(scope: Scope) -> Step {
    Step::own("rules", move || Outcome::of(run(&scope)))
}

/// All rows. A depth that the rule refuses has none.
fn rows(scope: &Scope, train: &data::Dataset) -> Vec<Row> {
    let mut rows = Vec::new();
    for way in ways() {
        let plain = Wishes::from(way);
        let Ok(usual) = plain.clone().recipe_for(train) else { continue };
        let (hidden, output) =
            (&usual.layers[1..usual.layers.len() - 1], usual.layers[usual.layers.len() - 1]);
        let width = hidden.first().copied().filter(|_| scope.full).unwrap_or(HIDDEN);
        for depth in usize::from(!hidden.is_empty())..=DEPTH {
            let layers = if scope.full && depth == hidden.len() {
                usual.layers.clone()
            } else {
                [vec![usual.layers[0]], vec![width; depth], vec![output]].concat()
            };
            let epochs = (!scope.full).then_some(passes(usual.ticks));
            let wishes = Wishes { layers: Some(layers), epochs, ..plain.clone() };
            if wishes.clone().recipe_for(train).is_ok() {
                rows.push(Row { way, hidden: depth, wishes });
            }
        }
    }
    rows.retain(|row| row.name().contains(&scope.only));
    rows
}

/// Epochs: more for samples of few ticks, as these are fast.
fn passes(ticks: u16) -> u32 {
    match ticks {
        ..=2 => 8,
        3..=8 => 3,
        _ => 1,
    }
}

fn run(scope: &Scope) -> Result<(), String> {
    let set = data::load("mini").map_err(|error| error.to_string())?;
    let rows = rows(scope, &set.train);
    if rows.is_empty() {
        return Err(format!("no rule is called `{}`", scope.only));
    }
    let results = Mutex::new(vec![None; rows.len()]);
    let next = AtomicUsize::new(0);
    let learn = |row: &Row| -> Result<f64, String> {
        let recipe = row.wishes.clone().recipe_for(&set.train).map_err(|error| error.to_string())?;
        let tested = trial(&recipe, &set.train, &set.test, AnyKernels::best(), &mut |_| Control::Continue);
        tested
            .map_err(|error| error.to_string())?
            .map(|t| t.accuracy)
            .ok_or_else(|| "it was stopped".to_owned())
    };
    thread::scope(|threads| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            threads.spawn(|| {
                while let Some((i, row)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, rows.get(i)?)))
                {
                    let result = learn(row);
                    if scope.full {
                        println!("{}, {} hidden: {result:?}", row.name(), row.hidden);
                    }
                    results.lock().unwrap_or_else(std::sync::PoisonError::into_inner)[i] = Some(result);
                }
            });
        }
    });
    let results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut wrong = Vec::new();
    let (mut table, mut last) = (String::from(HEAD), String::new());
    let mut cells = Vec::new();
    for (row, result) in rows.iter().zip(results) {
        let name = row.name();
        if name != last {
            flush(&mut table, &last, &mut cells);
            last.clone_from(&name);
        }
        match result.unwrap_or_else(|| Err("it was not learned".to_owned())) {
            Ok(right) => {
                cells.resize(row.hidden, String::new());
                cells.push(format!("{right:.1}"));
                let what = format!("{name}, {} hidden: {right:.1} %", row.hidden);
                match budgets::floor(FLOORS, &name, row.hidden) {
                    _ if scope.full => {}
                    Ok(floor) if right >= floor as f64 => {}
                    Ok(floor) => wrong.push(format!("{what}, floor {floor} in tests/budgets.toml")),
                    Err(error) => wrong.push(format!("{what}; {error}")),
                }
            }
            Err(error) => wrong.push(format!("{name}, {} hidden: {error}", row.hidden)),
        }
    }
    flush(&mut table, &last, &mut cells);
    print!("{table}");
    if let Some(path) = &scope.out {
        let how = if scope.full { " --full" } else { "" };
        let page = format!("{}\n\n    cargo conform rules{how}\n\n{table}", PAGE.trim_end());
        std::fs::write(path, page).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

const PAGE: &str = include_str!("rules.md");
const HEAD: &str =
    "| rule | form | feedback | encoder | none | 1 | 2 | 3 |\n|---|---|---|---|---|---|---|---|\n";

/// A line of the table.
fn flush(table: &mut String, name: &str, cells: &mut Vec<String>) {
    if cells.is_empty() {
        return;
    }
    cells.resize(DEPTH + 1, String::new());
    let _ = writeln!(table, "| {} | {} |", name.replace(' ', " | "), cells.join(" | "));
    cells.clear();
}
