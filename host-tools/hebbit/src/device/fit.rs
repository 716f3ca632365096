//! What a network needs of a device's memory, before anything is sent.

use super::boards::Board;
use crate::engine::{CoreEngine, CoreError};
use crate::kernels::AnyKernels;
use hebbit_app::Buffers;
use hebbit_core::net::life::Ring;
use hebbit_core::net::{Connection, Network, Plan, Scalar, WeightFormat};
use serde::Serialize;

/// One use of a memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// What for.
    pub what: &'static str,
    /// Bytes.
    pub bytes: u64,
}

/// One memory of a device.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Region {
    /// "RAM", "flash", "slot".
    pub name: &'static str,
    /// Who uses it.
    pub shares: Vec<Share>,
    /// Bytes used.
    pub used: u64,
    /// Bytes that there are.
    pub available: u64,
    /// Used, in percent of what there is.
    pub percent: f64,
    /// Whether it fits.
    pub fits: bool,
}

impl Region {
    fn new(name: &'static str, shares: Vec<Share>, available: u64) -> Self {
        let used = shares.iter().map(|share| share.bytes).sum();
        let percent = if available == 0 { 0.0 } else { used as f64 * 100.0 / available as f64 };
        Self { name, shares, used, available, percent, fits: used <= available }
    }
}

/// What a network needs of every memory of a board.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// The board.
    pub board: &'static str,
    /// Its memories.
    pub regions: Vec<Region>,
    /// Layers, projections or feedbacks, whichever are the most.
    pub layers: usize,
    /// How many there may be.
    pub most_layers: usize,
    /// Whether the network can run there.
    pub fits: bool,
    /// The smallest change that fits, if it does not.
    pub advice: Option<String>,
    /// Whether it can be persisted there.
    pub persists: bool,
    /// Years until the flash of the slots may be worn out; none if it is not persisted.
    pub years: Option<f64>,
    /// Samples that it could remember in the RAM that is left, those that it remembers included.
    pub remembers_at_most: u64,
}

/// Bytes of the device's memory that a network needs.
pub fn memory(plan: &Plan, image: usize) -> usize {
    needs(plan, image).into_iter().sum()
}

/// Those of its checkpoint of `image` bytes, of one sample, of the rest of its state.
fn needs(plan: &Plan, image: usize) -> [usize; 3] {
    let sample = plan.lines().next_multiple_of(8);
    [image.next_multiple_of(8), sample, Network::<Scalar>::arena_bytes(plan) - sample]
}

/// Layers, projections or feedbacks, whichever are the most.
pub fn parts(plan: &Plan) -> usize {
    plan.layers.len().max(plan.projections.len()).max(plan.feedback.len())
}

/// Seconds of a year.
const YEAR: f64 = 365.25 * 86_400.0;

/// Years until the flash of a board may be worn out, if a network is persisted every so many seconds: each slot takes every second
/// one, and each of them erases its last sector, with the header.
pub fn years(board: &Board, every: f64) -> Option<f64> {
    const SLOTS: f64 = 2.0;
    (board.slot > 0).then(|| board.endurance as f64 * SLOTS * every / YEAR)
}

/// Measures a checkpoint, which is persisted every so many seconds, against a board.
///
/// # Errors
/// If it is no checkpoint.
pub fn fit(bytes: &[u8], board: &'static Board, every: f64) -> Result<Fit, CoreError> {
    let core = CoreEngine::new(bytes, AnyKernels::Scalar)?;
    let image = core.checkpoint(&[])?;
    let plan = core.plan();
    let mut traces = 0;
    core.with_parts(|parts| {
        parts.walk(&mut |place, _| traces += 2 * u64::from(matches!(place.column, "trace" | "line trace")));
    });
    let lines_of_a_sample = plan.lines() as u64;
    let [length, lines, state] = needs(&plan, image.len()).map(|bytes| bytes as u64);
    let weights = plan.weight_bytes() as u64;
    let ring = Ring::bytes(&plan.life, plan.lines()) as u64;
    let share = |what, bytes| Share { what, bytes };
    let ram = Region::new(
        "RAM",
        vec![
            share("weights", weights),
            share("plan, labels, kept state", length - weights),
            share("state and factors", state - traces - ring),
            share("remembered samples", ring),
            share("traces", traces),
            share("one sample", lines),
            share("link", size_of::<Buffers>() as u64),
            share("stack and the rest of the firmware", board.firmware_ram),
        ],
        board.ram,
    );
    let flash = Region::new("flash", vec![share("firmware", board.firmware_flash)], board.flash);
    let mut regions = vec![ram, flash];
    if board.slot > 0 {
        regions.push(Region::new("slot in flash", vec![share("checkpoint", length)], board.slot));
    }
    let over = regions[0].used.saturating_sub(board.ram);
    let persists = board.slot >= length && board.slot > 0;
    let (layers, most) = (parts(&plan), board.layers);
    let advice = match (over > 0, layers > most) {
        (true, _) => Some(advice(&plan, over)),
        (_, true) => Some(format!("at most {most} layers, projections and feedbacks each would fit")),
        _ => None,
    };
    Ok(Fit {
        board: board.name,
        fits: advice.is_none(),
        advice,
        layers,
        most_layers: most,
        persists,
        years: years(board, every).filter(|_| persists),
        remembers_at_most: u64::from(plan.life.remember)
            + regions[0].available.saturating_sub(regions[0].used + 16) / (lines_of_a_sample + 1),
        regions,
    })
}

/// Samples that a network may remember if it is so many bytes too large; `None` if it remembers none as it is.
pub fn remembered(plan: &Plan, over: u64) -> Option<u16> {
    let (remember, slot) = (plan.life.remember, plan.lines() as u64 + 1);
    // The ring's two blocks are padded to a multiple of 8 each.
    let fewer = (over + 16).div_ceil(slot);
    (remember > 0).then(|| u16::try_from(u64::from(remember).saturating_sub(fewer)).unwrap_or(0))
}

/// The smallest change of a network that saves so many bytes.
pub fn advice(plan: &Plan, over: u64) -> String {
    let mut ways = Vec::new();
    if let Some(remember) = remembered(plan, over).filter(|&remember| remember > 0) {
        ways.push(format!("{remember} remembered samples ([remember={remember}])"));
    }
    let hidden = plan.layers.len().saturating_sub(1);
    let widest = (1..hidden).max_by_key(|&l| plan.layers[l].len());
    if let Some(l) = widest {
        // A neuron less takes a column from the projections below it and a row from those above.
        let column = |p: &&Connection| usize::from(p.post) == l;
        let row = |p: &&Connection| usize::from(p.pre) == l;
        let below: usize = plan.projections.iter().filter(column).map(|p| plan.rows(p)).sum();
        let above: usize = plan.projections.iter().filter(row).map(|p| plan.width(p)).sum();
        // Its own state is about 40 bytes.
        let each = (below + above) * plan.format.bytes() + 40;
        let fewer = over.div_ceil(each as u64).next_multiple_of(4) as usize;
        let now = plan.layers[l].len();
        if fewer < now {
            ways.push(format!("layer {l} with {} instead of {now} neurons", now - fewer));
        }
    }
    if plan.format == WeightFormat::I16 && over <= plan.weight_bytes() as u64 / 2 {
        ways.push("8-bit weights ([weights=i8])".to_owned());
    }
    match ways.as_slice() {
        [] => format!(
            "it is {over} bytes too great: take a board with more memory, or a network with fewer lines"
        ),
        ways => format!("{} would fit", ways.join(", or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::years;
    use crate::device::boards::BOARDS;

    #[test]
    fn a_flash_lasts_as_long_as_its_data_sheet_says() {
        let hourly = |name: &str| {
            let board = BOARDS.iter().find(|board| board.name == name).unwrap();
            years(board, 3600.0).map(|years| (years * 100.0).round() / 100.0)
        };
        // 10,000 erases of each of two slots: 20,000 hours.
        assert_eq!(hourly("stm32f405"), Some(2.28));
        assert_eq!(hourly("qemu-mps2-an386"), None);
    }

    #[test]
    fn boards_with_slots_say_how_their_flash_wears() {
        for board in &BOARDS {
            assert!(board.slot == 0 || board.endurance > 0 && board.erase > 0, "{}", board.name);
            assert!(
                board.slot == 0 || board.slot % board.erase == 0,
                "{}: slots are whole sectors",
                board.name
            );
        }
    }
}
