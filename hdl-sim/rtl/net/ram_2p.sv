// ram_2p: memory with one read port and one write port, with a write enable per lane. A lane that is read while it is written is undefined,
// so that no bypass logic is needed; in simulation it is noise, like the whole memory after power-up.
module ram_2p #(
  parameter int AddrWidth = 8,
  parameter int Lanes = 4,
  parameter int LaneWidth = 16,
  parameter logic [31:0] Noise = 32'h85eb_ca6b
) (
  input  logic                       clk_i,
  input  logic [AddrWidth-1:0]       raddr_i,
  output logic [Lanes*LaneWidth-1:0] rdata_o,
  input  logic [Lanes-1:0]           we_i,
  input  logic [AddrWidth-1:0]       waddr_i,
  input  logic [Lanes*LaneWidth-1:0] wdata_i
);
`ifdef VERILATOR
  // Words wider than 64 bits are stored by lane, for speed of simulation. This process is the only writer, so a blocking assignment is safe.
  localparam int Pieces = (Lanes * LaneWidth > 64) ? Lanes : 1;
  localparam int Many = Lanes / Pieces;
  localparam int Width = Many * LaneWidth;
  for (genvar p = 0; p < Pieces; p++) begin : g_piece
    logic [Width-1:0] mem_q [2**AddrWidth] /* verilator public_flat_rw */;
    logic [Width-1:0] wdata, rdata_q, mask, kept;
    initial for (int i = 0; i < 2 ** AddrWidth; i++) mem_q[i] = Width'({4{32'(i + 1) * (Noise ^ 32'(p))}});

    assign wdata = wdata_i[p*Width+:Width];
    assign rdata_o[p*Width+:Width] = rdata_q;
    /* verilator lint_off BLKSEQ */
    always_ff @(posedge clk_i) begin
      rdata_q <= mem_q[raddr_i];
      if (we_i[p*Many+:Many] != '0) begin
        for (int j = 0; j < Many; j++) mask[j*LaneWidth+:LaneWidth] = {LaneWidth{Many == 1 || we_i[p*Many+j]}};
        kept = mem_q[waddr_i] & ~mask;
        if (waddr_i == raddr_i) rdata_q <= kept | (mask & (~wdata ^ {Many{LaneWidth'(Noise)}}));
        mem_q[waddr_i] = kept | (mask & wdata);
      end
    end
    /* verilator lint_on BLKSEQ */
  end
`else
  (* no_rw_check *) logic [Lanes*LaneWidth-1:0] mem_q [2**AddrWidth];
  always_ff @(posedge clk_i) begin
    rdata_o <= mem_q[raddr_i];
    for (int j = 0; j < Lanes; j++) if (we_i[j]) mem_q[waddr_i][j*LaneWidth+:LaneWidth] <= wdata_i[j*LaneWidth+:LaneWidth];
  end
`endif
endmodule
