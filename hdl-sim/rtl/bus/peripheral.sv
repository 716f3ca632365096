// peripheral: the core and its registers, on the internal bus.
module peripheral #(
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
  parameter bit Buffered = 1'b0,
  parameter int FifoAddr = 7
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        req_valid_i,
  input  logic        req_we_i,
  input  logic        req_try_i,
  input  logic [18:0] req_addr_i,
  input  logic [31:0] req_wdata_i,
  output logic        rsp_valid_o,
  output logic        rsp_error_o,
  output logic        rsp_wait_o,
  output logic [31:0] rsp_rdata_o,
  output logic        irq_o,
  output logic        busy_o,
  output logic        dirty_o
);
  // Parameters of this build, as registers show them.
  localparam logic [31:0] SizeWord = (WeightAddr << hebbit_regs_pkg::SizeWeightAddr)
                                   | (TableAddr << hebbit_regs_pkg::SizeTableAddr)
                                   | (LineWidth << hebbit_regs_pkg::SizeLineWidth)
                                   | (NeuronWidth << hebbit_regs_pkg::SizeNeuronWidth)
                                   | (AccWidth << hebbit_regs_pkg::SizeAccWidth)
                                   | (SumWidth << hebbit_regs_pkg::SizeSumWidth)
                                   | (FifoAddr << hebbit_regs_pkg::SizeFifoAddr);
  localparam logic [31:0] CarriesWord = (32'(Burst) << hebbit_regs_pkg::CarriesBurst)
                                      | (32'(Stdp) << hebbit_regs_pkg::CarriesStdp)
                                      | (32'(Lif) << hebbit_regs_pkg::CarriesLif)
                                      | (32'(Adaptive) << hebbit_regs_pkg::CarriesAdaptive)
                                      | (1 << hebbit_regs_pkg::CarriesGraded)
                                      | (32'(HardReset) << hebbit_regs_pkg::CarriesHardReset)
                                      | (32'(Against) << hebbit_regs_pkg::CarriesAgainst)
                                      | (32'(ZeroPoint) << hebbit_regs_pkg::CarriesZeroPoint)
                                      | (32'(FullAlign) << hebbit_regs_pkg::CarriesFullAlign)
                                      | (RefractoryWidth << hebbit_regs_pkg::CarriesRefractoryWidth)
                                      | (Sources << hebbit_regs_pkg::CarriesSources)
                                      | (FlagBits << hebbit_regs_pkg::CarriesFlagBits)
                                      | (NeuronLanes << hebbit_regs_pkg::CarriesNeuronLanes);

  logic core_rst_n, host_valid, host_we, host_ready, host_error, dirty_clear;
  logic begins, wipe, event_valid, event_ready, go, learn, target, wrong;
  logic [17:0] host_addr;
  logic [31:0] host_wdata, host_rdata, event_magnitudes;
  logic [7:0] event_group, wanted;
  logic [3:0] event_lanes;

  regs #(.SizeWord(SizeWord), .CarriesWord(CarriesWord), .AlignsWord(Aligns), .FifoAddr(FifoAddr)) u_regs (
    .clk_i, .rst_ni, .req_valid_i, .req_we_i, .req_try_i, .req_addr_i, .req_wdata_i, .rsp_valid_o,
    .rsp_error_o, .rsp_wait_o, .rsp_rdata_o, .irq_o, .core_rst_no(core_rst_n), .host_valid_o(host_valid),
    .host_we_o(host_we), .host_addr_o(host_addr), .host_wdata_o(host_wdata), .host_ready_i(host_ready),
    .host_rdata_i(host_rdata), .host_error_i(host_error), .begin_o(begins),
    .wipe_o(wipe), .event_valid_o(event_valid), .event_ready_i(event_ready), .event_group_o(event_group),
    .event_lanes_o(event_lanes), .event_magnitudes_o(event_magnitudes), .go_o(go), .learn_o(learn),
    .target_o(target), .class_o(wanted), .wrong_o(wrong), .busy_i(busy_o), .dirty_i(dirty_o), .dirty_clear_o(dirty_clear));

  // Events inside the core are observed in simulation only.
  /* verilator lint_off PINCONNECTEMPTY */
  core #(
    .WeightAddr(WeightAddr), .WeightBits(WeightBits), .TableAddr(TableAddr), .LineWidth(LineWidth), .NeuronWidth(NeuronWidth),
    .NeuronLanes(NeuronLanes), .AccWidth(AccWidth), .SumWidth(SumWidth), .RefractoryWidth(RefractoryWidth),
    .HardReset(HardReset), .Against(Against), .ZeroPoint(ZeroPoint), .Sources(Sources), .FlagBits(FlagBits),
    .FullAlign(FullAlign), .Aligns(Aligns), .Burst(Burst), .Stdp(Stdp), .Lif(Lif),
    .Adaptive(Adaptive), .ForgetShift(ForgetShift), .TraceDecay(TraceDecay), .Rounds(Rounds), .Buffered(Buffered)
  ) u_core (
    .clk_i, .rst_ni(core_rst_n), .host_valid_i(host_valid), .host_we_i(host_we), .host_addr_i(host_addr),
    .host_wdata_i(host_wdata), .host_ready_o(host_ready), .host_rdata_o(host_rdata),
    .host_error_o(host_error), .dirty_clear_i(dirty_clear), .dirty_o, .begin_i(begins), .wipe_i(wipe),
    .event_valid_i(event_valid), .event_ready_o(event_ready), .event_group_i(event_group),
    .event_lanes_i(event_lanes), .event_magnitudes_i(event_magnitudes), .go_i(go), .learn_i(learn),
    .target_i(target), .class_i(wanted), .wrong_i(wrong), .busy_o, .phase_valid_o(), .phase_o(), .layer_o(), .word_valid_o());
  /* verilator lint_on PINCONNECTEMPTY */
endmodule
