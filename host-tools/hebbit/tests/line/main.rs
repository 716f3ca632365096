//! A device at the end of a line with a real speed, in virtual time: what is agreed on, what it brings, what damage costs.

mod doctor;
mod rate;

use hebbit::device::line::{Carrier, Line, LineOptions, LineView};
use hebbit::device::{Baud, Client, Device, SIM_MEMORY};
use hebbit::kernels::AnyKernels;
use std::time::Duration;

fn client(line: Line) -> Client {
    Client::connect(Box::new(line), "line").expect("it answers")
}

fn line(options: LineOptions) -> (Line, LineView) {
    let line = Line::start(options, SIM_MEMORY, AnyKernels::best());
    let view = line.view();
    (line, view)
}

/// What was agreed, and what was said.
fn settled(client: &mut Client, wish: Baud) -> (u32, String) {
    let mut said = Vec::new();
    client.settle(wish, &mut |text| said.push(text.to_owned())).expect("the link lives");
    (client.baud().expect("it has a speed"), said.join("|"))
}

#[test]
fn the_fastest_that_both_can_is_taken_up_and_given_back() {
    let (line, view) = line(LineOptions::default());
    let mut client = client(line);
    assert_eq!(settled(&mut client, Baud::Auto), (2_000_000, "line: 2000000 baud".to_owned()));
    assert_eq!(view.device_baud(), 2_000_000);
    client.echo(900).expect("it answers");
    drop(client);
    assert_eq!(view.device_baud(), 115_200);
}

#[test]
fn a_cable_that_is_too_slow_steps_down() {
    let (line, view) = line(LineOptions { cable: 500_000, ..LineOptions::default() });
    let mut client = client(line);
    let said = "line: 460800 baud (2000000, 1000000, 921600 failed)".to_owned();
    assert_eq!(settled(&mut client, Baud::Auto), (460_800, said));
    assert_eq!(view.device_baud(), 460_800);
    assert_eq!(settled(&mut client, Baud::Fixed(230_400)), (230_400, "line: 230400 baud".to_owned()));
    // More than the device can is not asked for.
    let (baud, said) = settled(&mut client, Baud::Fixed(3_000_000));
    assert_eq!(baud, 230_400);
    assert!(said.starts_with("line: 230400 baud: its firmware takes up 2000000 at most"), "{said}");
}

/// Whoever was killed gives nothing back: the next hello finds the device all the same, at every speed.
#[test]
fn the_next_program_finds_a_device_that_was_left_at_another_speed() {
    for rate in [2_000_000, 1_000_000, 921_600, 460_800, 230_400] {
        let (line, view) = line(LineOptions::default());
        let mut killed = client(line);
        assert_eq!(settled(&mut killed, Baud::Fixed(rate)).0, rate);
        std::mem::forget(killed);
        assert_eq!(view.device_baud(), rate);
        let mut client = client(Line::next_program(&view));
        client.echo(200).expect("it answers");
        assert_eq!((client.baud(), view.device_baud()), (Some(115_200), 115_200), "{rate}");
    }
}

/// A device that is reset starts at the first speed again; the session after it has the speed of before.
#[test]
fn a_reset_does_not_lose_the_device() {
    let (line, view) = line(LineOptions::default());
    let mut client = client(line);
    settled(&mut client, Baud::Auto);
    let mut device = Device::new(client).expect("it answers");
    device.reset().expect("it answers");
    device.reconnect().expect("it comes back");
    assert_eq!((device.client().baud(), view.device_baud()), (Some(2_000_000), 2_000_000));
}

#[test]
fn usb_has_no_speed() {
    let (line, _) = line(LineOptions { carrier: Carrier::Usb, ..LineOptions::default() });
    let mut client = client(line);
    let mut said = Vec::new();
    client.settle(Baud::Auto, &mut |text| said.push(text.to_owned())).expect("the link lives");
    assert_eq!((client.baud(), said.len()), (None, 0));
}

/// A hello at 1 % damage, again and again: patience, not luck.
#[test]
fn a_damaged_line_is_greeted() {
    for seed in 0..20 {
        let (line, _) = line(LineOptions { damage: 1.0, seed, ..LineOptions::default() });
        let start = line_now(&line);
        let client = client(line);
        assert!(client.now() - start < Duration::from_secs(4));
    }
}

fn line_now(line: &Line) -> std::time::Instant {
    use hebbit::device::Transport as _;
    line.now()
}
