//! `hebbit reproduce`: every rule in one table.

use crate::args::ReproduceArgs;
use crate::error::{Error, Result};
use crate::report::{Figure, figures};
use crate::screen::{Screen, command_line};
use crate::stop::{STOP, watch_for_stop};
use hebbit::files::{writable, write_whole};
use hebbit_lab::reproduce::{self, Control, Document, Scope, Standing, State, jobs, rows};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::available_parallelism;

pub(crate) fn run(args: &ReproduceArgs, screen: &Screen) -> Result<()> {
    if args.only == ["drift"] {
        return drift(args, screen);
    }
    if args.only.iter().any(|name| name == "drift") || args.streams.is_some() || !args.on.is_empty() {
        let help = "write `--only drift`, and the other rows in a command of their own";
        return Err(Error::usage("learning on is measured by itself", help));
    }
    let chosen = rows(&args.only)?;
    let outputs = || args.out.iter().chain(&args.report);
    for path in outputs().chain([&args.state]) {
        writable(path)?;
    }
    if args.out.is_some() && args.out == args.report {
        return Err(Error::usage("table and report would be the same file", "name two files"));
    }
    let mut state = State::open(&args.state)?;
    let seeds = args.seeds.unwrap_or(if args.quick { 1 } else { 3 });
    let scope = Arc::new(Scope::load(&args.data, args.quick, seeds)?);
    let all = jobs(&chosen, &scope);
    let threads = args.threads.map_or_else(|| available_parallelism().map_or(1, usize::from), usize::from);
    watch_for_stop();
    let bar = screen.work("learning");
    let mut look = |now: &Standing| {
        bar.set_position((now.part * 1e6) as u64);
        bar.set_message(format!("{} of {} jobs, now {}", now.done, now.jobs, now.now.join("; ")));
        if STOP.load(Ordering::Relaxed) { Control::Stop } else { Control::Continue }
    };
    let whole = reproduce::run(&all, &scope, &mut state, (args.kernels.kernels(), threads), &mut look)?;
    bar.finish_and_clear();
    let document = Document::new(command_line(), &all, &scope, &state, threads)?;
    if !whole {
        let done: usize = document.rows.iter().map(|row| row.jobs.0).sum();
        let done = format!("{done} of {} jobs are done", all.len());
        return Err(Error::Stopped { done, path: args.state.clone() });
    }
    let write = |path: &Path, text: String| {
        write_whole(path, text.as_bytes()).map_err(|error| Error::output(path, error))
    };
    if let Some(path) = &args.out {
        write(path, document.markdown())?;
    }
    if let Some(path) = &args.report {
        write(path, page(&document))?;
    }
    screen.result(&document, || document.text())?;
    for (what, path) in [("table", &args.out), ("report", &args.report)] {
        if let Some(path) = path {
            screen.say(&format!("{what} written to {}", path.display()));
        }
    }
    Ok(())
}

/// Learning on after deployment.
fn drift(args: &ReproduceArgs, screen: &Screen) -> Result<()> {
    args.out.as_deref().map_or(Ok(()), writable)?;
    if args.seeds.is_some() || args.threads.is_some() || (args.quick && args.streams.is_some()) {
        let message = "--only drift takes --quick or --streams, --on, --out and --kernels";
        return Err(Error::usage(message, "leave out --seeds and --threads"));
    }
    if args.report.is_some() {
        return Err(Error::usage("this table has no report", "write it with --out FILE.md"));
    }
    let bar = screen.work("learning on");
    let look = &mut |name: &str| bar.set_message(name.to_owned());
    let options = reproduce::drift::Options {
        streams: args.streams.clone(),
        quick: args.quick,
        kernels: args.kernels.kernels(),
        on: args.on.clone(),
    };
    let learned = reproduce::drift::drift(&options, look);
    bar.finish_and_clear();
    let learned = learned?;
    if let Some(path) = &args.out {
        let head =
            format!("# Learning on after deployment\n\n{DRIFT_HEAD}\n\nCommand: `{}`\n\n", command_line());
        let text = head + &learned.markdown();
        write_whole(path, text.as_bytes()).map_err(|error| Error::output(path, error))?;
    }
    screen.result(&learned.json(), || learned.text())?;
    if let Some(path) = &args.out {
        screen.say(&format!("table written to {}", path.display()));
    }
    Ok(())
}

/// What the page of learning on says before its tables.
const DRIFT_HEAD: &str = include_str!("drift.md");

/// The table as HTML, a figure for every kind of curve.
fn page(document: &Document) -> String {
    let mut all: Vec<Figure> = Vec::new();
    for row in &document.rows {
        for curve in &row.curves {
            let (name, unit) = curve.name.rsplit_once(", ").unwrap_or((&curve.name, ""));
            let line = (name.to_owned(), curve.points.clone());
            // Lines of one row and unit share a figure.
            match all.iter_mut().find(|figure| figure.title == row.name && figure.y == unit) {
                Some(figure) => figure.lines.push(line),
                None => all.push(Figure {
                    title: row.name.to_owned(),
                    x: curve.over.clone(),
                    y: unit.to_owned(),
                    lines: vec![line],
                    scattered: false,
                }),
            }
        }
    }
    figures("Learning rules", &document.command, &document.text(), &all)
}
