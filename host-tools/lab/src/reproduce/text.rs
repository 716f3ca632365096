//! The table for people: text on the screen, markdown in a file.

use super::table::{Cell, Document, Line};
use std::fmt::Write as _;

/// A table of strings.
struct Grid {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    fn text(&self) -> String {
        let width = |c: usize| {
            let cells = self.rows.iter().map(|row| row[c].chars().count());
            cells.chain([self.head[c].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let padded = cells.zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
        };
        let mut out = line(&mut self.head.iter().copied());
        for row in &self.rows {
            out += &line(&mut row.iter().map(String::as_str));
        }
        out
    }

    fn markdown(&self) -> String {
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>().join(" | "))
        };
        let mut out = line(&mut self.head.iter().copied());
        out += &line(&mut self.head.iter().map(|_| "---"));
        for row in &self.rows {
            out += &line(&mut row.iter().map(String::as_str));
        }
        out
    }
}

fn dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}

/// `97.64 ± 0.05`: mean, and half of what lies between the least and the greatest.
fn right(cell: Option<Cell>) -> String {
    dash(cell.map(|cell| match cell.seeds {
        1 => format!("{:.2}", cell.mean),
        _ => format!("{:.2} ± {:.2}", cell.mean, (cell.greatest - cell.least) / 2.0),
    }))
}

fn angles(all: &[Option<f64>]) -> String {
    let one = |angle: &Option<f64>| dash(angle.map(|angle| format!("{angle:.0}")));
    if all.is_empty() { "–".to_owned() } else { all.iter().map(one).collect::<Vec<_>>().join("/") }
}

fn whole(value: Option<f64>) -> String {
    dash(value.map(|value| format!("{value:.0}")))
}

fn short(value: f64) -> String {
    if value.abs() < 10.0 { format!("{value:.3}") } else { format!("{value:.1}") }
}

fn verdict(holds: Option<bool>) -> String {
    dash(holds.map(|holds| if holds { "yes" } else { "NO" }.to_owned()))
}

impl Line {
    fn has_accuracy(&self) -> bool {
        self.i16.is_some() || self.i8.is_some() || self.backprop.is_some() || self.twin.is_some()
    }
}

impl Document {
    fn accuracies(&self) -> Grid {
        let head = vec![
            "row",
            "network",
            "epochs",
            "backprop",
            "float twin",
            "i16",
            "i8",
            "angles before",
            "angles",
            "samples/s",
            "state bytes",
            "ticks",
            "events",
        ];
        let row = |line: &Line| {
            vec![
                line.name.to_owned(),
                line.layers.clone(),
                line.epochs.to_string(),
                right(line.backprop),
                right(line.twin),
                right(line.i16),
                right(line.i8),
                angles(&line.angles_before),
                angles(&line.angles),
                whole(line.samples_per_second),
                dash(line.state_bytes.map(|bytes| bytes.to_string())),
                whole(line.ticks),
                whole(line.spikes),
            ]
        };
        Grid { head, rows: self.rows.iter().filter(|line| line.has_accuracy()).map(row).collect() }
    }

    fn papers(&self) -> Grid {
        let row = |line: &Line| {
            vec![line.name.to_owned(), line.rule.clone(), line.paper.to_owned(), line.setting.to_owned()]
        };
        Grid { head: vec!["row", "rule", "paper", "its setting"], rows: self.rows.iter().map(row).collect() }
    }

    fn measures(&self) -> Grid {
        let mut rows = Vec::new();
        for line in &self.rows {
            if let Some((wanted, cell)) = line.wanted.zip(line.i16) {
                let cells =
                    ["accuracy of i16, %".to_owned(), format!("{:.2}", cell.mean), format!(">= {wanted}")];
                rows.push([vec![line.name.to_owned()], cells.to_vec(), vec![verdict(line.holds)]].concat());
            }
            for number in &line.numbers {
                let value = dash(number.value.map(short));
                let wanted = if number.wanted.is_empty() { "–".to_owned() } else { number.wanted.clone() };
                rows.push(vec![
                    line.name.to_owned(),
                    number.name.clone(),
                    value,
                    wanted,
                    verdict(number.holds),
                ]);
            }
        }
        Grid { head: vec!["row", "measure", "value", "wanted", "holds"], rows }
    }

    fn curves(&self) -> Grid {
        let mut rows = Vec::new();
        for line in &self.rows {
            for curve in &line.curves {
                let points = curve.points.iter().map(|&(x, y)| format!("{x}: {}", short(y)));
                let points = points.collect::<Vec<_>>().join(", ");
                rows.push(vec![line.name.to_owned(), curve.name.clone(), curve.over.clone(), points]);
            }
        }
        Grid { head: vec!["row", "curve", "over", "points"], rows }
    }

    /// What the numbers are of.
    fn settings(&self) -> Vec<String> {
        let (train, test) = self.samples;
        let mut out = Vec::new();
        if self.quick {
            out.push("QUICK: a small part of the data, at most two epochs. These are no results.".to_owned());
        }
        let (done, all) =
            self.rows.iter().fold((0, 0), |sum, line| (sum.0 + line.jobs.0, sum.1 + line.jobs.1));
        if done < all {
            out.push(format!("Not finished: {done} of {all} jobs are done."));
        }
        let seeds = if self.seeds == 1 { "seed 1".to_owned() } else { format!("seeds 1 to {}", self.seeds) };
        out.push(format!(
            "hebbit {}, {} with {train} samples to learn and {test} to test, {seeds}, settings of each rule as `hebbit learn` has them.",
            self.version, self.data
        ));
        out.push("Accuracies in percent of the test samples: mean over seeds ± half of the span.".to_owned());
        out.push(format!(
            "Angles: degrees between the update of the i16 network and backprop at the same weights, per layer of weights, the \
             first one first, before and after learning, on {} training samples in batches of 32. \
             Samples per second: learning, {} jobs at once. State bytes: beside the weights.",
            self.measured, self.threads
        ));
        out
    }

    fn parts(&self) -> Vec<(&'static str, Grid)> {
        let all = [
            ("Accuracy", self.accuracies()),
            ("Other measures", self.measures()),
            ("Curves", self.curves()),
            ("Papers", self.papers()),
        ];
        all.into_iter().filter(|(_, grid)| !grid.rows.is_empty()).collect()
    }

    /// As text.
    pub fn text(&self) -> String {
        let mut out = self.settings().join("\n") + "\n";
        for (title, grid) in self.parts() {
            let _ = write!(out, "\n{title}\n{}", grid.text());
        }
        out
    }

    /// As markdown, a file of its own.
    pub fn markdown(&self) -> String {
        let mut out = format!("# Learning rules\n\nMade by `{}`; do not edit.\n", self.command);
        for line in self.settings() {
            let _ = write!(out, "\n{line}\n");
        }
        for (title, grid) in self.parts() {
            let _ = write!(out, "\n## {title}\n\n{}", grid.markdown());
        }
        out
    }
}
