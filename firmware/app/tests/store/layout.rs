//! The bytes of a slot, and errors of a store.

use super::{Slots, apart, content, load, save, store};
use hebbit_app::sim::{Cut, SimFlash, Tear};
use hebbit_app::store::{FlashStore, NoStore, SlotError, Store, StoreError};

type Nrf = SimFlash<4, 4, 4096>;

/// CRC-32C, bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0x82f6_3b78 * (crc & 1)))
    })
}

/// A header as in FORMAT.
fn header(sequence: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"HEBBSLOT".to_vec();
    for word in [1, sequence, data.len() as u32, crc(data), 0] {
        bytes.extend(word.to_le_bytes());
    }
    let sum = crc(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

/// Writes a slot by hand.
fn put<const R: usize, const W: usize, const E: usize>(
    flash: &mut SimFlash<R, W, E>,
    slot: &std::ops::Range<u32>,
    data: &[u8],
    header: &[u8],
) {
    use embedded_storage::nor_flash::NorFlash;
    flash.erase(slot.start, slot.end).expect("a slot");
    let mut padded = data.to_vec();
    padded.resize(data.len().next_multiple_of(W), 0xff);
    flash.write(slot.start, &padded).expect("a slot");
    let mut unit = header.to_vec();
    unit.resize(32.max(W).max(R), 0xff);
    flash.write(slot.end - unit.len() as u32, &unit).expect("a slot");
}

#[test]
fn the_page_shows_what_is_written() {
    let text = include_str!("../../../../docs/FORMAT.md");
    let (_, section) = text.split_once("\n## 8. ").expect("section 8");
    let (section, _) = section.split_once("\n## 9. ").expect("section 9");
    let rows = section.lines().filter(|line| line.starts_with("    0"));
    let shown: Vec<(usize, Vec<u8>)> = rows
        .map(|row| {
            let mut words = row.split_whitespace().map(|w| usize::from_str_radix(w, 16).expect("a number"));
            (words.next().expect("an offset"), words.map(|w| w as u8).collect())
        })
        .collect();
    let slots = [0..4096, 4096..8192];
    let mut flash = Nrf::new(2);
    save(&mut store(&mut flash, slots), b"123456789").expect("a flash with power");
    let mut want = vec![0xff; 8192];
    for (at, row) in &shown {
        want[*at..at + row.len()].copy_from_slice(row);
    }
    assert_eq!(shown.iter().map(|(_, row)| row.len()).sum::<usize>(), 44, "12 bytes of data, 32 of header");
    assert!(flash.cells() == want, "FORMAT section 8 should show {:02x?}", &flash.cells()[4064..4096]);
    assert_eq!(want[4064..4096], header(1, b"123456789"));
}

#[test]
fn a_long_unit_starts_with_the_header() {
    let slots = [0..4096, 4096..8192];
    let mut flash = SimFlash::<1, 256, 4096>::new(2);
    let data = content(1, 257);
    save(&mut store(&mut flash, slots), &data).expect("a flash with power");
    let cells = flash.cells();
    assert_eq!((&cells[..257], &cells[3840..3872]), (&data[..], &header(1, &data)[..]));
    assert!(cells[257..3840].iter().chain(&cells[3872..]).all(|&cell| cell == 0xff));
}

/// The loaded slot if both are valid, and the slot of the next save.
fn newest(first: u32, second: u32) -> (Vec<u8>, u32) {
    let slots = apart(1, 4096);
    let mut flash = Nrf::new(5);
    put(&mut flash, &slots[0], b"one", &header(first, b"one"));
    put(&mut flash, &slots[1], b"two!", &header(second, b"two!"));
    let got = load(&mut store(&mut flash, slots.clone())).expect("two whole slots");
    save(&mut store(&mut flash, slots.clone()), b"three").expect("a flash with power");
    assert_eq!(load(&mut store(&mut flash, slots.clone())).expect("a third"), b"three");
    let taken = slots.iter().find(|s| flash.cells()[s.start as usize..].starts_with(b"three"));
    let header = taken.expect("a slot").end as usize - 32;
    let sequence = flash.cells()[header + 12..header + 16].try_into().expect("a word");
    (got, u32::from_le_bytes(sequence))
}

#[test]
fn the_sequence_wraps() {
    assert_eq!(newest(5, 6), (b"two!".to_vec(), 7));
    assert_eq!(newest(6, 5), (b"one".to_vec(), 7));
    assert_eq!(newest(u32::MAX, 0), (b"two!".to_vec(), 1));
    assert_eq!(newest(0, u32::MAX), (b"one".to_vec(), 1));
    assert_eq!(newest(u32::MAX, u32::MAX - 1), (b"one".to_vec(), 0));
    assert_eq!(newest(0x7fff_ffff, 0xffff_fffe), (b"two!".to_vec(), u32::MAX));
}

#[test]
fn slots_are_written_in_turn() {
    let slots = apart(2, 4096);
    let mut flash = Nrf::new(7);
    for i in 0..10 {
        let data = content(i, 100 + i);
        save(&mut store(&mut flash, slots.clone()), &data).expect("a flash with power");
        assert_eq!(load(&mut store(&mut flash, slots.clone())), Some(data));
    }
    // The sector of the data and that of the header, five times each; loading wrote nothing.
    assert_eq!(flash.erases(), [0, 5, 5, 0, 5, 5, 0]);
    let before = flash.operations();
    load(&mut store(&mut flash, slots.clone())).expect("the tenth");
    assert_eq!(flash.operations(), before);
}

#[test]
fn a_sector_that_has_nothing_is_not_erased() {
    let slots = apart(3, 4096);
    let mut flash = Nrf::new(9);
    save(&mut store(&mut flash, slots.clone()), &content(1, 4096)).expect("a flash with power");
    assert_eq!(flash.erases(), [0, 1, 0, 1, 0, 0, 0, 0, 0]);
    save(&mut store(&mut flash, slots), &content(1, 4097)).expect("a flash with power");
    assert_eq!(flash.erases(), [0, 1, 0, 1, 0, 1, 1, 1, 0]);
}

#[test]
fn the_watchdog_is_fed_between_pages() {
    let mut flash = Nrf::new(9);
    let mut store = store(&mut flash, apart(3, 4096));
    // Two sectors erased; two pages written, two read back.
    assert_eq!(save(&mut store, &content(1, 512)), Ok(2 + 2 + 2));
    // Before that, the two pages of the newest are looked at.
    assert_eq!(save(&mut store, &content(1, 4097)), Ok(2 + 3 + 17 + 17));
}

/// Two saves, then the newer is damaged; the older is loaded, and the next save does not touch it.
fn falls_back(spoil: impl Fn(&mut Nrf, &Slots)) {
    let slots = apart(1, 4096);
    let mut flash = Nrf::new(5);
    for data in [b"old", b"new"] {
        save(&mut store(&mut flash, slots.clone()), data).expect("a flash with power");
    }
    spoil(&mut flash, &slots);
    assert_eq!(load(&mut store(&mut flash, slots.clone())).as_deref(), Some(&b"old"[..]));
    save(&mut store(&mut flash, slots.clone()), b"third").expect("a flash with power");
    assert_eq!(load(&mut store(&mut flash, slots.clone())).as_deref(), Some(&b"third"[..]));
    assert_eq!((flash.erases()[1], flash.erases()[3]), (1, 2), "the damaged slot was the one to write");
}

#[test]
fn what_comes_back_is_older_than_what_was_saved_since() {
    let slots = apart(1, 4096);
    let mut flash = Nrf::new(5);
    for data in [b"one", b"two"] {
        save(&mut store(&mut flash, slots.clone()), data).expect("a flash with power");
    }
    // Both are misread while the third is saved.
    slots.iter().for_each(|slot| flash.decay(slot.start as usize, 1));
    assert_eq!(load(&mut store(&mut flash, slots.clone())), None);
    save(&mut store(&mut flash, slots.clone()), b"three").expect("a flash with power");
    flash.decay(slots[1].start as usize, 1);
    assert_eq!(load(&mut store(&mut flash, slots)).as_deref(), Some(&b"three"[..]));
}

#[test]
fn the_header_is_erased_first() {
    let slots = apart(3, 4096);
    let mut flash = Nrf::new(9);
    save(&mut store(&mut flash, slots.clone()), &content(1, 100)).expect("a flash with power");
    save(&mut store(&mut flash, slots.clone()), &content(2, 100)).expect("a flash with power");
    flash.lose_power(Cut { after: 1, tear: Tear::Nothing, seed: 0 });
    assert!(save(&mut store(&mut flash, slots.clone()), &content(3, 100)).is_err(), "no power");
    let (start, end) = (slots[0].start as usize, slots[0].end as usize);
    assert_eq!(flash.cells()[end - 32..end], [0xff; 32]);
    assert_eq!(flash.cells()[start..start + 100], content(1, 100));
}

#[test]
fn damage_is_noticed() {
    for bit in 0..8 {
        for at in 0..3 {
            falls_back(|flash, slots| flash.decay(slots[1].start as usize + at, 1 << bit));
        }
        for at in 0..32 {
            falls_back(|flash, slots| flash.decay(slots[1].end as usize - 32 + at, 1 << bit));
        }
    }
}

#[test]
fn a_header_must_be_canonical() {
    let canonical = header(9, b"data");
    for (at, wrong) in [(0, b'h'), (8, 2), (24, 1)] {
        falls_back(|flash, slots| {
            let mut bytes = canonical.clone();
            bytes[at] = wrong;
            let sum = crc(&bytes[..28]);
            bytes[28..].copy_from_slice(&sum.to_le_bytes());
            *flash = Nrf::new(5);
            put(flash, &slots[0], b"old", &header(1, b"old"));
            put(flash, &slots[1], b"data", &bytes);
        });
    }
}

#[test]
fn a_length_beyond_the_slot_is_no_header() {
    let slots = apart(1, 4096);
    for len in [4065, 4096, u32::MAX] {
        let mut bytes = header(9, b"");
        bytes[16..20].copy_from_slice(&len.to_le_bytes());
        let sum = crc(&bytes[..28]);
        bytes[28..].copy_from_slice(&sum.to_le_bytes());
        let mut flash = Nrf::new(5);
        put(&mut flash, &slots[0], b"", &bytes);
        assert_eq!(load(&mut store(&mut flash, slots.clone())), None);
        assert_eq!(flash.broken(), None, "it was not looked for beyond the slot");
    }
}

#[test]
fn a_worn_cell_is_noticed_and_the_old_one_kept() {
    for at in [0, 2, 4064, 4080, 4095] {
        let slots = apart(1, 4096);
        let mut flash = Nrf::new(5);
        let data = [[0xff; 4], [0x5a; 4]].concat();
        save(&mut store(&mut flash, slots.clone()), &data).expect("a flash with power");
        flash.wear(slots[1].start as usize + at, 0xff);
        let result = save(&mut store(&mut flash, slots.clone()), &[0xff; 9]);
        assert_eq!(result, Err(StoreError::Verify), "byte {at}");
        assert_eq!(load(&mut store(&mut flash, slots)), Some(data));
    }
}

#[test]
fn what_does_not_fit_is_refused_before_anything_is_erased() {
    let mut flash = Nrf::new(5);
    let mut store = store(&mut flash, apart(1, 4096));
    assert_eq!(store.capacity(), 4064);
    save(&mut store, &content(1, 4064)).expect("as long as it can be");
    let got = save(&mut store, &content(2, 4065));
    assert_eq!(got, Err(StoreError::Length { len: 4065, capacity: 4064 }));
    assert_eq!(load(&mut store), Some(content(1, 4064)));
    assert_eq!(store.load(&mut [0; 4063]), None, "the buffer is too short");
    assert_eq!(flash.erases(), [0, 1, 0, 0, 0]);
}

#[test]
fn the_shorter_slot_says_how_much_there_is() {
    let mut flash = Nrf::new(5);
    assert_eq!(store(&mut flash, [0..4096, 4096..16384]).capacity(), 4064);
    assert_eq!(store(&mut flash, [0..8192, 8192..12288]).capacity(), 4064);
    assert_eq!(store(&mut SimFlash::<1, 256, 4096>::new(2), [0..4096, 4096..8192]).capacity(), 3840);
}

fn refused<const R: usize, const W: usize, const E: usize>(sectors: usize, slots: Slots) -> SlotError {
    FlashStore::new(SimFlash::<R, W, E>::new(sectors), slots).expect_err("these are no slots")
}

#[test]
fn slots_are_whole_sectors_of_the_flash() {
    for [start, end] in [[1, 4096], [0, 4095], [512, 4096], [0, 3584], [0, 0], [4096, 0], [8192, 16384]] {
        let want = SlotError::Place { start, end, erase: 4096, flash: 12288 };
        assert_eq!(refused::<4, 4, 4096>(3, [start..end, 4096..8192]), want);
        assert_eq!(refused::<4, 4, 4096>(3, [4096..8192, start..end]), want);
    }
    assert_eq!(refused::<4, 4, 4096>(3, [0..8192, 4096..12288]), SlotError::Overlap);
    assert_eq!(refused::<4, 4, 4096>(3, [4096..12288, 0..8192]), SlotError::Overlap);
    assert_eq!(refused::<4, 4, 4096>(3, [0..12288, 4096..8192]), SlotError::Overlap);
}

#[test]
fn sizes_are_those_of_a_page() {
    let sizes = |read, write, erase| SlotError::Sizes { read, write, erase };
    assert_eq!(refused::<4, 512, 4096>(2, [0..4096, 4096..8192]), sizes(4, 512, 4096));
    assert_eq!(refused::<12, 4, 4096>(2, [0..4096, 4096..8192]), sizes(12, 4, 4096));
    assert_eq!(refused::<4, 4, 16>(8, [0..64, 64..128]), sizes(4, 4, 16));
    assert_eq!(refused::<64, 4, 96>(8, [0..96, 96..192]), sizes(64, 4, 96));
}

#[test]
fn no_store_keeps_nothing() {
    fn nothing(mut store: impl Store) {
        let got = (store.capacity(), load(&mut store), save(&mut store, b"x"));
        assert_eq!(got, (0, None, Err(StoreError::None)));
    }
    nothing(NoStore);
    nothing(None::<NoStore>);
    let mut flash = Nrf::new(5);
    let mut some = FlashStore::new(&mut flash, apart(1, 4096)).ok();
    save(&mut some, b"x").expect("a flash with power");
    assert_eq!((some.capacity(), load(&mut some)), (4064, Some(b"x".to_vec())));
}
