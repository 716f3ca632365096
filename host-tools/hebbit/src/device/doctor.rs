//! `hebbit doctor`: a device examined part by part, from the link up to what it learns, with the likeliest cause of what is wrong.

mod flash;
mod table;

use super::{Device, EngineError, Presented, fit, outcome};
use crate::data::Dataset;
use crate::engine::CoreEngine;
use crate::error::DeviceError;
use crate::kernels::AnyKernels;
use crate::run::{WeightWidth, Wishes, build};
use hebbit_core::link::{BASE_BAUD, Check, Refusal, Reply, Request};
use hebbit_core::net::{Engine as _, Scope, Target};
use serde::Serialize;
use std::time::Duration;

pub use table::table;

/// Frames that try the link at each speed, and bytes of each.
const FRAMES: usize = 50;
const FRAME_BYTES: usize = 200;
/// Frames that may be sent again without one being broken.
const LATE: u64 = 2;
/// Speeds that are tried.
const SPEEDS: [u32; 6] = [BASE_BAUD, 230_400, 460_800, 921_600, 1_000_000, 2_000_000];
/// Trials of each kernel.
const TRIALS: u16 = 100;
/// Digits that are learned.
const DIGITS: usize = 100;
/// Percent by which a clock may be off: both ends of a UART together have some 4 (ten bits, the last one sampled in its middle).
const CLOCK_PERCENT: f64 = 2.0;

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Not so.
    Failed,
    /// It could not be examined here.
    NotPossible,
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was examined.
    pub check: String,
    /// What came of it.
    pub verdict: Verdict,
    /// What was found, or why it could not be examined.
    pub found: String,
    /// For what failed: the likeliest cause, and what to do.
    pub cause: Option<String>,
}

/// What may be done, and how long it may take.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The network that the device has may be overwritten; it is sent back in the end.
    pub erase: bool,
    /// Whether the device's clock is a real one.
    pub has_clock: bool,
    /// Over which its clock is measured.
    pub interval: Duration,
}

/// Why a check did not end well.
enum Trouble {
    /// It cannot be done here.
    NotPossible(String),
    /// It failed: what was found, and the cause.
    Failed(String, String),
    /// The link, or the device's answer.
    Device(DeviceError),
}

impl From<DeviceError> for Trouble {
    fn from(error: DeviceError) -> Self {
        Self::Device(error)
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Device(error) => Self::Device(error),
            EngineError::Core(error) => Self::Failed(error.to_string(), DEFECT.to_owned()),
        }
    }
}

type Checked = Result<String, Trouble>;

const DEFECT: &str = "a defect of Hebbit: please report it with this file";
const WIRES: &str = "a loose or long wire, no common ground, or a speed that this adapter does not have: shorten the wires, or try [baud=115200]";

fn failed(found: impl Into<String>, cause: impl Into<String>) -> Trouble {
    Trouble::Failed(found.into(), cause.into())
}

fn not_possible(why: impl Into<String>) -> Trouble {
    Trouble::NotPossible(why.into())
}

/// A device under examination.
struct Doctor<'d> {
    device: &'d mut Device,
    options: Options,
    digits: &'d Dataset,
    findings: Vec<Finding>,
    say: &'d mut dyn FnMut(&str),
    /// Why nothing may be overwritten.
    kept: Option<String>,
    /// A network that fits, before and after it has learned; and samples that device and core learned.
    network: Option<CoreEngine>,
    /// Why the device is not there any more.
    lost: Option<DeviceError>,
}

/// What came of an examination.
#[derive(Debug)]
pub struct Examination {
    /// One for each check, in their order.
    pub findings: Vec<Finding>,
    /// Why the device was not there any more before the end: its cable was pulled, or it stopped answering.
    pub lost: Option<DeviceError>,
}

/// Examines a device. `digits` is what it learns; `say` hears what is done. The network that it has is sent back in the end if `erase`
/// allowed to overwrite it; `rescue` gets it before. What follows the loss of a device is not possible.
pub fn examine(
    device: &mut Device,
    digits: &Dataset,
    options: Options,
    say: &mut dyn FnMut(&str),
    rescue: &mut dyn FnMut(&[u8]),
) -> Examination {
    let (findings, kept, network, lost) = (Vec::new(), None, None, None);
    let mut doctor = Doctor { device, options, digits, findings, say, kept, network, lost };
    doctor.run("firmware", Doctor::firmware);
    doctor.speeds();
    doctor.run("clock", Doctor::clock);
    let own = doctor.own(rescue);
    doctor.run("memory", Doctor::memory);
    // They work in memory that no network needs.
    doctor.run("kernels", Doctor::kernels);
    doctor.run("learning", Doctor::learning);
    doctor.run("samples per second", Doctor::rate);
    doctor.run("persisting", Doctor::persisting);
    doctor.run("stack", Doctor::stack);
    if let Some(image) = own {
        doctor.run("network sent back", |doctor| doctor.send_back(&image));
    }
    Examination { findings: doctor.findings, lost: doctor.lost }
}

impl Doctor<'_> {
    fn run(&mut self, check: &str, work: impl FnOnce(&mut Self) -> Checked) {
        if self.lost.is_some() {
            self.note(check, Verdict::NotPossible, "the device does not answer any more".to_owned(), None);
            return;
        }
        (self.say)(check);
        match work(self) {
            Ok(found) => self.note(check, Verdict::Ok, found, None),
            Err(Trouble::NotPossible(why)) => self.note(check, Verdict::NotPossible, why, None),
            Err(Trouble::Failed(found, cause)) => self.note(check, Verdict::Failed, found, Some(cause)),
            Err(Trouble::Device(error)) => {
                let cause = error.advice().1.into_owned();
                self.note(check, Verdict::Failed, error.to_string(), Some(cause));
                self.begin_anew(error);
            }
        }
    }

    /// Whatever went wrong: the next check begins with a new session. The device is lost if there is none.
    fn begin_anew(&mut self, error: DeviceError) {
        let Err(now) = self.device.reconnect() else { return };
        let on = self.device.client().name().to_owned();
        self.lost = Some(match (error.link_broke(), now.link_broke()) {
            (true, _) => error,
            (_, true) => now,
            _ => DeviceError::Lost { on, source: Box::new(now) },
        });
    }

    fn note(&mut self, check: &str, verdict: Verdict, found: String, cause: Option<String>) {
        self.findings.push(Finding { check: check.to_owned(), verdict, found, cause });
    }

    fn firmware(&mut self) -> Checked {
        let hello = self.device.client().hello().clone();
        let who = format!("{}, core {}", hello.board, hello.core);
        match self.device.client().facts()? {
            Some(facts) if facts.commit.is_empty() => Ok(format!("{who}, commit not recorded")),
            Some(facts) => Ok(format!("{who}, commit {}", facts.commit)),
            None => Err(failed(
                format!("{who}, from before it could examine itself"),
                "old firmware: flash that of this program, [:flash]",
            )),
        }
    }

    /// The link at each speed that both ends can.
    fn speeds(&mut self) {
        let settled = self.device.client().baud();
        let most = match self.device.client().facts() {
            Ok(facts) => facts.map_or(0, |facts| facts.baud),
            Err(error) => return self.run("link", |_| Err(error.into())),
        };
        let Some(settled) = settled.filter(|_| most > 0) else {
            let at = settled.map(|rate| format!(" at {rate} baud")).unwrap_or_default();
            return self.run(&format!("link{at}"), Self::link);
        };
        for rate in SPEEDS.into_iter().filter(|&rate| rate <= most) {
            self.run(&format!("link at {rate} baud"), |doctor| {
                let client = doctor.device.client();
                if client.baud() != Some(rate) && !client.try_speed(rate, true)? {
                    return Err(failed("nothing gets through", format!("{WIRES}; slower speeds are used")));
                }
                doctor.link()
            });
        }
        if self.lost.is_none()
            && self.device.client().baud() != Some(settled)
            && let Err(error) = self.device.client().try_speed(settled, false)
        {
            self.run("link", |_| Err(error.into()));
        }
    }

    fn link(&mut self) -> Checked {
        let before = self.device.client().traffic();
        let start = self.device.client().now();
        for _ in 0..FRAMES {
            self.device.client().echo(FRAME_BYTES)?;
        }
        let took = self.device.client().now() - start;
        let after = self.device.client().traffic();
        let (again, broken) = (after.again - before.again, after.broken - before.broken);
        let found = format!(
            "{broken} of {FRAMES} frames broken, {again} sent again, {:.1} ms there and back",
            took.as_secs_f64() * 1e3 / FRAMES as f64
        );
        // A busy host is late at times and asks once more.
        if broken == 0 && again <= LATE { Ok(found) } else { Err(failed(found, WIRES)) }
    }

    fn clock(&mut self) -> Checked {
        let Some(facts) = self.device.client().facts()? else { return Err(not_possible(OLD)) };
        if facts.hertz == 0 {
            return Err(not_possible("the board has no counter of a known clock"));
        }
        if !self.options.has_clock {
            return Err(not_possible("an emulator's clock is not the chip's"));
        }
        let first = self.count()?;
        std::thread::sleep(self.options.interval);
        let second = self.count()?;
        let seconds = (second.0 - first.0).as_secs_f64();
        let counted = f64::from(second.1.wrapping_sub(first.1)) / seconds;
        let off = (counted / f64::from(facts.hertz) - 1.0) * 100.0;
        let found = format!(
            "{:.3} MHz, {off:+.1} % of the {:.3} that its firmware believes",
            counted / 1e6,
            f64::from(facts.hertz) / 1e6
        );
        if off.abs() <= CLOCK_PERCENT {
            return Ok(found);
        }
        Err(failed(
            found,
            "the clock is set wrongly, or the board has another crystal than its firmware believes: check it; speeds of the serial port are off as well",
        ))
    }

    /// The counter, and when it was read, by the host's clock: in the middle of asking.
    fn count(&mut self) -> Result<(std::time::Instant, u32), Trouble> {
        let before = self.device.client().now();
        let value = self.check(Check::Count)?.1;
        let after = self.device.client().now();
        Ok((before + (after - before) / 2, value))
    }

    /// Name, value, what is wrong.
    fn check(&mut self, check: Check) -> Result<(String, u32, Option<u32>), DeviceError> {
        self.device.client().ask("a check", &Request::Check(check), |reply| match *reply {
            Reply::Checked { name, value, wrong } => Some((super::said(name, 64), value, wrong)),
            _ => None,
        })
    }

    fn kernels(&mut self) -> Checked {
        let (mut names, mut bad) = (0, Vec::new());
        for index in 0..=u8::MAX {
            match self.check(Check::Kernel { index, seed: 1, trials: TRIALS }) {
                Ok((name, _, wrong)) => {
                    names += 1;
                    bad.extend(wrong.map(|trial| format!("{name} differs in trial {trial}")));
                }
                Err(DeviceError::Refused { refusal: Refusal::Range { .. }, .. }) => break,
                Err(DeviceError::Refused { refusal: Refusal::Unknown, .. }) => {
                    let old = self.device.client().facts()?.is_none();
                    let built = "this firmware was built without the trials";
                    return Err(not_possible(if old { OLD } else { built }));
                }
                Err(DeviceError::Refused { refusal: Refusal::Network, .. }) => {
                    let why = "its network leaves no memory for the trials: [erase] gives it up, and sends it back in the end";
                    return Err(not_possible(why));
                }
                Err(error) => return Err(error.into()),
            }
        }
        if bad.is_empty() {
            return Ok(format!("{names} kernels, {TRIALS} trials each: equal to the plain loops"));
        }
        Err(failed(bad.join(", "), format!("a kernel is wrong on this chip: {DEFECT}")))
    }

    /// The device's own network, if it has one that may be overwritten.
    fn own(&mut self, rescue: &mut dyn FnMut(&[u8])) -> Option<Vec<u8>> {
        if self.lost.is_some() {
            return None;
        }
        (self.say)("its network");
        match self.fetched() {
            Ok(image) => image.inspect(|image| rescue(image)),
            Err(error) => {
                self.kept = Some("its network could not be fetched".to_owned());
                self.run("its network", |_| Err(error.into()));
                None
            }
        }
    }

    fn fetched(&mut self) -> Result<Option<Vec<u8>>, DeviceError> {
        if self.device.status()?.is_none() {
            return Ok(None);
        }
        if self.options.erase {
            return self.device.pull(&mut |_| {}).map(Some);
        }
        let why = "the device has a network: [erase] overwrites it, and sends it back in the end";
        self.kept = Some(why.to_owned());
        Ok(None)
    }

    fn may_erase(&self) -> Result<(), Trouble> {
        self.kept.clone().map_or(Ok(()), |why| Err(Trouble::NotPossible(why)))
    }

    fn memory(&mut self) -> Checked {
        self.may_erase()?;
        // An upload of nothing: the network is given up.
        let begun = self.device.client().ask("an upload", &Request::Begin { length: 0, crc: 0 }, |reply| {
            matches!(reply, Reply::Stored { .. }).then_some(())
        });
        begun?;
        match self.check(Check::Memory { seed: 1 }) {
            Ok((_, bytes, None)) => Ok(format!("{bytes} bytes hold what is written")),
            Ok((_, bytes, Some(at))) => Err(failed(
                format!("byte {at} of {bytes} does not hold what is written"),
                "bad RAM, a supply that is too low, or a memory map (memory.x) with more RAM than the chip has",
            )),
            Err(DeviceError::Refused { refusal: Refusal::Unknown, .. }) => Err(not_possible(OLD)),
            Err(error) => Err(error.into()),
        }
    }

    /// A network for the digits, the widest that the device, and its slot if it has one, have room for.
    fn fitting(&mut self) -> Result<CoreEngine, Trouble> {
        let hello = self.device.client().hello().clone();
        let slot = if hello.slot > 0 { hello.slot as usize } else { usize::MAX };
        for hidden in [128, 64, 32, 16, 8, 4] {
            let layers = Some(vec![self.digits.width() as u16, hidden, self.digits.classes() as u16]);
            let wishes = Wishes { layers, weights: Some(WeightWidth::I8), ..Wishes::default() };
            let built = wishes.recipe_for(self.digits).and_then(|recipe| build(&recipe));
            let bytes = built.map_err(|error| failed(error.to_string(), DEFECT))?;
            let core = CoreEngine::new(&bytes, AnyKernels::best()).map_err(EngineError::from)?;
            let image = core.checkpoint(&[]).map_err(EngineError::from)?;
            let fits =
                fit::memory(&core.plan(), image.len()) <= hello.memory as usize && image.len() + 64 <= slot;
            if fits && fit::parts(&core.plan()) <= hello.layers {
                return Ok(core);
            }
        }
        Err(not_possible(format!("no network for digits fits {} bytes", hello.memory)))
    }

    fn learning(&mut self) -> Checked {
        self.may_erase()?;
        let mut core = self.fitting()?;
        self.device.upload(&mut core, &mut |_| {})?;
        let wrong = self.learn(&mut core, DIGITS)?;
        let (got, want) =
            (self.device.digest(Scope::State)?, core.digest(Scope::State).map_err(EngineError::from)?);
        let stored =
            (self.device.digest(Scope::Stored)?, core.digest(Scope::Stored).map_err(EngineError::from)?);
        let found = format!("{DIGITS} digits, digest {}", stored.0);
        let layers: Vec<String> = core.plan().layers.iter().map(|layer| layer.len().to_string()).collect();
        let layers = layers.join("-");
        self.network = Some(core);
        if wrong.is_none() && got == want && stored.0 == stored.1 {
            return Ok(format!("{found}, that of the core ({layers})"));
        }
        let found = match wrong {
            Some(first) => format!("answer {first} of {DIGITS} is not the core's"),
            None => format!("{found} instead of {}", stored.1),
        };
        Err(failed(
            found,
            format!(
                "a kernel or the memory is wrong, see above; else {DEFECT}. [:verify] names the first word that differs"
            ),
        ))
    }

    /// Lets device and core learn digits. The first answer that differs.
    fn learn(&mut self, core: &mut CoreEngine, digits: usize) -> Result<Option<usize>, Trouble> {
        let batch: Vec<Presented<'_>> = (0..digits)
            .map(|i| i % self.digits.len())
            .map(|i| Presented { values: self.digits.sample(i), target: Target::Class(self.digits.label(i)) })
            .collect();
        let (mut posted, mut got, mut wrong) = (0, 0, None);
        while got < batch.len() {
            posted += self.device.post(&batch[posted..], true)?;
            let mut results = Vec::new();
            self.device.results(&mut |result| results.push(outcome(&result)))?;
            for result in results {
                let want = core.learn(batch[got].values, batch[got].target).map_err(EngineError::from)?;
                if result != want && wrong.is_none() {
                    wrong = Some(got);
                }
                got += 1;
            }
        }
        Ok(wrong)
    }

    fn rate(&mut self) -> Checked {
        self.may_erase()?;
        if self.network.is_none() {
            return Err(not_possible("no network was loaded"));
        }
        let batch: Vec<Presented<'_>> = (0..DIGITS)
            .map(|i| Presented { values: self.digits.sample(i), target: Target::Unknown })
            .collect();
        let start = self.device.client().now();
        let (mut posted, mut got) = (0, 0);
        while got < batch.len() {
            posted += self.device.post(&batch[posted..], false)?;
            self.device.results(&mut |_| got += 1)?;
        }
        let seconds = (self.device.client().now() - start).as_secs_f64();
        let baud = self.device.client().baud().map(|rate| format!(" at {rate} baud")).unwrap_or_default();
        Ok(format!("{:.0} classified, transfer included{baud}", DIGITS as f64 / seconds.max(1e-9)))
    }

    fn stack(&mut self) -> Checked {
        match self.device.client().facts()? {
            None => Err(not_possible(OLD)),
            Some(facts) => match facts.stack {
                Some(bytes) => Ok(format!("{bytes} bytes used at most since the start")),
                None => Err(not_possible("this firmware does not measure it")),
            },
        }
    }
}

const OLD: &str = "its firmware is from before this check";
