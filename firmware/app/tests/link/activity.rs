//! Activities that the device reports to the board.

use super::{MEMORY, Script, framed, worked};
use hebbit_app::{Board, Buffers, Doing, Ended, NoStore, Refusal, Unit, run};
use hebbit_core::checkpoint::{Checkpoint, stored_crc};
use hebbit_core::link::{PROTOCOL, Request, pack};
use hebbit_core::net::{Scalar, Target};
use std::cell::RefCell;
use std::collections::VecDeque;
use zerocopy::IntoBytes as _;

/// A board that records reported activities.
struct Listens<'t>(&'t RefCell<Vec<Doing>>);

impl Board for Listens<'_> {
    const NAME: &'static str = "listens";
    const UNIT: Unit = Unit::Nothing;
    const CREDITS: u8 = 1;
    fn count(&mut self) -> u32 {
        0
    }
    fn tell(&mut self, doing: Doing) {
        self.0.borrow_mut().push(doing);
    }
    fn feed(&mut self) {}
    fn reset(&mut self) {}
}

#[test]
fn a_board_is_told_what_the_device_does() {
    let bytes = worked();
    let crc = stored_crc(&bytes).expect("a checkpoint");
    let length = bytes.len() as u32;
    let mut sample = [0; 8];
    let len = pack(Target::Class(1), &[200, 100], &mut sample).expect("it fits");
    let samples = Request::Samples { first: 1, learn: true, count: 1, bytes: &sample[..len] };
    let mut requests = [
        Request::Hello { session: 1, protocol: PROTOCOL },
        Request::Begin { length, crc },
        Request::Put { offset: 0, bytes: &bytes },
        Request::Commit,
        samples,
        Request::Persist,
    ]
    .into_iter()
    .zip(0..);
    let mut next = |_: &[u8]| requests.next().map(|(request, number)| framed(number, &request));
    let script = Script { said: VecDeque::new(), answers: Vec::new(), next: &mut next };
    let (mut memory, mut buffers, reported) =
        (vec![0_u64; MEMORY / 8], Buffers::new(), RefCell::new(Vec::new()));
    let ended = run::<16, _, _, _, _>(
        script,
        Listens(&reported),
        Scalar,
        NoStore,
        memory.as_mut_bytes(),
        &mut buffers,
    );
    assert_eq!(ended, Ended::Link);
    let presented = Checkpoint::parse(&bytes).expect("a checkpoint").plan.met();
    assert_eq!(
        reported.into_inner(),
        [
            Doing::Waits,
            Doing::Receives { bytes: length },
            Doing::Starts { presented },
            Doing::Computes,
            Doing::Answered { presented: presented + 1 },
            Doing::Saves,
            Doing::Fails(Refusal::NoSlot { have: 0 }),
        ]
    );
}
