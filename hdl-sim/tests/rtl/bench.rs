//! The masters of all buses, with random pauses.

use crate::map::Access;
use crate::player::Player;
use hebbit_core::num::{KeyedRng, stream};
use hebbit_rtl::{Bus, BusIn, BusOut};

/// Timeout, longer than any access.
const PATIENCE: usize = 20_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    Inner,
    Spi,
    Wishbone,
    Axil,
}

pub(crate) const FACES: [Face; 4] = [Face::Inner, Face::Spi, Face::Wishbone, Face::Axil];

pub(crate) struct Bench {
    pub(crate) bus: Bus,
    pub(crate) pins: BusIn,
    pub(crate) rng: KeyedRng,
    pub(crate) core: Player,
    pub(crate) face: Face,
    /// A request on the internal bus is pending.
    pub(crate) open: bool,
}

impl Bench {
    pub(crate) fn new(bus: Bus, face: Face, seed: u64) -> Self {
        let rng = KeyedRng::new(face as u32, stream::DRAW, seed);
        let mut pins = BusIn { cs_ni: 1, bus_i: face as u32, ..BusIn::default() };
        let mut core = Player::default();
        core.table.iter_mut().chain(&mut core.weights).zip(1..).for_each(|(word, i)| *word = i * 0x0101_0307);
        pins.rst_ni = 0;
        let mut bench = Self { bus, pins, rng, core, face, open: false };
        bench.cycles(3);
        bench.pins.rst_ni = 1;
        bench.cycles(3);
        bench
    }

    pub(crate) fn cycle(&mut self) -> BusOut {
        self.core.show(&mut self.rng, &mut self.pins);
        if self.face == Face::Axil {
            self.ready_is_of_the_clock();
        }
        let out = self.bus.cycle(&self.pins);
        self.core.clock(&mut self.rng, &self.pins, &out);
        assert!(self.open || out.rsp_valid_o == 0, "an answer that nobody asked for");
        out
    }

    /// AXI4-Lite: the slave's outputs do not change between two edges of the clock, whatever the master does (A3.2.1).
    fn ready_is_of_the_clock(&mut self) {
        let said = |out: &BusOut| [out.awready_o, out.wready_o, out.arready_o, out.bvalid_o, out.rvalid_o];
        let want = said(&self.bus.look(&self.pins));
        for bits in 0..32 {
            let bit = |n: u32| bits >> n & 1;
            let pins = BusIn {
                awvalid_i: bit(0),
                wvalid_i: bit(1),
                arvalid_i: bit(2),
                bready_i: bit(3),
                rready_i: bit(4),
                ..self.pins
            };
            assert_eq!(said(&self.bus.look(&pins)), want, "valid and ready of the master: {bits:05b}");
        }
    }

    pub(crate) fn cycles(&mut self, n: u32) {
        for _ in 0..n {
            self.cycle();
        }
    }

    /// Waits until an output is set; returns the cycles.
    pub(crate) fn until(&mut self, mut see: impl FnMut(&mut Self, &BusOut) -> bool) -> BusOut {
        for _ in 0..PATIENCE {
            let out = self.cycle();
            if see(self, &out) {
                return out;
            }
        }
        panic!("{:?}: nothing happens", self.face);
    }

    pub(crate) fn pause(&mut self) {
        let cycles = self.rng.below(4);
        self.cycles(cycles);
    }

    /// The word read, or 0; `None` for an error.
    pub(crate) fn access(&mut self, access: Access) -> Option<u32> {
        self.pause();
        let Access { write, address, data, settled } = access;
        if settled {
            self.cycles(400);
        }
        match self.face {
            Face::Inner => self.inner(write, address, data),
            Face::Spi => self.spi(write, address, data),
            Face::Wishbone => self.wishbone(write, address, data, 15),
            Face::Axil => self.axil(write, address, data, 15),
        }
    }

    pub(crate) fn inner(&mut self, write: bool, address: u32, data: u32) -> Option<u32> {
        let sound = address.is_multiple_of(4) && address < 0x20_0000;
        self.pins.req_valid_i = 1;
        self.pins.req_we_i = write.into();
        self.pins.req_addr_i = if sound { address / 4 } else { 0x2_0000 };
        self.pins.req_wdata_i = data;
        self.open = true;
        let out = self.until(|_, out| out.rsp_valid_o == 1);
        self.pins.req_valid_i = 0;
        self.open = false;
        assert_eq!(out.rsp_wait_o, 0);
        (out.rsp_error_o == 0).then_some(if write { 0 } else { out.rsp_rdata_o })
    }

    pub(crate) fn half(&mut self) {
        let cycles = 2 + self.rng.below(2);
        self.cycles(cycles);
    }

    /// A transaction, most significant bit first, mode 0.
    pub(crate) fn transfer(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.pins.cs_ni = 0;
        self.cycles(3);
        let mut answer = Vec::new();
        for &byte in bytes {
            let mut got = 0;
            for bit in (0..8).rev() {
                (self.pins.sclk_i, self.pins.mosi_i) = (0, (byte >> bit & 1).into());
                self.half();
                // The master samples just before the edge.
                self.pins.sclk_i = 1;
                got = got << 1 | self.cycle().miso_o as u8;
                self.half();
            }
            answer.push(got);
        }
        self.pins.sclk_i = 0;
        self.half();
        self.pins.cs_ni = 1;
        self.cycles(4);
        answer
    }

    /// Accesses consecutive words from an address on, repeating those that have to wait.
    pub(crate) fn spi(&mut self, write: bool, address: u32, data: u32) -> Option<u32> {
        for _ in 0..PATIENCE {
            let mut bytes = vec![if write { 2 } else { 3 }];
            bytes.extend(&address.to_be_bytes()[1..]);
            bytes.extend(if write { data } else { 0 }.to_le_bytes());
            bytes.extend([0, 0]);
            let got = self.transfer(&bytes);
            let status = if write { got[9] } else { got[5] };
            assert_eq!(status & 0xf0, 0x50, "no status byte in {got:02x?}");
            let word = got[6..10].iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte));
            match status & 3 {
                0 => return Some(if write { 0 } else { word }),
                1 => {
                    assert!(write || word == 0, "an error shows {word:08x}");
                    return None;
                }
                _ => assert!(write || word == 0, "a word that is not there shows {word:08x}"),
            }
        }
        panic!("SPI: always busy");
    }

    pub(crate) fn wishbone(&mut self, write: bool, address: u32, data: u32, sel: u32) -> Option<u32> {
        (self.pins.cyc_i, self.pins.stb_i, self.pins.we_i, self.pins.sel_i) = (1, 1, write.into(), sel);
        (self.pins.adr_i, self.pins.dat_i) = (address, data);
        let out = self.until(|_, out| out.ack_o == 1 || out.err_o == 1);
        assert!(out.ack_o != out.err_o);
        (self.pins.cyc_i, self.pins.stb_i) = (0, 0);
        if self.rng.below(2) == 0 {
            let after = self.cycle();
            assert!(after.ack_o == 0 && after.err_o == 0, "two answers");
        }
        (out.ack_o == 1).then_some(if write { 0 } else { out.dat_o })
    }

    /// Removes an accepted channel of a write. Returns whether both are accepted.
    fn take_write(&mut self, out: &BusOut) -> bool {
        self.pins.awvalid_i &= 1 - out.awready_o;
        self.pins.wvalid_i &= 1 - out.wready_o;
        self.pins.awvalid_i + self.pins.wvalid_i == 0
    }

    pub(crate) fn axil(&mut self, write: bool, address: u32, data: u32, strobe: u32) -> Option<u32> {
        if write {
            (self.pins.awaddr_i, self.pins.wdata_i, self.pins.wstrb_i) = (address, data, strobe);
            // Address and data arrive together, or one some cycles later.
            let (first, wait) = (self.rng.below(3), self.rng.below(4));
            (self.pins.awvalid_i, self.pins.wvalid_i) = ((first != 1).into(), (first != 2).into());
            for _ in 0..wait {
                let out = self.cycle();
                self.take_write(&out);
                assert!(first == 0 || out.bvalid_o == 0, "half a write is answered");
            }
            self.pins.awvalid_i |= u32::from(first == 1);
            self.pins.wvalid_i |= u32::from(first == 2);
            self.until(|bench, out| bench.take_write(out));
            let out = self.until(|bench, out| {
                let taken = bench.pins.bready_i == 1 && out.bvalid_o == 1;
                bench.pins.bready_i = if taken { 0 } else { bench.rng.below(2) };
                taken
            });
            assert!(out.bresp_o == 0 || out.bresp_o == 2);
            (out.bresp_o == 0).then_some(0)
        } else {
            (self.pins.arvalid_i, self.pins.araddr_i) = (1, address);
            self.until(|_, out| out.arready_o == 1);
            self.pins.arvalid_i = 0;
            let out = self.until(|bench, out| {
                let taken = bench.pins.rready_i == 1 && out.rvalid_o == 1;
                bench.pins.rready_i = if taken { 0 } else { bench.rng.below(2) };
                taken
            });
            assert!(out.rresp_o == 0 || out.rresp_o == 2);
            (out.rresp_o == 0).then_some(out.rdata_o)
        }
    }
}
