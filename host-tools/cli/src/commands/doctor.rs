//! `hebbit doctor`.

use crate::args::DoctorArgs;
use crate::error::{Error, Result};
use crate::screen::{Screen, command_line};
use crate::spelling::spelled;
use crate::summary::SCHEMA;
use crate::transfer::open;
use hebbit::data;
use hebbit::device::doctor::{Examination, Finding, Options, Verdict, examine, table};
use hebbit::device::{Device, Where};
use hebbit::files::{writable, write_whole};
use serde::Serialize;
use std::path::Path;
use std::time::Duration;

/// Over which a clock is measured: jitter of a USB adapter is a thousandth of it.
const INTERVAL: Duration = Duration::from_secs(1);

#[derive(Serialize)]
struct Report {
    schema: u32,
    command: &'static str,
    on: String,
    board: Option<String>,
    hebbit: &'static str,
    system: String,
    line: String,
    failed: usize,
    findings: Vec<Finding>,
}

pub(crate) fn run(args: &DoctorArgs, screen: &Screen) -> Result<()> {
    args.out.as_deref().map_or(Ok(()), writable)?;
    let mut report = Report {
        schema: SCHEMA,
        command: "doctor",
        on: args.on.to_string(),
        board: None,
        hebbit: env!("CARGO_PKG_VERSION"),
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        line: command_line(),
        failed: 0,
        findings: Vec::new(),
    };
    let mut device = match open(&args.on, &args.line, screen) {
        Ok(device) => device,
        Err(error) => {
            // Also a device that is not reached is worth a report.
            let (_, help) = error.advice();
            let cause = Some(help.into_owned()).filter(|help| !help.is_empty());
            let found = error.to_string();
            let finding = Finding { check: "reached".to_owned(), verdict: Verdict::Failed, found, cause };
            report.findings.push(finding);
            report.failed = 1;
            write(args.out.as_deref(), &report, screen)?;
            return Err(error);
        }
    };
    report.board = Some(device.client().hello().board.clone());
    let Examination { findings, lost } = examined(args, &mut device, screen)?;
    report.findings = findings;
    // What follows may take a while; the speed is given back before it.
    drop(device);
    report.failed = report.findings.iter().filter(|finding| finding.verdict == Verdict::Failed).count();
    write(args.out.as_deref(), &report, screen)?;
    screen.result(&report, || report.text())?;
    if let Some(lost) = lost {
        return Err(lost.into());
    }
    match report.findings.iter().find(|finding| finding.verdict == Verdict::Failed) {
        None => Ok(()),
        Some(first) => Err(Error::Examined {
            on: report.on.clone(),
            failed: report.failed,
            first: first.check.clone(),
            cause: first.cause.clone().unwrap_or_default(),
        }),
    }
}

fn examined(args: &DoctorArgs, device: &mut Device, screen: &Screen) -> Result<Examination> {
    let digits = data::load("mini")?.train;
    let has_clock = !matches!(args.on, Where::Qemu(_));
    let options = Options { erase: args.erase, has_clock, interval: INTERVAL };
    let mut kept: Result<()> = Ok(());
    let examination = screen.working(|say| {
        let rescued = |image: &[u8]| {
            let Some(out) = &args.out else { return Ok(()) };
            let path = out.with_extension("hbt");
            write_whole(&path, image).map_err(|error| Error::output(&path, error))?;
            say(&format!("the device's network is kept in {}", path.display()));
            Ok(())
        };
        examine(device, &digits, options, &mut |what| say(&format!("examining: {what}")), &mut |image| {
            kept = rescued(image);
        })
    });
    kept?;
    Ok(examination)
}

/// Writes the report: JSON if the file is called so.
fn write(out: Option<&Path>, report: &Report, screen: &Screen) -> Result<()> {
    let Some(path) = out else { return Ok(()) };
    let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let text = match json {
        true => serde_json::to_string_pretty(report).map_err(Error::internal)?,
        false => report.text(),
    };
    write_whole(path, spelled(&text).as_bytes()).map_err(|error| Error::output(path, error))?;
    screen.say(&format!("report written to {}: attach it to a bug report", path.display()));
    Ok(())
}

impl Report {
    fn text(&self) -> String {
        let board = self.board.as_deref().unwrap_or("not reached");
        format!(
            "{} ({board}), hebbit {}, {}\n  {}\n{}",
            self.on,
            self.hebbit,
            self.system,
            self.line,
            table(&self.findings)
        )
    }
}
