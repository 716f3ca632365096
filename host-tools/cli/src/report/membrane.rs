//! Membrane potentials of a few neurons over the ticks of a sample, one strip each, on one scale.

use super::{
    chart::{Area, Drawn, Mesh, font, svg},
    names::{GUTTER, MARGIN, Names, WIDTH},
    paint::{INK, Paint, THRESHOLD},
    text::clip,
};
use hebbit::record::{MembraneTrace, RecordedSample};
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, VPos},
};

/// Height of a strip, pixels.
const STRIP: u32 = 58;
/// Below the last strip: numbers and name of the axis.
const AXIS: u32 = 38;

/// The chart; `None` if no potential was recorded.
pub(super) fn figure(sample: &RecordedSample, names: &Names<'_>) -> Option<String> {
    let traces: Vec<_> = sample.membranes.iter().filter(|t| t.values.iter().any(|v| v.is_finite())).collect();
    let ticks = traces.iter().map(|t| t.values.len()).max()?.max(sample.ticks);
    let range = range(&traces);
    let height = STRIP * u32::try_from(traces.len()).ok()? + AXIS;
    let label = format!("membrane potentials of sample {}", sample.index);
    let chart = svg((WIDTH, height), &label, |area| {
        for (i, trace) in (0..).zip(&traces) {
            let last = i as usize + 1 == traces.len();
            let (top, axis) = (i * STRIP, if last { AXIS } else { 0 });
            let strip = area.clone().shrink((0, top), (WIDTH, STRIP + axis));
            let found = names.find(&trace.name);
            let spikes = found.map(|at| spikes(sample, at)).unwrap_or_default();
            let paint = found.map_or(INK, |at| names.paint(at.0));
            draw(&strip, trace, &spikes, paint, (ticks, range, axis))?;
        }
        Ok(())
    });
    Some(format!(
        "<figure><figcaption>Membrane potentials <span class=\"note\">in thresholds; dashed the threshold, \
         a bar above it is a spike</span></figcaption>{chart}</figure>\n"
    ))
}

/// Lowest and highest of all strips, with room for the bar of a spike.
fn range(traces: &[&MembraneTrace]) -> (f64, f64) {
    let all =
        traces.iter().flat_map(|t| t.values.iter().chain(&t.threshold)).copied().filter(|v| v.is_finite());
    let (low, high) = all.fold((0.0, 1.0), |(low, high): (f64, f64), v| (low.min(v), high.max(v)));
    let air = 0.05 * (high - low);
    (low - air, high + 6.0 * air)
}

/// In which ticks the neuron at `(layer, neuron)` fired.
fn spikes(sample: &RecordedSample, (layer, neuron): (usize, usize)) -> Vec<u16> {
    let own = |s: &&(u16, u16, u32)| usize::from(s.1) == layer && s.2 as usize == neuron;
    sample.raster.iter().filter(own).map(|s| s.0).collect()
}

/// One strip: the threshold, the potential, the spikes; `axis` pixels below it for the ticks.
fn draw(
    strip: &Area<'_>,
    trace: &MembraneTrace,
    spikes: &[u16],
    paint: Paint,
    (ticks, (low, high), axis): (usize, (f64, f64), u32),
) -> Drawn {
    strip.draw_text(
        &clip(&trace.name, 12),
        &font(13, INK, HPos::Left, VPos::Center),
        (0, STRIP as i32 / 2),
    )?;
    let mut plot = ChartBuilder::on(strip)
        .margin_right(MARGIN)
        .margin_top(4)
        .margin_bottom(4)
        .x_label_area_size(axis)
        .y_label_area_size(GUTTER)
        .build_cartesian_2d(-0.5..ticks as f64 - 0.5, low..high)?;
    let whole = |x: &f64| if x.fract() == 0.0 { format!("{x:.0}") } else { String::new() };
    Mesh {
        x: if axis > 0 { "tick" } else { "" },
        y: "",
        labels: (12, 3),
        format_x: &whole,
        format_y: &whole,
    }
    .draw(&mut plot)?;
    let points = |values: &[f64]| -> Vec<(f64, f64)> {
        (0u32..).zip(values).filter(|(_, v)| v.is_finite()).map(|(t, v)| (f64::from(t), *v)).collect()
    };
    plot.draw_series(LineSeries::new(points(&trace.threshold), THRESHOLD.color()))?;
    let paint = paint.color();
    plot.draw_series(LineSeries::new(points(&trace.values), paint.stroke_width(2)))?;
    plot.draw_series(spikes.iter().filter(|t| usize::from(**t) < ticks).map(|&t| {
        let from = trace.threshold.get(usize::from(t)).copied().filter(|v| v.is_finite()).unwrap_or(1.0);
        let x = f64::from(t);
        PathElement::new([(x, from), (x, high)], paint.stroke_width(3))
    }))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_come_from_the_raster() {
        let sample = RecordedSample {
            ticks: 3,
            layer_sizes: vec![4, 2],
            raster: vec![(0, 1, 1), (1, 2, 1), (2, 2, 0)],
            membranes: vec![MembraneTrace {
                name: "output 1".into(),
                values: vec![0.5, 0.0, f64::NAN],
                threshold: vec![1.0; 3],
            }],
            ..Default::default()
        };
        assert_eq!(spikes(&sample, (2, 1)), [1]);
        let html = figure(&sample, &Names::new(&[], &sample.layer_sizes)).expect("a trace");
        assert_eq!(html.matches("stroke-width=\"3\"").count(), 1);
    }

    #[test]
    fn nothing_recorded_is_no_chart() {
        let sample = RecordedSample {
            membranes: vec![MembraneTrace { values: vec![f64::NAN], ..Default::default() }],
            ..Default::default()
        };
        assert_eq!(figure(&sample, &Names::new(&[], &[])), None);
    }
}
