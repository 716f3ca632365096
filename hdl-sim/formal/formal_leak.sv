// A leak is floor(v * l / 2^16) taken off: it keeps the sign and never grows.
module formal_leak (
  input logic signed [15:0] v_i,
  input logic        [15:0] u_i,
  input logic        [15:0] fraction_i
);
  logic signed [15:0] left;
  logic        [15:0] rest;
  logic signed [33:0] lost;
  logic signed [33:0] gone;
  logic signed [32:0] product;
  logic        [31:0] product_unsigned;

  assign left             = hebbit_num_pkg::leak(v_i, fraction_i);
  assign rest             = hebbit_num_pkg::leak_unsigned(u_i, fraction_i);
  assign lost             = (34'(v_i) - 34'(left)) * 34'sd65536;
  assign gone             = ({18'd0, u_i} - {18'd0, rest}) * 34'sd65536;
  assign product          = v_i * $signed({1'b0, fraction_i});
  assign product_unsigned = u_i * fraction_i;

  always_comb begin
    if (v_i >= 16'sd0) assert (left >= 16'sd0 && left <= v_i);
    else assert (left <= 16'sd0 && left >= v_i);
    assert (rest <= u_i);
    assert (lost <= 34'(product) && 34'(product) < lost + 34'sd65536);
    assert (gone <= $signed({2'd0, product_unsigned}) && $signed({2'd0, product_unsigned}) < gone + 34'sd65536);
  end
endmodule
