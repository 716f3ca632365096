//! Text and an exit code through semihosting. A board without a debugger stops here; QEMU does not.

use core::fmt;

/// The standard output of the emulator or debugger.
pub struct Console;

impl fmt::Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        semihosting::print!("{text}");
        Ok(())
    }
}

/// Ends the emulator with exit code 0 for success, else 1.
pub fn exit(well: bool) -> ! {
    semihosting::process::exit(i32::from(!well))
}
