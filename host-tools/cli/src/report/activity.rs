//! How active the layers are: spikes per sample, and how they spread over the neurons.

use super::{
    chart::{Area, Drawn, Mesh, WIDTH, font, svg},
    paint::{INK, MUTED, Paint, series},
    text::{clip, count, escape, share, value},
};
use hebbit::record::LayerActivity;
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, VPos},
};

/// Height of a layer in the bar chart, pixels.
const ROW: i32 = 32;
/// Pixels for the names left of the bars, and for the values right of the longest.
const GUTTER: (i32, i32) = (130, 230);
/// Bins of a histogram.
const BINS: usize = 20;

/// The section of the page; `None` without layers.
pub(super) fn section(layers: &[LayerActivity]) -> Option<String> {
    if layers.is_empty() {
        return None;
    }
    let height = ROW.unsigned_abs() * u32::try_from(layers.len()).ok()?;
    let bars = svg((WIDTH, height), "spikes per sample of each layer", |area| bars(area, layers));
    let rows: String = layers.iter().map(row).collect();
    let histograms: String = layers.iter().enumerate().filter_map(|(i, l)| histogram(l, series(i))).collect();
    Some(format!(
        "<figure>{bars}</figure>\n<div class=\"wide\"><table class=\"layers\">\n<thead><tr><th>layer</th>\
         <th>neurons</th><th>spikes per sample</th><th>per neuron</th><th>silent</th><th>saturated</th></tr></thead>\n\
         <tbody>\n{rows}</tbody></table></div>\n\
         <p class=\"note\">Silent neurons never fired; saturated ones fired in every tick of every sample.</p>\n\
         <div class=\"row\">{histograms}</div>"
    ))
}

fn bars(area: &Area<'_>, layers: &[LayerActivity]) -> Drawn {
    let room = f64::from(WIDTH as i32 - GUTTER.0 - GUTTER.1);
    let most = layers
        .iter()
        .map(|l| l.spikes_per_sample)
        .filter(|s| s.is_finite())
        .fold(f64::MIN_POSITIVE, f64::max);
    for (i, layer) in (0..).zip(layers) {
        let (top, middle) = (i * ROW, i * ROW + ROW / 2);
        let length = (room * layer.spikes_per_sample / most).clamp(0.0, room);
        let end = GUTTER.0 + length.round() as i32;
        let name = font(13, INK, HPos::Right, VPos::Center);
        area.draw_text(&clip(&layer.name, 15), &name, (GUTTER.0 - 10, middle))?;
        let paint = series(i as usize).color();
        area.draw(&Rectangle::new(
            [(GUTTER.0, top + 6), (end.max(GUTTER.0 + 1), top + ROW - 6)],
            paint.filled(),
        ))?;
        let mut spikes = value(layer.spikes_per_sample) + " spikes";
        if let Some(mean) = per_neuron(layer) {
            spikes += &format!(", {} per neuron", value(mean));
        }
        area.draw_text(&spikes, &font(13, MUTED, HPos::Left, VPos::Center), (end + 10, middle))?;
    }
    Ok(())
}

fn per_neuron(layer: &LayerActivity) -> Option<f64> {
    (layer.neurons > 0).then(|| layer.spikes_per_sample / layer.neurons as f64)
}

/// One line of the table.
fn row(layer: &LayerActivity) -> String {
    let some = |n: usize| {
        let share = share(n as u64, layer.neurons as u64).filter(|_| n > 0);
        let share = share.map_or_else(String::new, |p| format!(" ({p:.1}\u{202f}%)"));
        format!("<td>{}{share}</td>", count(n as u64))
    };
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td>{}{}</tr>\n",
        escape(&layer.name),
        count(layer.neurons as u64),
        value(layer.spikes_per_sample),
        per_neuron(layer).map_or_else(|| "–".into(), value),
        some(layer.silent),
        some(layer.saturated)
    )
}

/// How many neurons fire how often; `None` if nobody counted.
fn histogram(layer: &LayerActivity, paint: Paint) -> Option<String> {
    let spikes: Vec<f64> = layer.per_neuron.iter().copied().filter(|s| s.is_finite() && *s >= 0.0).collect();
    let most = spikes.iter().copied().reduce(f64::max)?;
    let end = if most > 0.0 { most } else { 1.0 };
    let bins = bins(&spikes, end);
    let tallest = bins.iter().copied().max().unwrap_or(0) as f64;
    let label = format!("histogram of the activity of {}", layer.name);
    let chart = svg((310, 200), &label, |area| {
        let mut plot = ChartBuilder::on(area)
            .margin(6)
            .margin_right(18)
            .x_label_area_size(38)
            .y_label_area_size(48)
            .build_cartesian_2d(0.0..end, 0.0..tallest * 1.05)?;
        let digits = usize::from(end < 5.0) + usize::from(end < 0.5);
        Mesh {
            x: "mean spikes per sample",
            y: "neurons",
            labels: (5, 4),
            format_x: &|x| format!("{x:.digits$}"),
            format_y: &|y| value(*y).trim_end_matches(".0").trim_end_matches(".00").into(),
        }
        .draw(&mut plot)?;
        let width = end / BINS as f64;
        plot.draw_series(bins.iter().enumerate().filter(|(_, n)| **n > 0).map(|(i, &n)| {
            let mut bar = Rectangle::new(
                [(i as f64 * width, n as f64), ((i + 1) as f64 * width, 0.0)],
                paint.color().filled(),
            );
            bar.set_margin(0, 0, 0, 1);
            bar
        }))?;
        Ok(())
    });
    Some(format!("<figure><figcaption>{}</figcaption>{chart}</figure>\n", escape(&layer.name)))
}

/// Neurons per bin, from 0 to `end`; the last bin takes `end` itself.
fn bins(spikes: &[f64], end: f64) -> [u64; BINS] {
    let mut bins = [0; BINS];
    for s in spikes {
        let bin = (s / end * BINS as f64) as usize;
        bins[bin.min(BINS - 1)] += 1;
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_neuron_is_in_one_bin() {
        let bins = bins(&[0.0, 0.1, 5.0, 10.0], 10.0);
        assert_eq!((bins[0], bins[10], bins[19]), (2, 1, 1));
    }

    #[test]
    fn silence_and_nonsense_are_drawn() {
        let silent = LayerActivity {
            name: "hidden 1".into(),
            neurons: 2,
            silent: 2,
            per_neuron: vec![0.0; 2],
            ..Default::default()
        };
        let nan = LayerActivity {
            name: "b".into(),
            spikes_per_sample: f64::NAN,
            per_neuron: vec![f64::NAN],
            ..Default::default()
        };
        let html = section(&[silent, nan]).expect("layers");
        assert!(html.contains("2 (100.0\u{202f}%)"));
        assert_eq!(html.matches("<figcaption>").count(), 1, "no histogram of what was not counted");
        assert_eq!(section(&[]), None);
    }
}
