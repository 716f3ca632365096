//! Devices that are opened, and networks that go to them and come back.

use crate::args::LineArgs;
use crate::error::Result;
use crate::screen::Screen;
use hebbit::device::{Device, DeviceError, Where};
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit_core::checkpoint::{Checkpoint, stored_crc};
use hebbit_core::net::{Engine as _, Scope};

/// Only places behind a link.
pub(crate) fn open(on: &Where, line: &LineArgs, screen: &Screen) -> Result<Device> {
    let on = line.of(on)?;
    Ok(screen.working(|say| on.open(say))?)
}

/// Sends a network unless the device has it: how many bytes, and whether it had it.
pub(crate) fn send(
    device: &mut Device,
    core: &mut CoreEngine,
    force: bool,
    screen: &Screen,
) -> Result<(u64, bool)> {
    let image = core.checkpoint(&[])?;
    let crc = stored_crc(&image);
    let there = device.status()?.is_some_and(|status| Some(status.crc) == crc);
    // Its ring may hold samples of another stream; a network that was just loaded remembers nothing.
    let remembers = core.plan().life.remember > 0;
    if there && !force && !remembers {
        device.adopt(core);
        return Ok((0, true));
    }
    let bar = screen.bytes("uploading", image.len() as u64);
    let sent = device.upload(core, &mut |have| bar.set_position(have));
    bar.finish_and_clear();
    sent?;
    Ok((image.len() as u64, false))
}

/// Brings the network back, and checks it against the device's own digest: its bytes, and the core that has it.
pub(crate) fn fetch(device: &mut Device, screen: &Screen) -> Result<(Vec<u8>, CoreEngine)> {
    let length = device.status()?.map_or(0, |status| u64::from(status.length));
    let bar = screen.bytes("pulling", length);
    let image = device.pull(&mut |have| bar.set_position(have));
    bar.finish_and_clear();
    let image = image?;
    let on = device.client().name().to_owned();
    let damaged = |message: String| DeviceError::Answer { on: on.clone(), message };
    Checkpoint::parse(&image).map_err(|error| damaged(format!("what it sent is no network: {error}")))?;
    let want = device.digest(Scope::Stored)?;
    let mut core = CoreEngine::new(&image, AnyKernels::best())?;
    let got = core.digest(Scope::Stored)?;
    if want != got {
        return Err(damaged(format!("what it sent has digest {got}, it says {want}")).into());
    }
    Ok((image, core))
}
