// Dither walks by additions where the definition multiplies; a round of `mix` loses nothing; keyed weights are odd and symmetric.
module formal_dither (
  input logic [15:0] a_i,
  input logic [1:0]  lane_i,
  input logic [31:0] x_i,
  input logic [31:0] y_i,
  input logic [31:0] k_i
);
  logic [15:0] step;
  logic [63:0] mixed;
  logic [31:0] x;
  logic [31:0] y;
  logic [31:0] turned;
  logic signed [8:0] weight;
  logic signed [8:0] opposite;

  assign step   = hebbit_num_pkg::lane_step(lane_i, a_i);
  assign mixed  = hebbit_num_pkg::mix_round(x_i, y_i, k_i);
  // The round backwards.
  assign turned   = mixed[31:0] ^ mixed[63:32];
  assign y        = {turned[2:0], turned[31:3]};
  assign x        = (mixed[63:32] ^ k_i) - y;
  assign weight   = hebbit_num_pkg::keyed_weight(a_i[15:8]);
  assign opposite = hebbit_num_pkg::keyed_weight(~a_i[15:8]);

  always_comb begin
    assert (step == a_i * {14'd0, lane_i});
    assert (y == y_i && {x[23:0], x[31:24]} == x_i);
    assert (weight[0] && weight == -opposite && weight >= -9'sd255);
  end
endmodule
