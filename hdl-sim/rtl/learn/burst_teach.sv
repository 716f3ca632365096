// burst_teach: twin of learn/burst.rs `teach`, form Count: spikes missing from the wanted neuron, or surplus spikes of another. If the
// target says that a class is wrong, only that class's neuron is taught, to be silent.
module burst_teach #(
  parameter int SumWidth = hebbit_pkg::CountWidth
) (
  input  logic [6:0]                                target_i,
  input  logic                                      named_i,
  input  logic                                      wrong_i,
  input  logic [SumWidth-1:0]                       sum_i,
  output logic signed [hebbit_pkg::ApicalWidth-1:0] apical_o
);
  logic [6:0] goal;
  logic [SumWidth:0] error;
  logic far;
  logic [7:0] units;

  // 0..=127 for the wanted neuron, -128..=0 for the others, in units of 2^-8.
  assign goal  = (named_i && !wrong_i) ? target_i : 7'd0;
  assign error = (SumWidth + 1)'(goal) - {1'b0, sum_i};
  assign far   = error[SumWidth:7] != '1;
  always_comb begin
    units = error[7:0];
    if (error[SumWidth] && (named_i ^ wrong_i)) units = 8'h00;
    else if (error[SumWidth] && far) units = 8'h80;
  end
  assign apical_o = {units, 8'd0};
endmodule
