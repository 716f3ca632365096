// host_port: the words of the core for whoever drives it, one request at a time and only while the core is idle; a request that comes
// earlier waits. A write is done when it is taken, a read gives its word two cycles later. docs/RTL.md has the map.
module host_port #(
  parameter int WeightAddr = 15
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
  logic error;

  assign reading_o    = open_q != 2'd0;
  assign host_ready_o = idle_i && !reading_o;
  assign addr         = reading_o ? addr_q : host_addr_i;
  assign addr_o       = addr[16:0];
  assign weights_o    = addr[17];
  assign table_o      = addr[17:8] == 10'd0;
  assign memory_o     = addr[12:10];
  // Seven memories from 16 Ki on, 1 Ki apart.
  assign error = addr[17] ? (addr[16:0] >> WeightAddr) != 17'd0
                          : !table_o && !(addr[16:13] == 4'd2 && memory_o != 3'd7);

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
