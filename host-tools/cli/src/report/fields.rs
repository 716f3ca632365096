//! Receptive fields as tiles of one picture: weights around 0, blue below and red above.

use super::{picture::Picture, text::count};
use hebbit::record::ReceptiveField;
use std::fmt::Write as _;

/// Width of the page's column, pixels.
const ROOM: usize = 960;
/// About the side of a tile, pixels. Ten tiles of 28 weights in a row are scaled by 3.
const TILE: usize = 90;
/// Height of the line of text under a tile, pixels.
const LABEL: usize = 18;
/// Between two tiles, pixels.
const GAP: usize = 8;

/// ColorBrewer's RdBu, reversed: from the most negative to the most positive.
const RAMP: [[u8; 3]; 7] = [
    [0x05, 0x30, 0x61],
    [0x43, 0x93, 0xC3],
    [0xD1, 0xE5, 0xF0],
    [0xF7, 0xF7, 0xF7],
    [0xFD, 0xDB, 0xC7],
    [0xD6, 0x60, 0x4D],
    [0x67, 0x00, 0x1F],
];

/// The section of the page; `None` if no field has a weight.
pub(super) fn section(fields: &[ReceptiveField]) -> Option<String> {
    let fields: Vec<_> =
        fields.iter().filter(|f| !f.weights.is_empty() && f.shape.0 > 0 && f.shape.1 > 0).collect();
    let limit = limit(fields.iter().flat_map(|f| &f.weights));
    let grid = Grid::new(&fields)?;
    let uri = grid.picture(&fields, limit).data_uri()?;
    let (w, h, scale) = (grid.columns * grid.cell.1, grid.lines * grid.cell.0, grid.scale);
    let labels = grid.labels(&fields);
    Some(format!(
        "<p class=\"legend\"><span><b>−{limit}</b> <i class=\"ramp\" style=\"background:linear-gradient(90deg,{ramp})\"></i> \
         <b>+{limit}</b></span><span class=\"note\">Raw weights of {n} neurons, all on one scale; \
         the strongest 0.5\u{202f}% may lie beyond its ends.</span></p>\n\
         <figure><svg class=\"fields\" role=\"img\" aria-label=\"receptive fields\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" xmlns=\"http://www.w3.org/2000/svg\">\n\
         <image class=\"signed\" href=\"{uri}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\"/>\n\
         {labels}</svg></figure>",
        ramp = RAMP.map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")).join(","),
        n = count(fields.len() as u64),
        width = w * scale,
        height = h * scale,
    ))
}

/// Where the tiles lie. Lengths in weights; `scale` pixels make one.
struct Grid {
    columns: usize,
    lines: usize,
    /// Rows and columns of a cell: a tile, its label and the gap.
    cell: (usize, usize),
    scale: usize,
}

impl Grid {
    /// Room for the largest of `fields` in every cell; `None` without fields.
    fn new(fields: &[&ReceptiveField]) -> Option<Self> {
        let rows = fields.iter().map(|f| f.shape.0).max()?;
        let columns = fields.iter().map(|f| f.shape.1).max()?;
        let scale = (TILE / rows.max(columns)).max(1);
        let cell = (rows + (LABEL + GAP).div_ceil(scale), columns + GAP.div_ceil(scale));
        let per_line = (ROOM / (cell.1 * scale)).clamp(1, fields.len());
        Some(Self { columns: per_line, lines: fields.len().div_ceil(per_line), cell, scale })
    }

    /// Upper left corner of tile `i`: row and column.
    fn corner(&self, i: usize) -> (usize, usize) {
        (i / self.columns * self.cell.0, i % self.columns * self.cell.1)
    }

    fn picture(&self, fields: &[&ReceptiveField], limit: u16) -> Picture {
        let mut picture = Picture::new(self.lines * self.cell.0, self.columns * self.cell.1);
        for (i, field) in fields.iter().enumerate() {
            let (top, left) = self.corner(i);
            let (rows, columns) = field.shape;
            for (at, &w) in field.weights.iter().take(rows * columns).enumerate() {
                picture.put(top + at / columns, left + at % columns, color(w, limit));
            }
        }
        picture
    }

    /// A line of text under each tile, in pixels of the chart.
    fn labels(&self, fields: &[&ReceptiveField]) -> String {
        let mut out = String::new();
        for (i, field) in fields.iter().enumerate() {
            let (top, left) = self.corner(i);
            let x = (2 * left + field.shape.1) * self.scale / 2;
            let y = (top + field.shape.0) * self.scale + 13;
            let class =
                field.class.map_or_else(String::new, |c| format!(" <tspan class=\"class\">→ {c}</tspan>"));
            writeln!(out, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">#{}{class}</text>", field.neuron)
                .expect("a String takes any text");
        }
        out
    }
}

/// The weight at the ends of the scale: 99.5 % of all are not beyond, so that one runaway weight does not
/// leave the others pale.
fn limit<'a>(weights: impl Iterator<Item = &'a i16>) -> u16 {
    let mut sizes: Vec<u16> = weights.map(|w| w.unsigned_abs()).collect();
    sizes.sort_unstable();
    let most = sizes.last().copied().unwrap_or(0);
    let usual = sizes.get(sizes.len() * 995 / 1000).copied().unwrap_or(0);
    if usual > 0 { usual } else { most.max(1) }
}

/// The colour of `w` on a scale from `-limit` to `limit`, in whole numbers.
fn color(w: i16, limit: u16) -> [u8; 3] {
    let limit = i32::from(limit);
    let steps = RAMP.len() as i32 - 1;
    // Position on the ramp in units of 1 / (2 * limit).
    let at = (i32::from(w).clamp(-limit, limit) + limit) * steps;
    let (step, rest) = ((at / (2 * limit)).min(steps - 1), 2 * limit);
    let rest_at = at - step * rest;
    let (low, high) = (RAMP[step as usize], RAMP[step as usize + 1]);
    std::array::from_fn(|c| {
        let (low, high) = (i32::from(low[c]), i32::from(high[c]));
        (low + (high - low) * rest_at / rest) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(shape: (usize, usize), weights: Vec<i16>) -> ReceptiveField {
        ReceptiveField { neuron: 7, shape, weights, class: None }
    }

    #[test]
    fn colours_diverge_from_zero() {
        assert_eq!(color(0, 100), RAMP[3]);
        assert_eq!(color(100, 100), RAMP[6]);
        assert_eq!(color(i16::MAX, 100), RAMP[6]);
        assert_eq!(color(i16::MIN, u16::MAX), color(i16::MIN, 65535));
        assert_eq!(color(i16::MIN, 32768), RAMP[0]);
        let [r, _, b] = color(50, 100);
        assert!(r > b, "above 0 is red");
    }

    #[test]
    fn one_runaway_does_not_set_the_scale() {
        let mut weights = vec![10; 999];
        weights.push(i16::MIN);
        assert_eq!(limit(weights.iter()), 10);
        assert_eq!(limit([0, 0, 0].iter()), 1);
    }

    #[test]
    fn short_and_odd_fields_are_drawn() {
        let html =
            section(&[field((2, 2), vec![1, 2, 3]), field((1, 5), vec![1; 9]), field((0, 4), vec![1])]);
        let html = html.expect("two fields");
        assert_eq!(html.matches("<text").count(), 2);
        assert_eq!(section(&[field((2, 2), vec![])]), None);
    }
}
