//! The driver of a microcontroller on simulated pins learns digits to the host's network, and reports errors by name.

use crate::digits::{digits, plan, weights};
use crate::instar;
use crate::pair::{Core, checkpoint};
use crate::{buses, netlist};
use embedded_hal::delay::DelayNs;
use embedded_hal::spi::{ErrorType, Operation, SpiDevice};
use hebbit_core::net::life::{Cursor, LifePlan, Lived, Ring};
use hebbit_core::net::{Plan, Scope, Target};
use hebbit_fpga_driver::image::head;
use hebbit_fpga_driver::{Error, Fpga, ImageError, Lifelong, Patience, registers};
use hebbit_rtl::{Build, Buses, Spi, image, registers as list};
use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

/// The image for a small FPGA.
const BUILD: Build = Build::UP5K;

/// The clock of the simulated hardware.
const CLOCK_MHZ: u64 = 24;

/// The pins, shared by bus and delay. Received bytes may be corrupted.
#[derive(Clone)]
struct Pins {
    spi: Rc<RefCell<Spi>>,
    half: (u32, u32),
    change: Rc<dyn Fn(u8) -> u8>,
}

impl ErrorType for Pins {
    type Error = Infallible;
}

impl Pins {
    fn bytes(&self, out: &[u8], into: &mut [u8]) {
        let got = self.spi.borrow_mut().transfer(out, self.half);
        into.iter_mut().zip(got).for_each(|(to, byte)| *to = (self.change)(byte));
    }
}

impl SpiDevice for Pins {
    fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), Infallible> {
        self.spi.borrow_mut().pins(true, false);
        self.spi.borrow_mut().clock(4);
        for operation in operations {
            match operation {
                Operation::Write(out) => self.bytes(out, &mut []),
                Operation::Read(into) => self.bytes(&vec![0; into.len()], into),
                Operation::Transfer(into, out) => {
                    let mut long = out.to_vec();
                    long.resize(out.len().max(into.len()), 0);
                    self.bytes(&long, into);
                }
                Operation::TransferInPlace(bytes) => {
                    let out = bytes.to_vec();
                    self.bytes(&out, bytes);
                }
                Operation::DelayNs(ns) => self.clone().delay_ns(*ns),
            }
        }
        self.spi.borrow_mut().pins(false, false);
        self.spi.borrow_mut().clock(4);
        Ok(())
    }
}

impl DelayNs for Pins {
    fn delay_ns(&mut self, ns: u32) {
        self.spi.borrow_mut().clock(u64::from(ns) * CLOCK_MHZ / 1_000 + 1);
    }
}

/// The driver on hardware after reset, and its pins.
fn fpga<'i>() -> Option<(Fpga<'i, Pins, Pins>, Pins)> {
    fpga_of(&BUILD)
}

fn fpga_of<'i>(build: &Build) -> Option<(Fpga<'i, Pins, Pins>, Pins)> {
    Some(fpga_in(&buses(build)?))
}

fn fpga_in<'i>(buses: &Buses) -> (Fpga<'i, Pins, Pins>, Pins) {
    let spi = Rc::new(RefCell::new(buses.spi().expect("built")));
    let pins = Pins { spi, half: (2, 2), change: Rc::new(|byte| byte) };
    (Fpga::new(pins.clone(), pins.clone()), pins)
}

/// A small network that loads quickly, as a checkpoint.
fn small(neurons: u16) -> Vec<u8> {
    let mut plan = plan();
    plan.layers[1].neurons = neurons;
    checkpoint(&plan, &weights(&plan))
}

#[test]
fn digits_are_learned_over_spi_with_the_hosts_digest() {
    let Some((mut fpga, pins)) = fpga() else { return };
    let bytes = checkpoint(&plan(), &weights(&plan()));
    let before = image::image(&bytes, &BUILD).expect("it is carried");
    let identity = fpga.load(&before).expect("it fits");
    assert_eq!(identity.version, (1, 1));
    assert_eq!([identity.size, identity.carries, identity.aligns], list::described(&BUILD, 7));
    let mut core = Core::new(&bytes);
    let mut core = core.network();
    let loaded = pins.spi.borrow().cycles();
    let digits = digits();
    for (i, (label, sample)) in digits[..24].iter().enumerate() {
        fpga.set_sparse(i % 2 == 1);
        let got = fpga.learn(sample, Target::Class(*label)).expect("it learns");
        assert_eq!(got, core.learn(sample, Target::Class(*label), &mut ()), "digit {i}");
        if i % 5 == 0 {
            let got = fpga.classify(sample).expect("it answers");
            assert_eq!(got, core.classify(sample, &mut ()), "digit {i}");
        }
    }
    let cycles = (pins.spi.borrow().cycles() - loaded) / 29;
    let counters = fpga.counters().expect("it counts");
    println!("{loaded} cycles to load and compare, {cycles} a digit, of which {} compute", counters.cycles);
    assert_eq!((counters.samples, counters.presented), (24, 29));
    assert!(counters.cycles > 4_000 && u64::from(counters.cycles) < cycles, "{counters:?}");

    let mut saved = vec![0; before.len()];
    fpga.save(&mut saved).expect("it is read back");
    let after = image::checkpoint(&bytes, &BUILD, &saved, &Lived::default()).expect("of this network");
    let mut again = Core::new(&after);
    assert_eq!(
        again.network().digest(Scope::Stored),
        core.digest(Scope::Stored),
        "the host's network is another one"
    );
    let mut some = [0; 12];
    fpga.weights(100, &mut some).expect("weights");
    let weights = core.parts().projections[0].weights.as_ref().bytes()[100..112].to_vec();
    assert_eq!(some[..], weights[..]);

    // The saved image continues from its last state.
    let (pins, _) = fpga.release();
    let mut fpga = Fpga::new(pins.clone(), pins);
    fpga.load(&saved).expect("it fits");
    let (label, sample) = &digits[24];
    let got = fpga.learn(sample, Target::Class(*label)).expect("it learns");
    assert_eq!(got, core.learn(sample, Target::Class(*label), &mut ()));
}

#[test]
fn digits_are_learned_on_over_spi_with_the_cores_digest() {
    let Some((mut fpga, _)) = fpga() else { return };
    let life = LifePlan {
        remember: 3,
        again: 2,
        again_unlabelled: 1,
        fast: 2,
        offset: 2,
        most: 4,
        ..LifePlan::default()
    };
    for life in [life, LifePlan { wrong_only: true, gain: 3, ..life }] {
        let plan = Plan { life, lived: Lived::new(&life, 9_000), halve_every: 0, ..plan() };
        let bytes = checkpoint(&plan, &weights(&plan));
        let before = image::image(&bytes, &BUILD).expect("it is carried");
        let before: &'static [u8] = before.leak();
        fpga.load(before).expect("it fits");
        let mut core = Core::new(&bytes);
        let mut core = core.network();
        let (mut samples, mut classes) = (vec![0; 3 * plan.lines()], vec![0; 3]);
        let mut ring = Ring::over(&mut samples, &mut classes, Cursor::default());
        let mut lifelong = Lifelong::new(&mut fpga, &plan).expect("it counts");
        for (i, (label, sample)) in digits()[..8].iter().enumerate() {
            let targets =
                [Target::Class(*label), Target::Unknown, Target::Wrong(*label), Target::Right(*label)];
            let target = targets[i % targets.len()];
            let got = lifelong.learn(&mut ring, sample, target).expect("it learns");
            let want = core.learn(sample, target, &mut ());
            assert_eq!(got, want, "digit {i}");
        }
        let lived = lifelong.lived();
        assert_eq!(lived, core.plan().lived);
        assert!(core.plan().lived.repeats > 4 && core.plan().lived.slow > 0, "{:?}", core.plan().lived);
        let mut saved = vec![0; before.len()];
        fpga.save(&mut saved).expect("it is read back");
        let after = image::checkpoint(&bytes, &BUILD, &saved, &lived).expect("of this network");
        let mut again = Core::new(&after);
        assert_eq!(again.network().digest(Scope::Stored), core.digest(Scope::Stored));
    }
}

/// Cycles of a chip's start-up.
const WAKE: u64 = 32;

/// `NETLIST` names the netlist of an UP5K as `Design::gates` makes it.
#[test]
fn a_netlist_learns_what_the_core_learns() {
    let Some(path) = std::env::var_os("NETLIST") else { return };
    let text = std::fs::read_to_string(&path).expect("NETLIST is a file");
    let Some(buses) = netlist(&text) else { return };
    let (mut fpga, pins) = fpga_in(&buses);
    // A broken netlist fails soon.
    fpga.set_patience(Patience { tries: 200, interval_us: 50 });
    pins.spi.borrow_mut().clock(WAKE);
    let mut plan = plan();
    for (layer, neurons) in plan.layers.iter_mut().zip([20, 8, 4]) {
        layer.neurons = neurons;
    }
    let bytes = checkpoint(&plan, &weights(&plan));
    let before = image::image(&bytes, &BUILD).expect("it is carried");
    fpga.load(&before).expect("it loads, and reads back the same");
    let mut core = Core::new(&bytes);
    let mut core = core.network();
    let (mut events, begun) = (0, core.digest(Scope::Stored));
    for (i, (label, digit)) in digits()[..24].iter().enumerate() {
        // The middle row.
        let (sample, class) = (&digit[396..416], label % 4);
        fpga.set_sparse(i % 2 == 1);
        let got = fpga.learn(sample, Target::Class(class)).expect("it learns");
        assert_eq!(got, core.learn(sample, Target::Class(class), &mut ()), "sample {i}");
        let got = fpga.classify(sample).expect("it answers");
        assert_eq!(got, core.classify(sample, &mut ()), "sample {i}");
        events += got.spikes;
    }
    let mut saved = vec![0; before.len()];
    fpga.save(&mut saved).expect("it is read back");
    let mut again =
        Core::new(&image::checkpoint(&bytes, &BUILD, &saved, &Lived::default()).expect("of this network"));
    let (got, want) = (again.network().digest(Scope::Stored), core.digest(Scope::Stored));
    assert_eq!(got, want, "the core's network is another one");
    assert_ne!(want, begun, "nothing was learned");
    println!("{} cycles, {events} spikes while answering, digest {got}", pins.spi.borrow().cycles());
}

#[test]
fn digits_are_learned_over_spi_without_a_teacher() {
    let build = Build::UP5K_STDP;
    let Some((mut fpga, _)) = fpga_of(&build) else { return };
    let plan = instar::plan();
    let bytes = checkpoint(&plan, &instar::weights(&plan));
    let before = image::image(&bytes, &build).expect("it is carried");
    let identity = fpga.load(&before).expect("it fits");
    assert_eq!([identity.size, identity.carries, identity.aligns], list::described(&build, 7));
    let mut core = Core::new(&bytes);
    let mut core = core.network();
    for (label, sample) in &digits()[..6] {
        let got = fpga.learn(sample, Target::Unknown).expect("it learns");
        assert_eq!(got, core.learn(sample, Target::Class(*label), &mut ()));
        assert_eq!(fpga.classify(sample).expect("it answers"), core.classify(sample, &mut ()));
    }
    let mut saved = vec![0; before.len()];
    fpga.save(&mut saved).expect("it is read back");
    let after = image::checkpoint(&bytes, &build, &saved, &Lived::default()).expect("of this network");
    let mut again = Core::new(&after);
    assert_eq!(again.network().digest(Scope::Stored), core.digest(Scope::Stored));
    let other =
        image::image(&checkpoint(&self::plan(), &weights(&self::plan())), &BUILD).expect("it is carried");
    assert!(fpga.load(&other).is_err(), "burst in hardware for stdp");
}

#[test]
fn a_slow_and_uneven_bus_clock_does_as_well() {
    let Some((_, mut pins)) = fpga() else { return };
    for half in [(2, 3), (3, 2), (5, 2), (7, 9)] {
        pins.half = half;
        let mut fpga = Fpga::new(pins.clone(), pins.clone());
        fpga.identify().unwrap_or_else(|error| panic!("{half:?}: {error}"));
        let mut bytes = [0; 4];
        assert!(matches!(fpga.weights(1 << 17, &mut bytes), Err(Error::Refused { .. })), "{half:?}");
    }
}

#[test]
fn who_is_not_the_hardware_is_refused() {
    let Some((_, mut pins)) = fpga() else { return };
    let answer = |pins: &Pins| Fpga::new(pins.clone(), pins.clone()).identify();
    for level in [0x00, 0xff] {
        pins.change = Rc::new(move |_| level);
        assert_eq!(answer(&pins), Err(Error::NoDevice { status: level }));
    }
    pins.change = Rc::new(|byte| if byte == 0x48 { 0x49 } else { byte });
    assert_eq!(answer(&pins), Err(Error::Identity { got: 0x4942_0101 }));
    // A corrupted bit while reading back.
    pins.change = Rc::new(|byte| if byte == 0x07 { 0x06 } else { byte });
    let bytes = image::image(&small(16), &BUILD).expect("it is carried");
    let mut fpga = Fpga::new(pins.clone(), pins);
    assert!(matches!(fpga.load(&bytes), Err(Error::Verify { .. })));
    assert_eq!(fpga.classify(&[0; 784]), Err(Error::Empty), "nothing is half loaded");
}

/// Changes a word of the head, and updates its CRC.
fn changed(image: &[u8], at: usize, word: u32) -> Vec<u8> {
    let mut image = image.to_vec();
    image[4 * at..][..4].copy_from_slice(&word.to_le_bytes());
    let crc = hebbit_fpga_driver::image::crc(&image);
    image[4 * head::CRC..][..4].copy_from_slice(&crc.to_le_bytes());
    image
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let Some((mut fpga, pins)) = fpga() else { return };
    let whole = image::image(&small(16), &BUILD).expect("it is carried");
    let word = |at: usize| {
        u32::from_le_bytes([whole[4 * at], whole[4 * at + 1], whole[4 * at + 2], whole[4 * at + 3]])
    };
    let wide = changed(&whole, head::SIZE, word(head::SIZE) & !registers::SIZE_WEIGHT_ADDR | 17);
    assert_eq!(fpga.load(&wide), Err(Error::Room { what: "WeightAddr", want: 17, got: 15 }));
    let stdp = changed(&whole, head::CARRIES, word(head::CARRIES) | registers::CARRIES_STDP);
    assert_eq!(fpga.load(&stdp), Err(Error::Carried { what: "Stdp" }));
    let aligned = changed(&whole, head::ALIGNS, 7);
    assert!(matches!(fpga.load(&aligned), Err(Error::Build { what: "Aligns", want: 7, .. })));
    let simulated = image::image(&small(16), &Build::SIM).expect("it is carried");
    assert_eq!(fpga.load(&simulated), Err(Error::Room { what: "WeightAddr", want: 17, got: 15 }));
    let nothing = changed(&whole, head::MAGIC, 7);
    assert_eq!(fpga.load(&nothing), Err(Error::Image(ImageError::Magic)));
    let newer = changed(&whole, head::VERSION, 2);
    assert_eq!(fpga.load(&newer), Err(Error::Image(ImageError::Version { got: 2 })));
    let torn = &whole[..whole.len() - 4];
    assert!(matches!(fpga.load(torn), Err(Error::Image(ImageError::Length { .. }))));
    let mut bit = whole.clone();
    bit[2_000] ^= 1;
    assert!(matches!(fpga.load(&bit), Err(Error::Image(ImageError::Crc { .. }))));
    let records = changed(&whole, head::RECORDS, 3);
    assert_eq!(fpga.load(&records), Err(Error::Image(ImageError::Records)));
    assert_eq!(fpga.learn(&[0; 784], Target::Unknown), Err(Error::Empty));
    fpga.load(&whole).expect("it fits");
    assert_eq!(fpga.learn(&[0; 783], Target::Unknown), Err(Error::Sample { want: 784, got: 783 }));
    assert_eq!(fpga.save(&mut [0; 8]), Err(Error::Buffer { want: whole.len(), got: 8 }));
    assert!(
        image::checkpoint(&whole, &BUILD, &whole, &Lived::default()).is_err(),
        "an image is no checkpoint"
    );
    let [irq, busy, dirty] = pins.spi.borrow().lines();
    assert!(!irq && !busy && !dirty);
}

#[test]
fn what_never_ends_is_given_up() {
    let Some((mut fpga, pins)) = fpga() else { return };
    let whole = image::image(&small(64), &BUILD).expect("it is carried");
    fpga.load(&whole).expect("it fits");
    fpga.set_patience(Patience { tries: 2, interval_us: 1 });
    let (label, sample) = &digits()[0];
    fpga.start(sample, registers::SAMPLE_LEARN | registers::SAMPLE_TAUGHT | u32::from(*label))
        .expect("it starts");
    assert_eq!(fpga.wait(), Err(Error::Timeout { what: "a sample" }));
    let mut some = [0; 4];
    assert_eq!(fpga.weights(0, &mut some), Err(Error::Timeout { what: "a read" }), "the core is busy");
    assert_eq!(fpga.start(sample, 0), Err(Error::Timeout { what: "a write" }), "a sample is under way");
    pins.spi.borrow_mut().clock(100_000);
    fpga.wait().expect("it has ended");
    fpga.weights(0, &mut some).expect("the core is free");
    // Bus errors are not retried.
    assert!(matches!(fpga.weights(1 << 19, &mut some), Err(Error::Refused { .. })));
}

#[test]
fn the_interrupt_comes_when_a_sample_has_run() {
    let Some((mut fpga, pins)) = fpga() else { return };
    let whole = image::image(&small(16), &BUILD).expect("it is carried");
    fpga.load(&whole).expect("it fits");
    fpga.interrupt_on(registers::IRQ_PENDING_DONE).expect("it is there");
    fpga.start(&digits()[0].1, 0).expect("it starts");
    assert_eq!(pins.spi.borrow().lines()[..2], [false, true]);
    pins.spi.borrow_mut().clock(100_000);
    assert_eq!(pins.spi.borrow().lines()[..2], [true, false]);
    fpga.interrupt_on(registers::IRQ_PENDING_DONE).expect("it is there");
    assert!(!pins.spi.borrow().lines()[0]);
}

#[test]
fn an_update_that_is_cut_off_leaves_dirty_weights_and_hardware_that_can_be_loaded() {
    let Some((mut fpga, pins)) = fpga() else { return };
    let bytes = small(16);
    let whole = image::image(&bytes, &BUILD).expect("it is carried");
    let digits = digits();
    // Once by the register, once by the pin.
    for pin in [false, true] {
        fpga.load(&whole).expect("it fits");
        let (label, sample) = &digits[0];
        fpga.start(sample, registers::SAMPLE_LEARN | registers::SAMPLE_TAUGHT | u32::from(*label))
            .expect("it starts");
        let update = (0..20_000).any(|_| {
            pins.spi.borrow_mut().clock(1);
            pins.spi.borrow().lines()[2]
        });
        assert!(update, "no update");
        pins.spi.borrow_mut().clock(20);
        if pin {
            pins.spi.borrow_mut().pins(false, true);
            pins.spi.borrow_mut().clock(4);
            pins.spi.borrow_mut().pins(false, false);
            pins.spi.borrow_mut().clock(4);
        } else {
            fpga.reset().expect("it answers");
        }
        fpga.wait().expect("nothing is under way");
        assert_eq!(fpga.dirty(), Ok(true), "reset by pin: {pin}");
        assert_eq!(fpga.learn(sample, Target::Unknown), Err(Error::Dirty));
        assert_eq!(fpga.save(&mut vec![0; whole.len()]), Err(Error::Dirty));
    }
    fpga.load(&whole).expect("it fits");
    assert_eq!(fpga.dirty(), Ok(false));
    let mut core = Core::new(&bytes);
    let mut core = core.network();
    for (label, sample) in &digits[..3] {
        let got = fpga.learn(sample, Target::Class(*label)).expect("it learns");
        assert_eq!(got, core.learn(sample, Target::Class(*label), &mut ()));
    }
    let mut saved = vec![0; whole.len()];
    fpga.save(&mut saved).expect("it is read back");
    let mut again =
        Core::new(&image::checkpoint(&bytes, &BUILD, &saved, &Lived::default()).expect("of this network"));
    assert_eq!(again.network().digest(Scope::Stored), core.digest(Scope::Stored));
}
