//! `hebbit stream`: samples to a device, answers back.

mod ask;
mod recover;
pub(crate) mod result;

use crate::args::StreamArgs;
use crate::error::{Error, Result};
use crate::health::named;
use crate::screen::Screen;
use crate::stop::{STOP, watch_for_stop};
use crate::stored::{Job, prepare};
use crate::summary::{self, SCHEMA};
use crate::transfer::{fetch, open, send};
use hebbit::device::{Device, Presented, Tally, Traffic, Where};
use hebbit::engine::CoreEngine;
use hebbit::error::Error as HostError;
use hebbit::files::{writable, write_whole};
use hebbit::kernels::AnyKernels;
use hebbit::record::DriftCurve;
use hebbit::run::{Note, Presenter, Teacher, Warning, Watch, drift_curve, percent, window};
use hebbit_core::link::MOST_SAMPLES;
use hebbit_core::net::{Engine as _, Plan, Scope, Target};
use indicatif::ProgressBar;
use result::{Cost, Streamed};
use serde::Serialize;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How often a line is written with `--json-lines`.
const BEAT: Duration = Duration::from_millis(500);

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event {
    Progress {
        samples: u64,
        total: u64,
        accuracy: f64,
        frozen_accuracy: Option<f64>,
        samples_per_second: f64,
        bytes_per_second: f64,
    },
    /// The device was reset; its network is restored.
    Reset { samples: u64 },
    /// The device does not answer, or its port is gone; then its network is restored.
    Lost { samples: u64, port: bool },
    Alarm {
        #[serde(flatten)]
        warning: Warning,
    },
}

pub(crate) fn run(args: &StreamArgs, screen: &Screen) -> Result<()> {
    args.out.as_deref().map_or(Ok(()), writable)?;
    watch_for_stop();
    let mut device = open(&args.on, &args.line, screen)?;
    let job = prepare(args, &mut device, screen)?;
    if args.test.is_some() && (!args.learn || job.test.is_none()) {
        let message =
            "there is nothing to test after learning: the data have one part, or nothing is learned";
        return Err(Error::usage(
            message,
            "leave out --test; `hebbit eval` tests a network that `--out` wrote",
        ));
    }
    let plan = CoreEngine::new(&job.base, AnyKernels::best())?.plan();
    let mut stream = Stream::new(device, args, screen, job, &plan)?;
    if args.learn {
        stream.job.recipe.teacher_line().into_iter().for_each(|line| screen.say(&line));
    }
    let streamed = if args.learn { stream.learn()? } else { stream.classify(None)? };
    let stopped = STOP.load(Ordering::Relaxed);
    let untaught = stream.job.recipe.supervised() && stream.labelled == 0;
    if args.learn && untaught && !stopped {
        let message = format!("none of the {} samples had a label: nothing was learned", streamed.samples);
        let help = "name data with samples, or more of them: --data, --samples, --label-every".to_owned();
        return Err(HostError::NothingToDo { message, help }.into());
    }
    let digest = stream.device.digest(Scope::Stored)?;
    let vitals = if plan.life.is_on() { Some(stream.device.vitals()?) } else { None };
    let mut tested = None;
    if let (true, Some(most)) = (args.learn, args.test) {
        stream.label()?;
        tested = Some(stream.classify(Some(most))?);
    }
    if args.persist {
        stream.device.persist()?;
    }
    if let Some(path) = &args.out {
        stream.keep(path)?;
    }
    let hello = stream.device.client().hello().clone();
    let last = tested.as_ref().unwrap_or(&streamed);
    let supervised = stream.job.recipe.supervised();
    let percent = |streamed: &Tally| (streamed.samples > 0).then(|| streamed.accuracy());
    let onward = stream.job.recipe.onward.as_ref().filter(|_| args.learn);
    let curve = stream.curve();
    let result = Streamed {
        schema: SCHEMA,
        command: "stream",
        event: "result",
        on: args.on.to_string(),
        board: hello.board,
        rule: plan.rule.name().to_owned(),
        layers: summary::layers(&plan),
        weights: summary::weights(&plan),
        data: stream.job.recipe.data.clone(),
        learn: args.learn,
        samples: streamed.samples,
        accuracy: percent(&streamed).filter(|_| supervised || !args.learn),
        prequential_accuracy: curve.as_ref().map(|curve| curve.all.prequential),
        frozen_accuracy: curve.as_ref().and_then(|curve| curve.all.frozen),
        last_eighth: curve.as_ref().map(|curve| curve.last_eighth),
        windows: curve.map(|curve| curve.points),
        labels: onward.map(|onward| 1.0 / f64::from(onward.label_every)),
        labelled: onward.map(|_| stream.labelled),
        teacher: stream.job.recipe.teacher,
        pace: onward.map(|onward| onward.pace),
        remember: onward.map(|onward| onward.remember),
        again: onward.map(|onward| onward.again),
        repeats: vitals.map(|vitals| vitals.repeats),
        alarms: stream.watch.warnings().to_vec(),
        test_accuracy: tested.as_ref().and_then(percent),
        test_samples: tested.as_ref().map_or(0, |tested| tested.samples),
        confusion: last.confusion.clone(),
        class_names: stream.job.set.class_names(),
        seconds: stream.took.as_secs_f64(),
        samples_per_second: streamed.samples as f64 / stream.took.as_secs_f64(),
        bytes_per_second: stream.bytes as f64 / stream.took.as_secs_f64(),
        sent_again: stream.device.client().traffic().again,
        resets: stream.resets,
        losses: stream.losses,
        cost: cost(args.on.unit(hello.unit), &streamed),
        digest: digest.to_string(),
        persisted: args.persist,
    };
    if args.json_lines {
        screen.line(&result)?;
    } else {
        screen.result(&result, || result.text())?;
    }
    match &args.out {
        Some(path) => screen.say(&format!("network written to {}", path.display())),
        None if args.learn && matches!(args.on, Where::Sim | Where::Qemu(_)) => {
            screen.say("the learned network ends with this command: --out FILE keeps it");
        }
        None => {}
    }
    if let (Some(learning), Some(frozen)) = (result.prequential_accuracy, result.frozen_accuracy)
        && learning < frozen
    {
        screen.say(
            "warning: the frozen network did better on these samples: another --pace, or a slower --rate",
        );
    }
    if stopped { Err(Error::Interrupted { kept: args.out.clone() }) } else { Ok(()) }
}

fn cost(unit: Option<&'static str>, streamed: &Tally) -> Option<Cost> {
    let unit = unit?;
    let mean = streamed.cost as f64 / streamed.samples.max(1) as f64;
    Some(Cost { unit, mean, worst: streamed.worst })
}

/// A device that samples are streamed to.
struct Stream<'s> {
    device: Device,
    args: &'s StreamArgs,
    screen: &'s Screen,
    job: Job,
    /// Samples that the user wants streamed.
    most: Option<u64>,
    /// How often the device was reset, and how often it, or its port, was lost.
    resets: u32,
    losses: u32,
    took: Duration,
    bytes: u64,
    beat: Instant,
    /// A frozen network that answers the samples that are learned.
    frozen: Option<CoreEngine>,
    /// Which learned samples were right before, and which ones the frozen network got right.
    right: Vec<bool>,
    frozen_right: Vec<bool>,
    /// How many of them had a label, or a verdict.
    labelled: u64,
    /// What a teacher who only says yes or no has said of the samples learned here, how often, and whether that says nothing more.
    told: Vec<Target>,
    asked: u64,
    ended: bool,
    watch: Watch,
}

/// Samples that are streamed as one, whatever is reset amid them.
struct Span {
    /// Behind the last one.
    to: u64,
    learn: bool,
    bar: ProgressBar,
    start: Instant,
    /// Traffic before the first one.
    before: Traffic,
}

/// A sample, its class, and whether it is taught.
struct Offered {
    values: Vec<u8>,
    label: u8,
    taught: bool,
}

impl Offered {
    fn target(&self) -> Target {
        if self.taught { Target::Class(self.label) } else { Target::Unknown }
    }
}

/// Sample `i`.
type Source<'s> = dyn FnMut(u64) -> Offered + 's;

impl<'s> Stream<'s> {
    fn new(device: Device, args: &'s StreamArgs, screen: &'s Screen, job: Job, plan: &Plan) -> Result<Self> {
        let (took, beat) = (Duration::ZERO, Instant::now());
        let most = args.wishes.samples();
        let frozen =
            job.against.as_ref().map(|bytes| CoreEngine::new(bytes, AnyKernels::best())).transpose()?;
        let watch = Watch::new(plan.life, plan.lived, plan.lines());
        Ok(Self {
            device,
            args,
            screen,
            job,
            most,
            resets: 0,
            losses: 0,
            took,
            bytes: 0,
            beat,
            frozen,
            right: Vec::new(),
            frozen_right: Vec::new(),
            labelled: 0,
            told: Vec::new(),
            asked: 0,
            ended: false,
            watch,
        })
    }

    fn learn(&mut self) -> Result<Tally> {
        let set = self.job.set.clone();
        let recipe = self.job.recipe.clone();
        let mut presenter = Presenter::new(recipe.clone(), &set);
        let from = self.job.progress.samples;
        let to = self.job.until.unwrap_or(u64::MAX).min(presenter.total());
        let mut source = |i| {
            let taught = recipe.is_labelled(i);
            let (sample, label) = presenter.sample(i);
            Offered { values: sample.to_vec(), label, taught }
        };
        let tally = self.run(&mut source, from, to, true, set.classes())?;
        self.job.set = set;
        self.job.progress = self.stands_at(from + tally.samples);
        self.job.remembered = Presenter::new(recipe, &self.job.set).remembered(&self.job.progress);
        self.told.clear();
        Ok(tally)
    }

    /// Classifies the samples of the job, or so many of those that it is tested with.
    fn classify(&mut self, test: Option<usize>) -> Result<Tally> {
        let set = match test {
            Some(most) => self.job.test.as_ref().map(|set| set.head(most)).unwrap_or_default(),
            None => self.job.set.clone(),
        };
        let mut source = |i: u64| {
            let (sample, label) = (set.sample(i as usize), set.label(i as usize));
            Offered { values: sample.to_vec(), label, taught: false }
        };
        let most = self.most.filter(|_| !self.args.learn).unwrap_or(u64::MAX);
        self.run(&mut source, 0, most.min(set.len() as u64), false, set.classes())
    }

    /// Streams samples `from..to`, whatever happens to the device amid them.
    fn run(
        &mut self,
        source: &mut Source<'_>,
        from: u64,
        to: u64,
        learn: bool,
        classes: usize,
    ) -> Result<Tally> {
        let mut tally = Tally::new(classes);
        let bar = match self.args.json_lines {
            true => ProgressBar::hidden(),
            false => self.screen.bar(if learn { "learning" } else { "answering" }, to.saturating_sub(from)),
        };
        let span = Span { to, learn, bar, start: Instant::now(), before: self.device.client().traffic() };
        let streamed = self.through(source, from, &span, &mut tally);
        span.bar.finish_and_clear();
        if let Err(error) = streamed {
            return Err(if learn { self.cut(source, from, from + tally.samples, error)? } else { error });
        }
        if self.took.is_zero() {
            self.took = span.start.elapsed();
            self.bytes = self.device.client().traffic().since(span.before);
        }
        Ok(tally)
    }

    /// Streams until the end, or until something breaks.
    fn stretch(&mut self, source: &mut Source<'_>, from: u64, span: &Span, tally: &mut Tally) -> Result<()> {
        if span.learn && self.job.recipe.teacher == Teacher::YesNo {
            return self.judged(source, from, span, tally);
        }
        // Samples read and not answered; the first of them are under way.
        let mut queue = VecDeque::<Offered>::new();
        let (mut read, mut under_way) = (from, 0);
        loop {
            loop {
                while read < span.to
                    && queue.len() - under_way < MOST_SAMPLES
                    && !STOP.load(Ordering::Relaxed)
                {
                    queue.push_back(source(read));
                    read += 1;
                }
                let ready = queue.iter().skip(under_way);
                let ready: Vec<Presented<'_>> = ready
                    .map(|offered| Presented { values: &offered.values, target: offered.target() })
                    .collect();
                match self.device.post(&ready, span.learn)? {
                    0 => break,
                    posted => under_way += posted,
                }
            }
            let mut results = Vec::new();
            if !self.device.results(&mut |result| results.push(result))? {
                return Ok(());
            }
            under_way -= results.len();
            for (offered, result) in queue.drain(..results.len()).zip(&results) {
                tally.note(offered.label, result);
                if span.learn {
                    self.note(&offered, offered.target(), result.class)?;
                }
            }
            span.bar.set_position(tally.samples);
            self.tell(tally, span)?;
        }
    }

    /// Counts a learned sample and the frozen network's answer to it, and says what is alarming.
    fn note(&mut self, offered: &Offered, target: Target, answer: Option<u8>) -> Result<()> {
        let Offered { values, label, .. } = offered;
        self.right.push(answer == Some(*label));
        self.labelled += u64::from(target != Target::Unknown);
        if let Some(network) = &mut self.frozen {
            self.frozen_right.push(network.classify(values)?.class == Some(*label));
        }
        for &warning in self.watch.note(values, target, answer) {
            if self.args.json_lines {
                self.screen.line(&Event::Alarm { warning })?;
            } else {
                self.screen.say(&format!("warning: {warning}"));
            }
        }
        Ok(())
    }

    /// The live line.
    fn tell(&mut self, tally: &Tally, span: &Span) -> Result<()> {
        let seconds = span.start.elapsed().as_secs_f64().max(1e-6);
        let bytes = self.device.client().traffic().since(span.before) as f64 / seconds;
        let supervised = self.job.recipe.supervised() || !self.args.learn;
        let right = if supervised { format!("{:.1} % right, ", tally.accuracy()) } else { String::new() };
        let frozen_right = self.frozen_right.iter().filter(|right| **right).count() as u64;
        let frozen_accuracy =
            (!self.frozen_right.is_empty()).then(|| percent(frozen_right, self.frozen_right.len() as u64));
        let frozen = frozen_accuracy.map(|frozen| format!("frozen {frozen:.1} %, ")).unwrap_or_default();
        span.bar.set_message(format!("{right}{frozen}{:.1} kB/s", bytes / 1000.0));
        if self.args.json_lines && self.beat.elapsed() > BEAT {
            self.beat = Instant::now();
            let (samples, accuracy) = (tally.samples, tally.accuracy());
            let samples_per_second = samples as f64 / seconds;
            let event = Event::Progress {
                samples,
                total: span.to,
                accuracy,
                frozen_accuracy,
                samples_per_second,
                bytes_per_second: bytes,
            };
            self.screen.line(&event)?;
        }
        Ok(())
    }

    /// Accuracy over the stream of a trained network that went on learning.
    fn curve(&self) -> Option<DriftCurve> {
        // Without a teacher its neurons have no names while it learns.
        self.job.recipe.onward.as_ref().filter(|_| !self.right.is_empty() && self.job.recipe.supervised())?;
        let frozen = Some(&self.frozen_right[..]).filter(|frozen| frozen.len() == self.right.len());
        Some(drift_curve(&self.right, frozen, window(self.right.len())))
    }

    /// Names the output neurons of a network that learned without a teacher, as `hebbit learn` does.
    fn label(&mut self) -> Result<()> {
        let (image, mut core) = fetch(&mut self.device, self.screen)?;
        self.job.base = image;
        if self.job.recipe.supervised() {
            return Ok(());
        }
        core.set_labels(named(&self.job.base, &self.job.set, AnyKernels::best(), self.screen)?)?;
        self.job.base = core.checkpoint(&[])?;
        send(&mut self.device, &mut core, true, self.screen)?;
        Ok(())
    }

    /// Writes the network as it is, with its recipe.
    fn keep(&mut self, path: &Path) -> Result<()> {
        let (_, core) = fetch(&mut self.device, self.screen)?;
        self.write(path, &core)
    }

    fn write(&self, path: &Path, core: &CoreEngine) -> Result<()> {
        let note = Note::new(Some(self.job.recipe.clone()), self.job.progress.clone());
        let bytes = core.checkpoint(&note.to_bytes())?;
        write_whole(path, &bytes).map_err(|error| Error::output(path, error))
    }
}
