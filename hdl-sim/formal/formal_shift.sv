// `align` and `fold_rate`, one shifter each, equal their definitions in docs/NUMBERS.md.
module formal_shift (
  input logic signed [31:0] x_i,
  input logic signed [5:0]  shift_i,
  input logic signed [15:0] factor_i,
  input logic signed [7:0]  rate_i,
  input logic        [15:0] dither_i
);
  logic signed [31:0] aligned;
  logic signed [47:0] exact;
  logic        [5:0]  down;
  logic signed [15:0] folded;
  logic        [4:0]  up;
  logic        [4:0]  k;
  logic signed [31:0] lifted;
  logic signed [31:0] dithered;
  logic signed [31:0] floored;

  assign aligned = hebbit_num_pkg::align(x_i, shift_i);
  assign exact   = 48'(x_i) <<< shift_i[4:0];
  assign down    = 6'(-shift_i);

  assign folded   = hebbit_num_pkg::fold_rate(factor_i, rate_i, dither_i);
  assign up       = (rate_i > 8'sd15) ? 5'd15 : rate_i[4:0];
  assign k        = (rate_i < -8'sd16) ? 5'd16 : 5'(-rate_i);
  assign lifted   = 32'(factor_i) <<< up;
  assign dithered = 32'(factor_i) + $signed({16'd0, dither_i} >> (5'd16 - k));
  assign floored  = dithered >>> k;

  always_comb begin
    assume (shift_i >= -6'sd19 && shift_i <= 6'sd12);
    // To the left the result fits: plans are checked.
    if (shift_i >= 6'sd0 && exact == 48'($signed(exact[31:0]))) assert (48'(aligned) == exact);
    if (shift_i < 6'sd0) assert (aligned == x_i >>> down);
    assert (folded == hebbit_num_pkg::saturate((rate_i >= 8'sd0) ? lifted : floored));
    if (factor_i == 16'sd0) assert (folded == 16'sd0);
  end
endmodule
