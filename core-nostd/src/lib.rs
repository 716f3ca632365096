//! Spiking networks that learn in integers.
#![no_std]
