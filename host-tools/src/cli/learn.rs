//! `hebbit learn`.

use super::args::LearnArgs;
use super::screen::{Screen, command_line};
use super::summary::{self, Summary};
use crate::data::{self, Dataset};
use crate::device::Where;
use crate::engine::{CoreEngine, CoreError, Keep};
use crate::error::{Error, Result, exit};
use crate::files::{read_whole, writable, write_whole};
use crate::kernels::AnyKernels;
use crate::record::RunRecord;
use crate::report;
use crate::rtl;
use crate::run::{
    Augment, Control, Evaluation, Note, Progress, Recipe, Trainer, assign_labels, build, compose, evaluate,
    note_of,
};
use hebbit_core::checkpoint::Checkpoint;
use hebbit_core::net::{Engine as _, Scope};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Set by Ctrl-C.
pub(super) static STOP: AtomicBool = AtomicBool::new(false);

/// What `learn` and `demo` have in common.
pub(super) struct Job {
    pub(super) command: &'static str,
    pub(super) recipe: Recipe,
    pub(super) start: Vec<u8>,
    pub(super) progress: Progress,
    pub(super) train: Dataset,
    pub(super) test: Dataset,
    pub(super) kernels: AnyKernels,
    /// The core, or the simulated RTL.
    pub(super) on: Where,
    pub(super) out: Option<PathBuf>,
    pub(super) report: Option<PathBuf>,
}

pub(super) fn run(args: &LearnArgs, screen: &Screen) -> Result<()> {
    let kernels = args.engine.kernels("--learn ")?;
    let job = match &args.resume {
        Some(path) => resume(args, path, kernels)?,
        None => fresh(args, kernels, screen)?,
    };
    job.run(screen)
}

fn fresh(args: &LearnArgs, kernels: AnyKernels, screen: &Screen) -> Result<Job> {
    let wishes = args.wishes.wishes()?;
    let loaded = data::read(wishes.data.as_deref().unwrap_or("mini"))?;
    let remark = loaded.split_remark();
    let split = loaded.split()?;
    remark.iter().for_each(|remark| screen.say(remark));
    let (train, held_out) = split.train.split_tail(wishes.validation);
    if train.is_empty() {
        let help = format!("hold out fewer than {} samples", split.train.len());
        return Err(Error::usage("nothing is left to learn from", help));
    }
    let test = if wishes.validation > 0 { held_out } else { split.test };
    if wishes.augment == Some(Augment::Shift1)
        && !train.shape.is_some_and(|(rows, columns)| rows > 1 && columns > 1)
    {
        let help = "leave out --augment, or give pictures as IDX";
        return Err(Error::usage(
            "only pictures can be shifted, and these samples are not known to be some",
            help,
        ));
    }
    let recipe = Recipe { train_digest: train.digest(), ..wishes.recipe_for(&train)? };
    let start = build(&recipe)?;
    let (out, report) = (args.out.clone(), args.report.clone());
    Ok(Job {
        command: "learn",
        recipe,
        start,
        progress: Progress::default(),
        train,
        test,
        kernels,
        on: args.engine.on.clone(),
        out,
        report,
    })
}

fn resume(args: &LearnArgs, path: &Path, kernels: AnyKernels) -> Result<Job> {
    if !args.wishes.only_data() {
        let help = "leave out all of them but --data, --out, --report and --kernels, or start a new run";
        return Err(Error::usage("a resumed run takes its options from the checkpoint", help));
    }
    let start = read_whole(path)?;
    let (recipe, progress) = recipe_of(path, &start)?;
    let name = args.wishes.data.clone().unwrap_or_else(|| recipe.data.clone());
    let split = data::load(&name)?;
    let (train, held_out) = split.train.split_tail(recipe.validation);
    let test = if recipe.validation > 0 { held_out } else { split.test };
    check_width(path, &start, &train)?;
    if train.digest() != recipe.train_digest {
        let (want, data) = (recipe.train_samples, &recipe.data);
        let message = format!("its run learns {want} samples of {data}; those of {name} are others");
        return Err(Error::Checkpoint { path: path.into(), message });
    }
    let out = args.out.clone().or_else(|| Some(path.to_owned()));
    Ok(Job {
        command: "learn",
        recipe,
        start,
        progress,
        train,
        test,
        kernels,
        on: args.engine.on.clone(),
        out,
        report: args.report.clone(),
    })
}

/// The recipe and progress in a checkpoint.
fn recipe_of(path: &Path, bytes: &[u8]) -> Result<(Recipe, Progress)> {
    let checkpoint = parse(path, bytes)?;
    let Note { recipe, progress, .. } = note_of(path, checkpoint.note)?;
    let message = "it holds no run to go on with (it was not made by `hebbit learn`)".to_owned();
    Ok((recipe.ok_or(Error::Checkpoint { path: path.into(), message })?, progress))
}

/// The first Ctrl-C ends a run behind a sample; a second one does not wait.
pub(super) fn watch_for_stop() {
    // A handler that is there already (two jobs in one process) is as good.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(exit::PARTIAL));
        }
    });
}

/// Looks at the bytes of a checkpoint file.
pub(super) fn parse<'a>(path: &Path, bytes: &'a [u8]) -> Result<Checkpoint<'a>> {
    Checkpoint::parse(bytes)
        .map_err(|error| Error::Checkpoint { path: path.into(), message: error.to_string() })
}

/// Loads a checkpoint file.
pub(super) fn open(path: &Path, bytes: &[u8], kernels: AnyKernels) -> Result<CoreEngine> {
    CoreEngine::new(bytes, kernels)
        .map_err(|error| Error::Checkpoint { path: path.into(), message: error.to_string() })
}

/// Whether samples of a set fit the network of a checkpoint file.
pub(super) fn check_width(path: &Path, bytes: &[u8], set: &Dataset) -> Result<()> {
    let plan = parse(path, bytes)?.plan;
    let inputs = plan.layers.first().map_or(0, |l| l.len());
    if inputs == set.width() {
        return Ok(());
    }
    Err(Error::Shape {
        layers: summary::layers(&plan),
        data: set.name.clone(),
        width: set.width(),
        classes: set.classes(),
        inputs,
        outputs: plan.layers.last().map_or(0, |l| l.len()),
    })
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
    pub(super) fn run(self, screen: &Screen) -> Result<()> {
        self.check_outputs()?;
        watch_for_stop();
        let core = CoreEngine::new(&self.start, self.kernels)?;
        if self.on != Where::Rtl {
            return self.run_on(core, screen);
        }
        let engine = rtl::load(&self.start, &|text| screen.say(text))?;
        self.run_on(engine, screen)
    }

    fn run_on<E: Keep>(self, engine: E, screen: &Screen) -> Result<()>
    where
        Error: From<E::Error>,
    {
        let mut trainer = Trainer::new(engine, self.recipe.clone(), &self.train, self.progress.clone());
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
        let tested = test(&bytes, &self.test, self.kernels, screen)?;
        let mut engine = CoreEngine::new(&bytes, self.kernels)?;
        let mut summary = Summary::of(self.command, &mut engine, Some(&self.recipe))?;
        summary = summary.tested(&tested, self.recipe.validation > 0);
        summary.train_accuracy = Some(trainer.train_accuracy())
            .filter(|_| self.recipe.supervised() && trainer.progress().seen > 0);
        summary.cycles_per_sample =
            cycles.filter(|_| learned > 0).map(|cycles| cycles as f64 / learned as f64);
        summary.cycles_per_second = simulated;
        summary.on = self.on.to_string();
        summary.samples_per_second = (learned > 0).then(|| learned as f64 / took.as_secs_f64());
        if let Some(path) = &self.report {
            let record = self.record(&bytes, &tested, &summary, trainer.progress())?;
            report::write(path, &record).map_err(|error| Error::output(path, error))?;
        }
        screen.result(&summary, || summary.text())?;
        for (what, path) in [("network", &self.out), ("report", &self.report)] {
            if let Some(path) = path {
                screen.say(&format!("{what} written to {}", path.display()));
            }
        }
        Ok(())
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
            if self.recipe.validation > 0 && self.recipe.supervised() && control == Control::Continue {
                let bytes = trainer.checkpoint()?;
                let held_out = evaluate(&bytes, &self.test, self.kernels, &|_| {})?;
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
        Err(Error::BitMismatch { message })
    }

    fn keep(&self, bytes: &[u8]) -> Result<()> {
        let Some(path) = &self.out else { return Ok(()) };
        write_whole(path, bytes).map_err(|error| Error::output(path, error))
    }

    fn record(
        &self,
        bytes: &[u8],
        tested: &Evaluation,
        summary: &Summary,
        progress: &Progress,
    ) -> Result<RunRecord> {
        let head = RunRecord {
            command: command_line(),
            digest: summary.digest.clone(),
            facts: summary.facts(),
            curve: if self.recipe.supervised() { progress.curve.clone() } else { Vec::new() },
            confusion: tested.shown(),
            ..RunRecord::default()
        };
        Ok(compose(head, bytes, &self.test, self.kernels)?)
    }
}

/// Names the output neurons of a network, with a progress bar.
pub(super) fn named(bytes: &[u8], train: &Dataset, kernels: AnyKernels, screen: &Screen) -> Result<Vec<u8>> {
    let bar = screen.bar("naming", train.len() as u64);
    let labels = assign_labels(bytes, train, kernels, &|n| bar.inc(n));
    bar.finish_and_clear();
    Ok(labels?)
}

/// Tests a network with a progress bar.
pub(super) fn test(
    bytes: &[u8],
    set: &Dataset,
    kernels: AnyKernels,
    screen: &Screen,
) -> std::result::Result<Evaluation, CoreError> {
    let bar = screen.bar("testing", set.len() as u64);
    let tested = evaluate(bytes, set, kernels, &|n| bar.inc(n));
    bar.finish_and_clear();
    tested
}
