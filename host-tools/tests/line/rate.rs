//! Samples per second over lines: 784-128-10 classifies the digits of the test part that is in the program.

use super::{client, line};
use hebbit::data::{self, Dataset};
use hebbit::device::line::{Carrier, LineOptions};
use hebbit::device::{Baud, Device, Presented, outcome};
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit::run::{WeightWidth, Wishes, build};
use hebbit_core::net::{Engine as _, Target};
use std::sync::LazyLock;

struct Work {
    image: Vec<u8>,
    digits: Dataset,
    want: Vec<hebbit_core::signal::Outcome>,
}

/// The network, the digits, and what the core answers.
static WORK: LazyLock<Work> = LazyLock::new(|| {
    let loaded = data::load("mini").expect("it is part of the program");
    let wishes = Wishes { weights: Some(WeightWidth::I8), ..Wishes::default() };
    let image = build(&wishes.recipe_for(&loaded.train).expect("a recipe")).expect("a network");
    let mut core = CoreEngine::new(&image, AnyKernels::best()).expect("a network");
    let digits = loaded.test;
    let want = (0..digits.len()).map(|i| core.classify(digits.sample(i)).expect("784 lines")).collect();
    Work { image, digits, want }
});

/// What came of a line.
struct Rate {
    per_second: f64,
    sent_again: u64,
    baud: Option<u32>,
}

/// Streams digits over a line that is asked for a speed. Every answer is the core's, in order.
fn rate(options: LineOptions, wish: Baud, samples: usize) -> Rate {
    let Work { image, digits, want } = &*WORK;
    let (line, _) = line(options);
    let mut client = client(line);
    client.settle(wish, &mut |_| {}).expect("the link lives");
    let mut device = Device::new(client).expect("it answers");
    let mut core = CoreEngine::new(image, AnyKernels::best()).expect("a network");
    device.upload(&mut core, &mut |_| {}).expect("it arrives");
    let all: Vec<Presented<'_>> = (0..samples)
        .map(|i| Presented { values: digits.sample(i % digits.len()), target: Target::Unknown })
        .collect();
    let (start, before) = (device.client().now(), device.client().traffic().again);
    let (mut posted, mut got) = (0, 0);
    while got < samples {
        posted += device.post(&all[posted..], false).expect("the link lives");
        device
            .results(&mut |result| {
                assert_eq!(outcome(&result), want[got % want.len()], "sample {got}");
                got += 1;
            })
            .expect("the link lives");
    }
    let seconds = (device.client().now() - start).as_secs_f64();
    let sent_again = device.client().traffic().again - before;
    Rate { per_second: samples as f64 / seconds, sent_again, baud: device.client().baud() }
}

#[test]
fn samples_per_second() {
    let usb = LineOptions { carrier: Carrier::Usb, ..LineOptions::default() };
    let uart = LineOptions::default();
    for (name, options, wish, floor) in [
        ("115,200", uart, Baud::Stay, 53.0),
        ("921,600", uart, Baud::Fixed(921_600), 400.0),
        ("2,000,000", uart, Baud::Auto, 600.0),
        ("USB full speed", usb, Baud::Auto, 900.0),
    ] {
        let clean = rate(options, wish, 1000);
        println!("| {name} | 0 % | {:.1} | {} |", clean.per_second, clean.sent_again);
        assert!(clean.per_second >= floor, "{name}: {:.1} samples/s, floor {floor}", clean.per_second);
        assert_eq!(clean.sent_again, 0, "{name}: {:?}", clean.baud);
    }
}

#[test]
fn samples_per_second_over_a_damaged_line() {
    // Three fifths of what they bring undamaged.
    for (name, wish, floor) in [("115,200", Baud::Stay, 56.6), ("921,600", Baud::Fixed(921_600), 452.0)] {
        let damaged = rate(LineOptions { damage: 1.0, ..LineOptions::default() }, wish, 1000);
        println!(
            "| {name} | 1 % | {:.1} | {} | {:?} |",
            damaged.per_second, damaged.sent_again, damaged.baud
        );
        assert!(damaged.per_second >= 0.6 * floor, "{name}: {:.1} samples/s", damaged.per_second);
    }
}
