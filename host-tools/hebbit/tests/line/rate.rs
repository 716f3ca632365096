//! Samples per second over lines: 784-128-10 classifies the digits of the test part that is in the program.

use super::{client, line};
use hebbit::data::{self, Dataset};
use hebbit::device::line::{Carrier, LineOptions};
use hebbit::device::{Baud, Device, Presented, outcome};
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit::run::{WeightWidth, Wishes, build};
use hebbit_core::link::{CODED, packed_bytes, packed_bytes_as};
use hebbit_core::net::{Engine as _, Target};
use std::sync::LazyLock;
use std::time::Duration;

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

/// A device that decodes samples twice, which takes a Cortex-M4 at 168 MHz a little longer than the sample itself.
const CODING: LineOptions = LineOptions { compute: Duration::from_micros(2_200), ..LineOptions::UART };

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

/// Mean bytes of the values of a digit, in each form that was considered. All lose nothing; what is not implemented is counted only.
#[test]
fn what_a_digit_takes() {
    let digits = &WORK.digits;
    let samples = || (0..digits.len()).map(|i| digits.sample(i));
    let mean = |bytes: &dyn Fn(&[u8]) -> f64| samples().map(bytes).sum::<f64>() / digits.len() as f64;
    let runs = |silent, events, lengths| {
        mean(&move |values| counted_runs(values, silent, events) as f64 * lengths + loud(values) as f64)
    };
    // The least that any table of codes, the same for each digit, gets to: entropy of order 0.
    let literal = entropy(samples().flatten().copied().filter(|&value| value > 0));
    let plain = entropy(samples().flatten().copied());
    let beside = samples().flat_map(|values| {
        (0..values.len()).map(|i| values[i].wrapping_sub(if i > 0 { values[i - 1] } else { 0 }))
    });
    let (delta, lines) = (entropy(beside), digits.width() as f64);
    let today = mean(&|values| packed_bytes(values) as f64) - 4.0;
    let coded = mean(&|values| packed_bytes_as(CODED, values) as f64) - 4.0;
    for (form, bytes) in [
        ("a byte per line", lines),
        ("runs, a byte for each length (all firmware)", runs(255, 255, 2.0)),
        ("runs, half a byte for each length", runs(15, 15, 1.0)),
        ("runs, five and three bits", runs(31, 7, 1.0)),
        (
            "the last, magnitudes by one table of codes (floor)",
            runs(31, 7, 1.0) - mean(&|values| loud(values) as f64) * (1.0 - literal / 8.0),
        ),
        ("one table of codes for lines (floor)", lines * plain / 8.0),
        ("one table of codes for differences to the line before (floor)", lines * delta / 8.0),
        ("coded by what is beside it", coded),
    ] {
        println!("| {form} | {bytes:.1} |");
    }
    assert!((runs(255, 255, 2.0) - today).abs() < 1e-6, "{today}: runs are what is sent");
    assert!(coded <= 0.75 * today, "{coded:.1} instead of {today:.1}");
}

fn loud(values: &[u8]) -> usize {
    values.iter().filter(|&&value| value > 0).count()
}

/// Runs of lines, if so many silent ones and so many others fit one; silent lines behind the last take none.
fn counted_runs(values: &[u8], silent: usize, events: usize) -> usize {
    let groups: Vec<&[u8]> = values.chunk_by(|a, b| (*a > 0) == (*b > 0)).collect();
    let mut runs = 0;
    for (i, group) in groups.iter().enumerate() {
        let last = i + 1 == groups.len();
        runs += match group[0] > 0 {
            // Its first run has the silent lines before it.
            true => group.len().div_ceil(events),
            false if last => 0,
            false => (group.len() - 1) / silent,
        };
    }
    runs
}

/// Bits of a value, on average.
fn entropy(values: impl Iterator<Item = u8>) -> f64 {
    let mut counts = [0_u32; 256];
    values.for_each(|value| counts[usize::from(value)] += 1);
    let all: f64 = counts.iter().map(|&count| f64::from(count)).sum();
    let shares = counts.iter().filter(|&&count| count > 0).map(|&count| f64::from(count) / all);
    shares.map(|share| -share * share.log2()).sum()
}

#[test]
fn samples_per_second() {
    let usb = LineOptions { carrier: Carrier::Usb, ..LineOptions::default() };
    let uart = LineOptions::default();
    for (name, options, wish, floor) in [
        ("115,200", CODING, Baud::Stay, 80.0),
        ("460,800", CODING, Baud::Fixed(460_800), 310.0),
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
    // Three fifths of what they bring undamaged, or nearly so: pieces and answers take the same for short samples.
    for (name, options, wish, floor) in [
        ("115,200", CODING, Baud::Stay, 46.0),
        ("460,800", CODING, Baud::Fixed(460_800), 140.0),
        ("921,600", LineOptions::default(), Baud::Fixed(921_600), 0.6 * 452.0),
    ] {
        let damaged = rate(LineOptions { damage: 1.0, ..options }, wish, 1000);
        println!(
            "| {name} | 1 % | {:.1} | {} | {:?} |",
            damaged.per_second, damaged.sent_again, damaged.baud
        );
        assert!(damaged.per_second >= floor, "{name}: {:.1} samples/s", damaged.per_second);
    }
}
