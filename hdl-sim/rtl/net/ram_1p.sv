// ram_1p: single-port memory of 32-bit words, two SPRAM of an UP5K side by side. Comes up with whatever was in it: in simulation
// with noise.
module ram_1p #(
  parameter int AddrWidth = 14,
  parameter logic [31:0] Noise = 32'h9e37_79b9
) (
  input  logic                 clk_i,
  input  logic                 en_i,
  input  logic                 we_i,
  input  logic [AddrWidth-1:0] addr_i,
  input  logic [31:0]          wdata_i,
  output logic [31:0]          rdata_o
);
  logic [31:0] mem_q [2**AddrWidth] /* verilator public_flat_rw */;

`ifdef VERILATOR
  initial for (int i = 0; i < 2 ** AddrWidth; i++) mem_q[i] = 32'(i + 1) * Noise;
`endif

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      if (we_i) mem_q[addr_i] <= wdata_i;
      else rdata_o <= mem_q[addr_i];
    end
  end
endmodule
