//! `hebbit devices`.

use crate::error::Result;
use crate::screen::Screen;
use crate::summary::SCHEMA;
use hebbit::device::boards::BOARDS;
use hebbit::device::{ports, said, toolchain};
use hebbit::install::install_hint;
use hebbit::rtl;
use serde::Serialize;
use std::process::Command;

#[derive(Serialize)]
struct Devices {
    schema: u32,
    command: &'static str,
    /// What `--on` takes.
    reachable: Vec<Row>,
    /// What `hebbit flash --device` takes.
    boards: Vec<Row>,
    /// What `probe-rs` finds; empty without it.
    probes: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    what: String,
    ready: bool,
    remark: String,
}

pub(crate) fn run(screen: &Screen) -> Result<()> {
    let row = |name: &str, what: &str, missing: Option<String>| Row {
        name: name.to_owned(),
        what: what.to_owned(),
        ready: missing.is_none(),
        remark: missing.unwrap_or_default(),
    };
    let mut reachable = vec![
        row("core", "the core in this process (learn, eval)", None),
        row("rtl", "the simulated RTL (learn, eval, verify)", rtl::missing()),
        row("sim", "the device's loop in this process", None),
    ];
    for board in &BOARDS {
        let Some(machine) = board.qemu else { continue };
        let missing = if runs(machine.program) {
            toolchain::missing(board)
        } else {
            Some(format!("{} is not installed: {}", machine.program, install_hint(machine.package)))
        };
        reachable.push(row(machine.on, board.what, missing));
    }
    reachable.extend(ports().into_iter().map(|port| row(&format!("serial:{}", port.name), &port.what, None)));
    let boards = BOARDS.iter().filter(|board| board.chip.is_some());
    let boards = boards.map(|board| row(board.name, board.what, toolchain::missing(board))).collect();
    let devices = Devices { schema: SCHEMA, command: "devices", reachable, boards, probes: probes() };
    screen.result(&devices, || devices.text())
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Characters of a line about a probe.
const PROBE: usize = 200;

/// The lines in which `probe-rs` lists probes.
fn probes() -> Vec<String> {
    let Ok(output) = Command::new("probe-rs").arg("list").output() else { return Vec::new() };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .filter(|line| line.trim_start().starts_with('['))
        .map(|line| said(line.trim(), PROBE))
        .collect()
}

impl Devices {
    fn text(&self) -> String {
        let mut text = "--on takes\n".to_owned();
        table(&mut text, &self.reachable);
        if !self.reachable.iter().any(|row| row.name.starts_with("serial:")) {
            text.push_str("  no serial port was found\n");
        }
        text.push_str("`hebbit flash --device` takes\n");
        table(&mut text, &self.boards);
        text.push_str("debug probes\n");
        for probe in &self.probes {
            text.push_str(&format!("  {probe}\n"));
        }
        if self.probes.is_empty() {
            text.push_str("  none was found (or `probe-rs` is not installed)\n");
        }
        text
    }
}

fn table(text: &mut String, rows: &[Row]) {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    for row in rows {
        let remark = if row.ready { String::new() } else { format!("; not ready: {}", row.remark) };
        text.push_str(&format!("  {:width$}  {}{remark}\n", row.name, row.what));
    }
}
