//! `hebbit stream`: samples to a device, answers back.

use super::args::StreamArgs;
use super::learn::{STOP, named, watch_for_stop};
use super::screen::Screen;
use super::stored::{Job, prepare};
use super::summary::{self, SCHEMA, fact, lines};
use super::upload::{fetch, open, send};
use crate::data::Dataset;
use crate::device::{Device, DeviceError, Presented, Tally, Traffic};
use crate::engine::CoreEngine;
use crate::error::{Error, Result};
use crate::files::{writable, write_whole};
use crate::kernels::AnyKernels;
use crate::run::{Note, Presenter};
use hebbit_core::link::MOST_SAMPLES;
use hebbit_core::net::{Engine as _, Scope, Target};
use indicatif::ProgressBar;
use serde::Serialize;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How often a line is written with `--json-lines`.
const BEAT: Duration = Duration::from_millis(500);
/// Resets in a row, without a sample between them, before the device counts as broken.
const RESETS: u32 = 5;

/// Cost of samples on the device.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Cost {
    unit: &'static str,
    mean: f64,
    worst: u32,
}

/// What came of streaming.
#[derive(Serialize)]
struct Streamed {
    schema: u32,
    command: &'static str,
    event: &'static str,
    on: String,
    board: String,
    rule: String,
    layers: String,
    weights: String,
    data: String,
    learn: bool,
    samples: u64,
    /// Percent that were right when they were presented.
    accuracy: Option<f64>,
    /// Percent of the test samples that it classified afterwards.
    test_accuracy: Option<f64>,
    test_samples: u64,
    /// `confusion[truth][answer]` of the last samples streamed; a column past the last class counts those without an answer.
    confusion: Vec<Vec<u32>>,
    seconds: f64,
    samples_per_second: f64,
    bytes_per_second: f64,
    sent_again: u64,
    resets: u32,
    cost: Option<Cost>,
    /// After the last learned sample.
    digest: String,
    persisted: bool,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event {
    Progress { samples: u64, total: u64, accuracy: f64, samples_per_second: f64, bytes_per_second: f64 },
    Reset { samples: u64 },
}

pub(super) fn run(args: &StreamArgs, screen: &Screen) -> Result<()> {
    args.out.as_deref().map_or(Ok(()), writable)?;
    watch_for_stop();
    let mut device = open(&args.on, screen)?;
    let (job, split) = prepare(args, &mut device, screen)?;
    let plan = CoreEngine::new(&job.base, AnyKernels::best())?.plan();
    let mut stream = Stream::new(device, args, screen, job);
    let streamed = if args.learn { stream.learn(&split.train)? } else { stream.classify(&split.test)? };
    let digest = stream.device.digest(Scope::Stored)?;
    let mut tested = None;
    if let (true, Some(most)) = (args.learn, args.test) {
        stream.label(&split.train)?;
        tested = Some(stream.classify(&split.test.head(most))?);
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
        test_accuracy: tested.as_ref().and_then(percent),
        test_samples: tested.as_ref().map_or(0, |tested| tested.samples),
        confusion: last.confusion.clone(),
        seconds: stream.took.as_secs_f64(),
        samples_per_second: streamed.samples as f64 / stream.took.as_secs_f64(),
        bytes_per_second: stream.bytes as f64 / stream.took.as_secs_f64(),
        sent_again: stream.device.client().traffic().again,
        resets: stream.resets,
        cost: cost(args.on.unit(hello.unit), &streamed),
        digest: digest.to_string(),
        persisted: args.persist,
    };
    if args.json_lines {
        screen.line(&result)?;
    } else {
        screen.result(&result, || result.text())?;
    }
    if STOP.load(Ordering::Relaxed) { Err(Error::Interrupted { kept: args.out.clone() }) } else { Ok(()) }
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
    resets: u32,
    took: Duration,
    bytes: u64,
    beat: Instant,
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

/// Sample `i` and its class.
type Source<'s> = dyn FnMut(u64) -> (Vec<u8>, u8) + 's;

impl<'s> Stream<'s> {
    fn new(device: Device, args: &'s StreamArgs, screen: &'s Screen, job: Job) -> Self {
        let (took, beat) = (Duration::ZERO, Instant::now());
        let most = args.wishes.samples();
        Self { device, args, screen, job, most, resets: 0, took, bytes: 0, beat }
    }

    fn learn(&mut self, train: &Dataset) -> Result<Tally> {
        let mut presenter = Presenter::new(self.job.recipe.clone(), train);
        let (from, to) = (self.job.progress.samples, presenter.total());
        let mut source = |i| {
            let (sample, label) = presenter.sample(i);
            (sample.to_vec(), label)
        };
        let tally = self.run(&mut source, from, to, true, train.classes())?;
        self.job.progress.samples = from + tally.samples;
        Ok(tally)
    }

    fn classify(&mut self, set: &Dataset) -> Result<Tally> {
        let mut source = |i: u64| (set.sample(i as usize).to_vec(), set.label(i as usize));
        let most = self.most.filter(|_| !self.args.learn).unwrap_or(u64::MAX);
        self.run(&mut source, 0, most.min(set.len() as u64), false, set.classes())
    }

    /// Streams samples `from..to`, and restores the device's network if it is reset amid them.
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
            false => self.screen.bar(if learn { "learning" } else { "answering" }, to - from),
        };
        let span = Span { to, learn, bar, start: Instant::now(), before: self.device.client().traffic() };
        let mut resets = 0;
        while from + tally.samples < to && !STOP.load(Ordering::Relaxed) {
            let done = tally.samples;
            match self.stretch(source, from + done, &span, &mut tally) {
                Ok(()) => {}
                Err(Error::Device(
                    error @ (DeviceError::Restarted { .. }
                    | DeviceError::NoAnswer { .. }
                    | DeviceError::Link { .. }),
                )) => {
                    resets = if tally.samples > done { 1 } else { resets + 1 };
                    if resets > RESETS {
                        return Err(error.into());
                    }
                    self.restore(source, from, from + tally.samples, learn)?;
                }
                Err(error) => return Err(error),
            }
        }
        span.bar.finish_and_clear();
        if self.took.is_zero() {
            self.took = span.start.elapsed();
            self.bytes = self.device.client().traffic().since(span.before);
        }
        Ok(tally)
    }

    /// Streams until the end, or until something breaks.
    fn stretch(&mut self, source: &mut Source<'_>, from: u64, span: &Span, tally: &mut Tally) -> Result<()> {
        // Samples read and not answered; the first of them are under way.
        let mut queue = VecDeque::<(Vec<u8>, u8)>::new();
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
                let target = |label| if span.learn { Target::Class(label) } else { Target::Unknown };
                let ready = queue.iter().skip(under_way);
                let ready: Vec<Presented<'_>> =
                    ready.map(|(values, label)| Presented { values, target: target(*label) }).collect();
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
            for ((_, label), result) in queue.drain(..results.len()).zip(&results) {
                tally.note(label, result);
            }
            span.bar.set_position(tally.samples);
            self.tell(tally, span)?;
        }
    }

    /// The live line.
    fn tell(&mut self, tally: &Tally, span: &Span) -> Result<()> {
        let seconds = span.start.elapsed().as_secs_f64().max(1e-6);
        let bytes = self.device.client().traffic().since(span.before) as f64 / seconds;
        let supervised = self.job.recipe.supervised() || !self.args.learn;
        let right = if supervised { format!("{:.1} % right, ", tally.accuracy()) } else { String::new() };
        span.bar.set_message(format!("{right}{:.1} kB/s", bytes / 1000.0));
        if self.args.json_lines && self.beat.elapsed() > BEAT {
            self.beat = Instant::now();
            let (samples, accuracy) = (tally.samples, tally.accuracy());
            let samples_per_second = samples as f64 / seconds;
            let event = Event::Progress {
                samples,
                total: span.to,
                accuracy,
                samples_per_second,
                bytes_per_second: bytes,
            };
            self.screen.line(&event)?;
        }
        Ok(())
    }

    /// Brings the device to where it stood behind sample `to`: the core learns what it had learned since `base`, and the result
    /// is uploaded. The same bits, whoever computes them.
    fn restore(&mut self, source: &mut Source<'_>, from: u64, to: u64, learn: bool) -> Result<()> {
        self.resets += 1;
        if self.args.json_lines {
            self.screen.line(&Event::Reset { samples: to - from })?;
        } else {
            self.screen.say(&format!(
                "the device was reset behind sample {to}: its network is restored, and goes on"
            ));
        }
        self.device.reconnect()?;
        let mut core = CoreEngine::new(&self.job.base, AnyKernels::best())?;
        for i in from..to {
            let (sample, label) = source(i);
            if learn {
                core.learn(&sample, Target::Class(label))?;
            } else {
                core.classify(&sample)?;
            }
        }
        send(&mut self.device, &mut core, true, self.screen)?;
        Ok(())
    }

    /// Names the output neurons of a network that learned without a teacher, as `hebbit learn` does.
    fn label(&mut self, train: &Dataset) -> Result<()> {
        let (image, mut core) = fetch(&mut self.device, self.screen)?;
        self.job.base = image;
        if self.job.recipe.supervised() {
            return Ok(());
        }
        core.set_labels(named(&self.job.base, train, AnyKernels::best(), self.screen)?)?;
        self.job.base = core.checkpoint(&[])?;
        send(&mut self.device, &mut core, true, self.screen)?;
        Ok(())
    }

    /// Writes the network as it is, with its recipe.
    fn keep(&mut self, path: &Path) -> Result<()> {
        let (_, core) = fetch(&mut self.device, self.screen)?;
        let note = Note::new(Some(self.job.recipe.clone()), self.job.progress.clone());
        let bytes = core.checkpoint(&note.to_bytes())?;
        write_whole(path, &bytes).map_err(|error| Error::output(path, error))
    }
}

impl Streamed {
    fn text(&self) -> String {
        let did = if self.learn { "learned" } else { "classified" };
        let mut facts = vec![
            fact("device", format!("{} ({})", self.on, self.board)),
            fact("network", format!("{} {}, {}", self.rule, self.layers, self.weights)),
            fact(did, format!("{} samples of {} in {:.1} s", self.samples, self.data, self.seconds)),
        ];
        if let Some(accuracy) = self.accuracy {
            let when = if self.learn { " right before they were learned" } else { " right" };
            facts.push(fact("accuracy", format!("{accuracy:.2} %{when}")));
        }
        if let Some(accuracy) = self.test_accuracy {
            facts.push(fact(
                "test",
                format!("{accuracy:.2} % of {} samples, on the device", self.test_samples),
            ));
        }
        let rate =
            format!("{:.0} samples/s, {:.1} kB/s", self.samples_per_second, self.bytes_per_second / 1000.0);
        facts.push(fact("speed", rate));
        if let Some(Cost { unit, mean, worst }) = self.cost {
            facts.push(fact("cost", format!("{mean:.0} {unit} per sample, {worst} at most")));
        }
        if self.sent_again > 0 {
            facts.push(fact("sent again", format!("{} frames", self.sent_again)));
        }
        if self.resets > 0 {
            facts.push(fact("resets", format!("{}; the network was restored each time", self.resets)));
        }
        if self.persisted {
            facts.push(fact("persisted", "yes: it survives a loss of power".to_owned()));
        }
        facts.push(fact("digest", self.digest.clone()));
        format!("{}{}", lines(&facts), matrix(&self.confusion))
    }
}

/// A confusion matrix for people: a row per true class, the answers in columns.
pub(super) fn matrix(confusion: &[Vec<u32>]) -> String {
    let silent = confusion.iter().any(|row| row.last().is_some_and(|&none| none > 0));
    let classes = confusion.len();
    let columns = classes + usize::from(silent);
    let answer = |c: usize| if c < classes { c.to_string() } else { "none".to_owned() };
    let mut text =
        format!("true \\ answer{}\n", (0..columns).map(|c| format!("{:>6}", answer(c))).collect::<String>());
    for (truth, row) in confusion.iter().enumerate() {
        let counts: String = row.iter().take(columns).map(|count| format!("{count:>6}")).collect();
        text.push_str(&format!("{truth:>13}{counts}\n"));
    }
    text
}
