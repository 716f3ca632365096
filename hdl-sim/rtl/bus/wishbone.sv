// wishbone: Wishbone B4 classic slave for the internal bus, 32-bit words. Single bytes cannot be written: an access with an incomplete
// sel_i is answered with an error.
module wishbone (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        cyc_i,
  input  logic        stb_i,
  input  logic        we_i,
  input  logic [3:0]  sel_i,
  input  logic [23:0] adr_i,
  input  logic [31:0] dat_i,
  output logic [31:0] dat_o,
  output logic        ack_o,
  output logic        err_o,
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
  // There is no word 20000h: a malformed access is sent there, and the bus answers with an error.
  localparam logic [18:0] Nowhere = 19'h20000;

  logic sound, asked;

  assign asked       = cyc_i && stb_i;
  assign sound       = adr_i[23:21] == 3'd0 && adr_i[1:0] == 2'd0 && (!we_i || sel_i == 4'd15);
  assign req_valid_o = asked && !ack_o && !err_o;
  assign req_we_o    = we_i;
  assign req_try_o   = 1'b0;
  assign req_addr_o  = sound ? adr_i[20:2] : Nowhere;
  assign req_wdata_o = dat_i;

  always_ff @(posedge clk_i) begin
    ack_o <= rsp_valid_i && !rsp_error_i && asked;
    err_o <= rsp_valid_i && rsp_error_i && asked;
    if (rsp_valid_i) dat_o <= rsp_rdata_i;
    if (!rst_ni) begin
      ack_o <= 1'b0;
      err_o <= 1'b0;
    end
  end

`ifdef FORMAL
  // Assumed: the master holds its access. Proved: each access gets exactly one response.
  logic started = 1'b0;

  always_ff @(posedge clk_i) begin
    started <= 1'b1;
    if (!started) assume (!rst_ni);
    else assume (rst_ni);
    assume (!rsp_valid_i || req_valid_o);
    if (started && rst_ni && $past(rst_ni)) begin
      if ($past(asked && !ack_o && !err_o)) begin
        assume (asked && $stable(we_i) && $stable(sel_i) && $stable(adr_i) && $stable(dat_i));
      end
      assert (!(ack_o && err_o));
      assert (!(ack_o || err_o) || $past(rsp_valid_i));
      // An answered access is not requested again.
      assert (!($past(rsp_valid_i) && req_valid_o));
      if ($past(req_valid_o && !rsp_valid_i)) assert (req_valid_o && $stable(req_addr_o) && $stable(req_wdata_o));
      cover (ack_o);
      cover (err_o);
    end
  end
`endif
endmodule
