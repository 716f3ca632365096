//! The colours of page and charts, each once for light and once for dark mode.
//!
//! `plotters` writes the light colour into the SVG; [`css`] exchanges it in dark mode by attribute, so a
//! chart needs no second drawing and still looks right when it is cut out of the page.

use plotters::style::RGBColor;
use std::fmt::Write as _;

/// One colour with a role.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    /// Its CSS variable: `--ink`.
    name: &'static str,
    /// On white; what charts are drawn with.
    light: (u8, u8, u8),
    /// On [`PAGE`]'s dark colour.
    dark: (u8, u8, u8),
    /// Whether lines of this colour are dashed.
    dashed: bool,
}

impl Paint {
    const fn new(name: &'static str, light: u32, dark: u32) -> Self {
        Self { name, light: rgb(light), dark: rgb(dark), dashed: false }
    }

    const fn dashed(self) -> Self {
        Self { dashed: true, ..self }
    }

    /// For `plotters`.
    pub(super) fn color(self) -> RGBColor {
        RGBColor(self.light.0, self.light.1, self.light.2)
    }

    /// As `plotters` writes it into an SVG: `#1F2328`.
    pub(super) fn hex(self) -> String {
        hex(self.light)
    }

    /// For HTML: `var(--ink)`.
    pub(super) fn var(self) -> String {
        format!("var(--{})", self.name)
    }
}

const fn rgb(hex: u32) -> (u8, u8, u8) {
    let [_, r, g, b] = hex.to_be_bytes();
    (r, g, b)
}

fn hex((r, g, b): (u8, u8, u8)) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

/// Behind everything.
pub(super) const PAGE: Paint = Paint::new("page", 0xFFFFFF, 0x0D1117);
/// Text.
pub(super) const INK: Paint = Paint::new("ink", 0x1F2328, 0xE6EDF3);
/// Text that explains other text.
pub(super) const MUTED: Paint = Paint::new("muted", 0x59636E, 0x9DA7B3);
/// Lines that guide the eye.
pub(super) const GRID: Paint = Paint::new("grid", 0xDFE3E8, 0x2D343D);
/// Behind bands, cards and code.
pub(super) const SHADE: Paint = Paint::new("shade", 0xF5F7F9, 0x161B22);
/// What is compared with a membrane.
pub(super) const THRESHOLD: Paint = Paint::new("threshold", 0x6E7781, 0x8B949F).dashed();
/// Right answers.
pub(super) const RIGHT: Paint = Paint::new("right", 0x1A7F37, 0x56D364);
/// Wrong answers.
pub(super) const WRONG: Paint = Paint::new("wrong", 0xC4320A, 0xFF8A65);
/// Series of a chart, layers of a network; after the last the first again.
pub(super) const SERIES: [Paint; 4] = [
    Paint::new("series-1", 0x0B62C4, 0x6CB6FF),
    Paint::new("series-2", 0xA85400, 0xF0A04B),
    Paint::new("series-3", 0x7A3FC0, 0xC297FF),
    Paint::new("series-4", 0x0A7A75, 0x4FD1C5),
];

/// The colour of series or layer `i`, from 0.
pub(super) fn series(i: usize) -> Paint {
    SERIES[i % SERIES.len()]
}

/// The variables of both modes, and the exchange of chart colours in dark mode.
pub(super) fn css() -> String {
    let mut all = vec![PAGE, INK, MUTED, GRID, SHADE, THRESHOLD, RIGHT, WRONG];
    all.extend(SERIES);
    let (mut light, mut dark, mut exchange, mut dashes) = Default::default();
    let put = |out: &mut String, line: String| out.write_str(&line).expect("a String takes any text");
    for paint in all {
        let (name, from, to) = (paint.name, hex(paint.light), hex(paint.dark));
        put(&mut light, format!("--{name}:{from};"));
        put(&mut dark, format!("--{name}:{to};"));
        put(
            &mut exchange,
            format!("svg [fill=\"{from}\"]{{fill:{to}}}svg [stroke=\"{from}\"]{{stroke:{to}}}\n"),
        );
        if paint.dashed {
            put(&mut dashes, format!("svg [stroke=\"{from}\"]{{stroke-dasharray:5 3}}\n"));
        }
    }
    format!(
        ":root{{color-scheme:light dark;{light}}}\n{dashes}\
         @media (prefers-color-scheme:dark){{\n:root{{{dark}}}\n{exchange}}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2 relative luminance.
    fn luminance((r, g, b): (u8, u8, u8)) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// WCAG 2 AA asks for 4.5 between text and its ground.
    #[test]
    fn text_can_be_read_in_both_modes() {
        for paint in [INK, MUTED, RIGHT, WRONG].into_iter().chain(SERIES) {
            for ground in [PAGE, SHADE] {
                assert!(contrast(paint.light, ground.light) >= 4.5, "{} in light mode", paint.name);
                assert!(contrast(paint.dark, ground.dark) >= 4.5, "{} in dark mode", paint.name);
            }
        }
    }
}
