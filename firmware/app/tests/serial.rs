//! The serial ports of the boards without hardware: two ports are one link.

#[allow(dead_code, unreachable_pub)]
#[path = "../../boards/common/src/serial.rs"]
mod serial;

use embedded_io::{ReadReady, Write};
use hebbit_app::Link;
use serial::{Pair, Patient, Port, Serial, fill};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// A port in memory that accepts three bytes at a time.
#[derive(Default)]
struct Wire {
    arrived: VecDeque<u8>,
    sent: Vec<u8>,
    baud: u32,
    busy: u32,
}

#[derive(Clone, Default)]
struct End(Rc<RefCell<Wire>>);

impl End {
    fn arrives(&self, bytes: &[u8]) {
        self.0.borrow_mut().arrived.extend(bytes);
    }

    fn takes(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.borrow_mut().sent)
    }
}

impl Port for End {
    fn take(&mut self, to: &mut [u8]) -> usize {
        fill(to, || self.0.borrow_mut().arrived.pop_front())
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        let mut wire = self.0.borrow_mut();
        let count = bytes.len().min(3_usize.saturating_sub(wire.busy as usize));
        wire.sent.extend(&bytes[..count]);
        wire.busy = if count > 0 { wire.busy + count as u32 } else { 0 };
        count
    }

    fn sent(&mut self) -> bool {
        let mut wire = self.0.borrow_mut();
        wire.busy = wire.busy.saturating_sub(1);
        wire.busy == 0
    }

    fn set_baud(&mut self, baud: u32) -> bool {
        self.0.borrow_mut().baud = baud;
        true
    }
}

fn read(link: &mut impl Link) -> Vec<u8> {
    let mut bytes = [0; 64];
    let count = link.read(&mut bytes).unwrap_or(0);
    bytes[..count].to_vec()
}

#[test]
fn a_link_gives_what_arrives_and_sends_all() {
    let end = End::default();
    let mut link = Serial::new(end.clone());
    assert_eq!(link.read_ready().ok(), Some(false));
    end.arrives(&[1, 2, 3]);
    assert_eq!(link.read_ready().ok(), Some(true));
    assert_eq!(link.read_ready().ok(), Some(true), "a look takes nothing");
    assert_eq!(read(&mut link), [1, 2, 3]);
    assert_eq!(link.write(&[7; 100]).ok(), Some(100));
    link.flush().expect("ports do not fail");
    assert_eq!((end.takes(), end.0.borrow().busy), (vec![7; 100], 0));
}

#[test]
fn answers_go_where_the_last_frame_came_from() {
    let (uart, usb) = (End::default(), End::default());
    let mut link = Serial::new(Pair::new(uart.clone(), usb.clone()));
    link.write_all(b"first").expect("ports do not fail");
    assert_eq!((uart.takes(), usb.takes()), (b"first".to_vec(), vec![]), "before a frame the first port");
    usb.arrives(b"ask\0");
    // Noise on the other port ends no frame.
    uart.arrives(&[0xff, 0x80]);
    assert_eq!(read(&mut link), [0xff, 0x80]);
    assert_eq!(read(&mut link), b"ask\0");
    uart.arrives(&[0xfe]);
    assert_eq!(read(&mut link), [0xfe]);
    link.write_all(b"answer").expect("ports do not fail");
    assert!(link.set_baud(230_400));
    assert_eq!((uart.takes(), usb.takes()), (vec![], b"answer".to_vec()));
    assert_eq!([uart.0.borrow().baud, usb.0.borrow().baud], [0, 230_400]);
    uart.arrives(b"ask\0");
    assert_eq!(link.read_ready().ok(), Some(true));
    assert_eq!(read(&mut link), b"ask\0");
    link.write_all(b"answer").expect("ports do not fail");
    assert_eq!((uart.takes(), usb.takes()), (b"answer".to_vec(), vec![]));
}

#[test]
fn a_port_that_is_missing_holds_up_nothing() {
    let usb = End::default();
    let mut link = Serial::new(Pair::new(None::<End>, Some(usb.clone())));
    link.write_all(b"nobody hears this").expect("ports do not fail");
    link.flush().expect("ports do not fail");
    assert!(!link.set_baud(230_400));
    usb.arrives(b"\0");
    assert_eq!(read(&mut link), b"\0");
    link.write_all(b"answer").expect("ports do not fail");
    assert_eq!(usb.takes(), b"answer");
}

/// A port whose host reads, and so takes packets, only on request.
struct Closed(Rc<Cell<bool>>, VecDeque<u8>);

impl Port for Closed {
    fn take(&mut self, to: &mut [u8]) -> usize {
        fill(to, || self.1.pop_front())
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        if self.0.get() { bytes.len() } else { 0 }
    }

    fn sent(&mut self) -> bool {
        self.0.get()
    }
}

#[test]
fn a_host_that_does_not_read_is_waited_for_so_long() {
    let open = Rc::new(Cell::new(false));
    let give = |port: &mut Patient<Closed, 3>, reads| {
        open.set(reads);
        port.give(&[1, 2])
    };
    let mut port = Patient::<_, 3>::new(Closed(open.clone(), [7].into()));
    assert_eq!([false; 5].map(|reads| give(&mut port, reads)), [0, 0, 0, 2, 2]);
    assert!(port.sent(), "nor is its answer");
    // A host that writes or reads counts as present again.
    assert_eq!((port.take(&mut [0; 4]), port.take(&mut [0; 4])), (1, 0));
    assert_eq!([false, false, true, false].map(|reads| give(&mut port, reads)), [0, 0, 2, 0]);
    assert_eq!([(); 3].map(|()| port.sent()), [false, false, true]);
}
