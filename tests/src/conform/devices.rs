//! Devices in QEMU compute the bits of the core, word by word and digest by digest, within their budgets.

use super::budgets;
use super::step::{Outcome, Step, Tally};
use super::tools::QEMU;
use crate::cases::{any_case, number};
use crate::compare::compare;
use crate::recurrent::{self, KINDS};
use hebbit::data::{self, Dataset};
use hebbit::device::boards::{BOARDS, Board};
use hebbit::device::{Device, Presented, Tally as Answers, Where};
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit::lockstep::lockstep;
use hebbit::run::{Presenter, WeightWidth, Wishes, build, rewrite};
use hebbit_core::net::life::LifePlan;
use hebbit_core::net::{Engine as _, Network, Scalar, Target};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

/// Number of random networks compared word by word, and of samples learned in lock-step.
const CASES: u32 = 25;
const SAMPLES: u64 = 40;
/// Events per recurrent network, of which there are ten: a million in total.
const RECURRENT: u32 = 5_000;
/// Number of samples for the mean cost.
const COSTED: u64 = 200;

/// A step per board. On boards with a slow link only costs are measured, on the others bits are compared.
pub(super) fn steps() -> Vec<Step> {
    let machines = BOARDS.iter().filter_map(|board| Some((board, board.qemu?)));
    machines
        .map(|(board, machine)| {
            let name = format!("{} learns", machine.on);
            let work = move || if machine.link_is_slow { costs(board) } else { bits(board) };
            Step::own(&name, work).with(&QEMU)
        })
        .collect()
}

fn open(board: &'static Board) -> Result<Device, String> {
    Where::Qemu(board).open(&|_| {}).map_err(message)
}

fn message(error: impl std::error::Error) -> String {
    error.to_string()
}

/// Loads an untrained network on the device and in the core, and prepares samples.
fn begin<'s>(
    device: &mut Device,
    rule: &str,
    weights: WeightWidth,
    train: &'s Dataset,
) -> Result<(CoreEngine, Presenter<'s>), String> {
    begin_as(
        device,
        Wishes { rule: Some(rule.to_owned()), weights: Some(weights), ..Wishes::default() },
        train,
    )
}

/// The same for a network with these options.
fn begin_as<'s>(
    device: &mut Device,
    wishes: Wishes,
    train: &'s Dataset,
) -> Result<(CoreEngine, Presenter<'s>), String> {
    let recipe = wishes.recipe_for(train).map_err(message)?;
    let start = build(&recipe).map_err(message)?;
    device.load(&start).map_err(message)?;
    let core = CoreEngine::new(&start, AnyKernels::best()).map_err(message)?;
    Ok((core, Presenter::new(recipe, train)))
}

/// Compares bits: random networks word by word, then digits with the two rules of the budgets.
fn bits(board: &'static Board) -> Outcome {
    let run = || -> Result<[u64; 2], String> {
        let mut device = open(board)?;
        let mut runner = TestRunner::default();
        let (mut words, mut recurrent) = (0, 0);
        for _ in 0..number(CASES) {
            let case = any_case().new_tree(&mut runner).map_err(|error| error.to_string())?.current();
            let checkpoint = case.checkpoint();
            let mut core = CoreEngine::new(&checkpoint, AnyKernels::Scalar).map_err(message)?;
            device.load(&checkpoint).map_err(|error| format!("{case:?}\n{error}"))?;
            let compared = compare(&mut core, &mut device, &case.turns, checkpoint.len());
            words += compared.map_err(|difference| format!("{case:?}\n{difference}"))?.words;
        }
        for (name, kind) in KINDS {
            for format in [8, 16] {
                let checkpoint = recurrent::network(&kind, format, 3);
                let mut core = CoreEngine::new(&checkpoint, AnyKernels::best()).map_err(message)?;
                device.load(&checkpoint).map_err(message)?;
                let events = recurrent::learn(&mut core, &mut device, u64::from(number(RECURRENT)), 5);
                recurrent += events.map_err(|text| format!("recurrent {name}, i{format}: {text}"))?;
            }
        }
        let split = data::load("mini").map_err(message)?;
        for (rule, weights) in [
            ("burst", WeightWidth::I8),
            ("burst", WeightWidth::I16),
            ("stdp", WeightWidth::I8),
            ("stdp", WeightWidth::I16),
        ] {
            let (mut core, mut presenter) = begin(&mut device, rule, weights, &split.train)?;
            let mut samples = (0..SAMPLES).map(|i| {
                let (sample, label) = presenter.sample(i);
                (sample.to_vec(), Target::Class(label))
            });
            let (compared, difference) =
                lockstep(&mut device, &mut core, 1, &mut || samples.next(), &mut |_, _| {})
                    .map_err(message)?;
            if let Some(difference) = difference {
                return Err(format!("{rule} {weights}, sample {}: {}", difference.sample, difference.what));
            }
            words += compared.words;
        }
        Ok([words, recurrent])
    };
    match run() {
        Ok([words, recurrent]) => {
            println!(
                "         {}: {words} words equal, {recurrent} events of recurrent networks",
                board.name
            );
            Outcome { tally: Tally::PASSED, text: String::new() }
        }
        Err(text) => Outcome::of(Err(text)),
    }
}

/// Ring size while the costs of *life* are measured, and the largest network that fits the smallest board then.
const REMEMBERED: u16 = 2;
const LIVING: [u16; 3] = [784, 124, 10];

/// Compares instructions per sample with the budget, without and with *life*.
fn costs(board: &'static Board) -> Outcome {
    let run = || -> Result<(), String> {
        let mut device = open(board)?;
        let split = data::load("mini").map_err(message)?;
        let (mut core, mut presenter) = begin(&mut device, "burst", WeightWidth::I8, &split.train)?;
        let (learned, worst) = cost(&mut device, &mut core, &mut presenter, 0, true)?;
        let (classified, _) = cost(&mut device, &mut core, &mut presenter, COSTED, false)?;
        // A ring without rehearsal, and a rate that follows the error but never falls, change no other bit.
        let layers = Some(LIVING.to_vec());
        let (mut core, mut presenter) = begin_as(
            &mut device,
            Wishes { layers, weights: Some(WeightWidth::I8), ..Wishes::default() },
            &split.train,
        )?;
        let start = core.checkpoint(&[]).map_err(message)?;
        let (without, _) = cost(&mut device, &mut core, &mut presenter, 0, true)?;
        let (most, offset) = (8, -16);
        let life = LifePlan { remember: REMEMBERED, fast: 6, offset, most, ..LifePlan::default() };
        let plain = arena(&start)?;
        let start = rewrite(&start, &[], |plan| plan.life = life).map_err(message)?;
        device.load(&start).map_err(message)?;
        let mut core = CoreEngine::new(&start, AnyKernels::best()).map_err(message)?;
        let (lived, _) = cost(&mut device, &mut core, &mut presenter, 0, true)?;
        let ring = usize::from(REMEMBERED) * (split.train.width() + 1);
        let more = (arena(&start)? - plain, lived.saturating_sub(without));
        println!(
            "         life adds {} instructions to {without}, and {} bytes of state in addition to its ring of {ring}",
            more.1,
            more.0.saturating_sub(ring)
        );
        budgets::hold(
            &format!("sample.{}", board.name),
            &[
                ("learn_mean", learned),
                ("learn_worst", worst),
                ("classify_mean", classified),
                ("life_adds", more.1),
                ("life_adds_ram", more.0.saturating_sub(ring) as u64),
            ],
        )
    };
    Outcome::of(run())
}

/// Bytes of state of a stored network.
fn arena(checkpoint: &[u8]) -> Result<usize, String> {
    let plan = hebbit_core::checkpoint::Checkpoint::parse(checkpoint).map_err(message)?.plan;
    Ok(Network::<Scalar>::arena_bytes(&plan))
}

/// Mean and maximum cost of the samples from `from` on, on a device whose digest is compared with the core's.
fn cost(
    device: &mut Device,
    core: &mut CoreEngine,
    presenter: &mut Presenter<'_>,
    from: u64,
    learn: bool,
) -> Result<(u64, u64), String> {
    let mut answers = Answers::new(10);
    for n in from..from + COSTED {
        let (values, label) = presenter.sample(n);
        let target = Target::Class(label);
        device.post(&[Presented { values, target }], learn).map_err(message)?;
        device.results(&mut |result| answers.note(label, &result)).map_err(message)?;
        let followed = if learn { core.learn(values, target) } else { core.classify(values) };
        followed.map_err(message)?;
    }
    let scope = hebbit_core::net::Scope::Stored;
    let digests = (core.digest(scope).map_err(message)?, device.digest(scope).map_err(message)?);
    if digests.0 != digests.1 {
        return Err(format!("digest: core {}, device {}", digests.0, digests.1));
    }
    Ok((answers.cost / COSTED, answers.worst.into()))
}
