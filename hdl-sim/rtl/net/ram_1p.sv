// ram_1p: single-port memory of 32-bit words (two SPRAM of an UP5K), or of several such pieces with a write enable each. Its content after
// power-up is undefined: noise in simulation.
module ram_1p #(
  parameter int AddrWidth = 14,
  parameter int Pieces = 1,
  parameter logic [31:0] Noise = 32'h9e37_79b9
) (
  input  logic                 clk_i,
  input  logic                 en_i,
  input  logic [Pieces-1:0]    we_i,
  input  logic [AddrWidth-1:0] addr_i,
  input  logic [32*Pieces-1:0] wdata_i,
  output logic [32*Pieces-1:0] rdata_o
);
  logic [32*Pieces-1:0] mem_q [2**AddrWidth] /* verilator public_flat_rw */;

`ifdef VERILATOR
  initial for (int i = 0; i < 2 ** AddrWidth; i++) mem_q[i] = {Pieces{32'(i + 1) * Noise}};
`endif

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      for (int p = 0; p < Pieces; p++) if (we_i[p]) mem_q[addr_i][32*p+:32] <= wdata_i[32*p+:32];
      if (we_i == '0) rdata_o <= mem_q[addr_i];
    end
  end
endmodule
