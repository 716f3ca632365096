//! `hebbit bench`: how fast this machine learns and classifies, as ratios within one run.

use crate::args::BenchArgs;
use crate::error::Result;
use crate::screen::Screen;
use crate::summary::{SCHEMA, lines};
use hebbit::data::{self, Dataset};
use hebbit::engine::{CoreEngine, CoreError};
use hebbit::error::Error as HostError;
use hebbit::kernels::{AnyKernels, KernelChoice};
use hebbit::run::{Control, Progress, Recipe, Trainer, Wishes, build_for, parse_layers};
use hebbit_core::net::{Engine as _, Scope};
use serde::Serialize;
use std::time::Instant;

#[derive(Serialize)]
struct Bench {
    schema: u32,
    layers: String,
    weights: String,
    ticks: u16,
    samples: u64,
    kernels: Vec<Timed>,
    resident_bytes: Option<u64>,
    data_bytes: usize,
}

#[derive(Serialize)]
struct Timed {
    kernels: KernelChoice,
    learn_samples_per_second: f64,
    first_epoch_samples_per_second: f64,
    classify_samples_per_second: f64,
    digest: String,
}

pub(crate) fn run(args: &BenchArgs, screen: &Screen) -> Result<()> {
    let split = data::load(&args.data)?;
    let wishes = Wishes {
        data: Some(args.data.clone()),
        layers: args.layers.as_deref().map(parse_layers).transpose()?,
        weights: Some(args.weights),
        ticks: Some(args.ticks),
        epochs: Some(args.epochs),
        ..Wishes::default()
    };
    let recipe = wishes.recipe_for(&split.train)?;
    let start = build_for(&recipe, &split.train)?;
    let mut timed = Vec::new();
    for choice in [KernelChoice::Scalar, KernelChoice::Simd] {
        screen.say(&format!("{choice:?} kernels: {} samples", recipe.total(split.train.len())));
        timed.push(time(&recipe, &start, &split.train, choice)?);
    }
    let data_bytes = (split.train.len() + split.test.len()) * (split.train.width() + 1);
    let bench = Bench {
        schema: SCHEMA,
        layers: recipe.layer_list(),
        weights: recipe.weights.to_string(),
        ticks: recipe.ticks,
        samples: recipe.total(split.train.len()),
        kernels: timed,
        resident_bytes: resident(),
        data_bytes,
    };
    screen.result(&bench, || bench.text())?;
    let same = bench.kernels.windows(2).all(|pair| pair[0].digest == pair[1].digest);
    if same {
        Ok(())
    } else {
        Err(HostError::BitMismatch { message: "kernels differ in their digests".to_owned() }.into())
    }
}

fn time(
    recipe: &Recipe,
    start: &[u8],
    train: &Dataset,
    choice: KernelChoice,
) -> std::result::Result<Timed, CoreError> {
    let kernels: AnyKernels = choice.kernels();
    let engine = CoreEngine::new(start, kernels)?;
    let mut trainer = Trainer::new(engine, recipe.clone(), train, Progress::default());
    let began = Instant::now();
    trainer.epoch(&mut |_| Control::Continue)?;
    let first = train.len() as f64 / began.elapsed().as_secs_f64();
    while trainer.progress().samples < trainer.total() {
        trainer.epoch(&mut |_| Control::Continue)?;
    }
    let learn = trainer.total() as f64 / began.elapsed().as_secs_f64();
    let digest = trainer.engine().digest(Scope::Stored)?.to_string();
    let began = Instant::now();
    for (sample, _) in train.iter() {
        trainer.engine().classify(sample)?;
    }
    Ok(Timed {
        kernels: choice,
        learn_samples_per_second: learn,
        first_epoch_samples_per_second: first,
        classify_samples_per_second: train.len() as f64 / began.elapsed().as_secs_f64(),
        digest,
    })
}

/// Peak resident memory of this process, where the system says it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}

impl Bench {
    fn text(&self) -> String {
        let mut facts = vec![(
            "network".to_owned(),
            format!(
                "{} {}, {} ticks, {} samples, one thread",
                self.layers, self.weights, self.ticks, self.samples
            ),
        )];
        for timed in &self.kernels {
            facts.push((
                format!("{:?}", timed.kernels).to_lowercase(),
                format!(
                    "{:.0} samples/s learning ({:.0} in the first epoch), {:.0} samples/s classifying, digest {}",
                    timed.learn_samples_per_second,
                    timed.first_epoch_samples_per_second,
                    timed.classify_samples_per_second,
                    timed.digest
                ),
            ));
        }
        if let [scalar, simd] = self.kernels.as_slice() {
            let ratio = simd.learn_samples_per_second / scalar.learn_samples_per_second;
            facts.push(("ratio".to_owned(), format!("{ratio:.2} learning, simd to scalar")));
        }
        if let Some(bytes) = self.resident_bytes {
            let beside = bytes.saturating_sub(self.data_bytes as u64) as f64 / 1e6;
            facts.push((
                "memory".to_owned(),
                format!("{beside:.1} MB resident at most, the data set not counted"),
            ));
        }
        lines(&facts)
    }
}
