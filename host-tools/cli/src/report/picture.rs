//! Pictures as PNG inside the page.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use png::{BitDepth, ColorType, Encoder};

/// Pixels with a size, as red, green, blue, opacity. Transparent where nothing was put.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    rows: usize,
    columns: usize,
    pixels: Vec<[u8; 4]>,
}

impl Picture {
    /// `rows` x `columns` transparent pixels.
    pub(super) fn new(rows: usize, columns: usize) -> Self {
        Self { rows, columns, pixels: vec![[0; 4]; rows * columns] }
    }

    /// Sets one pixel, opaque. Outside of the picture nothing happens.
    pub(super) fn put(&mut self, row: usize, column: usize, [r, g, b]: [u8; 3]) {
        if row < self.rows && column < self.columns {
            self.pixels[row * self.columns + column] = [r, g, b, 255];
        }
    }

    /// The picture as a `data:` address; `None` if it has no pixels.
    pub(super) fn data_uri(&self) -> Option<String> {
        let (width, height) = (u32::try_from(self.columns).ok()?, u32::try_from(self.rows).ok()?);
        if width == 0 || height == 0 {
            return None;
        }
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, height);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header().expect("the size is not 0 and memory takes any text");
        writer.write_image_data(self.pixels.as_flattened()).expect("the pixels fill the size");
        writer.finish().expect("memory takes any text");
        Some(format!("data:image/png;base64,{}", STANDARD.encode(file)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_come_back() {
        let mut picture = Picture::new(2, 3);
        picture.put(1, 2, [10, 20, 30]);
        picture.put(2, 0, [1, 1, 1]);
        let uri = picture.data_uri().expect("it has pixels");
        let file = STANDARD.decode(uri.strip_prefix("data:image/png;base64,").expect("PNG")).expect("base64");
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size()];
        let info = reader.next_frame(&mut bytes).expect("a frame");
        assert_eq!((info.width, info.height), (3, 2));
        assert_eq!(bytes[20..24], [10, 20, 30, 255]);
        assert!(bytes[..20].iter().all(|&b| b == 0));
    }

    #[test]
    fn no_pixels_no_picture() {
        assert_eq!(Picture::new(0, 3).data_uri(), None);
    }
}
