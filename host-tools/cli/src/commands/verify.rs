//! `hebbit verify`: a device, or the simulated RTL, and the host's core in lock-step.

use crate::args::VerifyArgs;
use crate::error::{Error, Result};
use crate::screen::Screen;
use crate::stored::{Stored, fresh, stored};
use crate::summary::{self, SCHEMA, fact, lines};
use crate::transfer::{open, send};
use hebbit::device::Where;
use hebbit::engine::{CoreEngine, CoreError};
use hebbit::error::Error as HostError;
use hebbit::files::writable;
use hebbit::kernels::AnyKernels;
use hebbit::lockstep::{Compared, Difference, Peer, lockstep};
use hebbit::rtl;
use hebbit::run::{Presenter, Recipe, Teacher};
use hebbit_core::net::{Engine as _, Scope};
use serde::Serialize;

/// Samples, if nobody says how many.
const SAMPLES: u64 = 100;

#[derive(Serialize)]
struct Verified {
    schema: u32,
    command: &'static str,
    on: String,
    board: String,
    rule: String,
    layers: String,
    weights: String,
    data: String,
    equal: bool,
    #[serde(flatten)]
    compared: Compared,
    /// The first thing that differs.
    difference: Option<String>,
    /// Which words of state the engine does not hold itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_held: Option<String>,
    unit: Option<&'static str>,
    /// Mean cost of a learned sample.
    mean_cost: Option<f64>,
    digest: String,
}

pub(crate) fn run(args: &VerifyArgs, screen: &Screen) -> Result<()> {
    if args.wave.is_some() && args.on != Where::Rtl {
        return Err(Error::usage("only the RTL has waveforms", "leave out --wave, or write `--on rtl`"));
    }
    args.wave.as_deref().map_or(Ok(()), writable)?;
    let wishes = args.wishes.wishes()?;
    let samples = wishes.samples.unwrap_or(SAMPLES);
    let stored = match &args.checkpoint {
        Some(path) => stored(path, wishes, screen)?,
        None => fresh(wishes, screen)?,
    };
    if args.on == Where::Rtl {
        let mut engine = rtl::load(&stored.bytes, &|text| screen.say(text))?;
        let core = CoreEngine::new(&stored.bytes, AnyKernels::best())?;
        let job = Job { core, stored, samples, args, screen };
        return job.verify(&mut engine, "simulated", Some("cycles"));
    }
    let mut device = open(&args.on, &args.line, screen)?;
    let mut core = CoreEngine::new(&stored.bytes, AnyKernels::best())?;
    send(&mut device, &mut core, false, screen)?;
    let hello = device.client().hello().clone();
    let job = Job { core, stored, samples, args, screen };
    job.verify(&mut device, &hello.board, args.on.unit(hello.unit))
}

/// What both learn.
struct Job<'a> {
    core: CoreEngine,
    stored: Stored,
    samples: u64,
    args: &'a VerifyArgs,
    screen: &'a Screen,
}

impl Job<'_> {
    fn verify<P: Peer>(self, peer: &mut P, board: &str, unit: Option<&'static str>) -> Result<()>
    where
        Error: From<P::Error>,
    {
        let Self { mut core, stored, samples, args, screen } = self;
        let Stored { recipe, progress, set, bytes } = stored;
        // As many passes as the samples need: a network that has learned to its end is verified beyond it.
        let recipe = Recipe { samples: None, epochs: u32::MAX, ..recipe };
        let mut presenter = Presenter::new(recipe.clone(), &set);
        let (mut at, end) = (progress.samples, progress.samples + samples);
        let bar = screen.bar("verifying", samples);
        // The answers that a teacher who only says yes or no judges: those of another core, which learns the same.
        let mut judged = CoreEngine::new(&bytes, AnyKernels::best())?;
        let mut failed = None;
        let mut next = || {
            if at == end {
                return None;
            }
            let (sample, label) = presenter.sample(at);
            let presented = judged.plan().counters.presented;
            let i = at;
            at += 1;
            let mut target = || {
                let target = recipe.target(&mut judged, i, sample, label)?;
                if recipe.teacher == Teacher::YesNo {
                    judged.seek(presented);
                    judged.learn(sample, target)?;
                }
                Ok(target)
            };
            match target() {
                Ok(target) => Some((sample.to_vec(), target)),
                Err(error) => {
                    failed = Some::<CoreError>(error);
                    None
                }
            }
        };
        let found = lockstep(peer, &mut core, args.every as usize, &mut next, &mut |compared, _| {
            bar.set_position(compared.samples);
        });
        bar.finish_and_clear();
        let (compared, difference) = found?;
        failed.map_or(Ok(()), Err)?;
        let plan = core.plan();
        let verified = Verified {
            schema: SCHEMA,
            command: "verify",
            on: args.on.to_string(),
            board: board.to_owned(),
            rule: plan.rule.name().to_owned(),
            layers: summary::layers(&plan),
            weights: summary::weights(&plan),
            data: presenter.recipe().data.clone(),
            equal: difference.is_none(),
            difference: difference.as_ref().map(|d| format!("behind sample {}: {}", d.sample, d.what)),
            not_held: peer.not_held(),
            unit,
            mean_cost: unit.map(|_| compared.cost as f64 / compared.samples.max(1) as f64),
            compared,
            digest: core.digest(Scope::Stored)?.to_string(),
        };
        screen.result(&verified, || verified.text())?;
        if let (Some(path), Some(Difference { before, part, .. })) = (&args.wave, &difference) {
            rtl::waveform(path, before, part)?;
            screen.say(&format!("waveform written to {}", path.display()));
        }
        match verified.difference {
            None => Ok(()),
            Some(difference) => Err(HostError::BitMismatch {
                message: format!("{} and the core differ {difference}", args.on),
            }
            .into()),
        }
    }
}

impl Verified {
    fn text(&self) -> String {
        let Compared { samples, digests, words, worst, .. } = self.compared;
        let mut facts = vec![
            fact("device", format!("{} ({})", self.on, self.board)),
            fact("network", format!("{} {}, {}", self.rule, self.layers, self.weights)),
            fact("learned", format!("{samples} samples of {} by both", self.data)),
            fact("compared", format!("{digests} digests, that is {words} words of state and weights")),
        ];
        facts.extend(self.not_held.iter().map(|text| fact("not held", text.clone())));
        if let (Some(unit), Some(mean)) = (self.unit, self.mean_cost) {
            facts.push(fact("cost", format!("{mean:.0} {unit} per sample, {worst} at most")));
        }
        facts.push(fact("equal", if self.equal { "yes: every bit".to_owned() } else { "no".to_owned() }));
        facts.push(fact("digest", self.digest.clone()));
        lines(&facts)
    }
}
