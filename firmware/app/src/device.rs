//! The two states of a device: waiting for a network, and running one.

use crate::ended::Ended;
use crate::port::{BODY, Buffers, KEPT, Port};
use crate::serve::{Serve, Served};
use crate::{Board, Doing, Link, Store, check};
use hebbit_core::checkpoint::{self, CheckpointError};
use hebbit_core::link::{About, Check, Collector, MAX_MESSAGE, Refusal, Reply, Request};
use hebbit_core::net::{Kernels, Network, Scope, ShapeError};

/// An upload.
#[derive(Clone, Copy)]
struct Upload {
    length: usize,
    crc: u32,
    have: usize,
}

/// The network to load next, and the number of the request to answer then; none for a persisted network.
struct Load {
    length: usize,
    number: Option<u16>,
}

/// Runs a device. `memory`, which starts at a multiple of 8, holds one network: its checkpoint in place, and its state.
/// `N` is the maximum of layers, of projections and of feedbacks: a network takes about 0.9 KB of stack for each.
pub fn run<const N: usize, L, B, K, S>(
    link: L,
    mut board: B,
    kernels: K,
    mut store: S,
    memory: &mut [u8],
    buffers: &mut Buffers,
) -> Ended
where
    L: Link,
    B: Board,
    K: Kernels + Copy,
    S: Store,
{
    const { assert!(0 < B::CREDITS && B::CREDITS as usize <= KEPT, "every frame under way has its answer kept") }
    let about = About {
        board: B::NAME,
        core: hebbit_core::VERSION,
        memory: u32::try_from(memory.len()).unwrap_or(u32::MAX),
        slot: store.capacity(),
        message: MAX_MESSAGE as u16,
        credits: B::CREDITS,
        unit: B::UNIT,
        layers: N as u8,
        network: false,
    };
    let (mut port, collector, body) = Port::new(link, buffers);
    let mut load = store.load(memory).map(|length| Load { length, number: None });
    let mut upload = None;
    loop {
        let Load { length, number } = match load.take() {
            Some(load) => load,
            None => match idle(&mut port, collector, &mut board, &kernels, memory, &about, &mut upload) {
                Ok(load) => load,
                Err(ended) => return ended,
            },
        };
        let begun = serve::<N, _, _, _, _>(
            &mut port, collector, body, &mut board, &mut store, kernels, memory, length, number, &about,
        );
        upload = match begun {
            Ok(begun) => begun,
            Err(ended) => return ended,
        };
    }
}

/// Waits until an upload is complete.
fn idle<L, B, K>(
    port: &mut Port<'_, L>,
    collector: &mut Collector,
    board: &mut B,
    kernels: &K,
    memory: &mut [u8],
    about: &About<'_>,
    upload: &mut Option<Upload>,
) -> Result<Load, Ended>
where
    L: Link,
    B: Board,
    K: Kernels,
{
    board.tell(Doing::Waits);
    loop {
        let number = port.wait(collector, board, about)?;
        let reply = match postcard::from_bytes(collector.message()) {
            Ok(Request::Begin { length, crc }) => match begin(memory, length, crc, *upload) {
                Ok(begun) => {
                    *upload = Some(begun);
                    board.tell(Doing::Receives { bytes: length });
                    Reply::Stored { have: begun.have as u32 }
                }
                Err(refusal) => Reply::Refused(refusal),
            },
            Ok(Request::Put { offset, bytes }) => put(memory, upload.as_mut(), offset, bytes),
            Ok(Request::Commit) => match *upload {
                Some(Upload { length, have, .. }) if have < length => {
                    Reply::Refused(Refusal::Offset { want: have as u32 })
                }
                Some(Upload { length, crc, .. }) => {
                    if checkpoint::stored_crc(memory.get(..length).unwrap_or_default()) == Some(crc) {
                        return Ok(Load { length, number: Some(number) });
                    }
                    *upload = None;
                    Reply::Refused(Refusal::Crc)
                }
                None => Reply::Refused(Refusal::NoUpload),
            },
            Ok(Request::Reset) => {
                port.reply(number, &Reply::Done)?;
                board.reset();
                return Err(Ended::Reset);
            }
            Ok(
                Request::Persist
                | Request::Samples { .. }
                | Request::Watch { .. }
                | Request::Remember { .. }
                | Request::Open { .. }
                | Request::Ticks { .. }
                | Request::Close,
            ) => Reply::Refused(Refusal::NoNetwork),
            Ok(Request::Check(Check::Memory { seed })) => {
                *upload = None;
                check::memory(memory, seed, board)
            }
            Ok(Request::Check(Check::Kernel { index, seed, trials })) => {
                *upload = None;
                let full = Refusal::DoesNotFit { need: check::ROOM, have: memory.len() as u32 };
                check::kernel(kernels, (index, seed, trials), board, memory, full)
            }
            Ok(Request::Check(Check::Cut { .. })) => Reply::Refused(Refusal::NoNetwork),
            Ok(request) if request.is_read() => Reply::Refused(Refusal::NoNetwork),
            _ => Reply::Refused(Refusal::Unknown),
        };
        port.reply(number, &reply)?;
    }
}

/// Begins an upload, or resumes the same one.
fn begin(memory: &[u8], length: u32, crc: u32, upload: Option<Upload>) -> Result<Upload, Refusal> {
    let length = length as usize;
    if length > memory.len() {
        return Err(Refusal::DoesNotFit { need: length as u32, have: memory.len() as u32 });
    }
    let same = upload.filter(|upload| upload.length == length && upload.crc == crc);
    Ok(same.unwrap_or(Upload { length, crc, have: 0 }))
}

fn put(memory: &mut [u8], upload: Option<&mut Upload>, offset: u32, bytes: &[u8]) -> Reply<'static> {
    let Some(upload) = upload else { return Reply::Refused(Refusal::NoUpload) };
    if offset as usize != upload.have {
        return Reply::Refused(Refusal::Offset { want: upload.have as u32 });
    }
    let end = upload.have.saturating_add(bytes.len());
    if end > upload.length {
        return Reply::Refused(Refusal::Range { end: upload.length as u32 });
    }
    if let Some(to) = memory.get_mut(upload.have..end) {
        to.copy_from_slice(bytes);
        upload.have = end;
    }
    Reply::Stored { have: upload.have as u32 }
}

const fn padded(len: usize) -> usize {
    len.next_multiple_of(8)
}

/// A network in memory, and its state.
struct Opened<'s, 'm, K, const N: usize> {
    network: &'s mut Network<'m, K, N>,
    spare: &'m mut [u8],
    state: usize,
}

/// Opens the network in memory, in a place of the caller, as it is too large to return by value.
#[inline(never)]
fn open<'s, 'm, K: Kernels, const N: usize>(
    slot: &'s mut Option<Network<'m, K, N>>,
    memory: &'m mut [u8],
    length: usize,
    kernels: K,
) -> Result<Opened<'s, 'm, K, N>, Refusal> {
    let total = memory.len();
    let start = padded(length);
    let fit = |need: usize| Refusal::DoesNotFit { need: need as u32, have: total as u32 };
    let (image, arena) = memory.split_at_mut_checked(start).ok_or(fit(start))?;
    let room = arena.len();
    let opened = checkpoint::open_in(slot, &mut image[..length], arena, kernels);
    let network = opened.map_err(|error| match error {
        CheckpointError::Shape(ShapeError::Memory { what: "arena", want, .. }) => fit(start + want),
        error => error.into(),
    })?;
    let spare = network.take_spare();
    let state = room - spare.len();
    Ok(Opened { network, spare, state })
}

/// Opens the network in memory and runs it. Returns when an upload has begun, or if it cannot be opened.
#[expect(clippy::too_many_arguments, reason = "the parts of one loop, cut in two")]
fn serve<const N: usize, L, B, K, S>(
    port: &mut Port<'_, L>,
    collector: &mut Collector,
    body: &mut [u8; BODY],
    board: &mut B,
    store: &mut S,
    kernels: K,
    memory: &mut [u8],
    length: usize,
    number: Option<u16>,
    about: &About<'_>,
) -> Result<Option<Upload>, Ended>
where
    L: Link,
    B: Board,
    K: Kernels + Copy,
    S: Store,
{
    let total = memory.len();
    let mut slot = None;
    let Opened { network, spare, state } = match open::<K, N>(&mut slot, memory, length, kernels) {
        Ok(opened) => opened,
        Err(refusal) => {
            board.tell(Doing::Fails(refusal));
            if let Some(number) = number {
                port.reply(number, &Reply::Refused(refusal))?;
            }
            return Ok(None);
        }
    };
    if let Some(number) = number {
        port.reply(number, &Reply::Loaded { digest: network.digest(Scope::Stored), state: state as u32 })?;
    }
    board.tell(Doing::Starts { presented: network.plan().met() });
    let about = About { network: true, ..*about };
    let Served { number, length, crc } =
        Serve { port, board, store, network, spare, body, about, kernels, crc: None }
            .run(collector, total)?;
    port.reply(number, &Reply::Stored { have: 0 })?;
    Ok(Some(Upload { length: length as usize, crc, have: 0 }))
}
