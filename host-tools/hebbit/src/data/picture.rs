//! Pictures: PNG and JPEG.

use png::{BitDepth, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::{colorspace::ColorSpace, options::DecoderOptions};

use super::bytes::LIMIT;
use crate::error::Cause;

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
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::png(bytes),
            [0xff, 0xd8, 0xff, ..] => Self::jpeg(bytes),
            _ => Err(broken("it is neither PNG nor JPEG")),
        }
    }

    fn png(bytes: &[u8]) -> Result<Self, Cause> {
        let mut decoder = png::Decoder::new(bytes);
        decoder.set_transformations(Transformations::EXPAND);
        let mut reader = decoder.read_info().map_err(broken)?;
        let (colour, depth) = reader.output_color_type();
        let (samples, size) = (colour.samples(), if depth == BitDepth::Sixteen { 2 } else { 1 });
        let (rows, columns) = (reader.info().height as usize, reader.info().width as usize);
        let mut values = vec![0; fits(rows, columns, samples * size)?];
        reader.next_frame(&mut values).map_err(broken)?;
        if size == 2 {
            // The nearest: 255 / 65535 is 1 / 257.
            let nearest = |&pair| (u32::from(u16::from_be_bytes(pair)) + 128) / 257;
            values = values.as_chunks().0.iter().map(|pair| nearest(pair) as u8).collect();
        }
        let channels = if samples < 3 { 1 } else { 3 };
        let bytes = values.chunks_exact(samples).flat_map(|pixel| &pixel[..channels]).copied().collect();
        Ok(Self { rows, columns, channels, bytes })
    }

    fn jpeg(bytes: &[u8]) -> Result<Self, Cause> {
        let most = u16::MAX.into();
        let options =
            DecoderOptions::default().set_strict_mode(false).set_max_width(most).set_max_height(most);
        let mut decoder = JpegDecoder::new_with_options(bytes, options);
        decoder.decode_headers().map_err(broken)?;
        let (columns, rows) = decoder.dimensions().unwrap_or_default();
        let channels = if decoder.get_output_colorspace() == Some(ColorSpace::Luma) { 1 } else { 3 };
        fits(rows, columns, channels)?;
        Ok(Self { rows, columns, channels, bytes: decoder.decode().map_err(broken)? })
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

fn broken(message: impl ToString) -> Cause {
    Cause::Picture { message: message.to_string() }
}

/// Bytes of an unpacked picture. A header may promise more than memory has.
fn fits(rows: usize, columns: usize, bytes: usize) -> Result<usize, Cause> {
    let all = rows.checked_mul(columns).and_then(|pixels| pixels.checked_mul(bytes));
    all.filter(|all| *all as u64 <= LIMIT).ok_or(Cause::TooLarge { limit: LIMIT })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{
        DynamicImage, GrayAlphaImage, GrayImage, ImageBuffer, ImageFormat, Luma, RgbImage, RgbaImage,
    };
    use proptest::prelude::*;
    use std::io::Cursor;

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
        let clear = GrayAlphaImage::from_raw(2, 1, vec![7, 0, 9, 255]).unwrap();
        let want = Picture { rows: 1, columns: 2, channels: 1, bytes: vec![7, 9] };
        assert_eq!(Picture::read(&packed(clear, ImageFormat::Png)), Ok(want));
        let deep = ImageBuffer::<Luma<u16>, _>::from_raw(5, 1, vec![0, 128, 129, 65406, 65407]).unwrap();
        assert_eq!(Picture::read(&packed(deep, ImageFormat::Png)).unwrap().bytes, [0, 0, 1, 254, 255]);
        let flat = packed(GrayImage::from_pixel(8, 8, image::Luma([200])), ImageFormat::Jpeg);
        let flat = Picture::read(&flat).unwrap();
        assert!(flat.channels == 1 && flat.bytes.iter().all(|x| x.abs_diff(200) < 3), "{flat:?}");
        assert_eq!(flat.into_colour().bytes.len(), 192);
    }

    /// Palettes, and less than a byte per value.
    #[test]
    fn small_forms_of_png_are_unfolded() {
        let read = |colour, depth, palette: Vec<u8>, data: &[u8]| {
            let mut file = Vec::new();
            let mut encoder = png::Encoder::new(&mut file, 4, 1);
            encoder.set_color(colour);
            encoder.set_depth(depth);
            if !palette.is_empty() {
                encoder.set_palette(palette);
            }
            encoder.write_header().unwrap().write_image_data(data).unwrap();
            Picture::read(&file).unwrap()
        };
        let grey = read(png::ColorType::Grayscale, BitDepth::Two, vec![], &[0b00_01_10_11]);
        assert_eq!((grey.channels, grey.bytes), (1, vec![0, 85, 170, 255]));
        let palette = vec![1, 2, 3, 40, 50, 60];
        let colour = read(png::ColorType::Indexed, BitDepth::One, palette, &[0b0100_0000]);
        assert_eq!(
            (colour.channels, colour.bytes),
            (3, [[1, 2, 3], [40, 50, 60], [1, 2, 3], [1, 2, 3]].concat())
        );
    }

    /// The other reader of these formats, on every kind of picture that it writes.
    #[test]
    fn both_readers_agree() {
        let colour =
            RgbImage::from_fn(19, 11, |x, y| image::Rgb([x as u8 * 13, y as u8 * 20, (x * y) as u8]));
        let whole = DynamicImage::from(colour);
        for picture in
            [whole.clone(), whole.to_luma8().into(), whole.to_luma16().into(), whole.to_rgb16().into()]
        {
            for format in [ImageFormat::Png, ImageFormat::Jpeg] {
                let narrow = DynamicImage::from(picture.to_rgb8());
                let bytes = packed(if format == ImageFormat::Png { picture.clone() } else { narrow }, format);
                let want = image::load_from_memory(&bytes).unwrap();
                let got = Picture::read(&bytes).unwrap();
                assert_eq!(got.channels == 3, want.color().has_color());
                assert_eq!(got.into_colour().bytes, want.into_rgb8().into_raw());
            }
        }
    }

    #[test]
    fn what_is_no_picture_says_so() {
        assert!(Picture::read(b"GIF89a").unwrap_err().to_string().contains("neither PNG nor JPEG"));
        let png = packed(GrayImage::new(4, 4), ImageFormat::Png);
        assert!(matches!(Picture::read(&png[..40]), Err(Cause::Picture { .. })));
        assert_eq!(fits(1 << 15, 1 << 14, 1), Ok(1 << 29));
        assert_eq!(fits(1 << 15, 1 << 14, 3), Err(Cause::TooLarge { limit: LIMIT }));
        assert!(fits(1 << 31, 1 << 31, 8).is_err());
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
