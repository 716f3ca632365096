//! Scratch.
use hebbit::run::*;
use hebbit::{data, engine::CoreEngine, kernels::AnyKernels};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let get = |k: &str| args.iter().find_map(|a| a.strip_prefix(&format!("{k}=")).map(str::to_owned));
    let split = data::load(&get("data").unwrap_or("mini".into())).unwrap();
    let val: usize = get("val").map_or(0, |v| v.parse().unwrap());
    let (train, held) = split.train.split_tail(val);
    let held = if val > 0 { held } else { split.test };
    let w = Wishes {
        data: get("data"),
        layers: get("layers").map(|l| parse_layers(&l).unwrap()),
        rule: get("rule"),
        weights: get("weights").map(|w| if w == "i8" { WeightWidth::I8 } else { WeightWidth::I16 }),
        feedback: get("feedback").map(|w| match w.as_str() {
            "tied" => Feedback::Tied,
            "random" => Feedback::Random,
            _ => Feedback::Sign,
        }),
        ticks: get("ticks").map(|t| t.parse().unwrap()),
        epochs: get("epochs").map(|t| t.parse().unwrap()),
        rate: get("rate").map(|r| r.split(',').map(|x| x.parse().unwrap()).collect()),
        decay: get("decay").map(|t| t.parse().unwrap()),
        seed: get("seed").map(|t| t.parse().unwrap()),
        augment: get("augment").map(|_| Augment::Shift1),
        settings: args
            .iter()
            .filter_map(|a| a.strip_prefix("set:"))
            .map(|a| {
                let (k, v) = a.split_once('=').unwrap();
                (k.to_owned(), v.parse().unwrap())
            })
            .collect(),
        ..Default::default()
    };
    let recipe = w.recipe(train.len(), train.width(), train.classes()).unwrap();
    let bytes = build(&recipe).unwrap();
    let kernels = if get("scalar").is_some() { AnyKernels::Scalar } else { AnyKernels::best() };
    let mut t =
        Trainer::new(CoreEngine::new(&bytes, kernels).unwrap(), recipe.clone(), &train, Progress::default());
    let quiet = get("quiet").is_some();
    for e in 0..recipe.epochs {
        let start = std::time::Instant::now();
        let before = t.progress().samples;
        t.epoch(&mut |_| Control::Continue).unwrap();
        let secs = start.elapsed().as_secs_f64();
        if quiet && e + 1 < recipe.epochs {
            continue;
        }
        let mut ck = t.checkpoint().unwrap();
        if recipe.rule == "stdp" {
            let labels = assign_labels(&ck, &train, kernels, &|_| {}).unwrap();
            let mut e = CoreEngine::new(&ck, kernels).unwrap();
            e.set_labels(labels).unwrap();
            ck = e.checkpoint(&[]).unwrap();
        }
        let v = evaluate(&ck, &held, kernels, &|_| {}).unwrap();
        println!(
            "{} epoch {e} train {:.2} held {:.2} spikes {:.0} {:.0}/s",
            args[1..].join(" "),
            t.train_accuracy(),
            v.accuracy,
            v.spikes_per_sample,
            (t.progress().samples - before) as f64 / secs
        );
    }
}
