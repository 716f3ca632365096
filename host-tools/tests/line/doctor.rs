//! Faults of a simulated device, each named by the examination.

use hebbit::data;
use hebbit::device::doctor::{Finding, Options, Verdict, examine, table};
use hebbit::device::{Client, Device, Faults, SIM_MEMORY, Sim, Transport};
use hebbit::kernels::AnyKernels;
use hebbit_core::net::{Events, Kernels, Rows, Scalar};
use hebbit_core::num::KeyedRng;
use std::io;
use std::time::Duration;

fn device(link: impl Transport + 'static) -> Device {
    let client = Client::connect(Box::new(link), "sim").expect("it answers");
    Device::new(client).expect("it has a status")
}

fn examined(device: &mut Device, erase: bool) -> Vec<Finding> {
    let digits = data::load("mini").expect("it is part of the program").train;
    let options = Options { erase, has_clock: true, interval: Duration::from_millis(300) };
    examine(device, &digits, options, &mut |_| {}, &mut |_| {})
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
    fails(&old, &["firmware"], "from before", "hebbit flash");
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
    let kept = findings.iter().filter(|finding| finding.found.contains("--erase")).count();
    assert_eq!(kept, 4, "{}", table(&findings));
    assert_eq!(device.status().expect("it answers").expect("a network").digest, digest);
    let findings = examined(&mut device, true);
    assert!(findings.iter().all(|finding| finding.verdict != Verdict::Failed), "{}", table(&findings));
    assert_eq!(device.status().expect("it answers").expect("a network").digest, digest);
    device.reset().expect("it answers");
    device.reconnect().expect("it comes back");
    assert_eq!(device.status().expect("it answers").expect("a network").digest, digest, "it was persisted");
}
