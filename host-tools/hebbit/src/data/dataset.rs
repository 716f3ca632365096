//! Samples and their labels, in memory.

use super::classes::ClassNames;
use super::schema::Schema;
use crate::error::Error;
use crate::error::{Cause, DataError};

/// Samples of equal width, pixels 0..=255, and their labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dataset {
    /// For people: the file, or the set and its part ("mini/train").
    pub name: String,
    /// Rows and columns of the picture, when known; their product is the width.
    pub shape: Option<(usize, usize)>,
    /// What values and classes mean; none if values are bytes as they are, and classes are called by their numbers.
    pub schema: Option<Schema>,
    width: usize,
    classes: usize,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Dataset {
    /// Samples of `width` values each, one after the other, and one label 0..=254 for each. Classes: greatest label + 1.
    ///
    /// # Errors
    /// No samples, a width of 0, samples and labels that do not pair up, a shape of another size, label 255.
    pub fn new(
        name: impl Into<String>,
        shape: Option<(usize, usize)>,
        width: usize,
        pixels: Vec<u8>,
        labels: Vec<u8>,
    ) -> Result<Self, DataError> {
        let name = name.into();
        match check(shape, width, &pixels, &labels) {
            Ok(classes) => Ok(Self { name, shape, schema: None, width, classes, pixels, labels }),
            Err(cause) => Err(cause.in_file(name)),
        }
    }

    /// How many samples.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none (only a part of a set can be).
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Values per sample.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Greatest label of the whole set (training and test) + 1.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Pixels of sample `i`, row by row.
    ///
    /// # Panics
    /// If there is no sample `i`.
    pub fn sample(&self, i: usize) -> &[u8] {
        &self.pixels[i * self.width..][..self.width]
    }

    /// Class of sample `i`, below [`Self::classes`].
    ///
    /// # Panics
    /// If there is no sample `i`.
    pub fn label(&self, i: usize) -> u8 {
        self.labels[i]
    }

    /// All samples with their labels, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], u8)> + '_ {
        self.pixels.chunks_exact(self.width).zip(self.labels.iter().copied())
    }

    /// The samples of some classes only, numbered anew in this order.
    ///
    /// # Errors
    /// A class that is not there, or is named twice.
    pub fn only(&self, classes: &[u8]) -> Result<Self, Error> {
        let missing = |class: &u8| !self.labels.contains(class);
        let twice = classes.iter().enumerate().any(|(i, class)| classes[..i].contains(class));
        if twice || classes.iter().any(missing) {
            let message = format!("{} has no classes {classes:?}", self.name);
            return Err(Error::usage(message, format!("name some of 0 to {}, each once", self.classes - 1)));
        }
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        for (sample, label) in self.iter() {
            if let Some(class) = classes.iter().position(|&class| class == label) {
                pixels.extend_from_slice(sample);
                labels.push(class as u8);
            }
        }
        Ok(Self { pixels, labels, classes: classes.len(), ..self.part(0, 0) })
    }

    /// What classes are called.
    pub fn class_names(&self) -> ClassNames {
        self.schema.as_ref().map(Schema::class_names).unwrap_or_default()
    }

    /// All pixels, sample after sample.
    pub(super) fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// The samples at these places, in this order.
    ///
    /// # Panics
    /// If there is no sample at one of them.
    pub fn select(&self, places: impl IntoIterator<Item = usize>) -> Self {
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        for i in places {
            pixels.extend_from_slice(self.sample(i));
            labels.push(self.label(i));
        }
        Self { pixels, labels, ..self.part(0, 0) }
    }

    /// The first `n` samples (all, if there are fewer).
    pub fn head(&self, n: usize) -> Self {
        self.part(0, n.min(self.len()))
    }

    /// Two parts: the last `n` samples are the second, to validate with (all, if there are fewer).
    pub fn split_tail(&self, n: usize) -> (Self, Self) {
        let cut = self.len().saturating_sub(n);
        (self.part(0, cut), self.part(cut, self.len()))
    }

    /// Rows and columns to draw a sample in: those of the set, else a square where the width is one, else a single row.
    pub fn picture_shape(&self) -> (usize, usize) {
        let side = self.width.isqrt();
        let guess = if side * side == self.width { (side, side) } else { (1, self.width) };
        self.shape.unwrap_or(guess)
    }

    /// CRC-32C of all pixels, then all labels: says whether two sets are the same.
    pub fn digest(&self) -> u32 {
        let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI);
        let mut digest = crc.digest();
        digest.update(&self.pixels);
        digest.update(&self.labels);
        digest.finalize()
    }

    /// Several sets as one, in this order, under that name. None if there are none.
    ///
    /// # Errors
    /// Different widths.
    pub fn join(name: &str, sets: Vec<Self>) -> Result<Option<Self>, DataError> {
        let mut sets = sets.into_iter();
        let Some(first) = sets.next() else { return Ok(None) };
        let mut all = Self { name: name.to_owned(), ..first };
        for set in sets {
            if set.width != all.width {
                return Err(Cause::Parts { want: all.width, got: set.width }.in_file(set.name));
            }
            all.classes = all.classes.max(set.classes);
            all.shape = all.shape.filter(|shape| set.shape == Some(*shape));
            all.pixels.extend(set.pixels);
            all.labels.extend(set.labels);
        }
        Ok(Some(all))
    }

    /// The same set with at least `classes` classes: a part may lack the greatest label of the whole.
    pub fn with_classes(self, classes: usize) -> Self {
        Self { classes: self.classes.max(classes), ..self }
    }

    fn part(&self, from: usize, to: usize) -> Self {
        Self {
            name: self.name.clone(),
            shape: self.shape,
            schema: self.schema.clone(),
            width: self.width,
            classes: self.classes,
            pixels: self.pixels[from * self.width..to * self.width].to_vec(),
            labels: self.labels[from..to].to_vec(),
        }
    }
}

/// The number of classes, if everything pairs up.
fn check(shape: Option<(usize, usize)>, width: usize, pixels: &[u8], labels: &[u8]) -> Result<usize, Cause> {
    if let Some((rows, columns)) = shape
        && rows.checked_mul(columns) != Some(width)
    {
        let dims = format!("{rows} × {columns}");
        return Err(Cause::Dimensions { dims, message: "a sample has another number of values" });
    }
    let Some(samples) = pixels.len().checked_div(width) else {
        return Err(Cause::Dimensions { dims: "0".into(), message: "a sample has no values" });
    };
    if samples != labels.len() || samples * width != pixels.len() {
        let place = "the set".to_owned();
        return Err(Cause::Count { samples: samples as u64, labels: labels.len() as u64, place });
    }
    if let Some(i) = labels.iter().position(|label| *label == 255) {
        return Err(Cause::Label { at: format!("sample {i}"), value: "255".into() });
    }
    labels.iter().max().map(|max| usize::from(*max) + 1).ok_or(Cause::Empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn five() -> Dataset {
        Dataset::new("five", None, 4, (0..20).collect(), vec![0, 1, 2, 1, 0]).unwrap()
    }

    #[test]
    fn parts_keep_order_and_classes() {
        let set = five();
        assert_eq!((set.len(), set.width(), set.classes(), set.is_empty()), (5, 4, 3, false));
        assert_eq!((set.sample(1), set.label(2)), (&[4, 5, 6, 7][..], 2));
        let (train, validation) = set.split_tail(2);
        assert_eq!((train.len(), validation.len(), validation.classes()), (3, 2, 3));
        assert_eq!(validation.iter().next(), Some((&[12, 13, 14, 15][..], 1)));
        assert_eq!((set.head(9), set.head(0).len(), set.split_tail(9).0.len()), (set.clone(), 0, 0));
    }

    #[test]
    fn joined_parts_keep_their_order() {
        let (head, tail) = five().split_tail(2);
        assert_eq!(Dataset::join("five", vec![head.clone(), tail.clone()]), Ok(Some(five())));
        assert_eq!(Dataset::join("all", vec![tail, head]).unwrap().unwrap().label(0), 1);
        assert_eq!(Dataset::join("none", vec![]), Ok(None));
        let narrow = Dataset::new("narrow", None, 3, vec![0; 3], vec![0]).unwrap();
        let cause = Dataset::join("all", vec![five(), narrow]).unwrap_err().cause;
        assert_eq!(cause, Cause::Parts { want: 4, got: 3 });
    }

    #[test]
    fn a_shape_is_guessed_square_or_flat() {
        assert_eq!(five().picture_shape(), (2, 2));
        assert_eq!(Dataset::new("flat", None, 3, vec![0; 3], vec![0]).unwrap().picture_shape(), (1, 3));
        assert_eq!(
            Dataset::new("wide", Some((1, 4)), 4, vec![0; 4], vec![0]).unwrap().picture_shape(),
            (1, 4)
        );
    }

    #[test]
    fn what_does_not_pair_up_is_refused() {
        let cause = |shape, width, pixels: usize, labels: &[u8]| {
            Dataset::new("bad", shape, width, vec![0; pixels], labels.to_vec()).unwrap_err().cause
        };
        assert_eq!(cause(None, 4, 0, &[]), Cause::Empty);
        assert_eq!(cause(None, 2, 4, &[0, 255]), Cause::Label { at: "sample 1".into(), value: "255".into() });
        assert!(matches!(cause(None, 2, 4, &[0]), Cause::Count { samples: 2, labels: 1, .. }));
        assert!(matches!(cause(None, 2, 5, &[0, 0]), Cause::Count { .. }));
        assert!(matches!(cause(None, 0, 0, &[0]), Cause::Dimensions { .. }));
        assert!(matches!(cause(Some((2, usize::MAX)), 4, 4, &[0]), Cause::Dimensions { .. }));
    }
}
