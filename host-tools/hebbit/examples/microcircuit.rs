//! Yang & Li 2022 (arXiv 2205.07292): spiking neurons of three compartments, two non-negative error trains, feedback that shares
//! only the sign of the forward weight. Their MNIST figure is not known to us.
//!
//! `cargo run --release -p hebbit --example microcircuit`
//!
//! Here: the rule in 16-bit integers, one hidden layer, on 6,000 digits.

use hebbit::data;
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit::run::{Control, Progress, Trainer, Wishes, build, evaluate};
use std::error::Error;

/// Percent of 1,000 test digits, and how far it may be off.
const EXPECTED: (f64, f64) = (93.4, 1.5);

fn main() -> Result<(), Box<dyn Error>> {
    let split = data::load("mini")?;
    let wishes = Wishes { rule: Some("microcircuit".into()), epochs: Some(4), ..Wishes::default() };
    let recipe = wishes.recipe_for(&split.train)?;
    let kernels = AnyKernels::best();
    let engine = CoreEngine::new(&build(&recipe)?, kernels)?;
    let mut trainer = Trainer::new(engine, recipe.clone(), &split.train, Progress::default());
    while trainer.progress().samples < trainer.total() {
        trainer.epoch(&mut |_| Control::Continue)?;
    }
    let tested = evaluate(&trainer.checkpoint()?, &split.test, kernels, &|_| {})?;
    let right = tested.accuracy;
    println!(
        "microcircuit, sign-concordant feedback, {}: {right:.2} % of the test digits",
        recipe.layer_list()
    );
    println!("spikes per sample: {:.0}", tested.spikes_per_sample);
    assert!((right - EXPECTED.0).abs() < EXPECTED.1, "{right} %, expected {} %", EXPECTED.0);
    Ok(())
}
