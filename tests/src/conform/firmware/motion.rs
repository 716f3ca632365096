//! The application that learns a motion in the field: trained on the host, run in QEMU and on the host, and accurate in the end.

use super::sensor::{BOARD, learned, message};
use super::{build_with, emulate};
use crate::tree;
use hebbit::data::Dataset;
use hebbit::device::boards::BOARDS;
use hebbit::kernels::AnyKernels;
use hebbit::run::rewrite;
use hebbit_core::net::life::{LifePlan, Lived};
use hebbit_core::schema::{Lines, Scale, SchemaParts};
use hebbit_motion::VALUES;
use hebbit_motion::played::{DAY, EXAMPLES, MOTIONS, NEW, NEXT_DAY, Stretch, example};

#[path = "../../../../firmware/boards/qemu-mps2-an386/src/day.rs"]
mod day;

/// It rehearses the examples of the application.
const LIFE: LifePlan = LifePlan {
    remember: 128,
    again: 16,
    again_unlabelled: 0,
    gain: 0,
    fast: 3,
    offset: 0,
    most: 0,
    wrong_only: false,
};

/// The output of the firmware equals that of the host; it has learned the new motion and still names the others.
pub(super) fn run() -> Result<(), String> {
    let flashed = trained()?;
    let mut want = String::new();
    let [mut place, mut state, mut slots] =
        [vec![0; day::PLACE], vec![0; day::STATE], vec![0xFF; day::SLOTS]];
    for plan in [&DAY[..], &NEXT_DAY[..]] {
        let memory = [&mut place[..], &mut state[..], &mut slots[..]];
        day::day(AnyKernels::best(), &flashed, plan, memory, &mut want).ok_or("the network does not fit")?;
    }
    judge(&want)?;
    let folder = tree::root().join("target/motion");
    std::fs::create_dir_all(&folder).map_err(message)?;
    let network = folder.join("network.hbt");
    std::fs::write(&network, flashed).map_err(message)?;
    let board = BOARDS.iter().find(|board| board.name == BOARD).ok_or("no such board")?;
    let program = format!("{}-motion", board.package());
    let features = ["--no-default-features", "--features", "motion"];
    let program = build_with(board, &program, &features, &[("HEBBIT_NETWORK", &network)])?;
    let said = emulate(board, &program)?;
    println!("         {} lines, {}", said.lines().count(), said.lines().last().unwrap_or(""));
    if said == want { Ok(()) } else { Err(format!("the firmware says\n{said}this machine\n{want}")) }
}

/// Names are right, for the new motion after it was learned; the digest survives the loss of power.
fn judge(text: &str) -> Result<(), String> {
    let mut lines = text.lines();
    let mut digests = Vec::new();
    let (mut wrong, mut known) = (Vec::new(), false);
    for plan in [&DAY[..], &NEXT_DAY[..]] {
        digests.push(lines.next().ok_or("a digest is missing")?);
        for &(motion, windows, held) in plan as &[Stretch] {
            for _ in 0..windows {
                let (name, done) =
                    lines.next().and_then(|line| line.split_once(": ")).ok_or("a line is missing")?;
                if done == "saved" {
                    digests.push(lines.next().ok_or("a digest is missing")?);
                }
                if !held && (motion != NEW || known) && name != MOTIONS[usize::from(motion)] {
                    wrong.push(format!("{} is called {name}", MOTIONS[usize::from(motion)]));
                }
            }
            known |= held;
        }
    }
    // As flashed, as saved, as restored.
    match digests[..] {
        [flashed, saved, restored] if flashed != saved && saved == restored && wrong.is_empty() => Ok(()),
        _ => Err(format!("digests {digests:?}, {}\n{text}", wrong.join(", "))),
    }
}

/// The scales that map the values of all examples to 0..=255.
fn scales() -> Vec<Scale> {
    let all = (0..NEW).flat_map(|motion| (0..EXAMPLES).map(move |number| example(motion, number)));
    let mut bounds = [(i32::MAX, i32::MIN); VALUES];
    for values in all {
        for (bounds, value) in bounds.iter_mut().zip(values) {
            *bounds = (bounds.0.min(value), bounds.1.max(value));
        }
    }
    let of = |(least, most): (i32, i32)| Scale {
        offset: least,
        multiplier: ((255 << 16) / (most - least).max(255)) as u16,
        shift: 16,
        fraction: 0,
    };
    bounds.map(of).to_vec()
}

/// A network trained with all motions except the new one.
fn trained() -> Result<Vec<u8>, String> {
    let parts =
        SchemaParts { kind: Lines::Plain, shape: &[VALUES as u16], scales: &scales(), names: &MOTIONS };
    let mut bytes = vec![0; parts.bytes()];
    parts.write(&mut bytes).map_err(message)?;
    let schema = hebbit_core::schema::Schema::parse(&bytes).map_err(message)?;
    let (mut lines, mut labels) = (Vec::new(), Vec::new());
    for number in 0..EXAMPLES {
        for motion in 0..NEW {
            let mut sample = vec![0; VALUES];
            schema.present(&example(motion, number), &mut sample).map_err(message)?;
            lines.extend(sample);
            labels.push(motion);
        }
    }
    let train = Dataset::new("motions", None, VALUES, lines, labels).map_err(message)?;
    let engine = learned(&train, [VALUES as u16, 64, MOTIONS.len() as u16], 60, &bytes)?;
    let bytes = engine.checkpoint(&[]).map_err(message)?;
    let bytes = rewrite(&bytes, &[], |plan| {
        (plan.halve_every, plan.life, plan.lived) = (0, LIFE, Lived::new(&LIFE, 0));
    });
    bytes.map_err(message)
}
