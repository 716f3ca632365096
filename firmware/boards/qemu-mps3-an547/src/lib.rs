//! What every program of this board has: its vectors of interrupts.
#![no_std]

#[path = "../../vectors.rs"]
mod vectors;
