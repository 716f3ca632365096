// adaptive_lane: one step of a pass for a neuron with an adaptive threshold. If neurons compete, Fire updates all as if none fired, and
// Settle lets the winner fire and inhibits the others.
//
//   stage 2  the adaptation decays: once at the start of a window if it persists between samples, else in every tick
//   stage 3  membrane minus threshold; whether the neuron fires
module adaptive_lane (
  input  logic               clk_i,
  input  logic [2:0]         op_i,
  input  logic               kept_i,
  input  logic               learning_i,
  input  logic               compete_i,
  input  logic signed [15:0] threshold_i,
  input  logic signed [15:0] reset_i,
  input  logic signed [15:0] floor_i,
  input  logic [15:0]        decay_i,
  input  logic [15:0]        bump_i,
  // Stage 2.
  input  logic [15:0]        rise_i,
  // Stage 3: the membrane including the current.
  input  logic signed [15:0] next_i,
  input  logic               wins_i,
  output logic signed [17:0] excess_o,
  output logic signed [15:0] membrane_o,
  output logic [15:0]        rise_o,
  output logic               spike_o
);
  localparam logic [2:0] Fire = 3'd1, Decay = 3'd6, Settle = 3'd7;

  logic falls;
  logic settles;
  logic [15:0] fallen;
  logic [15:0] rise_q;
  logic [15:0] bump;
  logic signed [15:0] held;
  /* verilator lint_off UNUSEDSIGNAL */
  logic signed [17:0] unused_excess;
  /* verilator lint_on UNUSEDSIGNAL */

  // A persistent adaptation is frozen unless the sample is learned.
  assign falls   = kept_i ? (op_i == Decay && learning_i) : op_i == Fire;
  assign bump    = (kept_i && !learning_i) ? 16'd0 : bump_i;
  assign settles = op_i == Settle;
  assign spike_o = settles ? wins_i : (!compete_i && !excess_o[17]);

  adaptive_reset u_reset (
    .kept_i(kept_i || op_i != Decay), .decay_i(falls ? decay_i : 16'd0), .rise_i, .rise_o(fallen));
  always_ff @(posedge clk_i) rise_q <= fallen;

  // The current is added in stage 2. A membrane at the floor is below the threshold, so the comparison need not wait for the floor.
  assign excess_o = hebbit_num_pkg::excess(next_i, threshold_i, rise_q);
  adaptive u_adaptive (
    .threshold_i, .floor_i, .leaked_i(next_i), .rise_i(rise_q), .current_i(16'sd0), .membrane_o(held),
    .excess_o(unused_excess));
  adaptive_fire u_fire (
    .reset_i, .bump_i(bump), .fires_i(spike_o && op_i != Decay), .loses_i(settles), .membrane_i(held), .rise_i(rise_q),
    .membrane_o, .rise_o);
endmodule
