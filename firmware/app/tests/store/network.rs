//! A network that learns, is saved, loses power and continues.

use super::{apart, load, save, store};
use hebbit_app::sim::{Cut, SimFlash, Tear};
use hebbit_core::checkpoint;
use hebbit_core::net::{Digest, Network, Scalar, Scope, Target};
use zerocopy::IntoBytes;

/// The worked checkpoint of FORMAT.
fn worked() -> Vec<u8> {
    let text = include_str!("../../../../docs/FORMAT.md");
    let (_, section) = text.split_once("\n## 7. ").expect("section 7");
    let (section, _) = section.split_once("\n## 8. ").expect("section 8");
    let rows = section.lines().filter(|line| line.starts_with("    0"));
    let bytes = rows.flat_map(|row| row.split_whitespace().skip(1));
    bytes.map(|byte| u8::from_str_radix(byte, 16).expect("a byte")).collect()
}

/// Opens a checkpoint and learns this many samples; returns the new checkpoint and its digest.
fn learned(bytes: &[u8], samples: u8) -> (Vec<u8>, Digest) {
    let mut words = vec![0u64; bytes.len().div_ceil(8)];
    let place = &mut words.as_mut_bytes()[..bytes.len()];
    place.copy_from_slice(bytes);
    let mut arena = vec![0u64; 1 << 13];
    let mut network = checkpoint::open(place, arena.as_mut_bytes(), Scalar).expect("a whole checkpoint");
    for sample in 0..samples {
        network.learn(&[200, 100 + sample], Target::Class(1), &mut ());
    }
    let (labels, schema, digest) = (network.labels(), network.schema_bytes(), network.digest(Scope::Stored));
    let mut out = vec![0; checkpoint::bytes(network.plan(), labels.len(), 2, schema.len())];
    checkpoint::save(&network, labels, b"{}", schema, &mut out).expect("its length");
    assert!(arena_is_enough(&network), "the arena of this test is too small");
    (out, digest)
}

fn arena_is_enough(network: &Network<'_, Scalar>) -> bool {
    Network::<Scalar>::arena_bytes(network.plan()) <= 8 << 13
}

#[test]
fn a_network_goes_on_from_what_was_saved() {
    let slots = apart(1, 4096);
    let mut flash = SimFlash::<4, 4, 4096>::new(5);
    let (old, was) = learned(&worked(), 0);
    assert_eq!(old, worked(), "nothing learned, nothing changed");
    save(&mut store(&mut flash, slots.clone()), &old).expect("a flash with power");
    let (new, is) = learned(&old, 5);
    assert!(was != is && old.len() == new.len(), "it learned");
    let mut found = [0, 0];
    let operations = 1 + old.len() / 4 + 8;
    for after in 0..operations {
        for tear in Tear::ALL {
            let mut f = flash.clone();
            f.lose_power(Cut { after, tear, seed: after as u64 });
            assert!(save(&mut store(&mut f, slots.clone()), &new).is_err());
            f.restart();
            let got = load(&mut store(&mut f, slots.clone())).expect("one of the two");
            let (_, digest) = learned(&got, 0);
            assert!(digest == was || digest == is, "{after} {tear:?}: neither network");
            found[usize::from(digest == is)] += 1;
            // The lost one is learned again, to the same bits, and saved.
            let (again, _) = learned(&got, if digest == is { 0 } else { 5 });
            save(&mut store(&mut f, slots.clone()), &again).expect("a flash with power");
            assert_eq!(load(&mut store(&mut f, slots.clone())).as_ref(), Some(&new));
        }
    }
    assert!(found[0] > 0 && found[1] > 0, "{found:?}");
}
