//! Accuracy over the samples learned: what the network answered before it learned, and on held-out samples.

use super::{
    chart::{Drawn, Mesh, WIDTH, svg},
    paint::{Paint, series},
    text::{count, percent},
};
use hebbit::record::CurvePoint;
use plotters::prelude::*;

/// Height of the chart, pixels.
const HEIGHT: u32 = 340;
/// A line of at most so many points shows each.
const DOTS: usize = 30;

/// The section of the page; `None` without a measured point.
pub(super) fn section(curve: &[CurvePoint]) -> Option<String> {
    let online = Line::new("online, before learning each sample", series(0), curve, |p| Some(p.online));
    let held_out = Line::new("held out", series(1), curve, |p| p.held_out);
    let lines: Vec<&Line> = [&online, &held_out].into_iter().filter(|l| !l.points.is_empty()).collect();
    if lines.is_empty() {
        return None;
    }
    let legend: String = lines.iter().map(|l| l.legend()).collect();
    let legend = format!("<p class=\"legend\">{legend}</p>");
    if lines.iter().all(|l| l.points.len() < 2) {
        return Some(legend);
    }
    let chart = svg((WIDTH, HEIGHT), "accuracy over the samples learned", |area| {
        let all = || lines.iter().flat_map(|l| &l.points);
        let last = all().map(|p| p.0).fold(1.0, f64::max);
        let lowest = all().map(|p| p.1).fold(100.0, f64::min);
        // Whole tens below the lowest point, and always some height.
        let floor = ((lowest / 10.0).floor() * 10.0).clamp(0.0, 90.0);
        let mut plot = ChartBuilder::on(area)
            .margin(12)
            .margin_right(30)
            .x_label_area_size(44)
            .y_label_area_size(62)
            .build_cartesian_2d(0.0..last, floor..100.0)?;
        Mesh {
            x: "samples learned",
            y: "",
            labels: (8, 6),
            format_x: &|x| count(x.round() as u64),
            format_y: &|y| format!("{y:.0} %"),
        }
        .draw(&mut plot)?;
        lines.iter().try_for_each(|line| -> Drawn {
            plot.draw_series(LineSeries::new(
                line.points.iter().copied(),
                line.paint.color().stroke_width(2),
            ))?;
            if line.points.len() <= DOTS {
                let dot = |&p| Circle::new(p, 3, line.paint.color().filled());
                plot.draw_series(line.points.iter().map(dot))?;
            }
            Ok(())
        })
    });
    Some(format!("{legend}\n<figure>{chart}</figure>"))
}

/// One line of the chart: (samples, percent).
struct Line {
    name: &'static str,
    paint: Paint,
    points: Vec<(f64, f64)>,
}

impl Line {
    fn new(
        name: &'static str,
        paint: Paint,
        curve: &[CurvePoint],
        y: impl Fn(&CurvePoint) -> Option<f64>,
    ) -> Self {
        let point =
            |p: &CurvePoint| Some((p.samples as f64, y(p).filter(|y| y.is_finite())?.clamp(0.0, 100.0)));
        Self { name, paint, points: curve.iter().filter_map(point).collect() }
    }

    /// Its colour, name, last and best value.
    fn legend(&self) -> String {
        let Some(&(_, last)) = self.points.last() else { return String::new() };
        let best = self.points.iter().map(|p| p.1).fold(last, f64::max);
        format!(
            "<span><i style=\"background:{}\"></i>{}: <b>{}</b> at the end, best {}</span>\n",
            self.paint.var(),
            self.name,
            percent(last),
            percent(best)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(samples: u64, online: f64, held_out: Option<f64>) -> CurvePoint {
        CurvePoint { samples, online, held_out }
    }

    #[test]
    fn a_line_nobody_measured_is_left_out() {
        let html = section(&[point(100, 40.0, None), point(200, 80.0, None)]).expect("a curve");
        assert!(html.contains("online") && !html.contains("held out"));
        assert_eq!(section(&[]), None);
        assert_eq!(section(&[point(0, f64::NAN, None)]), None);
    }

    #[test]
    fn one_point_is_a_number_two_are_a_curve() {
        let one = section(&[point(0, 100.0, Some(100.0))]).expect("a number");
        assert!(one.contains("100.00") && !one.contains("<svg"));
        let two = section(&[point(0, 100.0, None), point(0, 100.0, None)]).expect("a curve");
        assert_eq!(two.matches("<circle").count(), 2);
    }
}
