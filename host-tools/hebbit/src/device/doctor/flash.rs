//! What survives a loss of power: persisted, cut by resets amid its writing, and read back.

use super::{Checked, Doctor, OLD, Trouble, failed, not_possible};
use crate::device::{Device, EngineError};
use crate::engine::CoreEngine;
use crate::error::DeviceError;
use crate::kernels::AnyKernels;
use hebbit_core::link::{Check, Refusal, Reply, Request};
use hebbit_core::net::{Engine as _, Scope};

/// When the device starts anew while it persists: after so many feedings of its watchdog.
const CUTS: [u16; 6] = [0, 1, 3, 9, 27, 81];
const FLASH: &str = "the flash is worn out or write-protected, or the supply is too low to write it";

impl Doctor<'_> {
    /// Persists, is cut amid that again and again, and reads back: the old network or the new one, whole.
    pub(super) fn persisting(&mut self) -> Checked {
        self.may_erase()?;
        if self.device.client().hello().slot == 0 {
            return Err(not_possible("this firmware persists nothing"));
        }
        let mut core = match self.network.take() {
            Some(core) => core,
            None => self.fitting()?,
        };
        self.device.upload(&mut core, &mut |_| {})?;
        self.kept(|device| device.persist())?;
        let digest = |core: &mut CoreEngine| {
            core.digest(Scope::Stored).map_err(|error| Trouble::from(EngineError::from(error)))
        };
        let (mut old, mut cuts) = (digest(&mut core)?, 0);
        for after in CUTS {
            // Another network than the one that is there, so that both can be told apart.
            self.learn(&mut core, 1)?;
            let new = digest(&mut core)?;
            let whole = self.kept(|device| {
                let cut = Request::Check(Check::Cut { after });
                match device.client().ask("a cut", &cut, |reply| matches!(reply, Reply::Done).then_some(())) {
                    Ok(()) => Ok(true),
                    Err(DeviceError::Restarted { .. }) => Ok(false),
                    Err(error) => Err(error),
                }
            })?;
            self.device.reconnect()?;
            let Some(status) = self.device.status()? else {
                return Err(failed(format!("nothing is there after a cut at {after}"), FLASH));
            };
            cuts += u32::from(!whole);
            match status.digest {
                // What was persisted before is there: the core goes back to it as well.
                got if got == old && !whole => self.device.upload(&mut core, &mut |_| {}).map(drop)?,
                got if got == new => old = new,
                got => {
                    return Err(failed(
                        format!(
                            "digest {got} after a cut at {after}: neither the old network nor the new one"
                        ),
                        FLASH,
                    ));
                }
            }
            if whole {
                break;
            }
        }
        self.kept(|device| device.persist())?;
        let want = digest(&mut core)?;
        self.device.reset()?;
        self.device.reconnect()?;
        let got = self.device.status()?.map(|status| status.digest);
        if got != Some(want) {
            let got = got.map_or("nothing".to_owned(), |digest| digest.to_string());
            return Err(failed(format!("{got} is there after a reset, {want} was persisted"), FLASH));
        }
        Ok(format!("the network is there after a reset, and after {cuts} cuts amid its writing"))
    }

    /// Does what writes the flash.
    fn kept<T>(&mut self, work: impl FnOnce(&mut Device) -> Result<T, DeviceError>) -> Result<T, Trouble> {
        match work(self.device) {
            Err(DeviceError::Refused { refusal: refusal @ Refusal::Flash, .. }) => {
                Err(failed(refusal.to_string(), FLASH))
            }
            Err(DeviceError::Refused { refusal: Refusal::NoSlot { have }, .. }) => {
                Err(not_possible(format!("its slot has {have} bytes")))
            }
            Err(DeviceError::Refused { refusal: Refusal::Unknown, .. }) => Err(not_possible(OLD)),
            other => Ok(other?),
        }
    }

    pub(super) fn send_back(&mut self, image: &[u8]) -> Checked {
        let mut core = CoreEngine::new(image, AnyKernels::best()).map_err(EngineError::from)?;
        self.device.upload(&mut core, &mut |_| {})?;
        let slot = self.device.client().hello().slot;
        if slot == 0 {
            return Ok("to its memory".to_owned());
        }
        self.kept(|device| device.persist())?;
        Ok("to its memory, and persisted".to_owned())
    }
}
