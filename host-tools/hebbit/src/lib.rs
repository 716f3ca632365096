//! Host side of Hebbit: data sets, training, quantizing, devices.
pub mod data;
pub mod device;
pub mod engine;
pub mod error;
pub mod files;
pub mod float;
pub mod install;
pub mod kernels;
pub mod lockstep;
pub mod named;
pub mod quantize;
pub mod record;
pub mod rtl;
pub mod run;
pub mod tune;
