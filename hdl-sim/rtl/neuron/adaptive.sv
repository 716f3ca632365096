// adaptive: twin of neuron/adaptive.rs `integrate` and `excess`. The leak of the membrane and the decay of an adaptation that does not
// persist are applied by the stage before.
module adaptive (
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] threshold_i,
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] floor_i,
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] leaked_i,
  input  logic        [hebbit_pkg::RiseWidth-1:0]     rise_i,
  input  logic signed [hebbit_pkg::CurrentWidth-1:0]  current_i,
  output logic signed [hebbit_pkg::MembraneWidth-1:0] membrane_o,
  output logic signed [17:0]                          excess_o
);
  logic signed [31:0] sum;
  logic signed [15:0] next;

  assign sum        = 32'(leaked_i) + 32'(current_i);
  assign next       = hebbit_num_pkg::saturate(sum);
  assign membrane_o = (next < floor_i) ? floor_i : next;
  assign excess_o   = hebbit_num_pkg::excess(membrane_o, threshold_i, rise_i);
endmodule
