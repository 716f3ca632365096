//! Power is lost in every write and every erase: the old network or the new one is loaded, complete.

use super::{Slots, apart, content, load, save, store};
use hebbit_app::sim::{Cut, SimFlash, Tear};
use hebbit_core::num::KeyedRng;

/// The network that a device loads after a power loss.
#[derive(Debug, Default)]
struct Found {
    old: usize,
    new: usize,
}

/// Operations during which power is lost: all of them, or the first, the last and some between.
fn cuts(operations: usize, every: bool) -> Vec<usize> {
    let mut rng = KeyedRng::new(operations as u32, 2, 7);
    if every || operations < 60 {
        return (0..operations).collect();
    }
    let between = (0..20).map(|_| rng.below(operations as u32) as usize);
    (0..12).chain(between).chain(operations - 28..operations).collect()
}

/// Foreign sectors are unchanged.
fn keeps_to_itself<const R: usize, const W: usize, const E: usize>(
    flash: &SimFlash<R, W, E>,
    slots: &Slots,
) -> bool {
    let ours = |at: usize| slots.iter().any(|slot| slot.contains(&(at as u32)));
    let erased = flash.erases().iter().enumerate().all(|(sector, &n)| n == 0 || ours(sector * E));
    let mut sectors = flash.cells().chunks(E).enumerate().filter(|(sector, _)| !ours(sector * E));
    erased && sectors.all(|(_, cells)| cells.iter().all(|&cell| cell == 0xff))
}

/// Saves checkpoints of these lengths one after the other; loses power in each save, restarts, loads; loses power
/// again in the save after that, restarts, loads; saves at last.
fn survives<const R: usize, const W: usize, const E: usize>(sectors: u32, lens: &[usize], every: bool) {
    let slots = apart(sectors, E as u32);
    let mut flash = SimFlash::<R, W, E>::new(2 * sectors as usize + 3);
    let header = R.max(W).max(32) / W;
    let mut old: Option<Vec<u8>> = None;
    let mut found = Found::default();
    for (i, &len) in lens.iter().enumerate() {
        let new = content(i, len);
        let mut saved = flash.clone();
        save(&mut store(&mut saved, slots.clone()), &new).expect("a flash with power");
        let operations = saved.operations() - flash.operations();
        for after in cuts(operations, every) {
            for (t, tear) in Tear::ALL.into_iter().enumerate() {
                let what =
                    format!("save {i} of {len} bytes, {after} of {operations} operations, then {tear:?}");
                let seed = (after * Tear::ALL.len() + t) as u64;
                let mut f = flash.clone();
                f.lose_power(Cut { after, tear, seed });
                assert!(save(&mut store(&mut f, slots.clone()), &new).is_err(), "{what}: no power");
                f.restart();
                let got = load(&mut store(&mut f, slots.clone()));
                let is_new = got.as_ref() == Some(&new);
                assert!(is_new || got == old, "{what}: neither the old nor the new network");
                assert!(
                    !is_new || after + header >= operations,
                    "{what}: it counts before its header is written"
                );
                let last = after + 1 == operations && tear == Tear::Whole;
                assert!(is_new || !last, "{what}: all was written, and the old network is back");
                *(if is_new { &mut found.new } else { &mut found.old }) += 1;
                again(&mut f, &slots, got, seed, &what);
                assert!(keeps_to_itself(&f, &slots), "{what}: it wrote outside of its slots");
            }
        }
        flash = saved;
        assert_eq!(flash.broken(), None);
        assert_eq!(load(&mut store(&mut flash, slots.clone())).as_ref(), Some(&new));
        old = Some(new);
    }
    println!("sectors of {E}, units of {W}: {} cuts, twice each", found.old + found.new);
    assert!(found.old > found.new && found.new >= lens.len(), "both must happen: {found:?}");
}

/// Power is lost once more, anywhere in the next save; the save after that succeeds.
fn again<const R: usize, const W: usize, const E: usize>(
    flash: &mut SimFlash<R, W, E>,
    slots: &Slots,
    old: Option<Vec<u8>>,
    seed: u64,
    what: &str,
) {
    let mut rng = KeyedRng::new(1, 2, seed);
    let new = content(1000 + seed as usize, rng.below(600) as usize);
    let tear = Tear::ALL[rng.below(Tear::ALL.len() as u32) as usize];
    let after = rng.below((1 + new.len() / W + 8) as u32) as usize;
    flash.lose_power(Cut { after, tear, seed: seed + 1 });
    let complete = save(&mut store(flash, slots.clone()), &new).is_ok();
    flash.restart();
    let got = load(&mut store(flash, slots.clone()));
    let whole = got.as_ref() == Some(&new) || !complete && got == old;
    assert!(whole, "{what}; again after {after}, {tear:?}: a mixture, or a save that was none");
    let last = content(2000 + seed as usize, 300);
    save(&mut store(flash, slots.clone()), &last).expect("a flash with power");
    assert_eq!(load(&mut store(flash, slots.clone())), Some(last), "{what}; again after {after}, {tear:?}");
    assert_eq!(flash.broken(), None, "{what}");
}

/// Short checkpoints, empty ones, lengths around a page; a longer one before and after a shorter.
const LENS: [usize; 7] = [1, 300, 37, 256, 0, 257, 511];

fn slow() -> bool {
    std::env::var_os("SLOW").is_some_and(|slow| slow == "1")
}

#[test]
fn stm32_sectors_of_128_kb_and_words() {
    survives::<1, 4, 0x2_0000>(1, &LENS, true);
    // All 32,768 operations of a full sector would take half an hour.
    survives::<1, 4, 0x2_0000>(1, &[101_904, 131_040, 50_000], false);
}

#[test]
fn nrf_pages_of_4_kb_and_words() {
    survives::<4, 4, 4096>(3, &LENS, true);
    // Maximum length, then one sector, then into the last sector.
    survives::<4, 4, 4096>(3, &[12_256, 4096, 12_255, 4097, 8193], slow());
}

#[test]
fn rp2350_sectors_of_4_kb_and_pages() {
    survives::<1, 256, 4096>(2, &LENS, true);
    survives::<1, 256, 4096>(5, &[20_224, 4096, 20_223, 4097], true);
}

#[test]
fn flash_with_double_words_and_with_long_words() {
    survives::<8, 8, 2048>(1, &LENS, true);
    survives::<4, 32, 8192>(1, &LENS, true);
}

#[test]
fn flash_that_reads_more_than_it_writes() {
    survives::<64, 2, 512>(2, &[1, 300, 64, 960, 63], true);
}

/// The slots of a board as they lie in its flash; power is lost in one random operation of each of many saves, some at the first and
/// the last ones, where the header is erased and written. Returns how often the old and the new network were loaded.
fn on_board<const R: usize, const W: usize, const E: usize>(
    sectors: usize,
    slots: Slots,
    longest: u32,
    cuts: u64,
) -> Found {
    let mut flash = SimFlash::<R, W, E>::new(sectors);
    let mut found = Found::default();
    let mut old = content(0, 1000);
    save(&mut store(&mut flash, slots.clone()), &old).expect("a flash with power");
    for cut in 0..cuts {
        let mut rng = KeyedRng::new(3, sectors as u32, cut);
        let new = content(1 + cut as usize, rng.below(longest + 1) as usize);
        let header = R.max(W).max(32) / W;
        let erased = 1 + new.len().div_ceil(E).min((slots[0].len()) / E - 1);
        let operations = erased + new.len().div_ceil(W) + header;
        let after = match rng.below(4) {
            0 => rng.below(1 + erased as u32) as usize,
            1 => operations - 1 - rng.below(2) as usize,
            _ => rng.below(operations as u32) as usize,
        };
        let tear = Tear::ALL[rng.below(Tear::ALL.len() as u32) as usize];
        flash.lose_power(Cut { after, tear, seed: cut });
        let complete = save(&mut store(&mut flash, slots.clone()), &new).is_ok();
        assert!(!complete, "cut {cut}: after {after} of {operations} operations");
        flash.restart();
        let got = load(&mut store(&mut flash, slots.clone())).expect("one of the two");
        assert!(got == new || got == old, "cut {cut}, {after} of {operations}, {tear:?}: a mixture");
        *(if got == new { &mut found.new } else { &mut found.old }) += 1;
        old = got;
        assert_eq!(flash.broken(), None, "cut {cut}");
    }
    assert!(keeps_to_itself(&flash, &slots), "it wrote outside of its slots");
    found
}

/// Cuts on each board; a hundred times as many if `SLOW=1`.
fn many(cuts: u64) -> u64 {
    if slow() { 100 * cuts } else { cuts }
}

/// STM32F405 and F446: the last two of the sectors of 128 KB, words of 4 bytes.
#[test]
fn the_slots_of_an_stm32f4() {
    let cuts = many(400);
    let found = on_board::<1, 4, 0x2_0000>(2, [0..0x2_0000, 0x2_0000..0x4_0000], 3000, cuts);
    assert!(found.new > 2 && found.old + found.new == cuts as usize, "{found:?}");
}

/// nRF52840: the upper half of 1 MB in pages of 4 KB, words of 4 bytes, which may be written twice and are written once.
#[test]
fn the_slots_of_an_nrf52840() {
    let cuts = many(400);
    let found = on_board::<1, 4, 4096>(256, [0x8_0000..0xC_0000, 0xC_0000..0x10_0000], 20_000, cuts);
    assert!(found.new > 2 && found.old + found.new == cuts as usize, "{found:?}");
}

/// RP2350: two slots of 512 KB at the end of 4 MB in sectors of 4 KB, pages of 256 bytes.
#[test]
fn the_slots_of_a_pico_2() {
    let cuts = many(400);
    let found = on_board::<1, 256, 4096>(1024, [0x30_0000..0x38_0000, 0x38_0000..0x40_0000], 100_000, cuts);
    assert!(found.new > 2 && found.old + found.new == cuts as usize, "{found:?}");
}
