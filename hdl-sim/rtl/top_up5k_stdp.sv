// top_up5k_stdp: an iCE40UP5K that learns by stdp, as an SPI peripheral; pins, clock and reset are those of top_up5k.
// `Build::UP5K_STDP` has the parameters.
module top_up5k_stdp (
  // The board's crystal, on the PLL's input pin.
  input  logic clk_12mhz_i,
  // Reset by push button or host, active low.
  input  logic rst_ni,
  input  logic sclk_i,
  input  logic cs_ni,
  input  logic mosi_i,
  output logic miso_o,
  output logic irq_o,
  // Active low: a sample is running; an update was interrupted. Both blink: no clock.
  output logic busy_no,
  output logic dirty_no
);
  logic clk, osc, locked, pll_rst, rst_n, blink, busy, dirty, miso;

  // 12 MHz / (0 + 1) * (63 + 1) / 2^5 = 24 MHz; the oscillator runs at 768 MHz, of 533 to 1066 (Lattice FPGA-DS-02008, sysCLOCK PLL timing).
  SB_PLL40_PAD #(
    .FEEDBACK_PATH("SIMPLE"), .DIVR(4'd0), .DIVF(7'd63), .DIVQ(3'd5), .FILTER_RANGE(3'd1)
  ) u_pll (
    .PACKAGEPIN(clk_12mhz_i), .PLLOUTGLOBAL(clk), .LOCK(locked), .RESETB(!pll_rst), .BYPASS(1'b0));

  // 10 kHz, within 10 %: a try of the PLL, which locks in 50 us, takes 0.8 s.
  SB_LFOSC u_osc (.CLKLFPU(1'b1), .CLKLFEN(1'b1), .CLKLF(osc));
  wake #(.Bits(13)) u_wake (
    .osc_i(osc), .clk_i(clk), .locked_i(locked), .rst_ni, .pll_rst_o(pll_rst), .blink_o(blink), .rst_no(rst_n));

  // The bus may be shared: the pin is driven only while the chip is selected.
  SB_IO #(.PIN_TYPE(6'b1010_01), .PULLUP(1'b0)) u_miso (
    .PACKAGE_PIN(miso_o), .OUTPUT_ENABLE(!cs_ni), .D_OUT_0(miso));

  assign busy_no  = !(busy || blink);
  assign dirty_no = !(dirty || blink);

  top_spi #(
    .WeightAddr(15), .WeightBits(8), .TableAddr(8), .LineWidth(8), .NeuronWidth(8), .NeuronLanes(1), .AccWidth(26), .SumWidth(8),
    .RefractoryWidth(16), .HardReset(1'b0), .Against(1'b0), .ZeroPoint(1'b0), .Sources(1), .FlagBits(1),
    .FullAlign(1'b0), .Aligns(24'd14913080), .Burst(1'b0), .Stdp(1'b1), .Lif(1'b0), .Adaptive(1'b1),
    .ForgetShift(10), .TraceDecay(16384), .Rounds(2), .Buffered(1'b0), .FifoAddr(7)
  ) u_top (
    .clk_i(clk), .rst_ni(rst_n), .sclk_i, .cs_ni, .mosi_i, .miso_o(miso), .irq_o, .busy_o(busy), .dirty_o(dirty));
endmodule
