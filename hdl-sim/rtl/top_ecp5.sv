// top_ecp5: an ECP5-25k as a peripheral behind SPI; pins of a ULX3S are in synth/. The board's 25 MHz make 50 MHz, what the logic reaches:
// a bus clock of 12 MHz at most. Everything that a build can carry.
module top_ecp5 (
  input  logic clk_25mhz_i,
  // Push button, pressed: reset.
  input  logic rst_i,
  input  logic sclk_i,
  input  logic cs_ni,
  input  logic mosi_i,
  output logic miso_o,
  output logic irq_o,
  output logic busy_o,
  output logic dirty_o
);
  logic clk, locked, miso;

  // 25 MHz / 1 * 2 = 50 MHz; the oscillator runs at 600 MHz.
  EHXPLLL #(
    .CLKI_DIV(1), .CLKFB_DIV(2), .CLKOP_DIV(12), .CLKOP_CPHASE(5), .CLKOP_FPHASE(0), .CLKOP_ENABLE("ENABLED"),
    .FEEDBK_PATH("CLKOP"), .PLLRST_ENA("DISABLED"), .INTFB_WAKE("DISABLED"), .STDBY_ENABLE("DISABLED"),
    .DPHASE_SOURCE("DISABLED"), .OUTDIVIDER_MUXA("DIVA")
  ) u_pll (
    .CLKI(clk_25mhz_i), .CLKFB(clk), .CLKOP(clk), .LOCK(locked), .RST(1'b0), .STDBY(1'b0), .PHASESEL0(1'b0),
    .PHASESEL1(1'b0), .PHASEDIR(1'b0), .PHASESTEP(1'b0), .PHASELOADREG(1'b0), .PLLWAKESYNC(1'b0), .ENCLKOP(1'b0));

  logic [1:0] pin_q;
  logic [4:0] wake_q = 5'd0;
  logic rst_n;
  assign rst_n = wake_q[4];
  always_ff @(posedge clk) begin
    pin_q <= {pin_q[0], locked && !rst_i};
    if (!pin_q[1]) wake_q <= 5'd0;
    else if (!rst_n) wake_q <= wake_q + 5'd1;
  end

  // Others may share the bus: the pin drives only while it is selected.
  assign miso_o = cs_ni ? 1'bz : miso;

  top_spi #(
    .WeightAddr(14), .WeightBits(8), .TableAddr(10), .LineWidth(9), .NeuronWidth(9), .NeuronLanes(2), .AccWidth(36), .SumWidth(16),
    .RefractoryWidth(16), .HardReset(1'b1), .Against(1'b1), .ZeroPoint(1'b1), .Sources(16), .FlagBits(4),
    .FullAlign(1'b1), .Aligns(24'd0), .Burst(1'b1), .Stdp(1'b1), .Lif(1'b1), .Adaptive(1'b1),
    .ForgetShift(31), .TraceDecay(0), .Rounds(1), .Buffered(1'b1), .FifoAddr(7)
  ) u_top (
    .clk_i(clk), .rst_ni(rst_n), .sclk_i, .cs_ni, .mosi_i, .miso_o(miso), .irq_o, .busy_o, .dirty_o);
endmodule
