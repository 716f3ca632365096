// lif: twin of neuron/lif.rs, one tick of one neuron without competition, in two stages: `next` is the membrane after leak and current.
module lif #(
  parameter bit HardReset = 1'b1
) (
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] threshold_i,
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] reset_i,
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] floor_i,
  input  logic        [hebbit_pkg::TicksWidth-1:0]    refractory_i,
  input  logic                                        hard_reset_i,
  // The first stage.
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] leaked_i,
  input  logic        [hebbit_pkg::TicksWidth-1:0]    left_i,
  input  logic signed [hebbit_pkg::CurrentWidth-1:0]  current_i,
  output logic signed [hebbit_pkg::MembraneWidth-1:0] next_o,
  // The second stage.
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] next_i,
  input  logic        [hebbit_pkg::TicksWidth-1:0]    next_left_i,
  output logic signed [hebbit_pkg::MembraneWidth-1:0] membrane_o,
  output logic        [hebbit_pkg::TicksWidth-1:0]    left_o,
  output logic                                        spike_o
);
  logic refractory;
  logic signed [31:0] sum;
  logic signed [15:0] held;
  logic signed [16:0] excess;
  logic signed [15:0] after;

  assign sum    = 32'(leaked_i) + (left_i != 16'd0 ? 32'sd0 : 32'(current_i));
  assign next_o = hebbit_num_pkg::saturate(sum);

  assign refractory = next_left_i != 16'd0;
  assign held       = (next_i < floor_i) ? floor_i : next_i;
  // The floor is below the threshold: a membrane at the floor does not fire.
  assign excess     = 17'(next_i) - 17'(threshold_i);
  // A threshold is positive, so the excess of a neuron that fires needs no saturation.
  assign after      = (HardReset && hard_reset_i) ? reset_i : excess[15:0];

  assign spike_o    = !refractory && !excess[16];
  assign membrane_o = spike_o ? after : held;
  assign left_o     = spike_o ? refractory_i : (refractory ? next_left_i - 16'd1 : 16'd0);
endmodule
