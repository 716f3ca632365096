// top_up5k_stdp: an iCE40UP5K that learns by stdp, as a peripheral behind SPI; pins, clock and reset are those of top_up5k.
// `Build::UP5K_STDP` has the parameters.
module top_up5k_stdp (
  // Push button or host, low: reset.
  input  logic rst_ni,
  input  logic sclk_i,
  input  logic cs_ni,
  input  logic mosi_i,
  output logic miso_o,
  output logic irq_o,
  // Low: a sample is under way; an update was cut off.
  output logic busy_no,
  output logic dirty_no
);
  logic clk, busy, dirty, miso;

  SB_HFOSC #(.CLKHF_DIV("0b01")) u_clock (.CLKHFPU(1'b1), .CLKHFEN(1'b1), .CLKHF(clk));

  // Reset while the chip wakes up, and for as long as the pin says so.
  logic [1:0] pin_q;
  logic [4:0] wake_q = 5'd0;
  logic rst_n;
  assign rst_n = wake_q[4];
  always_ff @(posedge clk) begin
    pin_q <= {pin_q[0], rst_ni};
    if (!pin_q[1]) wake_q <= 5'd0;
    else if (!rst_n) wake_q <= wake_q + 5'd1;
  end

  // Others may share the bus: the pin drives only while it is selected.
  SB_IO #(.PIN_TYPE(6'b1010_01), .PULLUP(1'b0)) u_miso (
    .PACKAGE_PIN(miso_o), .OUTPUT_ENABLE(!cs_ni), .D_OUT_0(miso));

  assign busy_no  = !busy;
  assign dirty_no = !dirty;

  top_spi #(
    .WeightAddr(15), .WeightBits(8), .TableAddr(8), .LineWidth(8), .NeuronWidth(8), .NeuronLanes(1), .AccWidth(26), .SumWidth(8),
    .RefractoryWidth(16), .HardReset(1'b0), .Against(1'b0), .ZeroPoint(1'b0), .Sources(1), .FlagBits(1),
    .FullAlign(1'b0), .Aligns(24'd14913080), .Burst(1'b0), .Stdp(1'b1), .Lif(1'b0), .Adaptive(1'b1),
    .ForgetShift(10), .TraceDecay(16384), .Rounds(2), .Buffered(1'b0), .FifoAddr(7)
  ) u_top (
    .clk_i(clk), .rst_ni(rst_n), .sclk_i, .cs_ni, .mosi_i, .miso_o(miso), .irq_o, .busy_o(busy), .dirty_o(dirty));
endmodule
