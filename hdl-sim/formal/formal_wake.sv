// A PLL that does not lock gets its full time, then is reset, and the LED shows it; the design is in reset until the PLL has locked and while
// the pin is low, and leaves reset after that.
module formal_wake (
  input logic clk_i,
  input logic locked_i,
  input logic rst_ni
);
  logic pll_rst, blink, rst_n;

  wake #(.Bits(7)) u_wake (
    .osc_i(clk_i), .clk_i, .locked_i, .rst_ni, .pll_rst_o(pll_rst), .blink_o(blink), .rst_no(rst_n));

  // Consecutive cycles: not locked, good, not good.
  logic [7:0] dark_q = 8'd0;
  logic [4:0] good_q = 5'd0;
  logic [1:0] bad_q  = 2'd0;
  logic was_reset_q  = 1'b0;
  always_ff @(posedge clk_i) begin
    dark_q      <= locked_i ? 8'd0 : dark_q + 8'(dark_q != 8'd255);
    good_q      <= !(locked_i && rst_ni) ? 5'd0 : good_q + 5'(good_q != 5'd31);
    bad_q       <= (locked_i && rst_ni) ? 2'd0 : bad_q + 2'(bad_q != 2'd3);
    was_reset_q <= !locked_i && (was_reset_q || pll_rst);
    if (locked_i) was_reset_q <= 1'b0;
  end

  always_comb begin
    if (dark_q >= 8'd4 && dark_q < 8'd120) assert (!pll_rst);
    if (dark_q >= 8'd127) assert (was_reset_q);
    if (dark_q >= 8'd70 && dark_q < 8'd127) assert (blink);
    if (good_q >= 5'd20) assert (rst_n && !blink);
    if (bad_q == 2'd3) assert (!rst_n);
  end
endmodule
