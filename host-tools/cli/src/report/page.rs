//! The frame of the report: headline, facts, command line, and the sections in order.

use super::{
    activity, confusion, curve, drift, fields, paint, sample,
    text::{count, escape, percent, share},
};
use hebbit::record::RunRecord;

/// Layout; the colours come from [`paint`].
const CSS: &str = include_str!("page.css");

/// The whole HTML file.
///
/// Every tag is closed, also where HTML would not ask for it, so that an XML parser reads the page too.
pub(super) fn page(record: &RunRecord) -> String {
    let (score, what) = headline(record);
    let sections: String = [
        ("Drift", record.drift.as_ref().and_then(drift::section)),
        ("Accuracy", curve::section(&record.curve)),
        ("Confusion", confusion::section(&record.confusion, &record.class_names)),
        ("Receptive fields", fields::section(&record.fields)),
        ("Activity", activity::section(&record.layers)),
        ("Samples", sample::section(record)),
    ]
    .into_iter()
    .filter_map(|(title, body)| Some(format!("<section>\n<h2>{title}</h2>\n{}\n</section>\n", body?)))
    .collect();
    let short: String = record.digest.chars().take(8).collect();
    let title = [score.as_str(), "Hebbit run", &escape(&short)].map(str::trim).join(" ");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <title>{title}</title>\n<style>\n{colors}{CSS}</style>\n</head>\n<body>\n<main>\n\
         <header>\n<h1>{big}{what}</h1>\n{digest}{facts}{command}</header>\n{sections}</main>\n</body>\n</html>\n",
        title = title.trim(),
        colors = paint::css(),
        big = if score.is_empty() { String::new() } else { format!("<span class=\"score\">{score}</span> ") },
        digest = digest(record),
        facts = facts(record),
        command = command(record),
    )
}

/// The number of the run and what it is of: test samples if some were tested, else the curve's last point.
fn headline(record: &RunRecord) -> (String, String) {
    let (right, tested) = confusion::score(&record.confusion);
    if let Some(all) = share(right, tested) {
        return (percent(all), format!("of {} test samples right", count(tested)));
    }
    let held_out =
        record.curve.iter().rev().find_map(|p| p.held_out).map(|p| (p, "of held-out samples right"));
    // Of a stream the whole counts, not its end.
    let stream = record.drift.as_ref().map(|drift| drift.all.prequential);
    let online = stream.or_else(|| record.curve.last().map(|p| p.online));
    let online = online.map(|online| (online, "right when presented, before learning"));
    held_out
        .or(online)
        .map_or_else(|| (String::new(), "Hebbit run".into()), |(p, what)| (percent(p), what.into()))
}

fn digest(record: &RunRecord) -> String {
    if record.digest.is_empty() {
        return String::new();
    }
    format!("<p class=\"note\">Digest of state and weights: <code>{}</code></p>\n", escape(&record.digest))
}

fn facts(record: &RunRecord) -> String {
    if record.facts.is_empty() {
        return String::new();
    }
    let fact = |(name, value): &(String, String)| {
        format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escape(name), escape(value))
    };
    format!("<dl class=\"facts\">\n{}</dl>\n", record.facts.iter().map(fact).collect::<String>())
}

fn command(record: &RunRecord) -> String {
    if record.command.is_empty() {
        String::new()
    } else {
        format!("<pre>{}</pre>\n", escape(&record.command))
    }
}
