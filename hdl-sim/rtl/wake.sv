// wake: reset of a top that is clocked by a PLL. The reset is active until the PLL has locked and the reset pin is high. The chip's internal
// oscillator runs a watchdog with a period of 2^Bits of its cycles: a PLL that has not locked after 15/16 of a period is reset for the
// rest of it and tried again, indefinitely. `blink_o` is high in the second half of the period, so that a missing crystal is visible.
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
