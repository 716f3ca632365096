// burst_post: twin of learn/burst.rs `post` and `send`, form Count: the apical potential; for a hidden neuron only while its gate is
// open. A ceiling above the largest possible sum acts like any larger one, so it may be narrowed.
module burst_post #(
  parameter int SumWidth = hebbit_pkg::CountWidth
) (
  input  logic [SumWidth:0]                         ceiling_i,
  input  logic                                      output_i,
  input  logic [SumWidth-1:0]                       sum_i,
  input  logic signed [hebbit_pkg::ApicalWidth-1:0] apical_i,
  output logic signed [hebbit_pkg::ApicalWidth-1:0] deviation_o
);
  logic open;

  assign open        = output_i || (sum_i != '0 && {1'b0, sum_i} < ceiling_i);
  assign deviation_o = open ? apical_i : 16'sd0;
endmodule
