//! Faults of a simulated device, each named by the examination.

use super::line;
use hebbit::data;
use hebbit::device::doctor::{Examination, Finding, Options, Verdict, examine, table};
use hebbit::device::line::LineOptions;
use hebbit::device::{Client, Device, DeviceError, Faults, SIM_MEMORY, Sim, Transport};
use hebbit::kernels::AnyKernels;
use hebbit_core::net::{Events, Kernels, Rows, Scalar};
use hebbit_core::num::KeyedRng;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn device(link: impl Transport + 'static) -> Device {
    let client = Client::connect(Box::new(link), "sim").expect("it answers");
    Device::new(client).expect("it has a status")
}

fn examined(device: &mut Device, erase: bool) -> Vec<Finding> {
    let all = examined_by(device, erase, true, &mut |_| {});
    assert!(all.lost.is_none(), "{:?}", all.lost);
    all.findings
}

/// The same by a clock that is a real one or not; `say` hears each check before it begins.
fn examined_by(device: &mut Device, erase: bool, has_clock: bool, say: &mut dyn FnMut(&str)) -> Examination {
    let digits = data::load("mini").expect("it is part of the program").train;
    let options = Options { erase, has_clock, interval: Duration::from_millis(300) };
    examine(device, &digits, options, say, &mut |_| {})
}

fn faulty(faults: Faults) -> Vec<Finding> {
    examined(&mut device(Sim::faulty(SIM_MEMORY, AnyKernels::best(), faults)), false)
}

/// Those that failed, and nothing else, are these; the first says why.
fn fails(findings: &[Finding], checks: &[&str], found: &str, cause: &str) {
    let failed: Vec<&Finding> =
        findings.iter().filter(|finding| finding.verdict == Verdict::Failed).collect();
    let names: Vec<&str> = failed.iter().map(|finding| finding.check.as_str()).collect();
    let text = table(findings);
    assert_eq!(names, checks, "{text}");
    assert!(failed[0].found.contains(found), "{text}");
    assert!(failed[0].cause.as_deref().unwrap_or_default().contains(cause), "{text}");
}

#[test]
fn a_device_that_is_well() {
    let findings = faulty(Faults::default());
    let of = |check: &str| findings.iter().find(|finding| finding.check == check).expect("it is examined");
    for check in
        ["firmware", "link", "clock", "kernels", "memory", "learning", "samples per second", "persisting"]
    {
        assert_eq!(of(check).verdict, Verdict::Ok, "{}", table(&findings));
    }
    assert_eq!(of("stack").verdict, Verdict::NotPossible);
    // Some of the cuts came amid the writing, or none of them says anything.
    assert!(
        of("persisting").found.contains("after 5 cuts") || of("persisting").found.contains("after 6 cuts"),
        "{}",
        table(&findings)
    );
}

#[test]
fn each_fault_is_named() {
    fails(&faulty(Faults { clock: 104, ..Faults::default() }), &["clock"], "+4.", "crystal");
    fails(
        &faulty(Faults { memory: Some((70_000, 4)), ..Faults::default() }),
        &["memory"],
        "byte 70000",
        "bad RAM",
    );
    // In the first page of the second slot, and in the first page of the first.
    for at in [16, (1 << 20) + 16] {
        let findings = faulty(Faults { flash: Some((at, 0xff)), ..Faults::default() });
        fails(&findings, &["persisting"], "flash", "worn out");
    }
    let old = faulty(Faults { knows: 14, ..Faults::default() });
    fails(&old, &["firmware"], "from before", "[:flash]");
    let not_possible = old.iter().filter(|finding| finding.found.contains("from before this check")).count();
    assert!(not_possible >= 4, "{}", table(&old));
    // Learning needs nothing new.
    assert!(
        old.iter().any(|finding| finding.check == "learning" && finding.verdict == Verdict::Ok),
        "{}",
        table(&old)
    );
}

/// Kernels one of which is wrong in its first column.
#[derive(Clone, Copy)]
struct Wrong;

impl Kernels for Wrong {
    fn add_graded(&self, sums: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        Scalar.add_graded(sums, rows, events);
        if let Some(sum) = sums.first_mut().filter(|_| events.lines.len() > 3) {
            *sum = sum.wrapping_add(4096);
        }
    }
}

#[test]
fn a_wrong_kernel_is_named_and_so_is_what_comes_of_it() {
    let findings = examined(&mut device(Sim::start(SIM_MEMORY, Wrong)), false);
    fails(&findings, &["kernels", "learning"], "add_graded differs in trial", "a kernel is wrong");
}

/// A link on which a byte in two hundred is lost, each way.
struct Lossy {
    sim: Sim,
    sent: u32,
}

impl Transport for Lossy {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut kept = Vec::new();
        for &byte in bytes {
            self.sent += 1;
            if KeyedRng::new(self.sent, 0, 5).below(200) > 0 {
                kept.push(byte);
            }
        }
        self.sim.send(&kept)
    }
    fn receive(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        self.sim.receive(into, patience)
    }
    fn delay(&self) -> Duration {
        self.sim.delay()
    }
}

#[test]
fn a_lossy_link_is_named_and_everything_else_works() {
    let sim = Sim::start(SIM_MEMORY, AnyKernels::best());
    let findings = examined(&mut device(Lossy { sim, sent: 0 }), false);
    fails(&findings, &["link"], "of 50 frames broken", "wire");
}

/// A cable that is pulled, or a device that falls silent, after so many bytes more to it.
struct Cut<T> {
    link: T,
    left: Arc<AtomicUsize>,
    silent: bool,
}

impl<T> Cut<T> {
    fn new(link: T, silent: bool) -> (Self, Arc<AtomicUsize>) {
        let left = Arc::new(AtomicUsize::new(usize::MAX));
        (Self { link, left: Arc::clone(&left), silent }, left)
    }

    /// Whether what is done still reaches the device.
    fn reaches(&self) -> io::Result<bool> {
        match (self.left.load(Ordering::Relaxed), self.silent) {
            (0, false) => Err(io::ErrorKind::NotConnected.into()),
            (left, _) => Ok(left > 0),
        }
    }
}

impl<T: Transport> Transport for Cut<T> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.reaches()?;
        let left = self.left.load(Ordering::Relaxed);
        let (reach, _) = bytes.split_at(bytes.len().min(left));
        if left < usize::MAX {
            self.left.store(left - reach.len(), Ordering::Relaxed);
        }
        self.link.send(reach)
    }
    fn receive(&mut self, into: &mut [u8], patience: Duration) -> io::Result<usize> {
        let reaches = self.reaches()?;
        let came = self.link.receive(into, patience)?;
        Ok(if reaches { came } else { 0 })
    }
    fn delay(&self) -> Duration {
        self.link.delay()
    }
    fn now(&self) -> Instant {
        self.link.now()
    }
    fn baud(&self) -> Option<u32> {
        self.link.baud()
    }
    fn set_baud(&mut self, baud: u32) -> io::Result<()> {
        self.reaches()?;
        self.link.set_baud(baud)
    }
}

/// Examines a device that is cut off so many bytes after `check` has begun. Which checks begin.
fn cut_in<T: Transport + 'static>(
    link: T,
    silent: bool,
    has_clock: bool,
    check: &str,
    after: usize,
) -> (Examination, Vec<String>) {
    let (link, left) = Cut::new(link, silent);
    let mut device = device(link);
    let net = hebbit::run::Wishes { layers: Some(vec![784, 4, 10]), ..Default::default() };
    let digits = data::load("mini").expect("it is part of the program").train;
    let image = hebbit::run::build(&net.recipe_for(&digits).expect("a recipe")).expect("a network");
    let mut core = hebbit::engine::CoreEngine::new(&image, AnyKernels::best()).expect("a network");
    device.upload(&mut core, &mut |_| {}).expect("it arrives");
    let mut begun = Vec::new();
    let examination = examined_by(&mut device, true, has_clock, &mut |what| {
        if what == check {
            left.store(after, Ordering::Relaxed);
        }
        begun.push(what.to_owned());
    });
    (examination, begun)
}

/// In each check of the examination the loss is named where it happened, once, and ends with the code of a link that broke.
fn each_check_is_cut<T: Transport + 'static>(link: impl Fn() -> T, has_clock: bool, silent: bool) {
    let (whole, checks) = cut_in(link(), silent, has_clock, "none", 0);
    assert!(whole.lost.is_none(), "{:?}", whole.lost);
    // What is not possible without asking the device loses nothing.
    let asks = |check: &&String| {
        let found = whole.findings.iter().find(|one| one.check == **check).map(|one| one.found.as_str());
        found != Some("this firmware persists nothing")
    };
    for check in checks.iter().filter(asks) {
        // Before its first byte, amid its first frame, and amid an upload.
        let uploads = matches!(check.as_str(), "learning" | "persisting");
        for after in [0, 4, 50_000].into_iter().filter(|&after| after < 10 || uploads) {
            let (all, begun) = cut_in(link(), silent, has_clock, check, after);
            let text = format!("{check} after {after}:\n{}", table(&all.findings));
            let lost = all.lost.unwrap_or_else(|| panic!("{text}"));
            let named = match silent {
                true => matches!(lost, DeviceError::Lost { .. }),
                false => matches!(lost, DeviceError::Link { .. }),
            };
            assert!(named, "{lost:?}: {text}");
            let failed: Vec<&str> = all
                .findings
                .iter()
                .filter(|one| one.verdict == Verdict::Failed)
                .map(|one| one.check.as_str())
                .collect();
            assert_eq!(failed, [check.as_str()], "{text}");
            assert_eq!(begun.last(), Some(check), "nothing is tried after it: {text}");
        }
    }
}

#[test]
fn a_pulled_cable_is_named_in_each_check() {
    each_check_is_cut(|| line(LineOptions::default()).0, false, false);
}

#[test]
fn a_device_that_falls_silent_is_named_in_each_check() {
    each_check_is_cut(|| line(LineOptions::default()).0, false, true);
}

/// With a clock and a flash to examine.
#[test]
fn a_pulled_cable_is_named_in_each_check_of_a_device_that_persists() {
    each_check_is_cut(|| Sim::start(SIM_MEMORY, AnyKernels::best()), true, false);
}

/// Its own network is overwritten only if that is allowed, and then it is there again.
#[test]
fn the_network_of_a_device_is_kept() {
    let mut device = device(Sim::start(SIM_MEMORY, AnyKernels::best()));
    let digits = data::load("mini").expect("it is part of the program").train;
    let wishes = hebbit::run::Wishes { layers: Some(vec![784, 16, 10]), ..Default::default() };
    let image = hebbit::run::build(&wishes.recipe_for(&digits).expect("a recipe")).expect("a network");
    let mut core = hebbit::engine::CoreEngine::new(&image, AnyKernels::best()).expect("a network");
    let digest = device.upload(&mut core, &mut |_| {}).expect("it arrives");
    let findings = examined(&mut device, false);
    let kept = findings.iter().filter(|finding| finding.found.contains("[erase]")).count();
    assert_eq!(kept, 4, "{}", table(&findings));
    assert_eq!(device.status().expect("it answers").expect("a network").digest, digest);
    let findings = examined(&mut device, true);
    assert!(findings.iter().all(|finding| finding.verdict != Verdict::Failed), "{}", table(&findings));
    assert_eq!(device.status().expect("it answers").expect("a network").digest, digest);
    device.reset().expect("it answers");
    device.reconnect().expect("it comes back");
    assert_eq!(device.status().expect("it answers").expect("a network").digest, digest, "it was persisted");
}
