//! One file per command: it reads its arguments, calls the library and prints the result.

pub(crate) mod bench;
pub(crate) mod data;
pub(crate) mod demo;
pub(crate) mod devices;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod fit;
pub(crate) mod flash;
pub(crate) mod fpga;
pub(crate) mod inspect;
pub(crate) mod learn;
pub(crate) mod meta;
pub(crate) mod predict;
pub(crate) mod quantize;
pub(crate) mod report;
pub(crate) mod reproduce;
pub(crate) mod stream;
pub(crate) mod tune;
pub(crate) mod upload;
pub(crate) mod verify;
