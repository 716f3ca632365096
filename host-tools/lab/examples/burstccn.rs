//! Greedy, Zhu, Pemberton, Mellor & Costa 2022, "Single-phase deep learning in cortico-cortical networks" (BurstCCN): 98.16 % on
//! MNIST with 500-500-500 rate units, random feedback, batches of 32, more than 50 epochs.
//!
//! `cargo run --release -p hebbit-lab --example burstccn`
//!
//! Here: the same rule in 16-bit integers, one sample at a time, tied feedback, on 6,000 digits; and its angle to backprop.

use hebbit::data;
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit::run::{Control, Progress, Trainer, Wishes, build, evaluate};
use hebbit_lab::reproduce::angles;
use std::error::Error;

/// Percent of 1,000 test digits, and how far it may be off.
const EXPECTED: (f64, f64) = (84.6, 2.0);

fn main() -> Result<(), Box<dyn Error>> {
    let split = data::load("mini")?;
    let wishes = Wishes {
        rule: Some("burst".into()),
        form: Some("rate".into()),
        layers: Some(vec![784, 128, 128, 10]),
        epochs: Some(4),
        ..Wishes::default()
    };
    let recipe = wishes.recipe_for(&split.train)?;
    let (start, kernels) = (build(&recipe)?, AnyKernels::best());
    let engine = CoreEngine::new(&start, kernels)?;
    let mut trainer = Trainer::new(engine, recipe.clone(), &split.train, Progress::default());
    while trainer.progress().samples < trainer.total() {
        trainer.epoch(&mut |_| Control::Continue)?;
    }
    let learned = trainer.checkpoint()?;
    let right = evaluate(&learned, &split.test, kernels, &|_| {})?.accuracy;
    println!("burst, rate units, {}: {right:.2} % of the test digits", recipe.layer_list());
    for (l, angle) in angles(&start, &recipe, &split.train, 128, kernels)?.into_iter().enumerate() {
        let angle = angle.ok_or("an update is nothing")?;
        println!("angle to backprop at layer {} before learning: {angle:.1} degrees", l + 1);
        assert!(angle < 90.0, "the update goes against the gradient");
    }
    assert!((right - EXPECTED.0).abs() < EXPECTED.1, "{right} %, expected {} %", EXPECTED.0);
    Ok(())
}
