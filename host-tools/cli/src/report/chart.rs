//! One chart as the text of an inline SVG, drawn by `plotters`.

use super::{
    paint::{GRID, INK, MUTED, Paint},
    text::escape,
};
use plotters::{
    coord::{Shift, types::RangedCoordf64},
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

/// What a chart is drawn on. Pixels from the upper left.
pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// A chart with two axes of real numbers.
pub(super) type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
/// Every step of drawing answers this; text in memory never fails.
pub(super) type Drawn<T = ()> = Result<T, DrawingAreaErrorKind<std::io::Error>>;

/// Width of every chart, pixels. The page scales a chart down where there is less room.
pub(super) const WIDTH: u32 = 960;

/// The SVG that `draw` makes, named `label` for those who cannot see it.
pub(super) fn svg(size: (u32, u32), label: &str, draw: impl FnOnce(&Area<'_>) -> Drawn) -> String {
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
    draw(&area).and_then(|()| area.present()).expect("drawing into memory does not fail");
    drop(area);
    let rest = text.strip_prefix("<svg ").expect("an SVG begins with its tag");
    format!("<svg role=\"img\" aria-label=\"{}\" {rest}", escape(label))
}

/// `svg` with more elements on top, for marks by the thousand that would be long-winded as `plotters` shapes.
pub(super) fn overlay(svg: &str, elements: &str) -> String {
    let body = svg.trim_end().strip_suffix("</svg>").expect("an SVG ends with its tag");
    format!("{body}{elements}</svg>\n")
}

/// How text of a chart looks: `size` in pixels, anchored at (`h`, `v`).
pub(super) fn font(size: u32, paint: Paint, h: HPos, v: VPos) -> TextStyle<'static> {
    // `plotters` divides by 1.24 to get at the letters.
    let size = f64::from(size) * 1.24;
    ("sans-serif", size).into_font().color(&paint.color()).pos(Pos::new(h, v))
}

/// Grid and axes in the house style: horizontal lines only, names of axes muted.
pub(super) struct Mesh<'a> {
    /// Name of the x axis, empty for none.
    pub(super) x: &'a str,
    /// Name of the y axis, empty for none.
    pub(super) y: &'a str,
    /// About how many labels (x, y). Without labels there is no y axis.
    pub(super) labels: (usize, usize),
    /// Labels of the x axis.
    pub(super) format_x: &'a dyn Fn(&f64) -> String,
    /// Labels of the y axis.
    pub(super) format_y: &'a dyn Fn(&f64) -> String,
}

impl Mesh<'_> {
    /// Draws it under what follows.
    pub(super) fn draw(&self, plot: &mut Plot<'_, '_>) -> Drawn {
        let mut mesh = plot.configure_mesh();
        if self.labels.1 == 0 {
            mesh.disable_y_mesh().disable_y_axis();
        }
        mesh.disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.color())
            .axis_style(MUTED.color())
            .x_labels(self.labels.0)
            .y_labels(self.labels.1)
            .x_label_formatter(self.format_x)
            .y_label_formatter(self.format_y)
            .x_desc(self.x)
            .y_desc(self.y)
            .label_style(font(12, INK, HPos::Left, VPos::Top))
            .axis_desc_style(font(12, MUTED, HPos::Left, VPos::Top))
            .draw()
    }
}
