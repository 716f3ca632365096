// axil: AXI4-Lite slave for the internal bus. Each channel has a register for one transfer, so that ready depends on registers only and
// changes at clock edges. One access at a time; of a read and a write in the same cycle the read goes first, and a write that waited for
// a read goes next. Single bytes cannot be written: a write with an incomplete wstrb_i is answered with SLVERR, like every bus error.
module axil (
  input  logic        clk_i,
  input  logic        rst_ni,
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
  // The internal bus.
  output logic        req_valid_o,
  output logic        req_we_o,
  output logic        req_try_o,
  output logic [18:0] req_addr_o,
  output logic [31:0] req_wdata_o,
  input  logic        rsp_valid_i,
  input  logic        rsp_error_i,
  input  logic [31:0] rsp_rdata_i
);
  localparam logic [1:0] Slverr = 2'b10;
  // There is no word 20000h: a malformed access is sent there, and the bus answers with an error.
  localparam logic [18:0] Nowhere = 19'h20000;

  // Idle; requested, not answered yet; the response waits for the master.
  typedef enum logic [1:0] {Idle, Asked, Answered} state_e;

  state_e state_q;
  // The transfer accepted on each channel, held until the response is accepted.
  logic aw_full_q, w_full_q, ar_full_q;
  logic [23:0] awaddr_q, araddr_q, addr;
  logic [31:0] wdata_q;
  logic [3:0] wstrb_q;
  // Whether the requested access, or else the last one, is a write.
  logic write_q;
  logic write_waits, write, sound, asks, ends;

  assign awready_o   = !aw_full_q;
  assign wready_o    = !w_full_q;
  assign arready_o   = !ar_full_q;
  assign write_waits = aw_full_q && w_full_q;
  assign write       = state_q == Idle ? write_waits && !(ar_full_q && write_q) : write_q;
  assign asks        = state_q == Idle ? write_waits || ar_full_q : state_q == Asked;
  assign addr        = write ? awaddr_q : araddr_q;
  assign sound       = addr[23:21] == 3'd0 && addr[1:0] == 2'd0 && (!write || wstrb_q == 4'd15);
  assign req_valid_o = asks;
  assign req_we_o    = write;
  assign req_try_o   = 1'b0;
  assign req_addr_o  = sound ? addr[20:2] : Nowhere;
  assign req_wdata_o = wdata_q;
  assign bvalid_o    = state_q == Answered && write_q;
  assign rvalid_o    = state_q == Answered && !write_q;
  assign rresp_o     = bresp_o;
  assign ends        = state_q == Answered && (write_q ? bready_i : rready_i);

  always_ff @(posedge clk_i) begin
    if (awready_o) awaddr_q <= awaddr_i;
    if (wready_o) {wdata_q, wstrb_q} <= {wdata_i, wstrb_i};
    if (arready_o) araddr_q <= araddr_i;
    aw_full_q <= aw_full_q ? !(ends && write_q) : awvalid_i;
    w_full_q  <= w_full_q ? !(ends && write_q) : wvalid_i;
    ar_full_q <= ar_full_q ? !(ends && !write_q) : arvalid_i;
    if (asks) begin
      write_q <= write;
      state_q <= rsp_valid_i ? Answered : Asked;
      bresp_o <= rsp_error_i ? Slverr : 2'b00;
      rdata_o <= rsp_rdata_i;
    end
    if (ends) state_q <= Idle;
    if (!rst_ni) begin
      state_q <= Idle;
      write_q <= 1'b1;
      {aw_full_q, w_full_q, ar_full_q} <= 3'b000;
    end
  end

`ifdef FORMAL
  // A response is held until it is accepted, and there is one per request. A write waits for at most one read.
  logic started = 1'b0;
  logic [1:0] writes, datas, reads;

  always_ff @(posedge clk_i) begin
    started <= 1'b1;
    if (!started) assume (!rst_ni);
    else assume (rst_ni);
    assume (!rsp_valid_i || req_valid_o);
    writes <= writes + {1'b0, awvalid_i && awready_o} - {1'b0, bvalid_o && bready_i};
    datas  <= datas + {1'b0, wvalid_i && wready_o} - {1'b0, bvalid_o && bready_i};
    reads  <= reads + {1'b0, arvalid_i && arready_o} - {1'b0, rvalid_o && rready_i};
    if (!rst_ni) {writes, datas, reads} <= 6'd0;
    if (started && rst_ni && $past(rst_ni)) begin
      assert (writes == {1'b0, aw_full_q} && datas == {1'b0, w_full_q} && reads == {1'b0, ar_full_q});
      assert (state_q == Idle || (write_q ? write_waits : ar_full_q));
      assert (!(bvalid_o && rvalid_o));
      if ($past(bvalid_o && !bready_i)) assert (bvalid_o && $stable(bresp_o));
      if ($past(rvalid_o && !rready_i)) assert (rvalid_o && $stable(rresp_o) && $stable(rdata_o));
      if ($past(req_valid_o && !rsp_valid_i))
        assert (req_valid_o && $stable(req_we_o) && $stable(req_addr_o) && (!req_we_o || $stable(req_wdata_o)));
      if ($past(rvalid_o && rready_i && write_waits)) assert (req_valid_o && req_we_o);
      cover (rvalid_o && rready_i);
    end
  end
`endif
endmodule
