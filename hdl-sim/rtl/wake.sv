// wake: reset of a top whose clock is that of a PLL. Everything is in reset until the PLL has locked and the pin is high. An oscillator of the
// chip's own watches: a PLL that has not locked in 15/16 of 2^Bits cycles of it is reset for the rest and tried again, for ever. `blink_o` is high
// in the second half of that time: a crystal that is missing shows.
module wake #(
  parameter int Bits = 13
) (
  input  logic osc_i,
  input  logic clk_i,
  input  logic locked_i,
  input  logic rst_ni,
  output logic pll_rst_o,
  output logic blink_o,
  output logic rst_no
);
  logic [Bits-1:0] watch_q = '0;
  logic [1:0] locked_q = 2'b00;
  logic pll_rst_q = 1'b0;
  assign pll_rst_o = pll_rst_q;
  assign blink_o   = watch_q[Bits-1];
  always_ff @(posedge osc_i) begin
    locked_q  <= {locked_q[0], locked_i};
    watch_q   <= locked_q[1] ? '0 : watch_q + 1'b1;
    pll_rst_q <= watch_q[Bits-1:Bits-4] == 4'b1111;
  end

  logic [1:0] good_q = 2'b00;
  logic [4:0] wake_q = 5'd0;
  assign rst_no = wake_q[4];
  always_ff @(posedge clk_i) begin
    good_q <= {good_q[0], locked_i && rst_ni};
    if (!good_q[1]) wake_q <= 5'd0;
    else if (!rst_no) wake_q <= wake_q + 5'd1;
  end
endmodule
