//! A device behind a serial port, which is a pseudo-terminal, whose cable is pulled.

use super::{folder, hebbit, json, refuses, small_network, text};
use hebbit::device::{SIM_MEMORY, Sim, Transport as _};
use hebbit::kernels::AnyKernels;
use nix::fcntl::OFlag;
use nix::pty::{PtyMaster, grantpt, posix_openpt, ptsname_r, unlockpt};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const SAMPLES: &str = "400";

/// A simulated device behind a port of this name, until it is dropped.
pub(super) struct Plugged {
    over: Arc<AtomicBool>,
    /// Bytes to the device so far, and those after which its cable is pulled.
    up: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

/// The device's end of a line whose other end has a name. No program that is started meanwhile inherits it: then it would not hang up.
pub(super) fn line(name: &Path) -> PtyMaster {
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
    let device = posix_openpt(flags).unwrap();
    grantpt(&device).unwrap();
    unlockpt(&device).unwrap();
    std::os::unix::fs::symlink(ptsname_r(&device).unwrap(), name).unwrap();
    device
}

/// Writes all of it; bytes to a port that nobody reads are lost.
fn put(device: &mut PtyMaster, mut bytes: &[u8]) {
    let start = Instant::now();
    while !bytes.is_empty() && start.elapsed() < Duration::from_secs(1) {
        match device.write(bytes) {
            Ok(wrote) => bytes = &bytes[wrote..],
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

impl Plugged {
    /// Its cable is pulled after so many bytes to the device, and plugged in again some time later, or never.
    fn new(name: PathBuf, most: usize, back: Option<Duration>) -> Self {
        let device = line(&name);
        Self::at(device, name, most, back)
    }

    /// The same at the end of a line that there is already.
    pub(super) fn at(device: PtyMaster, name: PathBuf, most: usize, back: Option<Duration>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&over);
        let (up, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(most)));
        let (count, limit) = (Arc::clone(&up), Arc::clone(&most));
        let mut ends = Some(device);
        let thread = std::thread::spawn(move || {
            let mut sim = Sim::start(SIM_MEMORY, AnyKernels::best());
            let mut bytes = [0; 4096];
            while !ended.load(Ordering::Relaxed) {
                let Some(device) = &mut ends else {
                    std::thread::sleep(Duration::from_millis(5));
                    continue;
                };
                if let Ok(came) = device.read(&mut bytes) {
                    sim.send(&bytes[..came]).unwrap();
                    let before = count.fetch_add(came, Ordering::Relaxed);
                    if (before..before + came).contains(&limit.load(Ordering::Relaxed)) {
                        ends = None;
                        std::fs::remove_file(&name).unwrap();
                        if let Some(back) = back {
                            std::thread::sleep(back);
                            ends = Some(line(&name));
                        }
                        continue;
                    }
                }
                let came = sim.receive(&mut bytes, Duration::from_millis(1)).unwrap();
                put(device, &bytes[..came]);
            }
        });
        Self { over, up, most, thread: Some(thread) }
    }

    /// Its cable is pulled after so many bytes more.
    fn pull_after(&self, more: usize) {
        self.most.store(self.up.load(Ordering::Relaxed) + more, Ordering::Relaxed);
    }
}

impl Drop for Plugged {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}

/// A network, a name for a port, bytes after which samples are on their way, and what the stream must end with.
fn prepared(dir: &Path) -> (PathBuf, PathBuf, usize, Value) {
    let net = small_network(dir);
    let want = json(&["stream", text(&net), "--learn", "--samples", SAMPLES, "--quiet"]);
    let amid = std::fs::metadata(&net).unwrap().len() as usize + 20_000;
    (net, dir.join("tty"), amid, want["digest"].clone())
}

#[test]
fn a_stream_goes_on_when_its_port_comes_back() {
    let dir = folder();
    let (net, name, amid, digest) = prepared(dir.path());
    let _board = Plugged::new(name.clone(), amid, Some(Duration::from_millis(700)));
    let on = format!("serial:{}", name.display());
    let args = ["stream", text(&net), "--learn", "--samples", SAMPLES, "--on", &on, "--json"];
    let output = hebbit().args(args).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["digest"], digest, "{said}");
    assert_eq!((&result["losses"], &result["resets"]), (&1.into(), &0.into()), "{said}");
    assert_eq!(said.matches("tty is gone behind sample").count(), 1, "{said}");
    assert!(!said.contains("was reset"), "{said}");
}

/// What was learned is kept, and `--continue` goes on there, to the same bits.
#[test]
fn a_stream_whose_port_stays_away_is_kept() {
    let dir = folder();
    let (net, name, amid, digest) = prepared(dir.path());
    let (on, out) = (format!("serial:{}", name.display()), dir.path().join("out.hbt"));
    let _board = Plugged::new(name, amid, None);
    let mut command = Command::new(env!("CARGO_BIN_EXE_hebbit"));
    let args = ["stream", text(&net), "--learn", "--samples", SAMPLES, "--on", &on, "--out", text(&out)];
    let mut child = command.args(args).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut lines = lines.map_while(Result::ok);
    assert!(lines.any(|line| line.contains("is gone behind sample")));
    let stopped = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    let rest: Vec<String> = lines.collect();
    assert_eq!(child.wait().unwrap().code(), Some(5), "{rest:?}");
    let went_on = json(&["stream", text(&out), "--learn", "--continue", "--quiet"]);
    assert_eq!(went_on["digest"], digest);
    assert!(went_on["samples"].as_u64() < Some(400), "{went_on}");
}

/// What something says when it is sent bytes.
pub(super) type Says = fn(&[u8]) -> Vec<u8>;

/// Something else than a device, behind a port: for each read, what it says then.
pub(super) struct Played {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<PtyMaster>>,
}

impl Played {
    pub(super) fn new(name: &Path, says: Says) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&over);
        let mut port = line(name);
        let thread = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while !ended.load(Ordering::Relaxed) {
                match port.read(&mut bytes) {
                    Ok(came) => put(&mut port, &says(&bytes[..came])),
                    Err(_) => std::thread::sleep(Duration::from_millis(2)),
                }
            }
            port
        });
        Self { over, thread: Some(thread) }
    }

    /// Its end of the line, for what takes its place there.
    pub(super) fn end(mut self) -> PtyMaster {
        self.over.store(true, Ordering::Relaxed);
        self.thread.take().expect("it plays").join().expect("it has not panicked")
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}

/// What is behind a port is named, and a device that takes its place is found at once.
#[test]
fn what_is_no_device_is_named() {
    let noise = |_: &[u8]| (0..300_u32).map(|i| (i * i * 7 + i) as u8 | 0x80).chain([0]).collect();
    let cases: [(&str, Says, &str); 6] = [
        ("no_answer", |_| Vec::new(), "TX to RX"),
        (
            "foreign",
            |_| b"\r\nU-Boot 2023.01 (Jan 01 2023)\r\nHit any key to stop autoboot\r\n".to_vec(),
            "boot loader",
        ),
        ("foreign", |_| b"ESP-ROM:esp32c3-api1-20210207\r\nrst:0x1 (POWERON)\r\n".to_vec(), "flash"),
        ("echo", |bytes| bytes.to_vec(), "separate the wires"),
        ("garbled", noise, "--baud"),
        ("half", |_| vec![0x0c, 0x05, 0x01, 0x81, 0xf3], "wire from TX"),
    ];
    std::thread::scope(|scope| {
        for (code, says, help) in cases {
            scope.spawn(move || {
                let dir = folder();
                let (name, out) = (dir.path().join("tty"), dir.path().join("out.txt"));
                let on = format!("serial:{}", name.display());
                let played = Played::new(&name, says);
                let error = format!("hebbit::device::{code}");
                let said = refuses(13, &error, &["doctor", "--on", &on, "--out", text(&out)]);
                assert!(said.contains(help), "{said}");
                // The report is there all the same.
                let report = std::fs::read_to_string(&out).unwrap();
                assert!(report.contains("reached  FAILED") && report.contains("likely: "), "{report}");
                drop(played);
                std::fs::remove_file(&name).unwrap();
                let _board = Plugged::new(name, usize::MAX, None);
                hebbit().args(["doctor", "--on", &on]).assert().success();
            });
        }
    });
}

/// A cable that is pulled amid an upload, a pull, an examination: the link broke, and the port works again as soon as it is there.
#[test]
fn a_pulled_cable_is_a_broken_link_in_each_phase() {
    let dir = folder();
    let net = small_network(dir.path());
    let length = std::fs::metadata(&net).unwrap().len() as usize;
    for (phase, after) in [("upload", length / 2), ("pull", usize::MAX), ("doctor", 30_000)] {
        let (name, out) = (dir.path().join(phase), dir.path().join("out.hbt"));
        let on = format!("serial:{}", name.display());
        let board = Plugged::new(name.clone(), after, None);
        match phase {
            "upload" => drop(refuses(14, "hebbit::device::link", &["upload", text(&net), "--on", &on])),
            "pull" => {
                hebbit().args(["upload", text(&net), "--on", &on]).assert().success();
                board.pull_after(300);
                refuses(14, "hebbit::device::link", &["pull", text(&out), "--on", &on]);
                assert!(!out.exists(), "nothing is written of half a network");
            }
            _ => {
                let output = hebbit().args(["doctor", "--on", &on]).assert().code(14).get_output().clone();
                let table = String::from_utf8(output.stdout).unwrap();
                let said = String::from_utf8(output.stderr).unwrap();
                assert!(said.contains("error[hebbit::device::link]: "), "{said}");
                assert!(
                    table.contains("the link broke") && table.contains("does not answer any more"),
                    "{table}"
                );
            }
        }
        assert!(!name.exists(), "the cable was pulled: {phase}");
        let _board = Plugged::new(name, usize::MAX, None);
        hebbit().args(["upload", text(&net), "--on", &on]).assert().success();
    }
}

#[test]
fn a_speed_is_that_of_a_port() {
    refuses(2, "hebbit::usage", &["stream", "--on", "sim", "--baud", "9600"]);
    refuses(2, "hebbit::usage", &["pull", "out.hbt", "--on", "serial:/nowhere", "--baud", "1"]);
    refuses(13, "hebbit::device::no_port", &["pull", "out.hbt", "--on", "serial:/nowhere", "--baud", "9600"]);
}
