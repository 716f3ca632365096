//! A folder whose folders are the classes: pictures or recordings, each file a sample.

use std::path::{Path, PathBuf};

use super::bytes;
use super::picture::{self, Picture};
use super::raw::{Numbers, RawLabels, RawSet};
use super::reader::{entries, file_name};
use super::wav::Recording;
use crate::error::Cause;
use crate::error::{Error, Result};

/// What the files of a folder are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Picture,
    Sound,
}

fn kind(path: &Path) -> Option<Kind> {
    let end = path.extension()?.to_string_lossy().to_ascii_lowercase();
    match end.as_str() {
        "wav" => Some(Kind::Sound),
        end if picture::ENDS.contains(&end) => Some(Kind::Picture),
        _ => None,
    }
}

/// Whether a folder has folders with pictures or recordings in them.
pub(super) fn is_folder(dir: &Path) -> bool {
    let classes = entries(dir).unwrap_or_default().into_iter().filter(|path| path.is_dir());
    let mut files = classes.flat_map(|class| entries(&class).unwrap_or_default());
    files.any(|file| kind(&file).is_some() && file.is_file())
}

/// All samples of a folder of class folders; a class is called as its folder.
pub(super) fn read(dir: &Path) -> Result<RawSet> {
    let (mut files, mut labels) = (Vec::new(), Vec::new());
    for class in entries(dir)?.into_iter().filter(|path| path.is_dir()) {
        for file in entries(&class)? {
            labels.push(file_name(&class));
            files.push(file);
        }
    }
    let name = dir.to_string_lossy();
    let wanted = files.iter().find_map(|file| kind(file));
    let set = match wanted {
        None => return Err(Cause::Empty.in_file(name).into()),
        Some(Kind::Picture) => pictures(&name, &files)?,
        Some(Kind::Sound) => sounds(&name, &files)?,
    };
    Ok(RawSet { labels: Some(RawLabels::of_text(&labels)), ..set })
}

/// One file, which must be like the others.
fn bytes_of(file: &Path, wanted: Kind) -> Result<Vec<u8>> {
    if file.is_dir() || kind(file) != Some(wanted) {
        let kind = if wanted == Kind::Picture { "a picture (.png, .jpg)" } else { "a recording (.wav)" };
        return Err(Cause::Stray { kind }.in_file(file.to_string_lossy()).into());
    }
    bytes::read(file)
}

fn pictures(name: &str, files: &[PathBuf]) -> Result<RawSet> {
    let mut all: Vec<Picture> = Vec::with_capacity(files.len());
    let mut total = 0;
    for file in files {
        let bytes = bytes_of(file, Kind::Picture)?;
        let picture = Picture::read(&bytes).map_err(|cause| cause.in_file(file.to_string_lossy()))?;
        total += picture.bytes.len() as u64;
        if total > bytes::LIMIT {
            return Err(Cause::TooLarge { limit: bytes::LIMIT }.in_file(name).into());
        }
        if let Some(first) = all.first().filter(|first| first.size() != picture.size()) {
            return Err(sizes(&files[0], first.size(), file, picture.size()));
        }
        all.push(picture);
    }
    // A single colour picture makes the others colour.
    if all.iter().any(|picture| picture.channels == 3) {
        all = all.into_iter().map(Picture::into_colour).collect();
    }
    let Some(shape) = all.first().map(Picture::shape) else { return Err(Cause::Empty.in_file(name).into()) };
    let bytes = all.into_iter().flat_map(|picture| picture.bytes).collect();
    Ok(RawSet::new(name, shape, Numbers::Bytes(bytes)))
}

fn sounds(name: &str, files: &[PathBuf]) -> Result<RawSet> {
    let mut all: Vec<Recording> = Vec::with_capacity(files.len());
    let size = |one: &Recording| format!("{} values at {} Hz", one.values.len(), one.rate);
    for file in files {
        let bytes = bytes_of(file, Kind::Sound)?;
        let recording = Recording::read(&bytes).map_err(|cause| cause.in_file(file.to_string_lossy()))?;
        if let Some(first) = all.first().filter(|first| size(first) != size(&recording)) {
            return Err(sizes(&files[0], size(first), file, size(&recording)));
        }
        all.push(recording);
    }
    let width = all.first().map_or(0, |one| one.values.len());
    let whole = |one: &Recording| matches!(one.values, Numbers::Ints(_));
    let numbers = if all.iter().all(whole) {
        let ints = all
            .into_iter()
            .filter_map(|one| if let Numbers::Ints(all) = one.values { Some(all) } else { None });
        Numbers::Ints(ints.flatten().collect())
    } else {
        Numbers::Floats(all.iter().flat_map(|one| one.values.to_floats().into_owned()).collect())
    };
    Ok(RawSet::new(name, vec![width], numbers))
}

fn sizes(first: &Path, first_size: String, file: &Path, size: String) -> Error {
    let cause = Cause::Sizes { size, first_size, first: first.to_string_lossy().into_owned() };
    cause.in_file(file.to_string_lossy()).into()
}

#[cfg(test)]
mod tests {
    use super::super::wav::tests::wav;
    use super::*;
    use crate::error::render;
    use image::{DynamicImage, GrayImage, RgbImage};
    use std::fs;

    fn grey(side: u32, value: u8) -> DynamicImage {
        GrayImage::from_pixel(side, side, image::Luma([value])).into()
    }

    fn place(dir: &Path, name: &str) -> PathBuf {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn refused(dir: &Path) -> String {
        render(&read(dir).unwrap_err())
    }

    #[test]
    fn classes_are_folders_of_pictures() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        assert!(!is_folder(dir));
        for (name, value) in [("rock/b.png", 2), ("rock/a.png", 1), ("paper/z.png", 3)] {
            grey(2, value).save(place(dir, name)).unwrap();
        }
        fs::write(place(dir, "rock/.thumbs"), "hidden").unwrap();
        fs::write(place(dir, "README.md"), "beside the classes").unwrap();
        assert!(is_folder(dir));
        let set = read(dir).unwrap();
        assert_eq!((set.shape, set.numbers), (vec![2, 2], Numbers::Bytes([[3; 4], [1; 4], [2; 4]].concat())));
        let labels = set.labels.unwrap();
        assert_eq!((labels.names, labels.index), (vec!["paper".into(), "rock".into()], vec![0, 1, 1]));
        // A colour picture among them makes all of them colour.
        RgbImage::from_pixel(2, 2, image::Rgb([7, 8, 9])).save(place(dir, "paper/a.png")).unwrap();
        let set = read(dir).unwrap();
        assert_eq!((&set.shape[..], set.len()), (&[2, 2, 3][..], 4));
        assert_eq!(set.numbers.to_floats()[..3], [7.0, 8.0, 9.0]);
        assert_eq!(set.numbers.to_floats()[12..15], [3.0; 3]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        grey(2, 1).save(place(dir, "a/1.png")).unwrap();
        grey(3, 1).save(place(dir, "b/2.png")).unwrap();
        let told = refused(dir);
        assert!(
            told.contains("2.png: 3 × 3 pixels, but") && told.contains("1.png has 2 × 2 pixels"),
            "{told}"
        );
        fs::write(place(dir, "b/2.png"), "no picture").unwrap();
        assert!(refused(dir).contains("2.png: cannot be read as a picture"));
        fs::remove_file(dir.join("b/2.png")).unwrap();
        fs::write(place(dir, "b/notes.txt"), "x").unwrap();
        assert!(refused(dir).contains("notes.txt: is not a picture"));
        fs::remove_file(dir.join("b/notes.txt")).unwrap();
        fs::write(dir.join("b/1.wav"), wav(1, 8000, &[1])).unwrap();
        assert!(refused(dir).contains("1.wav: is not a picture"));
    }

    #[test]
    fn recordings_have_one_length() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        fs::write(place(dir, "no/a.wav"), wav(1, 8000, &[1, -2])).unwrap();
        fs::write(place(dir, "yes/a.WAV"), wav(2, 8000, &[3, 5, -7, -9])).unwrap();
        let set = read(dir).unwrap();
        assert_eq!((set.shape, set.numbers), (vec![2], Numbers::Ints(vec![1, -2, 4, -8])));
        assert_eq!(set.labels.unwrap().names, ["no", "yes"]);
        fs::write(place(dir, "yes/b.wav"), wav(1, 8000, &[3])).unwrap();
        let told = refused(dir);
        assert!(
            told.contains("b.wav: 1 values at 8000 Hz") && told.contains("has 2 values at 8000 Hz"),
            "{told}"
        );
        fs::write(place(dir, "yes/b.wav"), wav(1, 9000, &[3, 4])).unwrap();
        assert!(refused(dir).contains("2 values at 9000 Hz"));
    }
}
