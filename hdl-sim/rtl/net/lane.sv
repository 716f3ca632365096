// lane: what is done to one synapse. The product is a stage of its own; update and clamp are the next one.
module lane (
  input  logic                                     learn_i,
  input  logic                                     sign_i,
  input  logic signed [7:0]                        zero_i,
  input  logic signed [7:0]                        weight_i,
  input  logic        [7:0]                        pre_i,
  input  logic signed [hebbit_pkg::PostWidth-1:0]  post_i,
  output logic signed [24:0]                       product_o,
  input  logic signed [7:0]                        low_i,
  input  logic signed [7:0]                        high_i,
  input  logic signed [7:0]                        weight_q_i,
  input  logic signed [24:0]                       product_q_i,
  input  logic        [hebbit_pkg::DitherWidth-1:0] dither_i,
  output logic signed [7:0]                        weight_o
);
  logic signed [8:0] above;
  logic signed [8:0] unit;
  logic signed [8:0] factor;

  // Integrate and tied feedback: the weight above what counts as nothing. Sign feedback: its sign. Learn: the line's factor.
  assign above     = 9'(weight_i) - 9'(zero_i);
  assign unit      = above[8] ? -9'sd1 : 9'sd1;
  assign factor    = learn_i ? $signed({1'b0, pre_i}) : (sign_i ? unit : above);
  assign product_o = factor * post_i;
  assign weight_o  = hebbit_num_pkg::updated(weight_q_i, 32'(product_q_i), dither_i, low_i, high_i);
endmodule
