//! The example firmware with two buttons: a simulated person teaches it, and the host teaches its own network the same.

use super::sensor::{BOARD, NAMES, message, readings, trained};
use super::{build_with, emulate};
use crate::tree;
use hebbit::device::boards::BOARDS;
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit::run::rewrite;
use hebbit_core::net::life::{LifePlan, Lived, ask};
use hebbit_core::net::{Engine as _, Scope, Target};
use hebbit_core::schema::Schema;
use readings::READINGS;

#[path = "../../../../firmware/boards/qemu-mps2-an386/src/lessons.rs"]
mod lessons;
use lessons::{GUESS, LESSONS, SEEN, UNJUDGED};

/// It remembers a few samples whose answers were confirmed.
const LIFE: LifePlan = LifePlan {
    remember: 16,
    again: 4,
    again_unlabelled: 1,
    gain: 0,
    fast: 3,
    offset: 0,
    most: 0,
    wrong_only: false,
};

/// The output of the firmware equals that of the host, and its final answers are those taught.
pub(super) fn run() -> Result<(), String> {
    let bytes = trained()?.checkpoint(&[]).map_err(message)?;
    let bytes = rewrite(&bytes, &[], |plan| {
        (plan.halve_every, plan.life, plan.lived) = (0, LIFE, Lived::new(&LIFE, 0));
    });
    let bytes = bytes.map_err(message)?;
    let mut engine = CoreEngine::new(&bytes, AnyKernels::best()).map_err(message)?;
    let (want, answers) = (taught(&mut engine)?, answers(&mut engine)?);
    if answers != SEEN.map(Some) {
        return Err(format!("the host's network answers {answers:?} in the end, not {SEEN:?}"));
    }
    let folder = tree::root().join("target/buttons");
    std::fs::create_dir_all(&folder).map_err(message)?;
    let network = folder.join("network.hbt");
    std::fs::write(&network, bytes).map_err(message)?;
    let board = BOARDS.iter().find(|board| board.name == BOARD).ok_or("no such board")?;
    let features = ["--no-default-features", "--features", "buttons"];
    let program = format!("{}-buttons", board.package());
    let program = build_with(board, &program, &features, &[("HEBBIT_NETWORK", &network)])?;
    let text = emulate(board, &program)?;
    let said: Vec<&str> = text.lines().collect();
    let count = |what: &str| said.iter().filter(|line| line.ends_with(what)).count();
    println!(
        "         {} yes, {} no, {} neither, {}",
        count(" yes"),
        count(" no"),
        count(" -"),
        said.last().unwrap_or(&"")
    );
    if said == want { Ok(()) } else { Err(format!("the firmware says {said:?}, the host {want:?}")) }
}

fn lines(engine: &CoreEngine, readings: &[i16]) -> Result<Vec<u8>, String> {
    let schema = Schema::parse(engine.schema()).map_err(message)?;
    let mut lines = vec![0; schema.lines()];
    let readings: Vec<i32> = readings.iter().copied().map(i32::from).collect();
    schema.present(&readings, &mut lines).map_err(message)?;
    Ok(lines)
}

/// Teaches the host's network; returns the expected output of the firmware.
fn taught(engine: &mut CoreEngine) -> Result<Vec<String>, String> {
    let mut said = Vec::new();
    let (classes, seed) = (NAMES.len() as u16, engine.plan().seed);
    for (number, (readings, &seen)) in (0..LESSONS).zip(READINGS.iter().zip(&SEEN).cycle()) {
        let sample = lines(engine, readings)?;
        let shown = ask(engine.classify(&sample).map_err(message)?.class, classes, GUESS, number, seed);
        let (target, verdict) = match (number % UNJUDGED == UNJUDGED - 1, shown == seen) {
            (true, _) => (Target::Unknown, "-"),
            (false, true) => (Target::Right(shown), "yes"),
            (false, false) => (Target::Wrong(shown), "no"),
        };
        engine.learn(&sample, target).map_err(message)?;
        said.push(format!("{} {verdict}", NAMES[usize::from(shown)]));
    }
    said.push(engine.digest(Scope::Stored).map_err(message)?.to_string());
    Ok(said)
}

fn answers(engine: &mut CoreEngine) -> Result<[Option<u8>; READINGS.len()], String> {
    let mut answers = [None; READINGS.len()];
    for (readings, answer) in READINGS.iter().zip(&mut answers) {
        let sample = lines(engine, readings)?;
        *answer = engine.classify(&sample).map_err(message)?.class;
    }
    Ok(answers)
}
