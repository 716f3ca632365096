//! The proof that nothing panics: loads a checkpoint, classifies and learns, with inputs that the compiler knows
//! nothing about. The panic handler calls a function that does not exist, so that the program links only if the
//! handler cannot be reached.
//!
//! It is built, not run, and must not share a program with `hebbit-board`, which has another panic handler.
#![no_std]

use core::hint::black_box;
use core::panic::PanicInfo;
use hebbit_core::checkpoint;
use hebbit_core::net::life::ask;
use hebbit_core::net::{Kernels, Scope, Target};
use static_cell::ConstStaticCell;

/// How long the inputs are does not matter: the compiler does not know it.
const BYTES: usize = 1024;

static CHECKPOINT: ConstStaticCell<[u8; BYTES]> = ConstStaticCell::new([0; BYTES]);
static ARENA: ConstStaticCell<[u8; BYTES]> = ConstStaticCell::new([0; BYTES]);
static SAMPLE: [u8; BYTES] = [0; BYTES];

unsafe extern "C" {
    /// Exists nowhere. If the linker asks for it, a panic can be reached.
    fn hebbit_panic_is_reachable() -> !;
}

#[panic_handler]
fn panicked(_: &PanicInfo<'_>) -> ! {
    // SAFETY: a program that calls this does not link.
    unsafe { hebbit_panic_is_reachable() }
}

/// Everything that must not panic: loads, classifies, learns, digests. With room for `N` layers.
pub fn run<const N: usize, K: Kernels>(kernels: K) {
    let (Some(bytes), Some(arena)) = (CHECKPOINT.try_take(), ARENA.try_take()) else { return };
    let (bytes, arena) = (black_box(&mut bytes[..]), black_box(&mut arena[..]));
    let mut slot = None;
    let Ok(network) = checkpoint::open_in::<K, N>(&mut slot, bytes, arena, kernels) else { return };
    while black_box(true) {
        let asked = ask(black_box(None), black_box(2), black_box(0), black_box(0), black_box(0));
        let target = match black_box(0) {
            0 => Target::Unknown,
            1 => Target::Class(asked),
            2 => Target::Right(asked),
            _ => Target::Wrong(asked),
        };
        network.seek(black_box(0));
        let learned = network.learn(black_box(&SAMPLE[..]), target, &mut ());
        let answered = network.classify(black_box(&SAMPLE[..]), &mut ());
        let digests = [Scope::State, Scope::Weights, Scope::Stored].map(|scope| network.digest(scope));
        black_box((learned, answered, digests));
    }
}
