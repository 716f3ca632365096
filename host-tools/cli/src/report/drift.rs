//! Accuracy on a stream that drifts: the network that learns on against its frozen copy, and how far the samples have turned.

use super::{
    chart::{Area, Drawn, Mesh, Plot, WIDTH, font, overlay, svg},
    paint::{GRID, MUTED, Paint, series},
    picture::Picture,
    text::{count, percent},
};
use hebbit::record::{DriftAccuracy, DriftCurve, DriftPicture};
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, VPos},
};

/// Height of the chart without pictures, pixels.
const HEIGHT: u32 = 340;
/// Side of a picture in the chart, pixels.
const SIDE: i32 = 56;
/// Height of the row of pictures with their angles, pixels.
const ROW: i32 = SIDE + 26;
/// Pixels right of the curves for their names.
const NAMES: i32 = 104;

/// The section of the page; `None` without samples.
pub(super) fn section(drift: &DriftCurve) -> Option<String> {
    let samples = drift.points.last()?.samples;
    let learning = Line::new("learning on", series(0), drift, |a| Some(a.prequential));
    let frozen = Line::new("frozen", series(1), drift, |a| a.frozen);
    let lines: Vec<&Line> = [&learning, &frozen].into_iter().filter(|line| !line.points.is_empty()).collect();
    let legend: String = lines.iter().map(|line| line.legend()).collect();
    let text = format!("{}<p class=\"legend\">{legend}</p>", note(drift, samples));
    if lines.iter().all(|line| line.points.len() < 2) {
        return Some(text);
    }
    let pictures: Vec<&DriftPicture> =
        drift.pictures.iter().filter(|p| p.position < samples && drawable(p)).collect();
    let row = if pictures.is_empty() { 0 } else { ROW };
    let (mut images, label) = (String::new(), "accuracy over the samples of a stream that drifts");
    let chart = svg((WIDTH, HEIGHT + row.unsigned_abs()), label, |area| {
        let mut plot = ChartBuilder::on(area)
            .margin(12)
            .margin_top(12 + row)
            .margin_right(NAMES)
            .x_label_area_size(44)
            .y_label_area_size(62)
            .build_cartesian_2d(0.0..samples as f64, floor(&lines)..100.0)?;
        Mesh {
            x: "samples of the stream",
            y: "",
            labels: (8, 6),
            format_x: &|x| count(x.round() as u64),
            format_y: &|y| format!("{y:.0} %"),
        }
        .draw(&mut plot)?;
        for picture in &pictures {
            images += &placed(area, &plot, drift, picture)?;
        }
        lines.iter().try_for_each(|line| line.draw(area, &mut plot))
    });
    Some(format!("{text}\n<figure>{}</figure>", overlay(&chart, &images)))
}

/// What is compared, in one sentence.
fn note(drift: &DriftCurve, samples: u64) -> String {
    let what = match drift.degrees {
        Some(degrees) => format!("{} pictures turn slowly from 0° to {degrees}°.", count(samples)),
        None => format!("A stream of {} samples.", count(samples)),
    };
    let shown =
        if drift.pictures.is_empty() { "" } else { " The row on top shows one of them at each angle." };
    let frozen =
        if drift.all.frozen.is_some() { " The frozen copy classifies the same samples." } else { "" };
    format!("<p class=\"note\">{what} Each sample is classified first, then learned.{frozen}{shown}</p>\n")
}

/// Whole tens below the lowest point, at most 90.
fn floor(lines: &[&Line]) -> f64 {
    let lowest = lines.iter().flat_map(|line| &line.points).map(|p| p.1).fold(100.0, f64::min);
    ((lowest / 10.0).floor() * 10.0).clamp(0.0, 90.0)
}

fn drawable(picture: &DriftPicture) -> bool {
    let (rows, columns) = picture.shape;
    rows > 0 && rows.checked_mul(columns).is_some_and(|size| size == picture.pixels.len() && size > 0)
}

/// A picture above its place in the stream, with its angle and a line down to the axis.
fn placed(area: &Area<'_>, plot: &Plot<'_, '_>, drift: &DriftCurve, picture: &DriftPicture) -> Drawn<String> {
    let last = drift.points.last().map_or(1, |point| point.samples.max(2) - 1) as f64;
    let position = picture.position as f64;
    let (x, top) = plot.plotting_area().map_coordinate(&(position, 100.0));
    let (_, bottom) = plot.plotting_area().map_coordinate(&(position, plot.y_range().start));
    area.draw(&PathElement::new([(x, top - 4), (x, bottom)], GRID.color()))?;
    if let Some(degrees) = drift.degrees {
        let angle = format!("{:.0}°", f64::from(degrees) * position / last);
        area.draw_text(&angle, &font(13, MUTED, HPos::Center, VPos::Bottom), (x, top - 6))?;
    }
    let columns = picture.shape.1;
    let mut image = Picture::new(picture.shape.0, columns);
    for (i, &pixel) in picture.pixels.iter().enumerate() {
        image.put(i / columns, i % columns, [pixel; 3]);
    }
    let uri = image.data_uri().unwrap_or_default();
    let (left, up) = (x - SIDE / 2, top - ROW);
    Ok(format!("<image href=\"{uri}\" x=\"{left}\" y=\"{up}\" width=\"{SIDE}\" height=\"{SIDE}\"/>\n"))
}

/// One line of the chart: (samples, percent), in the middle of each window.
struct Line {
    name: &'static str,
    paint: Paint,
    points: Vec<(f64, f64)>,
    all: f64,
    last_eighth: f64,
}

impl Line {
    fn new(
        name: &'static str,
        paint: Paint,
        drift: &DriftCurve,
        of: impl Fn(&DriftAccuracy) -> Option<f64>,
    ) -> Self {
        let (mut points, mut before) = (Vec::new(), 0.0);
        for point in &drift.points {
            let end = point.samples as f64;
            let middle = f64::midpoint(before, end);
            points
                .extend(of(&point.accuracy).filter(|y| y.is_finite()).map(|y| (middle, y.clamp(0.0, 100.0))));
            before = end;
        }
        let of = |accuracy| of(accuracy).unwrap_or(f64::NAN);
        Self { name, paint, points, all: of(&drift.all), last_eighth: of(&drift.last_eighth) }
    }

    fn draw(&self, area: &Area<'_>, plot: &mut Plot<'_, '_>) -> Drawn {
        let color = self.paint.color();
        plot.draw_series(LineSeries::new(self.points.iter().copied(), color.stroke_width(2)))?;
        plot.draw_series(self.points.iter().map(|&p| Circle::new(p, 3, color.filled())))?;
        let Some(last) = self.points.last() else { return Ok(()) };
        let (x, y) = plot.plotting_area().map_coordinate(last);
        area.draw_text(self.name, &font(14, self.paint, HPos::Left, VPos::Center), (x + 12, y))
    }

    /// Its colour, name and accuracy.
    fn legend(&self) -> String {
        format!(
            "<span><i style=\"background:{}\"></i>{}: <b>{}</b> over all, <b>{}</b> in the last eighth</span>\n",
            self.paint.var(),
            self.name,
            percent(self.all),
            percent(self.last_eighth)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hebbit::record::DriftPoint;

    fn drift() -> DriftCurve {
        super::super::fake::record().drift.expect("the record has one")
    }

    #[test]
    fn both_curves_and_the_pictures_are_drawn() {
        let html = section(&drift()).expect("a curve");
        assert_eq!((html.matches("<image ").count(), html.matches("<polyline ").count() >= 2), (3, true));
        for text in ["learning on", "frozen", "0°", "60°", "last eighth"] {
            assert!(html.contains(text), "{text}");
        }
    }

    #[test]
    fn without_a_frozen_copy_there_is_one_line() {
        let alone = |a: DriftAccuracy| DriftAccuracy { frozen: None, ..a };
        let mut curve = DriftCurve { degrees: None, pictures: Vec::new(), ..drift() };
        (curve.all, curve.last_eighth) = (alone(curve.all), alone(curve.last_eighth));
        curve.points.iter_mut().for_each(|point| point.accuracy = alone(point.accuracy));
        let html = section(&curve).expect("a curve");
        assert!(html.contains("learning on") && !html.contains("frozen") && !html.contains('°'));
    }

    #[test]
    fn one_window_is_a_number_and_none_is_nothing() {
        let point = DriftPoint { samples: 10, ..DriftPoint::default() };
        let html = section(&DriftCurve { points: vec![point], ..drift() }).expect("numbers");
        assert!(html.contains("over all") && !html.contains("<svg"));
        assert_eq!(section(&DriftCurve::default()), None);
    }
}
