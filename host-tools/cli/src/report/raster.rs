//! The spikes of one sample: ticks to the right, layers as bands, a mark per spike.

use super::{
    chart::{Area, Drawn, Mesh, font, overlay, svg},
    names::{GUTTER, MARGIN, Names, WIDTH},
    paint::{INK, MUTED, SHADE},
    text::{clip, count},
};
use hebbit::record::RecordedSample;
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, VPos},
};
use std::fmt::Write as _;

/// Height of a neuron's row, pixels: a large layer is pressed together, a small one can be numbered.
const ROW_MAX: f64 = 12.0;
/// Height of a band, pixels.
const BAND: (f64, f64) = (34.0, 260.0);
/// Between two bands.
const GAP: f64 = 6.0;
/// Below the last band: numbers and name of the axis.
const AXIS: u32 = 40;
/// A layer's place in the chart.
struct Band {
    layer: usize,
    neurons: usize,
    top: f64,
    height: f64,
}

impl Band {
    /// Middle of a neuron's row, and how high its mark is.
    fn row(&self, neuron: usize) -> (f64, f64) {
        let pitch = self.height / self.neurons as f64;
        (self.top + (neuron as f64 + 0.5) * pitch, (pitch * 0.8).max(1.2))
    }
}

fn bands(sizes: &[usize]) -> Vec<Band> {
    let mut top = 0.0;
    (1..)
        .zip(sizes)
        .filter(|(_, neurons)| **neurons > 0)
        .map(|(layer, &neurons)| {
            let height = (neurons as f64 * ROW_MAX).clamp(BAND.0, BAND.1).round();
            let band = Band { layer, neurons, top, height };
            top += height + GAP;
            band
        })
        .collect()
}

/// Left edge and width of the place of `ticks` ticks, pixels.
fn ticks_room() -> (f64, f64) {
    (f64::from(GUTTER), f64::from(WIDTH - GUTTER - MARGIN))
}

/// The chart; `None` without ticks or neurons. Spikes outside of them are left out.
pub(super) fn figure(sample: &RecordedSample, names: &Names<'_>) -> Option<String> {
    let bands = bands(&sample.layer_sizes);
    let end = bands.last().filter(|_| sample.ticks > 0).map(|b| b.top + b.height)?;
    let label = format!("spikes of sample {}", sample.index);
    let chart = svg((WIDTH, (end + GAP) as u32 + AXIS), &label, |area| frame(area, &bands, sample, names));
    let marks: String = bands.iter().map(|b| marks(b, sample, names)).collect();
    Some(format!("<figure><figcaption>Spikes</figcaption>{}</figure>\n", overlay(&chart, &marks)))
}

/// Grounds, names and the axis.
fn frame(area: &Area<'_>, bands: &[Band], sample: &RecordedSample, names: &Names<'_>) -> Drawn {
    let (left, room) = ticks_room();
    for band in bands {
        let (top, bottom) = (band.top as i32, (band.top + band.height) as i32);
        area.draw(&Rectangle::new(
            [(left as i32, top), ((left + room) as i32, bottom)],
            SHADE.color().filled(),
        ))?;
        let middle = (top + bottom) / 2;
        let (name, size) = (font(13, INK, HPos::Left, VPos::Bottom), font(11, MUTED, HPos::Left, VPos::Top));
        area.draw_text(&clip(&names.of(band.layer), 12), &name, (0, middle))?;
        area.draw_text(&format!("{} neurons", count(band.neurons as u64)), &size, (0, middle + 2))?;
        if band.height / band.neurons as f64 >= 10.0 {
            for neuron in 0..band.neurons {
                let number = font(10, MUTED, HPos::Right, VPos::Center);
                area.draw_text(&neuron.to_string(), &number, (left as i32 - 5, band.row(neuron).0 as i32))?;
            }
        }
    }
    let mut plot = ChartBuilder::on(area)
        .margin_right(MARGIN)
        .x_label_area_size(AXIS)
        .y_label_area_size(GUTTER)
        .build_cartesian_2d(-0.5..sample.ticks as f64 - 0.5, 0.0..1.0)?;
    let none = |_: &f64| String::new();
    let whole = |x: &f64| if x.fract() == 0.0 { format!("{x:.0}") } else { String::new() };
    Mesh { x: "tick", y: "", labels: (12, 0), format_x: &whole, format_y: &none }.draw(&mut plot)?;
    Ok(())
}

/// One path for all spikes of a layer: thousands of marks in a few bytes each.
fn marks(band: &Band, sample: &RecordedSample, names: &Names<'_>) -> String {
    let (left, room) = ticks_room();
    let pitch = room / sample.ticks as f64;
    let mut path = String::new();
    for &(tick, layer, neuron) in &sample.raster {
        let (tick, neuron) = (usize::from(tick), neuron as usize);
        if usize::from(layer) == band.layer && tick < sample.ticks && neuron < band.neurons {
            let (middle, height) = band.row(neuron);
            let x = left + (tick as f64 + 0.5) * pitch;
            write!(path, "M{x:.1} {:.1}v{height:.1}", middle - height / 2.0)
                .expect("a String takes any text");
        }
    }
    let width = (pitch * 0.5).clamp(1.0, 4.0);
    let stroke = names.paint(band.layer).hex();
    format!("<path d=\"{path}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width:.1}\"/>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_stay_in_their_band() {
        let sample = RecordedSample {
            ticks: 4,
            layer_sizes: vec![300, 10],
            raster: vec![(0, 1, 0), (3, 2, 9), (4, 1, 0), (0, 2, 10), (0, 3, 0), (0, 0, 0)],
            ..Default::default()
        };
        let html = figure(&sample, &Names::new(&[], &sample.layer_sizes)).expect("a raster");
        let paths: Vec<&str> = html.lines().filter(|l| l.starts_with("<path")).collect();
        assert_eq!(paths.len(), 2);
        assert!(paths.iter().all(|p| p.matches('M').count() == 1), "outsiders are left out: {paths:?}");
    }

    #[test]
    fn no_ticks_no_raster() {
        let sample = RecordedSample { layer_sizes: vec![3], ..Default::default() };
        assert_eq!(figure(&sample, &Names::new(&[], &[3])), None);
        let sample = RecordedSample { ticks: 3, layer_sizes: vec![0], ..Default::default() };
        assert_eq!(figure(&sample, &Names::new(&[], &[0])), None);
    }
}
