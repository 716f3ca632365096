// axil: the bus as an AXI4-Lite slave. One access at a time; a read that comes with a write goes first. Bytes cannot be written alone: a
// write without all of wstrb_i is answered with SLVERR, like what the bus refuses.
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
  // The bus.
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
  // Word 20000h is none: what is asked for wrongly is answered with an error there.
  localparam logic [18:0] Nowhere = 19'h20000;

  // Idle; asked for, not answered yet; the answer waits for its master.
  typedef enum logic [1:0] {Idle, Asked, Answered} state_e;

  state_e state_q;
  logic write_q, sound, ends;
  logic [23:0] addr;
  logic [18:0] addr_q;
  logic [31:0] wdata_q;

  assign arready_o   = state_q == Idle;
  assign awready_o   = state_q == Idle && !arvalid_i && awvalid_i && wvalid_i;
  assign wready_o    = awready_o;
  assign addr        = arvalid_i ? araddr_i : awaddr_i;
  assign sound       = addr[23:21] == 3'd0 && addr[1:0] == 2'd0 && (arvalid_i || wstrb_i == 4'd15);
  assign req_valid_o = state_q == Asked;
  assign req_we_o    = write_q;
  assign req_try_o   = 1'b0;
  assign req_addr_o  = addr_q;
  assign req_wdata_o = wdata_q;
  assign bvalid_o    = state_q == Answered && write_q;
  assign rvalid_o    = state_q == Answered && !write_q;
  assign rresp_o     = bresp_o;
  assign ends        = write_q ? bready_i : rready_i;

  always_ff @(posedge clk_i) begin
    unique case (state_q)
      Idle: begin
        wdata_q <= wdata_i;
        write_q <= !arvalid_i;
        addr_q  <= sound ? addr[20:2] : Nowhere;
        if (arvalid_i || awready_o) state_q <= Asked;
      end
      Answered: if (ends) state_q <= Idle;
      default: begin
        if (rsp_valid_i) begin
          state_q <= Answered;
          bresp_o <= rsp_error_i ? Slverr : 2'b00;
          rdata_o <= rsp_rdata_i;
        end
      end
    endcase
    if (!rst_ni) state_q <= Idle;
  end

`ifdef FORMAL
  // An answer stays until it is taken, and there is one per request.
  logic started = 1'b0;
  logic [1:0] owed;

  always_ff @(posedge clk_i) begin
    started <= 1'b1;
    if (!started) assume (!rst_ni);
    else assume (rst_ni);
    assume (!rsp_valid_i || req_valid_o);
    owed <= owed + {1'b0, (arvalid_i && arready_o) || awready_o} - {1'b0, (bvalid_o && bready_i) || (rvalid_o && rready_i)};
    if (!rst_ni) owed <= 2'd0;
    if (started && rst_ni && $past(rst_ni)) begin
      assert (owed == {1'b0, state_q != Idle});
      assert (!(bvalid_o && rvalid_o));
      if ($past(bvalid_o && !bready_i)) assert (bvalid_o && $stable(bresp_o));
      if ($past(rvalid_o && !rready_i)) assert (rvalid_o && $stable(rresp_o) && $stable(rdata_o));
      if ($past(req_valid_o && !rsp_valid_i)) assert (req_valid_o && $stable(req_addr_o) && $stable(req_wdata_o));
      cover (rvalid_o && rready_i);
    end
  end
`endif
endmodule
