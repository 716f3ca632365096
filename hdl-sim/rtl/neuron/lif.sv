// lif: twin of neuron/lif.rs, one tick of one neuron without competition. The leak is taken before (it is a stage of its own).
module lif (
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] threshold_i,
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] reset_i,
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] floor_i,
  input  logic        [hebbit_pkg::TicksWidth-1:0]    refractory_i,
  input  logic                                        hard_reset_i,
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] leaked_i,
  input  logic        [hebbit_pkg::TicksWidth-1:0]    left_i,
  input  logic signed [hebbit_pkg::CurrentWidth-1:0]  current_i,
  output logic signed [hebbit_pkg::MembraneWidth-1:0] membrane_o,
  output logic        [hebbit_pkg::TicksWidth-1:0]    left_o,
  output logic                                        spike_o
);
  logic deaf;
  logic signed [31:0] sum;
  logic signed [15:0] next;
  logic signed [15:0] held;
  logic signed [31:0] excess;
  logic signed [15:0] after;

  assign deaf   = left_i != 16'd0;
  assign sum    = 32'(leaked_i) + (deaf ? 32'sd0 : 32'(current_i));
  assign next   = hebbit_num_pkg::saturate(sum);
  assign held   = (next < floor_i) ? floor_i : next;
  assign excess = 32'(held) - 32'(threshold_i);
  assign after  = hard_reset_i ? reset_i : hebbit_num_pkg::saturate(excess);

  assign spike_o    = !deaf && (excess >= 32'sd0);
  assign membrane_o = spike_o ? after : held;
  assign left_o     = spike_o ? refractory_i : (deaf ? left_i - 16'd1 : 16'd0);
endmodule
