//! The example firmware of a sensor: a network with a schema is trained on the host and names readings in the firmware.

use super::{build_with, emulate};
use crate::tree;
use hebbit::data::Dataset;
use hebbit::device::boards::BOARDS;
use hebbit::engine::CoreEngine;
use hebbit::kernels::AnyKernels;
use hebbit::run::{Presenter, Wishes, build};
use hebbit_core::net::{Engine as _, Target};
use hebbit_core::num::KeyedRng;
use hebbit_core::schema::{Lines, Scale, Schema, SchemaParts};

#[path = "../../../../firmware/boards/qemu-mps2-an386/src/readings.rs"]
pub(super) mod readings;
use readings::{BANDS, READINGS};

pub(super) const BOARD: &str = "qemu-mps2-an386";
pub(super) const NAMES: [&str; 3] = ["at rest", "running", "worn bearing"];
/// State of the machine in the firmware's samples.
const TRUE: [usize; READINGS.len()] = [0, 0, 1, 1, 2, 2];
/// Typical readings of each state.
const TYPICAL: [[i16; BANDS]; 3] =
    [[0; BANDS], [1200, -950, 300, 0, 0, -80, 0, 0], [1000, -700, 1350, -1600, 950, -500, 1150, -2000]];
/// A level is a reading times 255 / 2000.
const SCALE: Scale = Scale { offset: 0, multiplier: 33_423, shift: 18, fraction: 0 };
const SAMPLES: u32 = 600;

pub(super) fn message(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The output of the firmware equals that of the host, and is right.
pub(super) fn run() -> Result<(), String> {
    let mut engine = trained()?;
    let (answers, classes) = answers(&mut engine)?;
    if classes != TRUE.map(Some) {
        return Err(format!("the host's network answers {classes:?}, not {TRUE:?}"));
    }
    let folder = tree::root().join("target/sensor");
    std::fs::create_dir_all(&folder).map_err(message)?;
    let network = folder.join("network.hbt");
    std::fs::write(&network, engine.checkpoint(&[]).map_err(message)?).map_err(message)?;
    let board = BOARDS.iter().find(|board| board.name == BOARD).ok_or("no such board")?;
    let features = ["--no-default-features", "--features", "sensor"];
    let program = format!("{}-sensor", board.package());
    let program = build_with(board, &program, &features, &[("HEBBIT_NETWORK", &network)])?;
    let text = emulate(board, &program)?;
    let said: Vec<&str> = text.lines().collect();
    println!("         {}", said.join(", "));
    if said == answers { Ok(()) } else { Err(format!("the firmware says {said:?}, the host {answers:?}")) }
}

/// A network trained on readings of the sensor, with the schema.
pub(super) fn trained() -> Result<CoreEngine, String> {
    let bands = BANDS as u16;
    let parts = SchemaParts { kind: Lines::OnOff, shape: &[bands], scales: &[SCALE], names: &NAMES };
    let mut bytes = vec![0; parts.bytes()];
    parts.write(&mut bytes).map_err(message)?;
    let schema = Schema::parse(&bytes).map_err(message)?;
    let (mut lines, mut labels) = (Vec::new(), Vec::new());
    let mut rng = KeyedRng::new(0, 0, 1);
    for i in 0..SAMPLES {
        let class = i as usize % NAMES.len();
        // Noise of 64 units.
        let readings = TYPICAL[class].map(|typical| i32::from(typical) + (rng.normal() >> 10));
        let mut sample = vec![0; schema.lines()];
        schema.present(&readings, &mut sample).map_err(message)?;
        lines.extend(sample);
        labels.push(class as u8);
    }
    let train = Dataset::new("sensor", None, schema.lines(), lines, labels).map_err(message)?;
    learned(&train, [2 * bands, 16, NAMES.len() as u16], 8, &bytes)
}

/// A network of these layers trained on a set for this many epochs, with the schema.
pub(super) fn learned(
    train: &Dataset,
    layers: [u16; 3],
    epochs: u32,
    schema: &[u8],
) -> Result<CoreEngine, String> {
    let layers = Some(layers.to_vec());
    let wishes = Wishes { layers, ticks: Some(16), epochs: Some(epochs), ..Wishes::default() };
    let recipe = wishes.recipe_for(train).map_err(message)?;
    let mut engine =
        CoreEngine::new(&build(&recipe).map_err(message)?, AnyKernels::best()).map_err(message)?;
    let mut presenter = Presenter::new(recipe, train);
    for done in 0..presenter.total() {
        let (sample, label) = presenter.sample(done);
        engine.learn(sample, Target::Class(label)).map_err(message)?;
    }
    engine.set_schema(schema).map_err(message)?;
    Ok(engine)
}

type Classes = [Option<usize>; READINGS.len()];

/// The expected output of a firmware for each sample, and the classes.
fn answers(engine: &mut CoreEngine) -> Result<(Vec<String>, Classes), String> {
    let (mut said, mut classes) = (Vec::new(), [None; READINGS.len()]);
    let bytes = engine.schema().to_vec();
    let schema = Schema::parse(&bytes).map_err(message)?;
    for (readings, class) in READINGS.iter().zip(&mut classes) {
        let mut sample = vec![0; schema.lines()];
        let clamped = schema.present(&readings.map(i32::from), &mut sample).map_err(message)?;
        let outcome = engine.classify(&sample).map_err(message)?;
        *class = outcome.class.map(usize::from);
        let name = class.and_then(|class| NAMES.get(class)).unwrap_or(&"?");
        said.push(format!("{name} {clamped}"));
    }
    Ok((said, classes))
}
