//! `hebbit predict`: answers to samples, a line for each.

use crate::args::PredictArgs;
use crate::commands::eval::classes;
use crate::error::{Error, Result};
use crate::opened::{known, open, parse};
use crate::screen::Screen;
use hebbit::data::{self, Inputs, Known, Schema, sample_of_text};
use hebbit::device::Where;
use hebbit::error::Cause;
use hebbit::files::read_whole;
use hebbit::run::{ClassNames, Prediction, Predictor};
use serde::Serialize;
use std::io::{self, BufRead as _};

/// What standard input is called in messages.
const STDIN: &str = "standard input";

/// One answer.
#[derive(Serialize)]
struct Row {
    index: u64,
    class: Option<u8>,
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<u8>,
    ticks: u16,
    votes: Vec<Option<i64>>,
}

pub(crate) fn run(args: &PredictArgs, screen: &Screen) -> Result<()> {
    if args.engine.on == Where::Rtl {
        let help = "leave out --on; `hebbit eval NETWORK --on rtl` tests a network in the simulated RTL";
        return Err(Error::usage("rtl is no place for this command", help));
    }
    let kernels = args.engine.kernels("NETWORK ")?;
    let bytes = read_whole(&args.checkpoint)?;
    let engine = open(&args.checkpoint, &bytes, kernels)?;
    let known = known(&parse(&args.checkpoint, &bytes)?)?;
    let names = known.schema.as_ref().map(Schema::class_names).unwrap_or_default();
    let classes = classes(&engine);
    let predictor = Predictor::new(engine, classes);
    let answers = |labelled| Answers { predictor, screen, names, labelled, index: 0 };
    match (&args.sample, args.data.as_deref()) {
        (Some(text), _) => {
            let sample =
                sample_of_text(text, &known, "the sample").map_err(|cause| cause.in_file("--sample"))?;
            let mut answers = answers(false);
            let _ = answers.head()? && answers.answer(&sample, None)?;
            Ok(())
        }
        (None, Some("-")) => from_stdin(answers(false), &known),
        (None, name) => {
            let inputs = data::inputs(name.unwrap_or_default(), &known)?;
            inputs.remarks.iter().for_each(|remark| screen.say(remark));
            from_inputs(answers(inputs.labelled()), &inputs)
        }
    }
}

fn from_inputs(mut answers: Answers<'_>, inputs: &Inputs) -> Result<()> {
    let mut heard = answers.head()?;
    for (sample, label) in inputs.iter() {
        if !heard {
            break;
        }
        heard = answers.answer(sample, label)?;
    }
    Ok(())
}

/// One sample per line until the end; blank lines are passed over. Each answer is written before the next line is read.
fn from_stdin(mut answers: Answers<'_>, known: &Known) -> Result<()> {
    let mut heard = answers.head()?;
    let (mut input, mut line, mut number) = (io::stdin().lock(), Vec::new(), 0_u64);
    while heard {
        line.clear();
        number += 1;
        if input.read_until(b'\n', &mut line).map_err(|e| Error::read(STDIN, e))? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() {
            continue;
        }
        let wrong = |cause: Cause| cause.in_file(STDIN);
        let sample = sample_of_text(&text, known, &format!("line {number}")).map_err(wrong)?;
        heard = answers.answer(&sample, None)?;
    }
    Ok(())
}

/// Writes answers as they come.
struct Answers<'s> {
    predictor: Predictor,
    screen: &'s Screen,
    names: ClassNames,
    /// Whether there is a column of labels.
    labelled: bool,
    /// Index of the next sample.
    index: u64,
}

impl Answers<'_> {
    /// Writes the names of the columns. Whether anybody reads on.
    fn head(&self) -> Result<bool> {
        if self.screen.is_json() {
            return Ok(true);
        }
        let mut head = "index,class,name,ticks".to_owned();
        if self.labelled {
            head.push_str(",label");
        }
        for class in 0..self.predictor.classes() {
            head.push_str(&format!(",votes_{class}"));
        }
        self.screen.row(&head)
    }

    /// Answers one sample. Whether anybody reads on.
    fn answer(&mut self, sample: &[u8], label: Option<u8>) -> Result<bool> {
        let Prediction { class, votes, ticks } = self.predictor.predict(sample)?;
        let name = class.map(|class| self.names.of(class.into()));
        let row = Row { index: self.index, class, name, label, ticks, votes };
        self.index += 1;
        if self.screen.is_json() {
            let line = serde_json::to_string(&row).map_err(Error::internal)?;
            return self.screen.row(&line);
        }
        self.screen.row(&row.csv(self.labelled))
    }
}

impl Row {
    fn csv(&self, labelled: bool) -> String {
        let class = self.class.map_or(String::new(), |class| class.to_string());
        let name = self.name.as_deref().map_or(String::new(), quoted);
        let mut line = format!("{},{class},{name},{}", self.index, self.ticks);
        if labelled {
            line.push_str(&format!(",{}", self.label.map_or(String::new(), |label| label.to_string())));
        }
        for vote in &self.votes {
            line.push_str(&format!(",{}", vote.map_or(String::new(), |vote| vote.to_string())));
        }
        line
    }
}

/// A cell of CSV: in quotes if it has a comma, a quote or a line break in it.
fn quoted(text: &str) -> String {
    if !text.contains([',', '"', '\n', '\r']) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_an_answer_has_empty_cells() {
        let row =
            Row { index: 3, class: None, name: None, label: Some(2), ticks: 8, votes: vec![Some(0), None] };
        assert_eq!((row.csv(false), row.csv(true)), ("3,,,8,0,".into(), "3,,,8,2,0,".into()));
    }

    #[test]
    fn names_are_quoted_where_they_must_be() {
        assert_eq!(quoted("cat"), "cat");
        assert_eq!(quoted("cat, \"big\""), "\"cat, \"\"big\"\"\"");
    }
}
