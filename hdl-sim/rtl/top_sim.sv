// top_sim: the core with plain ports, for simulation. Inputs are sampled at an edge of `set_i`, so that the simulator evaluates them only
// in cycles in which they change.
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
  parameter logic [23:0] Aligns = 24'd0,
  parameter bit Burst = 1'b1,
  parameter bit Stdp = 1'b1,
  parameter bit Lif = 1'b1,
  parameter bit Adaptive = 1'b1,
  parameter int ForgetShift = 31,
  parameter int TraceDecay = 0,
  parameter int Rounds = 1,
  parameter bit Buffered = 1'b0
) (
  input  logic        clk_i,
  input  logic        set_i,
  input  logic        rst_ni,
  input  logic        host_valid_i,
  input  logic        host_we_i,
  input  logic [17:0] host_addr_i,
  input  logic [31:0] host_wdata_i,
  output logic        host_ready_o,
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
  input  logic        wrong_i,
  output logic        busy_o,
  output logic        phase_valid_o,
  output logic [2:0]  phase_o,
  output logic [3:0]  layer_o,
  output logic        word_valid_o
);
  logic rst_nq, host_valid_q, host_we_q, dirty_clear_q, begin_q, wipe_q, event_valid_q, go_q, learn_q, target_q, wrong_q;
  logic [17:0] host_addr_q;
  logic [31:0] host_wdata_q, event_magnitudes_q;
  logic [7:0] event_group_q, class_q;
  logic [3:0] event_lanes_q;
  always_ff @(edge set_i) begin
    rst_nq <= rst_ni;
    host_valid_q <= host_valid_i;
    host_we_q <= host_we_i;
    host_addr_q <= host_addr_i;
    host_wdata_q <= host_wdata_i;
    dirty_clear_q <= dirty_clear_i;
    begin_q <= begin_i;
    wipe_q <= wipe_i;
    event_valid_q <= event_valid_i;
    event_group_q <= event_group_i;
    event_lanes_q <= event_lanes_i;
    event_magnitudes_q <= event_magnitudes_i;
    go_q <= go_i;
    learn_q <= learn_i;
    target_q <= target_i;
    class_q <= class_i;
    wrong_q <= wrong_i;
  end

  core #(
    .WeightAddr(WeightAddr), .WeightBits(WeightBits), .TableAddr(TableAddr), .LineWidth(LineWidth), .NeuronWidth(NeuronWidth), .NeuronLanes(NeuronLanes),
    .AccWidth(AccWidth), .SumWidth(SumWidth), .RefractoryWidth(RefractoryWidth), .HardReset(HardReset), .Against(Against), .ZeroPoint(ZeroPoint),
    .Sources(Sources), .FlagBits(FlagBits), .FullAlign(FullAlign), .Aligns(Aligns), .Burst(Burst), .Stdp(Stdp), .Lif(Lif),
    .Adaptive(Adaptive), .ForgetShift(ForgetShift), .TraceDecay(TraceDecay), .Rounds(Rounds), .Buffered(Buffered)
  ) u_core (
    .*,
    .rst_ni(rst_nq), .host_valid_i(host_valid_q), .host_we_i(host_we_q), .host_addr_i(host_addr_q),
    .host_wdata_i(host_wdata_q), .dirty_clear_i(dirty_clear_q), .begin_i(begin_q), .wipe_i(wipe_q),
    .event_valid_i(event_valid_q), .event_group_i(event_group_q), .event_lanes_i(event_lanes_q),
    .event_magnitudes_i(event_magnitudes_q), .go_i(go_q), .learn_i(learn_q), .target_i(target_q), .class_i(class_q),
    .wrong_i(wrong_q));
endmodule
