// top_sim: the core with plain ports, for simulation.
module top_sim (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        host_we_i,
  input  logic [8:0]  host_addr_i,
  input  logic [31:0] host_wdata_i,
  input  logic        begin_i,
  input  logic        wipe_i,
  input  logic        event_valid_i,
  output logic        event_ready_o,
  input  logic [7:0]  event_group_i,
  input  logic [31:0] event_magnitudes_i,
  input  logic        go_i,
  input  logic        learn_i,
  input  logic        target_i,
  input  logic [7:0]  class_i,
  output logic        busy_o,
  output logic        phase_valid_o,
  output logic [2:0]  phase_o,
  output logic [3:0]  layer_o,
  output logic [1:0]  window_o,
  output logic [15:0] tick_o,
  output logic        blank_o,
  output logic [31:0] samples_o,
  output logic [31:0] steps_o,
  output logic [31:0] presented_o,
  output logic [6:0]  fall_o,
  output logic [31:0] spikes_o,
  output logic [15:0] ticks_o,
  output logic        word_valid_o
);
  core u_core (.*);
endmodule
