//! `hebbit tune`.

use crate::args::TuneArgs;
use crate::error::{Error, Result};
use crate::opened::prepared;
use crate::report::{Figure, figures};
use crate::screen::{Screen, command_line};
use crate::stop::{STOP, watch_for_stop};
use hebbit::files::{writable, write_whole};
use hebbit::run::{Control, Recipe, RecipeFile, Wishes};
use hebbit::tune::{Budget, Draw, Found, Mattered, Record, Space, Standing, Task, Trial, search};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::thread::available_parallelism;

/// Values that are printed, and pictures that are drawn, at most.
const SHOWN: usize = 12;

/// The result as JSON.
#[derive(Serialize)]
struct Tuned {
    command: &'static str,
    data: String,
    rule: String,
    form: String,
    layers: String,
    held_out: usize,
    /// Trials by the number of samples that they learned.
    trials: Vec<Step>,
    refused: usize,
    best: Trial,
    /// What the rule's defaults reached with the most samples that they were given.
    defaults: Option<Trial>,
    mattered: Vec<Mattered>,
    /// The command that learns with the best values.
    learn: String,
    recipe: PathBuf,
    state: PathBuf,
}

/// How many trials learned so many samples.
#[derive(Serialize)]
struct Step {
    samples: u64,
    trials: usize,
}

pub(crate) fn run(args: &TuneArgs, screen: &Screen) -> Result<()> {
    for path in [&args.state, &args.out].into_iter().chain(&args.report) {
        writable(path)?;
    }
    if args.state == args.out
        || args.report.as_ref().is_some_and(|path| [&args.state, &args.out].contains(&path))
    {
        return Err(Error::usage("state, recipe and report would be the same file", "name different files"));
    }
    let wishes = args.wishes.wishes()?;
    let prepared = prepared(&wishes, screen)?;
    let held = if wishes.validation > 0 { wishes.validation } else { (prepared.train.len() / 6).max(1) };
    let (train, held_out) = prepared.train.split_tail(held);
    if train.is_empty() {
        let help = format!("hold out fewer than {} samples", prepared.train.len());
        return Err(Error::usage("nothing is left to learn from", help));
    }
    let wishes = Wishes { validation: held, ..wishes };
    let space = Space::new(wishes.clone(), (train.len(), train.width(), train.classes()))?;
    let plain = space.recipe(&Draw::new(), None)?;
    plain.check_pictures(&train)?;
    let names: Vec<&str> = space.names().collect();
    if names.is_empty() {
        return Err(Error::usage("nothing is left to search", "give fewer of --set, --rate and --ticks"));
    }
    let threads = args.threads.map_or_else(|| available_parallelism().map_or(1, usize::from), usize::from);
    let key = format!("{wishes:?} {} {} {}", train.digest(), held_out.digest(), args.without_defaults);
    let key = Sha256::digest(key).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let mut record = Record::open(&args.state, key)?;
    screen.say(&format!(
        "searching {} of {} {}, {}: learns up to {} of {} samples, {held} others are held out, {threads} at a time{}",
        names.join(", "),
        plain.rule,
        plain.form,
        plain.layer_list(),
        plain.total(train.len()),
        train.len(),
        match record.trials().len() {
            0 => String::new(),
            n => format!("; goes on behind {n} finished trials"),
        }
    ));
    watch_for_stop();
    let bar = screen.work("tuning");
    let mut look = |now: &Standing<'_>| {
        bar.set_position((now.part * 1e6) as u64);
        let best = now.best.and_then(|best| Some((best.accuracy?, best.samples)));
        let best = best
            .map_or(String::new(), |(right, samples)| format!(", best {right:.1} % after {samples} samples"));
        bar.set_message(format!("{} trials{best}", now.begun));
        if STOP.load(Ordering::Relaxed) { Control::Stop } else { Control::Continue }
    };
    let task = Task {
        space: &space,
        train: &train,
        held_out: &held_out,
        kernels: args.kernels.kernels(),
        defaults: !args.without_defaults,
    };
    let budget = Budget { time: args.minutes, trials: args.trials, jobs: threads };
    let stopped = search(&task, budget, &mut record, &mut look)?;
    bar.finish_and_clear();
    let found = Found::of(record.trials(), &space);
    let Some(best) = found.best.clone() else {
        let message = match found.refused {
            0 => "no trial was finished in this time".to_owned(),
            n => format!("none of {n} trials had values that go together"),
        };
        return Err(Error::usage(message, "give more --minutes, fewer --samples, or other --set"));
    };
    let recipe = space.recipe(&best.values, None)?;
    let text = RecipeFile::of(&recipe, wishes.decay).to_text();
    write_whole(&args.out, text.as_bytes()).map_err(|error| Error::output(&args.out, error))?;
    let tuned = Tuned {
        command: "tune",
        data: plain.data.clone(),
        rule: plain.rule.clone(),
        form: plain.form.clone(),
        layers: plain.layer_list(),
        held_out: held,
        trials: found.steps.iter().map(|(&samples, &trials)| Step { samples, trials }).collect(),
        refused: found.refused,
        defaults: defaults(record.trials()),
        mattered: found.mattered.clone(),
        learn: learn_command(&space.wishes(&best.values)?, &space, &recipe)?,
        recipe: args.out.clone(),
        state: args.state.clone(),
        best,
    };
    if let Some(path) = &args.report {
        let page = page(&tuned, record.trials(), &space);
        write_whole(path, page.as_bytes()).map_err(|error| Error::output(path, error))?;
    }
    screen.result(&tuned, || tuned.text())?;
    screen.say(&format!("recipe written to {}: hebbit learn --recipe {0}", args.out.display()));
    if let Some(path) = &args.report {
        screen.say(&format!("report written to {}", path.display()));
    }
    if stopped {
        let done = format!("{} trials are done", record.trials().len());
        return Err(Error::Stopped { done, path: args.state.clone() });
    }
    Ok(())
}

/// What the defaults reached with the most samples that they were given.
fn defaults(trials: &[Trial]) -> Option<Trial> {
    let plain = trials.iter().filter(|trial| trial.values.is_empty() && trial.accuracy.is_some());
    plain.max_by_key(|trial| trial.samples).cloned()
}

/// The command that learns by a recipe: what differs from the defaults.
fn learn_command(wishes: &Wishes, space: &Space, recipe: &Recipe) -> Result<String> {
    let given = space.wishes(&Draw::new())?;
    let plain = Wishes { ticks: wishes.ticks, ..Wishes::default() };
    let base = Wishes {
        rule: wishes.rule.clone(),
        form: wishes.form.clone(),
        layers: Some(recipe.layers.clone()),
        encoder: wishes.encoder,
        weights: wishes.weights,
        ..plain
    };
    let classes = recipe.layers.last().map_or(1, |&n| usize::from(n));
    let base = base.recipe(recipe.train_samples, usize::from(recipe.layers[0]), classes)?;
    let mut words = vec![format!("hebbit learn --data {}", quoted(&recipe.data))];
    let mut option = |name: &str, value: Option<String>| {
        words.extend(value.map(|value| format!("--{name} {value}")));
    };
    option("rule", given.rule.clone());
    option("form", given.form.clone());
    option("layers", given.layers.as_ref().map(|_| recipe.layer_list()));
    option("feedback", given.feedback.map(|value| value.to_string()));
    option("weights", given.weights.map(|value| value.to_string()));
    option("encoder", given.encoder.map(|value| value.to_string()));
    option("readout", given.readout.map(|value| value.to_string()));
    option("ticks", wishes.ticks.map(|ticks| ticks.to_string()));
    option("epochs", given.epochs.map(|epochs| epochs.to_string()));
    option("samples", given.samples.map(|samples| samples.to_string()));
    let rate = || recipe.rate.iter().map(i32::to_string).collect::<Vec<_>>().join(",");
    option("rate", (recipe.rate != base.rate).then(rate));
    option("decay", given.decay.map(|decay| decay.to_string()));
    option("teacher", given.teacher.map(|value| value.to_string()));
    option("guess", given.guess.map(|guess| guess.to_string()));
    option("augment", given.augment.map(|value| value.to_string()));
    option("seed", given.seed.map(|seed| seed.to_string()));
    option("scale", given.scaling.method.map(|value| value.to_string()));
    option("scale-per", given.scaling.per.map(|value| value.to_string()));
    option("lines", given.scaling.lines.map(|value| value.to_string()));
    option("test-share", given.test_share.map(|share| (f64::from(share) / 10.0).to_string()));
    if given.split_in_order {
        words.push("--split-in-order".to_owned());
    }
    for (name, value) in &recipe.settings {
        if base.settings.get(name) != Some(value) {
            words.push(format!("--set {name}={value}"));
        }
    }
    Ok(words.join(" "))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:=%@".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

impl Tuned {
    fn text(&self) -> String {
        let steps: Vec<String> =
            self.trials.iter().map(|step| format!("{} with {} samples", step.trials, step.samples)).collect();
        let mut lines = vec![
            format!("tuned {} {}, {}, on {}", self.rule, self.form, self.layers, self.data),
            format!("trials     {}", steps.join(", ")),
        ];
        if self.refused > 0 {
            lines.push(format!("refused    {} trials whose values do not go together", self.refused));
        }
        let accuracy = self.best.accuracy.unwrap_or(0.0);
        lines.push(format!(
            "best       {accuracy:.2} % of {} held-out samples right, after {} samples; the best of many is lucky too",
            self.held_out, self.best.samples
        ));
        if let Some(Trial { accuracy: Some(accuracy), samples, .. }) = self.defaults {
            lines.push(format!("defaults   {accuracy:.2} % after {samples} samples"));
        }
        let mattered = self.mattered.iter().filter(|value| value.share >= 0.01).take(SHOWN);
        let mattered: Vec<String> =
            mattered.map(|value| format!("{} {:.0} %", value.name, 100.0 * value.share)).collect();
        if !mattered.is_empty() {
            lines.push(format!("mattered   {}", mattered.join(", ")));
        }
        lines.push(format!("learn      {}", self.learn));
        lines.join("\n")
    }
}

/// The search as a page: the best over time, then accuracy over each value.
fn page(tuned: &Tuned, trials: &[Trial], space: &Space) -> String {
    let mut best: BTreeMap<u64, Vec<(f64, f64)>> = BTreeMap::new();
    for trial in trials {
        let Some(accuracy) = trial.accuracy else { continue };
        let line = best.entry(trial.samples).or_default();
        if line.last().is_none_or(|last| accuracy > last.1) {
            line.push((trial.after / 60.0, accuracy));
        }
    }
    let named = |samples: &u64| format!("{samples} samples");
    let mut all = vec![Figure {
        title: "The best so far".to_owned(),
        x: "minutes".to_owned(),
        y: "percent right".to_owned(),
        lines: best.iter().map(|(samples, line)| (named(samples), line.clone())).collect(),
        ..Figure::default()
    }];
    for Mattered { name, share } in tuned.mattered.iter().take(SHOWN) {
        let points = |samples: &u64| {
            let of = trials.iter().filter(|trial| trial.samples == *samples);
            of.filter_map(|t| Some((space.place(name, *t.values.get(name)?), t.accuracy?))).collect()
        };
        all.push(Figure {
            title: format!("{name}: {:.0} % of the variance", 100.0 * share),
            x: space.axis(name),
            y: "percent right".to_owned(),
            lines: tuned.trials.iter().map(|step| (named(&step.samples), points(&step.samples))).collect(),
            scattered: true,
        });
    }
    figures("Tuning", &command_line(), &tuned.text(), &all)
}
