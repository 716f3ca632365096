// top_bus: the registers on each of their buses, one at a time, with the ports to the core exposed, for simulation.
module top_bus (
  input  logic        clk_i,
  input  logic        rst_ni,
  // Selects the bus: 0 internal, 1 SPI, 2 Wishbone, 3 AXI4-Lite. The pins of the others must be idle.
  input  logic [1:0]  bus_i,
  input  logic        req_valid_i,
  input  logic        req_we_i,
  input  logic        req_try_i,
  input  logic [18:0] req_addr_i,
  input  logic [31:0] req_wdata_i,
  output logic        rsp_valid_o,
  output logic        rsp_error_o,
  output logic        rsp_wait_o,
  output logic [31:0] rsp_rdata_o,
  input  logic        sclk_i,
  input  logic        cs_ni,
  input  logic        mosi_i,
  output logic        miso_o,
  input  logic        cyc_i,
  input  logic        stb_i,
  input  logic        we_i,
  input  logic [3:0]  sel_i,
  input  logic [23:0] adr_i,
  input  logic [31:0] dat_i,
  output logic [31:0] dat_o,
  output logic        ack_o,
  output logic        err_o,
  input  logic        awvalid_i,
  output logic        awready_o,
  input  logic [23:0] awaddr_i,
  input  logic        wvalid_i,
  output logic        wready_o,
  input  logic [31:0] wdata_i,
  input  logic [3:0]  wstrb_i,
  output logic        bvalid_o,
  input  logic        bready_i,
  output logic [1:0]  bresp_o,
  input  logic        arvalid_i,
  output logic        arready_o,
  input  logic [23:0] araddr_i,
  output logic        rvalid_o,
  input  logic        rready_i,
  output logic [31:0] rdata_o,
  output logic [1:0]  rresp_o,
  output logic        irq_o,
  // Ports to the core.
  output logic        core_rst_no,
  output logic        host_valid_o,
  output logic        host_we_o,
  output logic [17:0] host_addr_o,
  output logic [31:0] host_wdata_o,
  input  logic        host_ready_i,
  input  logic [31:0] host_rdata_i,
  input  logic        host_error_i,
  output logic        begin_o,
  output logic        wipe_o,
  output logic        event_valid_o,
  input  logic        event_ready_i,
  output logic [7:0]  event_group_o,
  output logic [3:0]  event_lanes_o,
  output logic [31:0] event_magnitudes_o,
  output logic        go_o,
  output logic        learn_o,
  output logic        target_o,
  output logic [7:0]  class_o,
  output logic        wrong_o,
  input  logic        busy_i,
  input  logic        dirty_i,
  output logic        dirty_clear_o
);
  logic [3:0] valid, we, tries;
  logic [18:0] spi_addr, wb_addr, axi_addr, req_addr;
  logic [31:0] spi_wdata, wb_wdata, axi_wdata, req_wdata;
  logic rsp_valid;

  assign valid[0] = req_valid_i;
  assign we[0]    = req_we_i;
  assign tries[0] = req_try_i;
  always_comb begin
    unique case (bus_i)
      2'd0: {req_addr, req_wdata} = {req_addr_i, req_wdata_i};
      2'd1: {req_addr, req_wdata} = {spi_addr, spi_wdata};
      2'd2: {req_addr, req_wdata} = {wb_addr, wb_wdata};
      default: {req_addr, req_wdata} = {axi_addr, axi_wdata};
    endcase
  end
  assign rsp_valid_o = rsp_valid && bus_i == 2'd0;

  regs #(.SizeWord(32'h1357_9bdf), .CarriesWord(32'h0246_8ace), .AlignsWord(24'h55_aa33), .FifoAddr(4)) u_regs (
    .clk_i, .rst_ni, .req_valid_i(valid[bus_i]), .req_we_i(we[bus_i]), .req_try_i(tries[bus_i]),
    .req_addr_i(req_addr), .req_wdata_i(req_wdata), .rsp_valid_o(rsp_valid), .rsp_error_o, .rsp_wait_o, .rsp_rdata_o,
    .irq_o, .core_rst_no, .host_valid_o, .host_we_o, .host_addr_o, .host_wdata_o, .host_ready_i,
    .host_rdata_i, .host_error_i, .begin_o, .wipe_o, .event_valid_o, .event_ready_i, .event_group_o, .event_lanes_o,
    .event_magnitudes_o, .go_o, .learn_o, .target_o, .class_o, .wrong_o, .busy_i, .dirty_i, .dirty_clear_o);

  spi u_spi (
    .clk_i, .rst_ni, .sclk_i, .cs_ni, .mosi_i, .miso_o, .busy_i, .irq_i(irq_o), .req_valid_o(valid[1]),
    .req_we_o(we[1]), .req_try_o(tries[1]), .req_addr_o(spi_addr),
    .req_wdata_o(spi_wdata), .rsp_valid_i(rsp_valid && bus_i == 2'd1), .rsp_error_i(rsp_error_o),
    .rsp_wait_i(rsp_wait_o), .rsp_rdata_i(rsp_rdata_o));

  wishbone u_wishbone (
    .clk_i, .rst_ni, .cyc_i, .stb_i, .we_i, .sel_i, .adr_i, .dat_i, .dat_o, .ack_o, .err_o, .req_valid_o(valid[2]),
    .req_we_o(we[2]), .req_try_o(tries[2]), .req_addr_o(wb_addr),
    .req_wdata_o(wb_wdata), .rsp_valid_i(rsp_valid && bus_i == 2'd2), .rsp_error_i(rsp_error_o),
    .rsp_rdata_i(rsp_rdata_o));

  axil u_axil (
    .clk_i, .rst_ni, .awvalid_i, .awready_o, .awaddr_i, .wvalid_i, .wready_o, .wdata_i, .wstrb_i, .bvalid_o, .bready_i,
    .bresp_o, .arvalid_i, .arready_o, .araddr_i, .rvalid_o, .rready_i, .rdata_o, .rresp_o, .req_valid_o(valid[3]),
    .req_we_o(we[3]), .req_try_o(tries[3]), .req_addr_o(axi_addr),
    .req_wdata_o(axi_wdata), .rsp_valid_i(rsp_valid && bus_i == 2'd3), .rsp_error_i(rsp_error_o),
    .rsp_rdata_i(rsp_rdata_o));
endmodule
