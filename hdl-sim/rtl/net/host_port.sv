// host_port: host access to the words of the core, one request at a time and only while the core is idle; an earlier request waits. A
// request is held until `host_ready_o`: a write takes one cycle, a read two. docs/RTL.md has the map.
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
  output logic        host_error_o,
  output logic        open_o,
  output logic        table_o,
  output logic        weights_o,
  output logic [2:0]  memory_o,
  output logic        write_o
);
  logic [1:0] step_q;
  logic error_q;
  logic [17:0] addr;
  logic outside;
  logic error;

  assign open_o    = step_q != 2'd0;
  assign addr      = host_addr_i;
  assign weights_o = addr[17];
  assign table_o   = addr[17:14] == 4'd0;
  assign memory_o  = addr[12:10];

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

  assign write_o      = step_q[0] && host_we_i && !error_q;
  assign host_ready_o = step_q[1] || (step_q[0] && host_we_i);
  assign host_error_o = error_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) step_q <= 2'd0;
    else step_q <= {step_q[0] && !host_we_i, !open_o && host_valid_i && idle_i};
    error_q <= error;
  end
endmodule
