// host_port: the words of the core for whoever drives it, one request at a time and only while the core is idle; a request that comes
// earlier waits. A write is done when it is taken, a read gives its word two cycles later. docs/RTL.md has the map.
module host_port #(
  parameter int WeightAddr = 17,
  parameter int TableAddr = 10,
  parameter int LineWidth = 9,
  // Address bits of a neuron.
  parameter int NeuronBits = 10
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        idle_i,
  input  logic        host_valid_i,
  input  logic        host_we_i,
  input  logic [17:0] host_addr_i,
  output logic        host_ready_o,
  output logic        host_rvalid_o,
  output logic        host_error_o,
  // What is addressed: the address of the request, or of the read that is open.
  output logic [16:0] addr_o,
  output logic        reading_o,
  output logic        table_o,
  output logic        weights_o,
  output logic [2:0]  memory_o,
  output logic        write_o
);
  logic [17:0] addr_q;
  logic [1:0] open_q;
  logic [17:0] addr;
  logic outside;
  logic error;

  assign reading_o    = open_q != 2'd0;
  assign host_ready_o = idle_i && !reading_o;
  assign addr         = reading_o ? addr_q : host_addr_i;
  assign addr_o       = addr[16:0];
  assign weights_o    = addr[17];
  assign table_o      = addr[17:14] == 4'd0;
  assign memory_o     = addr[12:10];

  // Seven memories from 16 Ki on, 1 Ki apart: words of neurons, of columns, of groups of lines.
  always_comb begin
    unique case (memory_o)
      3'd0, 3'd1, 3'd2, 3'd3: outside = (addr[9:0] >> NeuronBits) != 10'd0;
      3'd4: outside = 1'b0;
      3'd5, 3'd6: outside = (addr[9:0] >> LineWidth) != 10'd0;
      default: outside = 1'b1;
    endcase
    if (addr[17]) error = (addr[16:0] >> WeightAddr) != 17'd0;
    else if (table_o) error = (addr[13:0] >> TableAddr) != 14'd0;
    else error = addr[16:13] != 4'd2 || outside;
  end

  assign write_o       = host_valid_i && host_we_i && host_ready_o && !error;
  assign host_rvalid_o = open_q == 2'd2;
  assign host_error_o  = error && (host_rvalid_o || (host_valid_i && host_we_i && host_ready_o));

  always_ff @(posedge clk_i) begin
    if (!rst_ni) open_q <= 2'd0;
    else if (open_q == 2'd0) open_q <= {1'b0, host_valid_i && !host_we_i && host_ready_o};
    else open_q <= (open_q == 2'd1) ? 2'd2 : 2'd0;
    if (!reading_o) addr_q <= host_addr_i;
  end
endmodule
