//! The boards that there is firmware for.

/// A machine of QEMU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// What `--on` calls it.
    pub on: &'static str,
    /// The program.
    pub program: &'static str,
    /// The Debian package that has it.
    pub package: &'static str,
    /// What it calls the board.
    pub name: &'static str,
    /// More arguments; the link and the firmware are left out.
    pub args: &'static [&'static str],
    /// Whether the board's counter counts executed instructions there.
    pub counts: bool,
    /// Whether its serial port is so slow there that only costs are worth the wait.
    pub link_is_slow: bool,
}

/// A board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Board {
    /// Its name, and that of its folder in `firmware/boards`.
    pub name: &'static str,
    /// For people.
    pub what: &'static str,
    /// The compiler's name for it.
    pub target: &'static str,
    /// What `probe-rs` calls its chip; none in QEMU.
    pub chip: Option<&'static str>,
    /// Whether its boot loader takes UF2 files.
    pub uf2: bool,
    /// Bytes of RAM.
    pub ram: u64,
    /// Bytes of RAM that the firmware uses itself, stack included, the link's buffers left out.
    pub firmware_ram: u64,
    /// Bytes of flash memory for the firmware.
    pub flash: u64,
    /// Bytes of flash memory that it uses.
    pub firmware_flash: u64,
    /// Bytes of a slot for learned weights; 0: none.
    pub slot: u64,
    /// Bytes of flash memory that are erased at once where the slots are; 0: none.
    pub erase: u64,
    /// How often each of them may be erased, at least, by the data sheet; 0: none.
    pub endurance: u64,
    /// Most layers of a network, the input included, and as many projections and feedbacks: `LAYERS` of its `main.rs`.
    pub layers: usize,
    /// Its machine.
    pub qemu: Option<Machine>,
}

/// An FPGA image of Arm's MPS boards.
const MPS: Machine = Machine {
    on: "qemu-m4",
    program: "qemu-system-arm",
    package: "qemu-system-arm",
    name: "mps2-an386",
    args: &[],
    counts: false,
    link_is_slow: false,
};

/// The board whose programs the others of its kind run, too.
const AN386: Board = Board {
    name: "qemu-mps2-an386",
    what: "Cortex-M4 of QEMU",
    target: "thumbv7em-none-eabi",
    chip: None,
    uf2: false,
    ram: 4 << 20,
    firmware_ram: 129 << 10,
    flash: 4 << 20,
    firmware_flash: 104 << 10,
    slot: 0,
    erase: 0,
    endurance: 0,
    layers: 16,
    qemu: Some(MPS),
};

/// All of them.
pub const BOARDS: [Board; 10] = [
    AN386,
    Board {
        name: "qemu-mps2-an505",
        what: "Cortex-M33 of QEMU",
        target: "thumbv8m.main-none-eabihf",
        qemu: Some(Machine { on: "qemu-m33", name: "mps2-an505", ..MPS }),
        ..AN386
    },
    Board {
        name: "qemu-mps3-an547",
        what: "Cortex-M55 of QEMU",
        target: "thumbv8m.main-none-eabihf",
        flash: 512 << 10,
        firmware_flash: 103 << 10,
        qemu: Some(Machine { on: "qemu-m55", name: "mps3-an547", ..MPS }),
        ..AN386
    },
    Board {
        name: "qemu-riscv-virt",
        what: "RISC-V rv32imac of QEMU",
        target: "riscv32imac-unknown-none-elf",
        chip: None,
        uf2: false,
        ram: 16 << 20,
        firmware_ram: 2 << 20,
        flash: 1 << 20,
        firmware_flash: 121 << 10,
        slot: 0,
        erase: 0,
        endurance: 0,
        layers: 16,
        qemu: Some(Machine {
            on: "qemu-riscv",
            program: "qemu-system-riscv32",
            package: "qemu-system-misc",
            name: "virt",
            args: &["-bios", "none"],
            counts: true,
            link_is_slow: false,
        }),
    },
    Board {
        name: "stm32f405",
        what: "STM32F405, Cortex-M4",
        target: "thumbv7em-none-eabi",
        chip: Some("STM32F405RGTx"),
        uf2: false,
        ram: 128 << 10,
        firmware_ram: (12 << 10) - 512,
        flash: 768 << 10,
        firmware_flash: 144 << 10,
        slot: 128 << 10,
        erase: 128 << 10,
        // STM32F405/407 data sheet, flash memory endurance: 10 kcycles.
        endurance: 10_000,
        layers: 4,
        qemu: Some(Machine {
            on: "qemu-stm32",
            program: "qemu-system-arm",
            package: "qemu-system-arm",
            name: "netduinoplus2",
            args: &[],
            counts: true,
            link_is_slow: true,
        }),
    },
    Board {
        name: "nucleo-f446re",
        what: "Nucleo-F446RE, STM32F446, Cortex-M4",
        target: "thumbv7em-none-eabi",
        chip: Some("STM32F446RETx"),
        uf2: false,
        ram: 128 << 10,
        firmware_ram: (12 << 10) - 512,
        flash: 256 << 10,
        firmware_flash: 120 << 10,
        slot: 128 << 10,
        erase: 128 << 10,
        // STM32F446 data sheet, flash memory endurance: 10 kcycles.
        endurance: 10_000,
        layers: 4,
        qemu: None,
    },
    Board {
        name: "pico2",
        what: "Raspberry Pi Pico 2, RP2350, Cortex-M33",
        target: "thumbv8m.main-none-eabihf",
        chip: Some("RP235x"),
        uf2: true,
        ram: 520 << 10,
        firmware_ram: 49 << 10,
        flash: 3 << 20,
        firmware_flash: 131 << 10,
        slot: 512 << 10,
        erase: 4 << 10,
        // Winbond W25Q32RV data sheet, features: min. 100,000 program-erase cycles per sector.
        endurance: 100_000,
        layers: 8,
        qemu: None,
    },
    Board {
        name: "pico2-riscv",
        what: "Raspberry Pi Pico 2, RP2350, RISC-V cores",
        target: "riscv32imac-unknown-none-elf",
        chip: Some("RP235x"),
        uf2: true,
        ram: 520 << 10,
        firmware_ram: 49 << 10,
        flash: 3 << 20,
        firmware_flash: 148 << 10,
        slot: 512 << 10,
        erase: 4 << 10,
        // Winbond W25Q32RV data sheet, features: min. 100,000 program-erase cycles per sector.
        endurance: 100_000,
        layers: 8,
        qemu: None,
    },
    Board {
        name: "nrf52840-dk",
        what: "nRF52840 DK, Cortex-M4F",
        target: "thumbv7em-none-eabi",
        chip: Some("nRF52840_xxAA"),
        uf2: false,
        ram: 256 << 10,
        firmware_ram: 26 << 10,
        flash: 512 << 10,
        firmware_flash: 135 << 10,
        slot: 256 << 10,
        erase: 4 << 10,
        // nRF52840 product specification, NVMC, flash programming: endurance 10,000 write/erase cycles.
        endurance: 10_000,
        layers: 6,
        qemu: None,
    },
    Board {
        name: "esp32c3",
        what: "ESP32-C3, RISC-V",
        target: "riscv32imc-unknown-none-elf",
        chip: Some("esp32c3"),
        uf2: false,
        ram: 400 << 10,
        firmware_ram: 120 << 10,
        flash: 3 << 20,
        firmware_flash: 153 << 10,
        slot: 512 << 10,
        erase: 4 << 10,
        // ESP32-C3 data sheet, flash in the package: at least 100,000 program-erase cycles.
        endurance: 100_000,
        layers: 8,
        qemu: None,
    },
];

/// The board of a name, or of what `--on` calls its machine.
pub fn board(name: &str) -> Option<&'static Board> {
    BOARDS.iter().find(|board| board.name == name || board.qemu.is_some_and(|machine| machine.on == name))
}
