// An update equals the ideal one: the sum of its terms is exact, floored once and clamped once; it never leaves the bounds; without factors
// it changes nothing.
module formal_update (
  input logic signed [7:0]  weight_i,
  input logic        [7:0]  pre0_i,
  input logic        [7:0]  pre1_i,
  input logic signed [15:0] post0_i,
  input logic signed [15:0] post1_i,
  input logic               forget_i,
  input logic        [4:0]  shift_i,
  input logic signed [31:0] any_i,
  input logic        [15:0] dither_i,
  input logic signed [7:0]  low_i,
  input logic signed [7:0]  high_i
);
  logic signed [24:0] term0;
  logic signed [24:0] term1;
  logic signed [31:0] sum;
  logic signed [47:0] lost;
  logic signed [47:0] exact;
  logic signed [47:0] ideal;
  logic signed [47:0] least;
  logic signed [7:0]  next;
  logic signed [7:0]  same;

  assign term0 = $signed({1'b0, pre0_i}) * post0_i;
  assign term1 = $signed({1'b0, pre1_i}) * post1_i;
  assign lost  = forget_i ? 48'(weight_i) <<< shift_i : 48'sd0;
  assign exact = 48'(term0) + 48'(term1) - lost;
  assign sum   = hebbit_num_pkg::update_sum(pre0_i, pre1_i, post0_i, post1_i, weight_i, forget_i, shift_i);

  // 2^16 times the ideal weight for any possible sum, dither included; and 2^16 times the result.
  assign ideal = 48'(weight_i) * 48'sd65536 + 48'(any_i) + $signed({32'd0, dither_i});
  assign next  = hebbit_num_pkg::updated(weight_i, any_i, dither_i, low_i, high_i);
  assign least = 48'(next) * 48'sd65536;
  assign same  = hebbit_num_pkg::updated(weight_i, 32'sd0, dither_i, low_i, high_i);

  always_comb begin
    assume (low_i <= weight_i && weight_i <= high_i);
    assume (low_i >= -8'sd127 && shift_i <= 5'd16);
    // 2 * 255 * 32768 + 127 * 2^16.
    assume (any_i >= -32'sd25034752 && any_i <= 32'sd25034752);
    assert (48'(sum) == exact && exact >= -48'sd25034752 && exact <= 48'sd25034752);
    assert (next >= low_i && next <= high_i);
    // Floor: next <= ideal < next + 1, unless it is clamped.
    assert (least <= ideal || next == low_i);
    assert (ideal < least + 48'sd65536 || next == high_i);
    if (!forget_i && post0_i == 16'sd0 && post1_i == 16'sd0) assert (sum == 32'sd0);
    if (!forget_i && pre0_i == 8'd0 && pre1_i == 8'd0) assert (sum == 32'sd0);
    assert (same == weight_i);
  end
endmodule
