//! Recorded samples: the picture, the answer, and what the neurons did.

use super::{
    membrane,
    names::Names,
    picture::Picture,
    raster,
    text::{count, escape},
};
use hebbit::record::{RecordedSample, RunRecord};

/// The section of the page; `None` without samples.
pub(super) fn section(record: &RunRecord) -> Option<String> {
    let cards: String = record.samples.iter().map(|s| card(s, record)).collect();
    (!cards.is_empty()).then_some(cards)
}

fn card(sample: &RecordedSample, record: &RunRecord) -> String {
    let names = Names::new(&record.layers, &sample.layer_sizes);
    let class_name = |class: u8| escape(&record.class_names.of(class.into()));
    let (class, verdict) = match sample.answer {
        Some(answer) if answer == sample.label => ("right", format!("✓ answered {}", class_name(answer))),
        Some(answer) => ("wrong", format!("✗ answered {}", class_name(answer))),
        None => ("wrong", "✗ no answer".into()),
    };
    let picture = picture(sample).unwrap_or_default();
    let raster = raster::figure(sample, &names).unwrap_or_default();
    let membranes = membrane::figure(sample, &names).unwrap_or_default();
    format!(
        "<article>\n<div class=\"face\">{picture}<h3>Sample {}</h3><p>Label <b>{}</b></p>\
         <p class=\"{class}\"><b>{verdict}</b></p><p class=\"note\">{} ticks, {} spikes</p></div>\n\
         <div class=\"charts\">\n{raster}{membranes}</div>\n</article>\n",
        sample.index,
        class_name(sample.label),
        count(sample.ticks as u64),
        count(sample.raster.len() as u64),
    )
}

fn picture(sample: &RecordedSample) -> Option<String> {
    let (rows, columns) = sample.shape;
    if rows == 0 || columns == 0 || sample.pixels.is_empty() {
        return None;
    }
    let mut picture = Picture::new(rows, columns);
    for (i, &p) in sample.pixels.iter().enumerate() {
        picture.put(i / columns, i % columns, [p; 3]);
    }
    let (uri, label) = (picture.data_uri()?, sample.label);
    Some(format!(
        "<img src=\"{uri}\" width=\"{columns}\" height=\"{rows}\" alt=\"picture of label {label}\"/>\n"
    ))
}
