// burst_teach: twin of learn/burst.rs `teach`, form Count: spikes missing from the wanted neuron or too many of another.
module burst_teach (
  input  logic [6:0]                                target_i,
  input  logic                                      wanted_i,
  input  logic [hebbit_pkg::CountWidth-1:0]         sum_i,
  output logic signed [hebbit_pkg::ApicalWidth-1:0] apical_o
);
  logic [7:0] missing;
  logic [7:0] surplus;

  // Of the wanted one 0..=127, of the others -128..=0, in units of 2^-8.
  assign missing  = (sum_i >= {9'd0, target_i}) ? 8'd0 : {1'b0, target_i} - sum_i[7:0];
  assign surplus  = (sum_i > 16'd128) ? 8'd128 : sum_i[7:0];
  assign apical_o = wanted_i ? $signed({missing, 8'd0}) : -$signed({surplus, 8'd0});
endmodule
