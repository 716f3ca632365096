//! Ports that are no device: each is named, ends with the documented code, and is free again at once.

use super::serial::{Played, Plugged, Says, line};
use super::{folder, hebbit, refuses, small_network, text};
use hebbit_core::link::{About, Collector, Incoming, MAX_FRAME, PROTOCOL, Reply, Request, Unit, seal};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// What a device of this version of the protocol and of the core answers to the hellos in `bytes`.
fn greets(bytes: &[u8], protocol: u16, core: &str) -> Vec<u8> {
    let (mut collector, mut out) = (Collector::new(), Vec::new());
    for &byte in bytes {
        let Some(Ok(Incoming { number })) = collector.push(byte) else { continue };
        let Ok(Request::Hello { session, .. }) = postcard::from_bytes(collector.message()) else { continue };
        let about = About {
            board: "nucleo-f446re",
            core,
            memory: 90_000,
            slot: 0,
            message: 1024,
            credits: 3,
            unit: Unit::Cycles,
            layers: 8,
            network: false,
        };
        let mut frame = vec![0; MAX_FRAME];
        let len = seal(number, &Reply::Hello { protocol, session, about }, &mut frame).unwrap();
        out.extend(&frame[..len]);
    }
    out
}

/// The port of this name answers an upload.
fn works(net: &Path, on: &str) {
    hebbit().args(["upload", text(net), "--on", on]).assert().success();
}

#[test]
fn what_speaks_otherwise_is_named_and_its_port_is_free_at_once() {
    let cases: [(i32, &str, Says, &str); 5] = [
        (15, "protocol", |bytes| greets(bytes, 2, hebbit_core::VERSION), "speaks version 2 of the protocol"),
        (15, "core", |bytes| greets(bytes, PROTOCOL, "0.0.1"), "runs core 0.0.1"),
        (13, "foreign", |_| b"sensor 12.5\r\nsensor 12.6\r\n".to_vec(), "says 'sensor 12.5'"),
        (
            13,
            "half",
            |bytes| {
                let mut whole = greets(bytes, PROTOCOL, hebbit_core::VERSION);
                whole.truncate(whole.len() * 2 / 3);
                whole
            },
            "end amid a frame",
        ),
        (13, "no_answer", |_| vec![0; 3], "does not answer"),
    ];
    std::thread::scope(|scope| {
        for (exit, code, says, found) in cases {
            scope.spawn(move || {
                let dir = folder();
                let (name, net) = (dir.path().join("tty"), small_network(dir.path()));
                let on = format!("serial:{}", name.display());
                let played = Played::new(&name, says);
                let said =
                    refuses(exit, &format!("hebbit::device::{code}"), &["upload", text(&net), "--on", &on]);
                assert!(said.contains(found), "{said}");
                let _board = Plugged::at(played.end(), name, usize::MAX, None);
                works(&net, &on);
            });
        }
    });
}

/// Somebody else has it open: the lock of the crate that opens ports, which also holds for the superuser.
#[test]
fn a_port_in_use_is_busy_until_it_is_closed() {
    let dir = folder();
    let (name, net) = (dir.path().join("tty"), small_network(dir.path()));
    let on = format!("serial:{}", name.display());
    let device = line(&name);
    let held = serialport::new(text(&name), 115_200).open().unwrap();
    for command in [&["doctor", "--on", &on][..], &["upload", text(&net), "--on", &on]] {
        let said = refuses(13, "hebbit::device::port_busy", command);
        assert!(said.contains("has it open"), "{said}");
    }
    drop(held);
    let _board = Plugged::at(device, name, usize::MAX, None);
    works(&net, &on);
}

#[test]
fn what_is_no_serial_port_is_not_called_busy() {
    let dir = folder();
    let file = dir.path().join("file");
    std::fs::write(&file, "text").unwrap();
    for name in [Path::new("/dev/null"), &file, dir.path()] {
        let on = format!("serial:{}", name.display());
        for command in [&["doctor", "--on", &on][..], &["pull", "out.hbt", "--on", &on]] {
            let said = refuses(13, "hebbit::device::not_serial", command);
            assert!(said.contains(&format!("{} is not a serial port", name.display())), "{said}");
        }
    }
    assert_eq!(std::fs::read(&file).unwrap(), b"text", "nothing is written to it");
}

/// The superuser may open everything: then there is nothing to see here, and the unit test of the words has to do.
#[test]
fn a_port_that_may_not_be_opened_says_so() {
    let dir = folder();
    let (name, net) = (dir.path().join("tty"), small_network(dir.path()));
    let on = format!("serial:{}", name.display());
    let device = line(&name);
    let before = std::fs::metadata(&name).unwrap().permissions();
    std::fs::set_permissions(&name, std::fs::Permissions::from_mode(0o0)).unwrap();
    if std::fs::OpenOptions::new().read(true).write(true).open(&name).is_ok() {
        eprintln!("skipped: this user may open every port");
    } else {
        let said = refuses(13, "hebbit::device::port_denied", &["upload", text(&net), "--on", &on]);
        assert!(said.contains("may not be opened by this user") && said.contains("dialout"), "{said}");
    }
    std::fs::set_permissions(&name, before).unwrap();
    let _board = Plugged::at(device, name, usize::MAX, None);
    works(&net, &on);
}
