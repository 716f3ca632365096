// intake: accepts the magnitudes of the input, in groups of four, while the program opens it; `go` ends them and says whether the sample
// is learned. Either all groups arrive in order, or only the lanes with an event after the input is cleared.
module intake #(
  parameter int LineWidth = 9
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 begin_i,
  input  logic                 wipe_i,
  input  logic                 open_i,
  input  logic                 event_valid_i,
  output logic                 event_ready_o,
  input  logic [7:0]           event_group_i,
  input  logic [3:0]           event_lanes_i,
  input  logic [31:0]          event_magnitudes_i,
  input  logic                 go_i,
  input  logic                 learn_i,
  input  logic                 target_i,
  input  logic [LineWidth-1:0] base_i,
  input  logic [9:0]           inputs_i,
  output logic                 open_o,
  output logic                 learning_o,
  output logic                 taught_o,
  // The lines.
  output logic [3:0]           we_o,
  output logic                 counts_o,
  output logic [LineWidth-1:0] waddr_o,
  output logic [31:0]          magnitudes_o
);
  logic sparse_q;
  logic wiping_q;
  logic [7:0] wipe_q;
  logic [7:0] group;
  logic bias_group;

  assign event_ready_o = open_o && !wiping_q;
  assign group         = wiping_q ? wipe_q : event_group_i;
  assign bias_group    = group == inputs_i[9:2];
  assign we_o          = {4{wiping_q}} | (event_lanes_i & {4{event_valid_i && event_ready_o}});
  // Groups that arrive in order may be read before the last one has arrived.
  assign counts_o      = event_valid_i && event_ready_o && !sparse_q;
  assign waddr_o       = base_i + LineWidth'(group);
  // The bias line after the last line always has its event.
  for (genvar j = 0; j < hebbit_pkg::Lanes; j++) begin : g_line
    assign magnitudes_o[j*8+:8] = (bias_group && inputs_i[1:0] == 2'(j)) ? 8'(hebbit_pkg::GradedFull)
                                : wiping_q ? 8'd0 : event_magnitudes_i[j*8+:8];
  end

  always_ff @(posedge clk_i) begin
    if (begin_i) sparse_q <= wipe_i;
    if (!rst_ni) begin
      open_o   <= 1'b0;
      wiping_q <= 1'b0;
    end else if (open_i) begin
      open_o   <= 1'b1;
      wiping_q <= sparse_q;
    end else begin
      if (wiping_q && bias_group) wiping_q <= 1'b0;
      if (go_i && event_ready_o) open_o <= 1'b0;
    end
    wipe_q <= wiping_q ? wipe_q + 8'd1 : 8'd0;
    if (go_i && event_ready_o) begin
      learning_o <= learn_i;
      taught_o   <= learn_i && target_i;
    end
  end
endmodule
