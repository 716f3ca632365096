//! # hebbit-app
//!
//! What a microcontroller runs to learn. No hardware in it: a board hands in what it has.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "sim")]
extern crate std;

#[cfg(feature = "sim")]
pub mod sim;
pub mod store;
