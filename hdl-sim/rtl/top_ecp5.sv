// top_ecp5: an ECP5-25k as an SPI peripheral; pins of a ULX3S are in synth/. A PLL makes 50 MHz, which the logic reaches, from the
// board's 25 MHz; the SPI clock is at most 12 MHz. The build has every optional part.
module top_ecp5 (
  input  logic clk_25mhz_i,
  // Push button, high while pressed: reset.
  input  logic rst_i,
  input  logic sclk_i,
  input  logic cs_ni,
  input  logic mosi_i,
  output logic miso_o,
  output logic irq_o,
  // A sample is running; an update was interrupted. Both blink: no clock.
  output logic busy_o,
  output logic dirty_o
);
  logic clk, osc, locked, pll_rst, rst_n, blink, busy, dirty, miso;

  // 25 MHz / 1 * 2 = 50 MHz; the oscillator runs at 600 MHz, of 400 to 800 (Lattice FPGA-DS-02012, sysCLOCK PLL timing). The attributes set its
  // charge pump and loop filter: left out, place and route writes zeros. The values are those that the vendor's and Project Trellis' (ecppll)
  // clock wizards write.
  (* ICP_CURRENT="12" *) (* LPF_RESISTOR="8" *) (* MFG_ENABLE_FILTEROPAMP="1" *) (* MFG_GMCREF_SEL="2" *)
  EHXPLLL #(
    .CLKI_DIV(1), .CLKFB_DIV(2), .CLKOP_DIV(12), .CLKOP_CPHASE(5), .CLKOP_FPHASE(0), .CLKOP_ENABLE("ENABLED"),
    .FEEDBK_PATH("CLKOP"), .PLLRST_ENA("ENABLED"), .INTFB_WAKE("DISABLED"), .STDBY_ENABLE("DISABLED"),
    .DPHASE_SOURCE("DISABLED"), .OUTDIVIDER_MUXA("DIVA")
  ) u_pll (
    .CLKI(clk_25mhz_i), .CLKFB(clk), .CLKOP(clk), .LOCK(locked), .RST(pll_rst), .STDBY(1'b0), .PHASESEL0(1'b0),
    .PHASESEL1(1'b0), .PHASEDIR(1'b0), .PHASESTEP(1'b0), .PHASELOADREG(1'b0), .PLLWAKESYNC(1'b0), .ENCLKOP(1'b0));

  // About 310 MHz / 128 = 2.4 MHz: a try of the PLL, which locks in 15 ms, takes 0.9 s.
  OSCG #(.DIV(128)) u_osc (.OSC(osc));
  wake #(.Bits(21)) u_wake (
    .osc_i(osc), .clk_i(clk), .locked_i(locked), .rst_ni(!rst_i), .pll_rst_o(pll_rst), .blink_o(blink), .rst_no(rst_n));
  assign busy_o  = busy || blink;
  assign dirty_o = dirty || blink;

  // The bus may be shared: the pin is driven only while the chip is selected.
  assign miso_o = cs_ni ? 1'bz : miso;

  top_spi #(
    .WeightAddr(14), .WeightBits(8), .TableAddr(10), .LineWidth(9), .NeuronWidth(9), .NeuronLanes(2), .AccWidth(36), .SumWidth(16),
    .RefractoryWidth(16), .HardReset(1'b1), .Against(1'b1), .ZeroPoint(1'b1), .Sources(16), .FlagBits(4),
    .FullAlign(1'b1), .Aligns(24'd0), .Burst(1'b1), .Stdp(1'b1), .Lif(1'b1), .Adaptive(1'b1),
    .ForgetShift(31), .TraceDecay(0), .Rounds(1), .Buffered(1'b1), .FifoAddr(7)
  ) u_top (
    .clk_i(clk), .rst_ni(rst_n), .sclk_i, .cs_ni, .mosi_i, .miso_o(miso), .irq_o, .busy_o(busy), .dirty_o(dirty));
endmodule
