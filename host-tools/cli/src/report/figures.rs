//! A page of text and line charts: what a table cannot show.

use super::{
    chart::{Drawn, Mesh, WIDTH, svg},
    paint::{self, series},
    text::{escape, value},
};
use plotters::prelude::*;

/// Height of a chart, pixels.
const HEIGHT: u32 = 300;
const CSS: &str = include_str!("page.css");

/// One chart.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Figure {
    /// Above it.
    pub title: String,
    /// Name of the x axis.
    pub x: String,
    /// Name of the y axis.
    pub y: String,
    /// Its lines.
    pub lines: Vec<Series>,
    /// Points alone, without lines between them.
    pub scattered: bool,
}

/// Name and points of a line.
pub(super) type Series = (String, Vec<(f64, f64)>);

/// A page: title, command, text, then the figures. A figure without points is left out.
pub(crate) fn figures(title: &str, command: &str, text: &str, all: &[Figure]) -> String {
    let sections: String = all.iter().filter_map(section).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <title>{title}</title>\n<style>\n{colors}{CSS}</style>\n</head>\n<body>\n<main>\n\
         <header>\n<h1>{title}</h1>\n<pre>{command}</pre>\n</header>\n<section>\n<pre class=\"wide\">{text}</pre>\n</section>\n\
         {sections}</main>\n</body>\n</html>\n",
        title = escape(title),
        colors = paint::css(),
        command = escape(command),
        text = escape(text),
    )
}

fn section(figure: &Figure) -> Option<String> {
    let points =
        || figure.lines.iter().flat_map(|line| &line.1).filter(|p| p.0.is_finite() && p.1.is_finite());
    let span = |of: fn(&(f64, f64)) -> f64| {
        let least = points().map(of).fold(f64::INFINITY, f64::min);
        let greatest = points().map(of).fold(f64::NEG_INFINITY, f64::max);
        (least, if greatest > least { greatest } else { least + 1.0 })
    };
    points().next()?;
    let (x, y) = (span(|p| p.0), span(|p| p.1));
    let floor = y.0.min(0.0);
    let chart = svg((WIDTH, HEIGHT), &figure.title, |area| {
        let mut plot = ChartBuilder::on(area)
            .margin(12)
            .margin_right(30)
            .x_label_area_size(44)
            .y_label_area_size(62)
            .build_cartesian_2d(x.0..x.1, floor..y.1)?;
        Mesh {
            x: &figure.x,
            y: &figure.y,
            labels: (8, 6),
            format_x: &|x| value(*x),
            format_y: &|y| value(*y),
        }
        .draw(&mut plot)?;
        figure.lines.iter().enumerate().try_for_each(|(i, (_, points))| -> Drawn {
            let color = series(i).color();
            if !figure.scattered {
                plot.draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?;
            }
            plot.draw_series(points.iter().map(|&p| Circle::new(p, 3, color.filled())))?;
            Ok(())
        })
    });
    let legend = |(i, (name, _)): (usize, &Series)| {
        format!("<span><i style=\"background:{}\"></i>{}</span>\n", series(i).var(), escape(name))
    };
    let legend: String = figure.lines.iter().enumerate().map(legend).collect();
    let title = escape(&figure.title);
    Some(format!(
        "<section>\n<h2>{title}</h2>\n<p class=\"legend\">{legend}</p>\n<figure>{chart}</figure>\n</section>\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_drawn_and_an_empty_one_is_not() {
        let lines = vec![("a<b".to_owned(), vec![(0.0, 3.0), (1.0, 2.0)])];
        let full = Figure {
            title: "latency".into(),
            x: "epochs".into(),
            y: "ticks".into(),
            lines,
            scattered: false,
        };
        let page = figures("t", "c", "x < y", &[full, Figure::default()]);
        assert_eq!((page.matches("<svg").count(), page.matches("<h2>").count()), (1, 1));
        assert!(page.contains("a&lt;b") && page.contains("x &lt; y"));
        roxmltree::Document::parse(page.split_once("<!DOCTYPE html>").unwrap().1).unwrap();
    }
}
