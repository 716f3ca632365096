// lane: what is done to one synapse. Its product and what the product is added to meet in one register, so that a device's multiplier
// with its adder is all there is: an exact sum, or 2^16 times the weight with its dither, whose upper half is the new weight.
module lane (
  input  logic               clk_i,
  input  logic               sum_i,
  input  logic               learn_i,
  input  logic signed [8:0]  factor_i,
  input  logic signed [15:0] post_i,
  input  logic signed [31:0] old_i,
  input  logic signed [7:0]  weight_i,
  input  logic [15:0]        dither_i,
  output logic signed [31:0] total_o
);
  logic signed [31:0] product;
  logic signed [31:0] base;

  assign product = factor_i * post_i;
  always_comb begin
    base = 32'sd0;
    if (sum_i) base = old_i;
    if (learn_i) base = hebbit_num_pkg::dithered(weight_i, dither_i);
  end
  always_ff @(posedge clk_i) total_o <= base + product;
endmodule
