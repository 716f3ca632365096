// adaptive_reset: twin of neuron/adaptive.rs `reset`: a persistent adaptation decays, another one becomes 0. `decay_i` is 0 if the
// adaptation is frozen. The membrane becomes 0.
module adaptive_reset (
  input  logic                                 kept_i,
  input  logic [hebbit_pkg::LeakWidth-1:0]     decay_i,
  input  logic [hebbit_pkg::RiseWidth-1:0]     rise_i,
  output logic [hebbit_pkg::RiseWidth-1:0]     rise_o
);
  assign rise_o = kept_i ? hebbit_num_pkg::leak_unsigned(rise_i, decay_i) : 16'd0;
endmodule
