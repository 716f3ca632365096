// ram_2p: memory with one port to read and one to write, lanes written one by one. A lane that is read while it is written is undefined,
// so that no logic has to define it: in simulation it is noise, as all of it is in the beginning.
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
  (* no_rw_check *) logic [Lanes*LaneWidth-1:0] mem_q [2**AddrWidth] /* verilator public_flat_rw */;

`ifdef VERILATOR
  initial for (int i = 0; i < 2 ** AddrWidth; i++) mem_q[i] = (Lanes*LaneWidth)'({4{32'(i + 1) * Noise}});
`endif

  always_ff @(posedge clk_i) begin
    rdata_o <= mem_q[raddr_i];
    for (int j = 0; j < Lanes; j++) begin
      if (we_i[j]) mem_q[waddr_i][j*LaneWidth+:LaneWidth] <= wdata_i[j*LaneWidth+:LaneWidth];
`ifdef VERILATOR
      if (we_i[j] && waddr_i == raddr_i) begin
        rdata_o[j*LaneWidth+:LaneWidth] <= ~wdata_i[j*LaneWidth+:LaneWidth] ^ LaneWidth'(Noise);
      end
`endif
    end
  end
endmodule
