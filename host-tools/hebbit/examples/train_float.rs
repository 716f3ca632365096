//! Trains a float network and writes it for `hebbit quantize`: a full path without Python.
//!
//! `cargo run --release -p hebbit --example train_float -- OUT.npz [DATA] [LAYERS] [clip|relu] [EPOCHS]`
//!
//! `clip` learns by what the rule `burst` descends, and needs no balancing; `relu` learns by cross-entropy, as classifiers are
//! mostly trained elsewhere, and wants `hebbit quantize --activation relu --data …`.

use std::error::Error;

use hebbit::data;
use hebbit::float::{Activation, Loss, Rate};
use hebbit::run::parse_layers;

/// Learning rate at the start and at the end of a run, on single samples.
const RATES: (f64, f64) = (0.03, 0.003);
const SEED: u64 = 1;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let arg = |i: usize, default: &str| args.get(i).map_or(default.to_owned(), Clone::clone);
    let Some(out) = args.first() else {
        return Err("usage: train_float OUT.npz [DATA] [LAYERS] [clip|relu] [EPOCHS]".into());
    };
    let split = data::load(&arg(1, "mini"))?;
    let layers = parse_layers(&arg(2, "784-128-10"))?;
    let (activation, loss) = match &arg(3, "clip")[..] {
        "clip" => (Activation::Clip, Loss::Matching),
        "relu" => (Activation::Relu, Loss::CrossEntropy),
        other => return Err(format!("there is no activation `{other}`, only clip and relu").into()),
    };
    let epochs: u32 = arg(4, "10").parse()?;
    let mut net = Rate::random(&layers, activation, SEED);
    let at = |epoch: u32| RATES.0 * (RATES.1 / RATES.0).powf(f64::from(epoch) / f64::from(epochs));
    for epoch in 0..epochs {
        let right = net.epoch(&split.train, loss, (at(epoch), at(epoch + 1)), SEED, epoch);
        println!(
            "epoch {}: {right:.2} % while learning, {:.2} % of the test",
            epoch + 1,
            net.accuracy(&split.test)
        );
    }
    std::fs::write(out, net.to_npz()?)?;
    Ok(())
}
