//! A stream goes on after its device was reset, or its port was unplugged; what cannot go on is kept.

use super::{Event, Source, Span, Stream};
use crate::error::{Error, Result};
use crate::stop::STOP;
use crate::transfer::send;
use hebbit::device::{DeviceError, Tally};
use hebbit::engine::CoreEngine;
use hebbit::error::Error as HostError;
use hebbit::kernels::AnyKernels;
use hebbit_core::net::Engine as _;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Breaks in a row, without a sample between them, before the device counts as broken.
const BREAKS: u32 = 5;
/// How long a port is waited for before the keyboard is looked at.
const LOOK: Duration = Duration::from_millis(250);

impl Stream<'_> {
    /// Streams samples from `from` on, and brings the device back to where it was if it is lost amid them.
    pub(crate) fn through(
        &mut self,
        source: &mut Source<'_>,
        from: u64,
        span: &Span,
        tally: &mut Tally,
    ) -> Result<()> {
        let (mut broken, mut breaks) = (None, 0);
        while broken.is_some()
            || from + tally.samples < span.to && !self.ended && !STOP.load(Ordering::Relaxed)
        {
            let done = tally.samples;
            let went = match broken.take() {
                None => self.stretch(source, from + done, span, tally),
                Some(why) => self.restore(&why, source, from, from + done, span.learn),
            };
            let Err(error) = went else { continue };
            let Error::Host(HostError::Device(why)) = error else { return Err(error) };
            breaks = if tally.samples > done { 1 } else { breaks + 1 };
            if breaks > BREAKS || STOP.load(Ordering::Relaxed) || !self.can_come_back(&why) {
                return Err(why.into());
            }
            self.tell_break(&why, from + tally.samples, tally.samples)?;
            broken = Some(why);
        }
        Ok(())
    }

    fn can_come_back(&mut self, why: &DeviceError) -> bool {
        match why {
            DeviceError::Restarted { .. } | DeviceError::NoAnswer { .. } => true,
            DeviceError::Link { .. } => self.device.client().comes_back_within().is_some(),
            _ => false,
        }
    }

    /// One remark: what happened after sample `at`, and what is done about it.
    fn tell_break(&mut self, why: &DeviceError, at: u64, samples: u64) -> Result<()> {
        let (event, what) = match why {
            DeviceError::Restarted { .. } => {
                self.resets += 1;
                let what =
                    format!("the device was reset behind sample {at}: its network is restored, and goes on");
                (Event::Reset { samples }, what)
            }
            DeviceError::Link { on, .. } => {
                self.losses += 1;
                let most = self.device.client().comes_back_within().unwrap_or_default().as_secs();
                let what = format!(
                    "{on} is gone behind sample {at}: up to {most} s it is waited for, then the network is restored, and goes on"
                );
                (Event::Lost { samples, port: true }, what)
            }
            _ => {
                self.losses += 1;
                let what = format!(
                    "the device does not answer behind sample {at}: its network is restored, and goes on"
                );
                (Event::Lost { samples, port: false }, what)
            }
        };
        if self.args.json_lines {
            return self.screen.line(&event);
        }
        self.screen.say(&what);
        Ok(())
    }

    /// Waits for the port of a device, unless the user stops it.
    fn reopen(&mut self) -> Result<()> {
        let most = self.device.client().comes_back_within().unwrap_or_default();
        let start = Instant::now();
        loop {
            match self.device.client().reopen(LOOK) {
                Ok(()) => return Ok(()),
                Err(DeviceError::Link { on, source })
                    if start.elapsed() >= most || STOP.load(Ordering::Relaxed) =>
                {
                    let seconds = start.elapsed().as_secs();
                    return Err(DeviceError::Gone { on, seconds, source }.into());
                }
                Err(DeviceError::Link { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Brings the device to where it was after sample `to`: the core learns what it had learned since `base`, and the result
    /// is uploaded. The same bits, whoever computes them.
    fn restore(
        &mut self,
        why: &DeviceError,
        source: &mut Source<'_>,
        from: u64,
        to: u64,
        learn: bool,
    ) -> Result<()> {
        if matches!(why, DeviceError::Link { .. }) {
            self.reopen()?;
        }
        self.device.reconnect()?;
        let mut core = self.followed(source, from, to, learn)?;
        send(&mut self.device, &mut core, true, self.screen)?;
        self.device.remember_all(&core.remembered())?;
        Ok(())
    }

    /// The core with the samples `from..to`, which the device has answered.
    pub(crate) fn followed(
        &self,
        source: &mut Source<'_>,
        from: u64,
        to: u64,
        learn: bool,
    ) -> Result<CoreEngine> {
        let mut core = CoreEngine::new(&self.job.base, AnyKernels::best())?;
        for (sample, class) in &self.job.remembered {
            core.remember(sample, *class)?;
        }
        for i in from..to {
            let offered = source(i);
            if let Some(&target) = self.told.get((i - from) as usize) {
                if offered.taught {
                    core.classify(&offered.values)?;
                }
                core.learn(&offered.values, target)?;
            } else if learn {
                core.learn(&offered.values, offered.target())?;
            } else {
                core.classify(&offered.values)?;
            }
        }
        Ok(core)
    }

    /// Keeps what was learned by a stream that was cut after sample `to`. The error that it ends with.
    pub(crate) fn cut(&mut self, source: &mut Source<'_>, from: u64, to: u64, error: Error) -> Result<Error> {
        let (Some(path), Error::Host(HostError::Device(_))) = (self.args.out.as_deref(), &error) else {
            return Ok(error);
        };
        let core = self.followed(source, from, to, true)?;
        self.job.progress = self.stands_at(to);
        self.told.clear();
        self.write(path, &core)?;
        if STOP.load(Ordering::Relaxed) {
            return Ok(Error::Interrupted { kept: Some(path.to_owned()) });
        }
        let file = path.display();
        self.screen.say(&format!(
            "what was learned up to sample {to} is in {file}: `hebbit stream {file} --learn --continue` goes on there"
        ));
        Ok(error)
    }
}
