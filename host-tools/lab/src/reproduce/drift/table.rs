//! The rows as markdown, text and JSON, beside float learners on the same bytes.

use super::run::DriftRow;
use hebbit::run::Pace;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;

/// Float learners on the same streams: `host-tools/lab/rivals.py` writes them.
const RIVALS: &str = include_str!("../../../rivals.json");

/// What came of learning on.
#[derive(Debug, Serialize)]
pub struct Learned {
    /// A network on a stream, each.
    pub rows: Vec<DriftRow>,
    /// Devices that learned the gas sensors to the core's digest.
    pub engines: Vec<OnDevice>,
    /// What was left out, and what it needs.
    pub left_out: Vec<String>,
}

/// A device that learned the gas sensors, i8, 128 hidden neurons, at the default pace.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OnDevice {
    /// The device.
    pub on: String,
    /// Samples that it was given.
    pub samples: usize,
    /// Its digest in the end, which is the core's.
    pub digest: String,
}

/// A float learner on a stream.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Rival {
    /// The stream.
    pub stream: String,
    /// The learner.
    pub learner: String,
    /// Share of the samples that have a label.
    pub labels: f64,
    /// Percent right, each sample tested before it was learned; mean of the draws.
    pub prequential: f64,
    /// Bytes of its model, as far as they can be told.
    pub memory_bytes: Option<u64>,
}

/// The float learners, as they were measured.
pub(super) fn rivals() -> Vec<Rival> {
    let all: Value = serde_json::from_str(RIVALS).unwrap_or_default();
    let read = |row: &Value| {
        Some(Rival {
            stream: row.get("stream")?.as_str()?.to_owned(),
            learner: row.get("learner")?.as_str()?.to_owned(),
            labels: row.get("labels")?.as_f64()?,
            prequential: row.get("prequential")?.as_f64()?,
            memory_bytes: row.get("memory_bytes").and_then(Value::as_u64),
        })
    };
    all["rows"].as_array().map(|rows| rows.iter().filter_map(read).collect()).unwrap_or_default()
}

/// The document of `--json`.
#[derive(Serialize)]
struct Document<'d> {
    schema: u32,
    command: &'static str,
    rows: &'d [DriftRow],
    engines: &'d [OnDevice],
    others: Vec<Rival>,
    left_out: &'d [String],
}

fn percent(x: f64) -> String {
    format!("{x:.2}")
}

fn kilobytes(bytes: usize) -> String {
    format!("{:.1}", bytes as f64 / 1000.0)
}

impl DriftRow {
    fn memory(&self) -> String {
        match self.remember {
            0 => "–".to_owned(),
            remember => format!("{remember} × {}", self.again),
        }
    }

    fn pace(&self) -> String {
        if self.remember == 0 && matches!(self.pace, Pace::Brisk | Pace::Fast) {
            format!("{}, `--remember 0`", self.pace)
        } else {
            self.pace.to_string()
        }
    }

    /// Percent in the last part.
    fn last(&self) -> (f64, f64) {
        let of =
            |parts: &std::collections::BTreeMap<String, f64>| parts.values().last().copied().unwrap_or(0.0);
        (of(&self.parts), of(&self.frozen_parts))
    }
}

impl Learned {
    /// As one JSON value.
    pub fn json(&self) -> impl Serialize + '_ {
        Document {
            schema: 1,
            command: "reproduce",
            rows: &self.rows,
            engines: &self.engines,
            others: rivals(),
            left_out: &self.left_out,
        }
    }

    fn of<'s>(&'s self, stream: &'s str, harm: &'s str) -> impl Iterator<Item = &'s DriftRow> {
        self.rows.iter().filter(move |row| row.stream.starts_with(stream) && row.harm == harm)
    }

    /// The tables in markdown, without a title.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        self.gas(&mut out);
        self.devices(&mut out);
        self.rivals(&mut out);
        self.harms(&mut out);
        self.others(&mut out);
        self.tested(&mut out);
        for left in &self.left_out {
            let _ = writeln!(out, "Left out: {left}.\n");
        }
        out
    }

    fn gas(&self, out: &mut String) {
        let rows: Vec<&DriftRow> = self.of("gas sensors", "").collect();
        let Some(first) = rows.first() else { return };
        out.push_str("## Gas sensors over 36 months\n\n");
        let batches: Vec<&String> = first.parts.keys().collect();
        let names: Vec<&str> = batches.iter().map(|name| name.as_str()).collect();
        let _ = writeln!(
            out,
            "| network | weights | pace | remembered × again | labels | {} | all | 4..9 | learned per sample | digest |",
            names.join(" | ")
        );
        out.push_str(&"|---".repeat(names.len() + 9));
        out.push_str("|\n");
        let mut shown = Vec::new();
        for row in &rows {
            let network = format!("{}-{}-6 {} kB", 256, row.hidden, kilobytes(row.bytes.0 + row.bytes.1));
            let cells = |parts: &std::collections::BTreeMap<String, f64>| {
                batches.iter().map(|batch| format!("{:.1}", parts[*batch])).collect::<Vec<_>>().join(" | ")
            };
            let frozen = (row.weights, row.hidden);
            if !shown.contains(&frozen) {
                shown.push(frozen);
                let _ = writeln!(
                    out,
                    "| 256-{}-6 | {} | frozen | – | – | {} | {} | | 0 | |",
                    row.hidden,
                    row.weights,
                    cells(&row.frozen_parts),
                    percent(row.frozen)
                );
            }
            let spread = match row.labels < 1.0 {
                true => format!(" ({:.1}–{:.1})", row.spread.0, row.spread.1),
                false => String::new(),
            };
            let _ = writeln!(
                out,
                "| {network} | {} | {} | {} | {:.0} % | {} | **{}**{spread} | {} | {:.1} | `{}` |",
                row.weights,
                row.pace(),
                row.memory(),
                row.labels * 100.0,
                cells(&row.parts),
                percent(row.prequential),
                row.unseen.map(percent).unwrap_or_default(),
                row.cost,
                row.digest
            );
        }
        out.push('\n');
    }

    fn devices(&self, out: &mut String) {
        if self.engines.is_empty() {
            return;
        }
        out.push_str("The same stream (i8, 128 hidden neurons, pace brisk), learned elsewhere:\n\n");
        out.push_str("| device | samples | digest |\n|---|---|---|\n");
        for OnDevice { on, samples, digest } in &self.engines {
            let _ = writeln!(out, "| {on} | {samples} | `{digest}` |");
        }
        out.push('\n');
    }

    fn rivals(&self, out: &mut String) {
        let all = rivals();
        let mut names: Vec<&str> = all.iter().map(|rival| rival.learner.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let streams: Vec<&str> = ["gas_mixed", "digits", "beats"]
            .into_iter()
            .filter(|stream| all.iter().any(|rival| rival.stream == *stream))
            .collect();
        if streams.is_empty() {
            return;
        }
        out.push_str("## Float learners on the same bytes\n\n| learner | memory, kB |");
        let columns: Vec<(&str, f64)> =
            streams.iter().flat_map(|&stream| [1.0, 0.1, 0.01].map(|labels| (stream, labels))).collect();
        let measured = |name: Option<&str>, (stream, labels): (&str, f64)| {
            let same = |rival: &&Rival| {
                rival.stream == stream
                    && (rival.labels - labels).abs() < 1e-9
                    && name.is_none_or(|name| rival.learner == name)
            };
            all.iter().find(same)
        };
        let columns: Vec<(&str, f64)> =
            columns.into_iter().filter(|&column| measured(None, column).is_some()).collect();
        for (stream, labels) in &columns {
            let stream = stream.trim_end_matches("_mixed");
            let _ = write!(out, " {stream}, {:.0} % of labels |", labels * 100.0);
        }
        let _ = writeln!(out, "\n{}|", "|---".repeat(columns.len() + 2));
        for name in names {
            let memory = all.iter().find(|rival| rival.learner == name).and_then(|rival| rival.memory_bytes);
            let memory = memory.map(|bytes| kilobytes(bytes as usize)).unwrap_or_default();
            let _ = write!(out, "| {name} | {memory} |");
            for &column in &columns {
                let cell = measured(Some(name), column).map(|rival| percent(rival.prequential));
                let _ = write!(out, " {} |", cell.unwrap_or_default());
            }
            out.push('\n');
        }
        out.push('\n');
    }

    fn harms(&self, out: &mut String) {
        let rows: Vec<&DriftRow> = self.rows.iter().filter(|row| !row.harm.is_empty()).collect();
        if rows.is_empty() {
            return;
        }
        out.push_str("## When the world misbehaves: gas sensors, 256-128-6, i8\n\n");
        out.push_str("| what | pace | frozen | learning on |\n|---|---|---|---|\n");
        for row in rows {
            let _ = writeln!(
                out,
                "| {} | {} | {} | **{}** |",
                row.harm,
                row.pace(),
                percent(row.frozen),
                percent(row.prequential)
            );
        }
        out.push('\n');
    }

    fn others(&self, out: &mut String) {
        let streams = ["turning digits", "heart beats", "speaker"];
        let rows: Vec<&DriftRow> =
            streams.iter().flat_map(|stream| self.of(stream, "").filter(|row| row.test.is_none())).collect();
        if rows.is_empty() {
            return;
        }
        out.push_str("## Other streams, 128 hidden neurons, i8\n\n");
        out.push_str("| stream | labels | pace | frozen | learning on | last eighth: frozen, learning on | learned per sample |\n|---|---|---|---|---|---|---|\n");
        for row in rows {
            let (last, frozen) = row.last();
            let _ = writeln!(
                out,
                "| {} | {:.0} % | {} | {} | **{}** | {}, {} | {:.1} |",
                row.stream,
                row.labels * 100.0,
                row.pace(),
                percent(row.frozen),
                percent(row.prequential),
                percent(frozen),
                percent(last),
                row.cost
            );
        }
        out.push('\n');
    }

    fn tested(&self, out: &mut String) {
        let rows: Vec<&DriftRow> = self.rows.iter().filter(|row| row.test.is_some()).collect();
        if rows.is_empty() {
            return;
        }
        out.push_str("## What learning on does to what was learned\n\n");
        out.push_str("| stream | network made by | weights | pace | test before | after | change |\n|---|---|---|---|---|---|---|\n");
        for row in rows {
            let (before, after) = row.test.unwrap_or_default();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | **{:+.2}** |",
                row.stream,
                row.base,
                row.weights,
                row.pace(),
                percent(before),
                percent(after),
                after - before
            );
        }
        out.push('\n');
    }

    /// For a terminal: a line per row.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for row in &self.rows {
            let what = if row.harm.is_empty() { row.stream.clone() } else { row.harm.clone() };
            let test = row.test.map(|(before, after)| format!(", test {before:.2} -> {after:.2} %"));
            let _ = writeln!(
                out,
                "{what}, {} hidden, {}, {:.0} % of labels, {}: frozen {:.2} %, learning on {:.2} %{}",
                row.hidden,
                row.weights,
                row.labels * 100.0,
                row.pace(),
                row.frozen,
                row.prequential,
                test.unwrap_or_default()
            );
        }
        for left in &self.left_out {
            let _ = writeln!(out, "left out: {left}");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_float_learners_can_be_read() {
        let rivals = super::rivals();
        let nearest = rivals.iter().find(|r| r.stream == "gas_mixed" && r.learner.contains("nearest"));
        assert!(nearest.is_some_and(|rival| rival.prequential > 90.0), "{rivals:?}");
    }
}
