// top_sim: the core with plain ports, for simulation.
module top_sim #(
  parameter int WeightAddr = 17,
  parameter int WeightBits = 8,
  parameter int TableAddr = 10,
  parameter int LineWidth = 9,
  parameter int NeuronWidth = 9,
  parameter int NeuronLanes = 2,
  parameter int AccWidth = 36,
  parameter int SumWidth = 16,
  parameter int RefractoryWidth = 16,
  parameter bit HardReset = 1'b1,
  parameter bit Against = 1'b1,
  parameter bit ZeroPoint = 1'b1,
  parameter int Sources = 16,
  parameter int FlagBits = 4,
  parameter bit FullAlign = 1'b1,
  parameter logic [23:0] Aligns = 24'd0
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        host_valid_i,
  input  logic        host_we_i,
  input  logic [17:0] host_addr_i,
  input  logic [31:0] host_wdata_i,
  output logic        host_ready_o,
  output logic        host_rvalid_o,
  output logic [31:0] host_rdata_o,
  output logic        host_error_o,
  input  logic        dirty_clear_i,
  output logic        dirty_o,
  input  logic        begin_i,
  input  logic        wipe_i,
  input  logic        event_valid_i,
  output logic        event_ready_o,
  input  logic [7:0]  event_group_i,
  input  logic [3:0]  event_lanes_i,
  input  logic [31:0] event_magnitudes_i,
  input  logic        go_i,
  input  logic        learn_i,
  input  logic        target_i,
  input  logic [7:0]  class_i,
  output logic        busy_o,
  output logic        phase_valid_o,
  output logic [2:0]  phase_o,
  output logic [3:0]  layer_o,
  output logic        word_valid_o
);
  core #(
    .WeightAddr(WeightAddr), .WeightBits(WeightBits), .TableAddr(TableAddr), .LineWidth(LineWidth), .NeuronWidth(NeuronWidth), .NeuronLanes(NeuronLanes),
    .AccWidth(AccWidth), .SumWidth(SumWidth), .RefractoryWidth(RefractoryWidth), .HardReset(HardReset), .Against(Against), .ZeroPoint(ZeroPoint),
    .Sources(Sources), .FlagBits(FlagBits), .FullAlign(FullAlign), .Aligns(Aligns)
  ) u_core (.*);
endmodule
