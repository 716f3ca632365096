//! Aceituno, Farinha, Loidl & Grewe 2023, "Learning cortical hierarchies with temporal Hebbian updates": a controller drives the
//! output to its target; the change of every neuron's rate, times what it gets from below, is its update. As it learns, the
//! output reaches the target sooner, and less feedback is needed. Their MNIST figure is not known to us.
//!
//! `cargo run --release -p hebbit-lab --example differential_hebbian`
//!
//! Here: the rule in 16-bit integers, one hidden layer, sign feedback, on 6,000 digits; latency and feedback per epoch.

use hebbit::data;
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit::run::{Control, Progress, Trainer, Wishes, build, evaluate};
use hebbit_lab::reproduce::measure;
use std::error::Error;

/// Percent of 1,000 test digits, and how far it may be off.
const EXPECTED: (f64, f64) = (90.7, 1.5);

fn main() -> Result<(), Box<dyn Error>> {
    let split = data::load("mini")?;
    let wishes = Wishes { rule: Some("dh-control".into()), epochs: Some(4), ..Wishes::default() };
    let recipe = wishes.recipe_for(&split.train)?;
    let (start, kernels) = (build(&recipe)?, AnyKernels::best());
    let engine = CoreEngine::new(&start, kernels)?;
    let mut trainer = Trainer::new(engine, recipe.clone(), &split.train, Progress::default());
    let mut seen = vec![measure(&start, &split.test, 200, kernels)?];
    while trainer.progress().samples < trainer.total() {
        trainer.epoch(&mut |_| Control::Continue)?;
        seen.push(measure(&trainer.checkpoint()?, &split.test, 200, kernels)?);
    }
    for (epoch, s) in seen.iter().enumerate() {
        println!("epoch {epoch}: target reached after {:.1} ticks, feedback {:.0}", s.latency, s.feedback);
    }
    let right = evaluate(&trainer.checkpoint()?, &split.test, kernels, &|_| {})?.accuracy;
    println!("dh-control, {}: {right:.2} % of the test digits", recipe.layer_list());
    let (first, last) = (seen[0], seen[seen.len() - 1]);
    assert!(last.latency < first.latency && last.feedback < first.feedback, "{first:?} then {last:?}");
    assert!((right - EXPECTED.0).abs() < EXPECTED.1, "{right} %, expected {} %", EXPECTED.0);
    Ok(())
}
