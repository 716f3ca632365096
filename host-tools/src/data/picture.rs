//! Pictures: PNG and JPEG.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, ImageReader};

use super::problem::Cause;

/// How names of pictures end.
pub(super) const ENDS: [&str; 3] = ["png", "jpg", "jpeg"];

/// A picture, row by row, the values of a pixel side by side.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Values per pixel: 1 or 3.
    pub(super) channels: usize,
    pub(super) bytes: Vec<u8>,
}

impl Picture {
    /// From the bytes of a file. 16 bits per value become 8; what is transparent is taken as if it were not.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Cause> {
        let broken = |message: String| Cause::Picture { message };
        let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
        let reader = reader.map_err(|e| broken(e.to_string()))?;
        if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
            return Err(broken("it is neither PNG nor JPEG".into()));
        }
        let picture = reader.decode().map_err(|e| broken(e.to_string()))?;
        let (columns, rows) = (picture.width() as usize, picture.height() as usize);
        let (channels, bytes) = match picture {
            grey if !grey.color().has_color() => (1, grey.into_luma8().into_raw()),
            DynamicImage::ImageRgb8(colour) => (3, colour.into_raw()),
            colour => (3, colour.into_rgb8().into_raw()),
        };
        Ok(Self { rows, columns, channels, bytes })
    }

    /// The same picture in three channels.
    pub(super) fn into_colour(self) -> Self {
        if self.channels == 3 {
            return self;
        }
        Self { channels: 3, bytes: self.bytes.iter().flat_map(|&grey| [grey; 3]).collect(), ..self }
    }

    /// Rows and columns, and channels if it has colour.
    pub(super) fn shape(&self) -> Vec<usize> {
        match self.channels {
            1 => vec![self.rows, self.columns],
            channels => vec![self.rows, self.columns, channels],
        }
    }

    /// Rows × columns, for people.
    pub(super) fn size(&self) -> String {
        format!("{} × {} pixels", self.rows, self.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, RgbImage, RgbaImage};
    use proptest::prelude::*;

    fn packed(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        picture.into().write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    #[test]
    fn pixels_come_row_by_row() {
        let grey = packed(GrayImage::from_raw(3, 2, vec![1, 2, 3, 4, 5, 6]).unwrap(), ImageFormat::Png);
        let want = Picture { rows: 2, columns: 3, channels: 1, bytes: vec![1, 2, 3, 4, 5, 6] };
        assert_eq!(Picture::read(&grey), Ok(want));
        let colour = RgbImage::from_raw(2, 1, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let want = Picture { rows: 1, columns: 2, channels: 3, bytes: vec![1, 2, 3, 4, 5, 6] };
        assert_eq!(Picture::read(&packed(colour, ImageFormat::Png)), Ok(want));
        let clear = RgbaImage::from_raw(1, 1, vec![7, 8, 9, 0]).unwrap();
        assert_eq!(Picture::read(&packed(clear, ImageFormat::Png)).unwrap().bytes, [7, 8, 9]);
        let flat = packed(GrayImage::from_pixel(8, 8, image::Luma([200])), ImageFormat::Jpeg);
        let flat = Picture::read(&flat).unwrap();
        assert!(flat.channels == 1 && flat.bytes.iter().all(|x| x.abs_diff(200) < 3), "{flat:?}");
        assert_eq!(flat.into_colour().bytes.len(), 192);
    }

    #[test]
    fn what_is_no_picture_says_so() {
        assert!(Picture::read(b"GIF89a").unwrap_err().to_string().contains("neither PNG nor JPEG"));
        let png = packed(GrayImage::new(4, 4), ImageFormat::Png);
        assert!(matches!(Picture::read(&png[..40]), Err(Cause::Picture { .. })));
    }

    proptest! {
        #[test]
        fn a_valid_picture_changed_never_panics(jpeg: bool, at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
            let format = if jpeg { ImageFormat::Jpeg } else { ImageFormat::Png };
            let mut bytes = packed(RgbImage::from_fn(5, 4, |x, y| image::Rgb([x as u8 * 40, y as u8 * 60, 9])), format);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes.truncate(cut.index(bytes.len()) + 1);
            let _ = Picture::read(&bytes);
        }

        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), mark in 0usize..3) {
            let mark = [&b""[..], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"][mark];
            let _ = Picture::read(&[mark, &bytes].concat());
        }
    }
}
