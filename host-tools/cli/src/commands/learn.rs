//! `hebbit learn`.

use crate::args::LearnArgs;
use crate::error::{Error, Result};
use crate::health::{answers, health, named, test};
use crate::opened::{against, check_classes, check_width, data_name, parse, prepared, read, tell_life};
use crate::report;
use crate::screen::{Screen, command_line};
use crate::stop::STOP;
use crate::stop::watch_for_stop;
use crate::stored::sets_of;
use crate::summary::{Drift, Summary};
use hebbit::data::Dataset;
use hebbit::device::Where;
use hebbit::engine::{CoreEngine, Keep};
use hebbit::error::Error as HostError;
use hebbit::files::{read_whole, writable, write_whole};
use hebbit::kernels::AnyKernels;
use hebbit::record::{DriftCurve, RunRecord};
use hebbit::rtl;
use hebbit::run::{
    self, Continued, Control, Evaluation, Note, OnwardOptions, Progress, Recipe, Trainer, Wishes, build_for,
    compose, evaluate, note_of,
};
use hebbit_core::net::{Engine as _, Scope};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Presents a drifting stream to a learned network: the figures, and the curve for the report.
pub(crate) type Drifting<'a> = dyn Fn(&[u8]) -> Result<Option<(Drift, DriftCurve)>> + 'a;

/// What `learn` and `demo` have in common.
pub(crate) struct Job {
    pub(crate) command: &'static str,
    pub(crate) recipe: Recipe,
    pub(crate) start: Vec<u8>,
    pub(crate) progress: Progress,
    pub(crate) train: Dataset,
    /// None for data that have one part, which is learned.
    pub(crate) test: Option<Dataset>,
    /// A frozen network that answers the same samples.
    pub(crate) against: Option<Vec<u8>>,
    pub(crate) kernels: AnyKernels,
    /// The core, or the simulated RTL.
    pub(crate) on: Where,
    /// Whether it is an error to be no better than chance.
    pub(crate) strict: bool,
    pub(crate) out: Option<PathBuf>,
    pub(crate) report: Option<PathBuf>,
}

pub(crate) fn run(args: &LearnArgs, screen: &Screen) -> Result<()> {
    let stream = if args.from.is_some() { "NETWORK --learn --data SET " } else { "--learn " };
    let kernels = args.engine.kernels(stream)?;
    let job = match (&args.resume, &args.from) {
        (Some(path), _) => resume(args, path, kernels, screen)?,
        (None, Some(path)) => onward(args, path, kernels, screen)?,
        (None, None) => fresh(args, kernels, screen)?,
    };
    job.run(screen)
}

fn fresh(args: &LearnArgs, kernels: AnyKernels, screen: &Screen) -> Result<Job> {
    args.life.refuse("name one with --from")?;
    let wishes = args.wishes.wishes()?;
    let prepared = prepared(&wishes, screen)?;
    let (train, held_out) = prepared.train.split_tail(wishes.validation);
    if train.is_empty() {
        let help = format!("hold out fewer than {} samples", prepared.train.len());
        return Err(Error::usage("nothing is left to learn from", help));
    }
    let test = if wishes.validation > 0 { held_out } else { prepared.test };
    let recipe = wishes.recipe_for(&train)?;
    let recipe = Recipe { train_digest: train.digest(), split: prepared.split, ..recipe };
    recipe.check_pictures(&train)?;
    let start = build_for(&recipe, &train)?;
    let (out, report) = (args.out.clone(), args.report.clone());
    Ok(Job {
        command: "learn",
        recipe,
        start,
        progress: Progress::default(),
        train,
        test: Some(test),
        against: None,
        kernels,
        on: args.engine.on.clone(),
        strict: args.strict,
        out,
        report,
    })
}

/// A new run on a trained network.
fn onward(args: &LearnArgs, path: &Path, kernels: AnyKernels, screen: &Screen) -> Result<Job> {
    let wishes = args.wishes.onward()?;
    let parent = read_whole(path)?;
    let stored = parse(path, &parent)?;
    let note = note_of(path, stored.note)?;
    let name = data_name(&wishes, &note)?;
    let (set, test) = read(&name, &stored, screen)?.learn_and_test();
    check_width(path, &parent, &set)?;
    let (train, held_out) = set.split_tail(wishes.validation);
    let test = if wishes.validation > 0 { Some(held_out) } else { test };
    if train.is_empty() {
        let help = format!("hold out fewer than {} samples", set.len());
        return Err(Error::usage("nothing is left to learn from", help));
    }
    let options = args.life.options(args.in_order);
    let Continued { recipe, bytes } =
        run::onward(&parent, &note, Wishes { data: Some(name), ..wishes }, &options, &train)?;
    check_classes(&recipe, &train)?;
    tell_life(&recipe, &bytes, screen)?;
    let against = match &args.life.against {
        Some(path) => against(path, &train)?,
        None => parent,
    };
    Ok(Job {
        command: "learn",
        recipe,
        start: bytes,
        progress: Progress::default(),
        train,
        test,
        against: Some(against),
        kernels,
        on: args.engine.on.clone(),
        strict: args.strict,
        out: args.out.clone(),
        report: args.report.clone(),
    })
}

fn resume(args: &LearnArgs, path: &Path, kernels: AnyKernels, screen: &Screen) -> Result<Job> {
    if !args.wishes.only_data() {
        let help = "leave out all of them but --data, --out, --report and --kernels, or begin a new run on it with --from";
        return Err(Error::usage("a resumed run takes its options from the checkpoint", help));
    }
    if args.life.options(args.in_order) != OnwardOptions::default() {
        let help = "leave them out, or begin a new run on it with --from";
        return Err(Error::usage("a resumed run takes its options from the checkpoint", help));
    }
    let start = read_whole(path)?;
    let (recipe, progress) = recipe_of(path, &start)?;
    let name = args.wishes.data.clone().unwrap_or_else(|| recipe.data.clone());
    let (set, test) = sets_of(&recipe, read(&name, &parse(path, &start)?, screen)?)?;
    let (train, held_out) = set.split_tail(recipe.validation);
    let test = if recipe.validation > 0 { Some(held_out) } else { test };
    check_width(path, &start, &train)?;
    if train.digest() != recipe.train_digest {
        let (want, data) = (recipe.train_samples, &recipe.data);
        let message = format!(
            "its run learns {want} samples of {data}; those of {name} are others: begin a new run with --from"
        );
        return Err(HostError::Checkpoint { path: path.into(), message }.into());
    }
    let against = args.life.against.as_deref().map(|path| against(path, &train)).transpose()?;
    let out = args.out.clone().or_else(|| Some(path.to_owned()));
    Ok(Job {
        command: "learn",
        recipe,
        start,
        progress,
        train,
        test,
        against,
        kernels,
        on: args.engine.on.clone(),
        strict: args.strict,
        out,
        report: args.report.clone(),
    })
}

/// The recipe and progress in a checkpoint.
fn recipe_of(path: &Path, bytes: &[u8]) -> Result<(Recipe, Progress)> {
    let checkpoint = parse(path, bytes)?;
    let Note { recipe, progress, .. } = note_of(path, checkpoint.note)?;
    let message = "it holds no run to go on with (it was not made by `hebbit learn`)".to_owned();
    Ok((recipe.ok_or(HostError::Checkpoint { path: path.into(), message })?, progress))
}

impl Job {
    /// Fails before the run if its results could not be written.
    fn check_outputs(&self) -> Result<()> {
        for path in self.out.iter().chain(&self.report) {
            writable(path)?;
        }
        if self.out.is_some() && self.out == self.report {
            return Err(Error::usage("network and report would be the same file", "name two files"));
        }
        Ok(())
    }

    /// Learns, tests, writes, prints.
    pub(crate) fn run(self, screen: &Screen) -> Result<()> {
        self.run_and(screen, &|_| Ok(None))
    }

    /// [`Self::run`]; after the test `drift` gets the learned network as a checkpoint, and what it returns is part of the result
    /// and of the report.
    pub(crate) fn run_and(self, screen: &Screen, drift: &Drifting<'_>) -> Result<()> {
        self.check_outputs()?;
        self.recipe.teacher_line().into_iter().for_each(|line| screen.say(&line));
        watch_for_stop();
        let core = CoreEngine::new(&self.start, self.kernels)?;
        if self.on != Where::Rtl {
            return self.run_on(core, screen, drift);
        }
        let engine = rtl::load(&self.start, &|text| screen.say(text))?;
        self.run_on(engine, screen, drift)
    }

    fn run_on<E: Keep>(self, engine: E, screen: &Screen, drift: &Drifting<'_>) -> Result<()>
    where
        Error: From<E::Error>,
    {
        let mut trainer = Trainer::new(engine, self.recipe.clone(), &self.train, self.progress.clone());
        trainer.recall()?;
        if let Some(network) = &self.against {
            trainer.set_against(CoreEngine::new(network, self.kernels)?);
        }
        let (before, took) = (trainer.progress().samples, self.learn(&mut trainer, screen)?);
        let learned = trainer.progress().samples - before;
        let (cycles, simulated) = (trainer.engine().cycles(), trainer.engine().cycles_per_second());
        let bytes = trainer.checkpoint()?;
        self.keep(&bytes)?;
        if self.on != Where::Core {
            self.follow(&bytes, trainer.progress(), screen)?;
        }
        let bytes = self.named(bytes, screen)?;
        self.keep(&bytes)?;
        let tested = match &self.test {
            Some(set) => Some(test(&bytes, set, self.kernels, screen)?),
            None => None,
        };
        let mut engine = CoreEngine::new(&bytes, self.kernels)?;
        let mut summary = Summary::of(self.command, &mut engine, Some(&self.recipe))?;
        if let Some(tested) = &tested {
            summary = summary.tested(tested, self.recipe.validation > 0);
        }
        if self.recipe.onward.is_some() {
            summary.onward(trainer.progress(), &trainer.drift(), engine.plan().lived.repeats);
        }
        summary.train_accuracy = Some(trainer.train_accuracy())
            .filter(|_| self.recipe.supervised() && trainer.progress().seen > 0);
        summary.cycles_per_sample =
            cycles.filter(|_| learned > 0).map(|cycles| cycles as f64 / learned as f64);
        summary.cycles_per_second = simulated;
        summary.on = self.on.to_string();
        summary.samples_per_second = (learned > 0).then(|| learned as f64 / took.as_secs_f64());
        let curve = drift(&bytes)?.map(|(drift, curve)| {
            summary.drift = Some(drift);
            curve
        });
        if let Some(path) = &self.report {
            let mut record = self.record(&bytes, tested.as_ref(), &summary, trainer.progress())?;
            record.drift = curve.or_else(|| self.against.as_ref().map(|_| trainer.drift()));
            report::write(path, &record).map_err(|error| Error::output(path, error))?;
        }
        if let (Some(tested), Some(set)) = (&tested, &self.test) {
            summary.warnings = health(tested, set, Some(&self.recipe));
        }
        summary.warnings.extend(run::still_improving(trainer.progress(), &self.recipe));
        screen.result(&summary, || summary.text())?;
        screen.warn(&summary.warnings);
        for (what, path) in [("network", &self.out), ("report", &self.report)] {
            if let Some(path) = path {
                screen.say(&format!("{what} written to {}", path.display()));
            }
        }
        answers(tested.as_ref(), &summary, self.strict)
    }

    fn learn<E: Keep>(&self, trainer: &mut Trainer<'_, E>, screen: &Screen) -> Result<Duration>
    where
        Error: From<E::Error>,
    {
        let bar = screen.bar("learning", trainer.total());
        let mut took = Duration::ZERO;
        while trainer.progress().samples < trainer.total() {
            let start = Instant::now();
            let control = trainer.epoch(&mut |progress| {
                bar.set_position(progress.samples);
                if self.recipe.supervised()
                    && let Some(point) = progress.curve.last()
                {
                    bar.set_message(format!("{:.1} % right", point.online));
                }
                if STOP.load(Ordering::Relaxed) { Control::Stop } else { Control::Continue }
            });
            let control = control?;
            took += start.elapsed();
            if let Some(held_out) = self.test.as_ref().filter(|_| self.recipe.validation > 0)
                && self.recipe.supervised()
                && control == Control::Continue
            {
                let bytes = trainer.checkpoint()?;
                let held_out = evaluate(&bytes, held_out, self.kernels, &|_| {})?;
                trainer.note_held_out(held_out.accuracy);
            }
            if control == Control::Stop || trainer.progress().samples < trainer.total() {
                self.keep(&trainer.checkpoint()?)?;
            }
            if control == Control::Stop {
                bar.abandon();
                return Err(Error::Interrupted { kept: self.out.clone() });
            }
        }
        bar.finish_and_clear();
        Ok(took)
    }

    /// The learned network; after learning without a teacher its neurons are named first.
    fn named(&self, bytes: Vec<u8>, screen: &Screen) -> Result<Vec<u8>> {
        if self.recipe.supervised() {
            return Ok(bytes);
        }
        let labels = named(&bytes, &self.train, self.kernels, screen)?;
        let mut engine = CoreEngine::new(&bytes, self.kernels)?;
        engine.set_labels(labels)?;
        Ok(engine.checkpoint(engine.note())?)
    }

    /// The core learns the same samples: its digest must be that of the network that another engine has learned.
    fn follow(&self, bytes: &[u8], progress: &Progress, screen: &Screen) -> Result<()> {
        let core = CoreEngine::new(&self.start, self.kernels)?;
        let mut trainer = Trainer::new(core, self.recipe.clone(), &self.train, self.progress.clone());
        trainer.recall()?;
        while trainer.progress().samples < progress.samples {
            trainer.epoch(&mut |_| Control::Continue)?;
        }
        let want = trainer.engine().digest(Scope::Stored)?;
        let got = CoreEngine::new(bytes, self.kernels)?.digest(Scope::Stored)?;
        if want == got {
            screen.say(&format!("{} has learned what the core learns: digest {got}", self.on));
            return Ok(());
        }
        let message =
            format!("{} has digest {got}, the core {want}: see `hebbit verify --on {}`", self.on, self.on);
        Err(HostError::BitMismatch { message }.into())
    }

    fn keep(&self, bytes: &[u8]) -> Result<()> {
        let Some(path) = &self.out else { return Ok(()) };
        write_whole(path, bytes).map_err(|error| Error::output(path, error))
    }

    fn record(
        &self,
        bytes: &[u8],
        tested: Option<&Evaluation>,
        summary: &Summary,
        progress: &Progress,
    ) -> Result<RunRecord> {
        let head = RunRecord {
            command: command_line(),
            digest: summary.digest.clone(),
            facts: summary.facts(),
            curve: if self.recipe.supervised() { progress.curve.clone() } else { Vec::new() },
            confusion: tested.map(Evaluation::shown).unwrap_or_default(),
            ..RunRecord::default()
        };
        Ok(compose(head, bytes, self.test.as_ref().unwrap_or(&self.train), self.kernels)?)
    }
}
