//! Makes the mini set out of the whole MNIST: `cargo run --release -p hebbit --example make_mini -- MNIST_DIR OUT_DIR`.
//!
//! The first 600 training and 100 test digits of every class, in the order of the files. Without a time stamp and with one
//! compressor, so that it makes the same files again.

use std::error::Error;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, GzBuilder};
use hebbit::data::{idx, load, mini};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = &args[..] else {
        return Err("usage: make_mini MNIST_DIR OUT_DIR".into());
    };
    let split = load(from)?;
    for (part, set, samples) in [("train", split.train, mini::TRAIN), ("t10k", split.test, mini::TEST)] {
        let mini = mini::balanced(&set, samples / set.classes())?;
        write(&Path::new(to).join(format!("{part}-images-idx3-ubyte.gz")), &idx::encode_pictures(&mini))?;
        write(&Path::new(to).join(format!("{part}-labels-idx1-ubyte.gz")), &idx::encode_labels(&mini))?;
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    std::fs::write(path, gzip.finish()?)
}
