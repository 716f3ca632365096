//! The speed of a link that has one: what both ends can, tried before it is used, given back in the end.

use super::Client;
use crate::error::DeviceError;
use hebbit_core::link::{BASE_BAUD, Facts, Refusal, Reply, Request};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Speeds that are tried, the fastest first. All but the last two are usual for USB adapters; from 1,000,000 on a UART of a
/// microcontroller divides its clock down to them without a remainder.
const SPEEDS: [u32; 5] = [2_000_000, 1_000_000, 921_600, 460_800, 230_400];
/// Requests with which a speed is tried, and bytes of each.
const TRIALS: usize = 8;
const TRIAL_BYTES: usize = 200;
/// Hellos at a speed that was just taken up.
const HELLOS: u32 = 4;
/// How long the end of a session waits for the device to give the speed back.
const GOODBYE: Duration = Duration::from_secs(1);

/// The speed that a link is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baud {
    /// The one that it starts with.
    Stay,
    /// The fastest that both ends can.
    Auto,
    /// This one.
    Fixed(u32),
}

impl fmt::Display for Baud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stay => write!(f, "{BASE_BAUD}"),
            Self::Auto => f.write_str("auto"),
            Self::Fixed(rate) => write!(f, "{rate}"),
        }
    }
}

impl FromStr for Baud {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            _ if text == "auto" => Ok(Self::Auto),
            Ok(rate @ 300..=20_000_000) => Ok(Self::Fixed(rate)),
            _ => Err("write auto, or bits per second, 300 to 20000000".to_owned()),
        }
    }
}

/// What a device says that a hello does not; its texts are the caller's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Most bits per second; 0: its link has no speed.
    pub baud: u32,
    /// What its counter counts in a second; 0 if it does not know.
    pub hertz: u32,
    /// Most bytes of stack that were used.
    pub stack: Option<u32>,
    /// The commit of its firmware.
    pub commit: String,
    /// Forms of samples that it reads besides those that every device does.
    pub forms: u8,
}

impl Client {
    /// What a hello does not say of the device; none of a firmware from before there was such a request.
    ///
    /// # Errors
    /// If the link fails.
    pub fn facts(&mut self) -> Result<Option<Known>, DeviceError> {
        let facts = self.ask("facts", &Request::Facts, |reply| match *reply {
            Reply::Facts(Facts { baud, hertz, stack, commit, forms }) => {
                Some(Known { baud, hertz, stack, commit: super::said(commit, super::NAME), forms })
            }
            _ => None,
        });
        match facts {
            Ok(facts) => Ok(Some(facts)),
            Err(DeviceError::Refused { refusal: Refusal::Unknown, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Lets device and link take up a speed, and agree on the forms of samples. `say` hears in one line what was agreed.
    ///
    /// # Errors
    /// If the link fails. That a speed is not to be had is no error.
    pub fn settle(&mut self, wish: Baud, say: &mut dyn FnMut(&str)) -> Result<(), DeviceError> {
        self.wish = wish;
        let Some(now) = self.transport.baud() else { return Ok(()) };
        let facts = self.facts()?;
        // A link without a speed of its own is a fast one.
        self.forms = facts.as_ref().filter(|facts| facts.baud > 0).map_or(0, |facts| facts.forms);
        let want: &[u32] = match &wish {
            Baud::Stay => return Ok(()),
            Baud::Fixed(rate) => std::slice::from_ref(rate),
            Baud::Auto => &SPEEDS,
        };
        let name = self.name.clone();
        let Some(facts) = facts else {
            if wish != Baud::Fixed(now) {
                say(&format!(
                    "{name}: {now} baud: its firmware knows no other; [:flash] brings one that does"
                ));
            }
            return Ok(());
        };
        // One that can take up another speed was left at this one.
        self.raised = facts.baud > 0 && now != BASE_BAUD;
        if want == [now] {
            say(&format!("{name}: {now} baud"));
            return Ok(());
        }
        if facts.baud == 0 {
            if wish != Baud::Auto {
                say(&format!("{name}: its link has no speed of its own: [baud] is passed over"));
            }
            return Ok(());
        }
        let mut failed = Vec::new();
        for &rate in want {
            if rate > facts.baud || !self.can(rate)? {
                continue;
            }
            // One that was asked for is tried again: noise may have taken a hello.
            let tries = if wish == Baud::Auto { 1 } else { 3 };
            let mut works = false;
            for _ in 0..tries {
                works = works || self.try_speed(rate, wish == Baud::Auto)?;
            }
            if works {
                let tried = if failed.is_empty() {
                    String::new()
                } else {
                    format!(" ({} failed)", failed.join(", "))
                };
                say(&format!("{name}: {rate} baud{tried}"));
                return Ok(());
            }
            failed.push(rate.to_string());
        }
        let (now, most) = (self.transport.baud().unwrap_or(now), facts.baud);
        let why = match failed.is_empty() {
            true => format!("its firmware takes up {most} at most, or the port cannot follow"),
            false => format!("{} failed", failed.join(", ")),
        };
        say(&format!("{name}: {now} baud: {why}"));
        Ok(())
    }

    /// Whether the host's end has a speed.
    fn can(&mut self, rate: u32) -> Result<bool, DeviceError> {
        let now = self.transport.baud().unwrap_or(BASE_BAUD);
        let can = self.transport.set_baud(rate).is_ok();
        self.speed(now)?;
        Ok(can)
    }

    /// Sets the host's end.
    pub(super) fn speed(&mut self, rate: u32) -> Result<(), DeviceError> {
        self.transport
            .set_baud(rate)
            .map_err(|source| DeviceError::Link { on: self.name.clone(), source })?;
        self.trip = self.transport.delay();
        Ok(())
    }

    /// Takes up a speed and tries it: a `strict` trial allows no broken frame. If it fails both are where they were before.
    ///
    /// # Errors
    /// If the link fails altogether.
    pub fn try_speed(&mut self, rate: u32, strict: bool) -> Result<bool, DeviceError> {
        match self.ask("a speed", &Request::Baud { rate }, |reply| matches!(reply, Reply::Done).then_some(()))
        {
            Ok(()) => {}
            Err(DeviceError::Refused { .. }) => return Ok(false),
            Err(error) => return Err(error),
        }
        self.raised = rate != BASE_BAUD;
        self.speed(rate)?;
        // The session is open already: a hello changes nothing, whatever its number.
        if self.say_hello(self.next.wrapping_sub(1), HELLOS)? && (!strict || self.works()?) {
            return Ok(true);
        }
        // The device finds it out by itself: hellos at the first speed are nothing but broken frames to it.
        self.speed(BASE_BAUD)?;
        self.raised = false;
        self.greet()?;
        // What went wrong at that speed says nothing of another one.
        (self.trouble, self.calm) = (0, 0);
        Ok(false)
    }

    /// Whether long frames get through.
    fn works(&mut self) -> Result<bool, DeviceError> {
        let before = self.traffic;
        let give_up = std::mem::replace(&mut self.give_up, self.transport.delay() * 4);
        let works = (0..TRIALS).try_for_each(|_| self.echo(TRIAL_BYTES));
        self.give_up = give_up;
        match works {
            Ok(()) => Ok(self.traffic.again == before.again && self.traffic.broken == before.broken),
            Err(DeviceError::NoAnswer { .. } | DeviceError::Answer { .. }) => {
                self.pending.clear();
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Sends so many bytes that the device throws away, and waits for its answer.
    ///
    /// # Errors
    /// If the link fails.
    pub fn echo(&mut self, bytes: usize) -> Result<(), DeviceError> {
        // Alternating bits, every bit set, every other value: what a speed that is a little off gets wrong first.
        let bytes: Vec<u8> = (0..bytes).map(|i| [0x55, 0xff, i as u8][i % 3]).collect();
        // Behind the end of any upload.
        let put = Request::Put { offset: u32::MAX, bytes: &bytes };
        match self.ask("a trial", &put, |_| Some(())) {
            Ok(()) | Err(DeviceError::Refused { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Takes up the speed of before once more, after a session that began anew.
    pub(in super::super) fn settle_again(&mut self) -> Result<(), DeviceError> {
        self.settle(self.wish, &mut |_| {})
    }

    /// Gives the speed back, so that whoever comes next finds the device where it starts. One that does not answer goes back by itself
    /// as soon as it is spoken to at that speed.
    fn goodbye(&mut self) {
        if !self.raised || self.transport.baud() == Some(BASE_BAUD) {
            return;
        }
        self.raised = false;
        self.pending.clear();
        self.give_up = GOODBYE;
        let until = self.transport.now() + GOODBYE;
        let request = Request::Baud { rate: BASE_BAUD };
        if self.post(&request).is_err() {
            return;
        }
        let number = self.next.wrapping_sub(1);
        while self.transport.now() < until {
            match self.frame(until) {
                Ok(super::Frame::Whole(n, _)) if n == number => break,
                Ok(super::Frame::Whole(..) | super::Frame::Broken) => {}
                Ok(super::Frame::None) | Err(_) => break,
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.goodbye();
    }
}
