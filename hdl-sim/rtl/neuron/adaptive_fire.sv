// adaptive_fire: twin of neuron/adaptive.rs `fire`, `lose` and `rest`, after competition. `bump_i` is 0 if the adaptation is frozen.
module adaptive_fire (
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] reset_i,
  input  logic        [hebbit_pkg::RiseWidth-1:0]     bump_i,
  input  logic                                        fires_i,
  input  logic                                        loses_i,
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] membrane_i,
  input  logic        [hebbit_pkg::RiseWidth-1:0]     rise_i,
  output logic signed [hebbit_pkg::MembraneWidth-1:0] membrane_o,
  output logic        [hebbit_pkg::RiseWidth-1:0]     rise_o
);
  assign membrane_o = (fires_i || loses_i) ? reset_i : membrane_i;
  assign rise_o     = hebbit_num_pkg::add_unsigned(rise_i, hebbit_num_pkg::if_spike(fires_i, bump_i));
endmodule
