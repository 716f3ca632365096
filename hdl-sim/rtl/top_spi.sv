// top_spi: the peripheral on SPI, without vendor primitives.
module top_spi #(
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
  input  logic clk_i,
  input  logic rst_ni,
  input  logic sclk_i,
  input  logic cs_ni,
  input  logic mosi_i,
  output logic miso_o,
  output logic irq_o,
  output logic busy_o,
  output logic dirty_o
);
  logic req_valid, req_we, req_try, rsp_valid, rsp_error, rsp_wait;
  logic [18:0] req_addr;
  logic [31:0] req_wdata, rsp_rdata;

  spi u_spi (
    .clk_i, .rst_ni, .sclk_i, .cs_ni, .mosi_i, .miso_o, .busy_i(busy_o), .irq_i(irq_o), .req_valid_o(req_valid),
    .req_we_o(req_we), .req_try_o(req_try), .req_addr_o(req_addr), .req_wdata_o(req_wdata),
    .rsp_valid_i(rsp_valid), .rsp_error_i(rsp_error), .rsp_wait_i(rsp_wait), .rsp_rdata_i(rsp_rdata));

  peripheral #(
    .WeightAddr(WeightAddr), .WeightBits(WeightBits), .TableAddr(TableAddr), .LineWidth(LineWidth), .NeuronWidth(NeuronWidth),
    .NeuronLanes(NeuronLanes), .AccWidth(AccWidth), .SumWidth(SumWidth), .RefractoryWidth(RefractoryWidth),
    .HardReset(HardReset), .Against(Against), .ZeroPoint(ZeroPoint), .Sources(Sources), .FlagBits(FlagBits),
    .FullAlign(FullAlign), .Aligns(Aligns), .Burst(Burst), .Stdp(Stdp), .Lif(Lif),
    .Adaptive(Adaptive), .ForgetShift(ForgetShift), .TraceDecay(TraceDecay), .Rounds(Rounds), .Buffered(Buffered),
    .FifoAddr(FifoAddr)
  ) u_peripheral (
    .clk_i, .rst_ni, .req_valid_i(req_valid), .req_we_i(req_we), .req_try_i(req_try),
    .req_addr_i(req_addr), .req_wdata_i(req_wdata), .rsp_valid_o(rsp_valid), .rsp_error_o(rsp_error),
    .rsp_wait_o(rsp_wait), .rsp_rdata_o(rsp_rdata), .irq_o, .busy_o, .dirty_o);
endmodule
