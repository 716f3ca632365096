// Sums saturate, they never wrap: the result is the exact sum, clamped to its range.
module formal_saturate (
  input logic signed [31:0] x_i,
  input logic signed [15:0] a_i,
  input logic signed [15:0] b_i,
  input logic        [15:0] left_i,
  input logic        [15:0] bump_i,
  input logic        [7:0]  event_i
);
  // Wide enough for every exact result.
  logic signed [33:0] sum;
  logic signed [33:0] rise;
  logic signed [33:0] trace;
  logic signed [15:0] saturated;
  logic signed [15:0] added;
  logic        [15:0] positive;
  logic        [15:0] risen;
  logic        [15:0] ticked;

  assign sum       = 34'(a_i) + 34'(b_i);
  assign rise      = {18'd0, left_i} + {18'd0, bump_i};
  assign trace     = {18'd0, left_i} + {18'd0, bump_i} * {26'd0, event_i};
  assign saturated = hebbit_num_pkg::saturate(x_i);
  assign added     = hebbit_num_pkg::saturate(32'(a_i) + 32'(b_i));
  assign positive  = hebbit_num_pkg::saturate_unsigned(x_i);
  assign risen     = hebbit_num_pkg::add_unsigned(left_i, bump_i);
  assign ticked    = hebbit_num_pkg::bumped(left_i, bump_i, event_i);

  always_comb begin
    // Within the range: exact. Beyond: the nearer bound.
    if (x_i >= -32'sd32768 && x_i <= 32'sd32767) assert (32'(saturated) == x_i);
    else assert (saturated == (x_i < 32'sd0 ? 16'sh8000 : 16'sh7fff));
    if (sum >= -34'sd32768 && sum <= 34'sd32767) assert (34'(added) == sum);
    else assert (added == (sum < 34'sd0 ? 16'sh8000 : 16'sh7fff));
    if (x_i >= 32'sd0 && x_i <= 32'sd65535) assert ({16'd0, positive} == x_i);
    else assert (positive == (x_i < 32'sd0 ? 16'd0 : 16'hffff));
    if (rise <= 34'sd65535) assert ({18'd0, risen} == rise);
    else assert (risen == 16'hffff);
    if (trace <= 34'sd65535) assert ({18'd0, ticked} == trace);
    else assert (ticked == 16'hffff);
  end
endmodule
