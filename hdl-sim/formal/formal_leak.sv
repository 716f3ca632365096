// A leak subtracts exactly floor(v * l / 2^16): it keeps the sign and never increases the magnitude. Only arithmetic that takes solvers
// minutes is assumed: as 0 <= l < 2^16, the product lies between 0 and v * 2^16.
module formal_leak (
  input logic signed [15:0] v_i,
  input logic        [15:0] u_i,
  input logic        [15:0] fraction_i
);
  logic signed [32:0] lost;
  logic        [31:0] gone;
  logic signed [15:0] left;
  logic        [15:0] rest;
  // 2^16 times the subtracted value.
  logic signed [33:0] taken;
  logic signed [33:0] taken_unsigned;

  assign lost           = v_i * $signed({1'b0, fraction_i});
  assign gone           = u_i * fraction_i;
  assign left           = hebbit_num_pkg::leak(v_i, fraction_i);
  assign rest           = hebbit_num_pkg::leak_unsigned(u_i, fraction_i);
  assign taken          = {18'(v_i) - 18'(left), 16'd0};
  assign taken_unsigned = {{2'd0, u_i} - {2'd0, rest}, 16'd0};

  always_comb begin
    if (v_i >= 16'sd0) assume (lost >= 33'sd0 && lost <= $signed({v_i[15], v_i, 16'd0}));
    else assume (lost <= 33'sd0 && lost >= $signed({v_i[15], v_i, 16'd0}));
    assume (gone <= {u_i, 16'd0});
    if (v_i >= 16'sd0) assert (left >= 16'sd0 && left <= v_i);
    else assert (left <= 16'sd0 && left >= v_i);
    assert (rest <= u_i);
    assert (taken <= 34'(lost) && 34'(lost) < taken + 34'sd65536);
    assert (taken_unsigned <= $signed({2'd0, gone}) && $signed({2'd0, gone}) < taken_unsigned + 34'sd65536);
  end
endmodule
