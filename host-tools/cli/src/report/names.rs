//! Names and colours of layers, and the measures that raster and membranes share.

use super::paint::{Paint, series};
use hebbit::record::LayerActivity;

/// Width of the charts beside the picture, pixels.
pub(super) const WIDTH: u32 = 780;
/// Pixels left of raster and membranes for names and numbers, so that their ticks stand below each other.
pub(super) const GUTTER: u32 = 110;
/// Right of the last tick.
pub(super) const MARGIN: u32 = 12;

/// What the layers of a sample are called, and their colours. The record's layers may begin with the input; the samples' do
/// not, so the two lists are laid side by side from their ends.
pub(super) struct Names<'a> {
    layers: &'a [LayerActivity],
    sizes: &'a [usize],
}

impl<'a> Names<'a> {
    /// Names out of the record's `layers` for a sample with layers of these `sizes`.
    pub(super) fn new(layers: &'a [LayerActivity], sizes: &'a [usize]) -> Self {
        Self { layers, sizes }
    }

    /// Where layer `layer`, from 1, is among the record's.
    fn at(&self, layer: usize) -> Option<usize> {
        (self.layers.len() + layer).checked_sub(self.sizes.len() + 1).filter(|i| *i < self.layers.len())
    }

    /// For layer `layer`, from 1.
    pub(super) fn of(&self, layer: usize) -> String {
        self.at(layer).map_or_else(|| format!("layer {layer}"), |i| self.layers[i].name.clone())
    }

    /// The colour of layer `layer`, from 1: the one that it has among the record's layers.
    pub(super) fn paint(&self, layer: usize) -> Paint {
        series(self.at(layer).unwrap_or(layer - 1))
    }

    /// Layer, from 1, and neuron of a name such as "hidden 1 17": a layer's name and an index.
    /// "output" is the last layer whatever its name.
    pub(super) fn find(&self, name: &str) -> Option<(usize, usize)> {
        let (layer, neuron) = name.trim().rsplit_once(' ')?;
        let neuron = neuron.parse().ok()?;
        let named = (1..=self.sizes.len()).find(|&l| self.of(l) == layer);
        let last = (layer == "output" && !self.sizes.is_empty()).then_some(self.sizes.len());
        Some((named.or(last)?, neuron))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_matched_from_the_end() {
        let layers =
            ["input", "hidden 1", "output"].map(|n| LayerActivity { name: n.into(), ..Default::default() });
        let names = Names::new(&layers, &[128, 10]);
        assert_eq!((names.of(1), names.of(2)), ("hidden 1".into(), "output".into()));
        assert_eq!(names.find("hidden 1 17"), Some((1, 17)));
        assert_eq!(names.find("input 3"), None);
        assert_eq!(names.paint(1).hex(), series(1).hex());
        let unnamed = Names::new(&[], &[128, 10]);
        assert_eq!(unnamed.of(2), "layer 2");
        assert_eq!(unnamed.find("output 3"), Some((2, 3)));
        assert_eq!(unnamed.find("output"), None);
    }
}
