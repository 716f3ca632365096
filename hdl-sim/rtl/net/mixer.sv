// mixer: `mix` of num/dither.rs, one or two rounds per cycle. The key words must be stable while it is busy; the result is held until the
// next load. A row reads its key already in the last cycle.
module mixer #(
  parameter int Rounds = 1
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  // A program sets words, then starts; a row sets and starts in one cycle.
  input  logic        x_set_i,
  input  logic        y_set_i,
  input  logic [31:0] value_i,
  input  logic        start_i,
  input  logic        row_start_i,
  input  logic [9:0]  row_i,
  input  logic [31:0] k0_i,
  input  logic [31:0] k1_i,
  output logic        busy_o,
  output logic [31:0] x_o,
  output logic [31:0] y_o,
  output logic        row_busy_o,
  output logic [15:0] row_dither_o,
  output logic [15:0] row_step_o
);
  logic [31:0] x_q;
  logic [31:0] y_q;
  logic [3:0]  round_q;
  logic [31:0] key;
  logic [63:0] first;
  logic [63:0] next;

  assign key   = ((Rounds == 1 && round_q[0]) ? k1_i : k0_i) ^ {28'd0, round_q};
  assign first = hebbit_num_pkg::mix_round(x_q, y_q, key);
  if (Rounds == 1) begin : g_next
    assign next = first;
  end else begin : g_next
    assign next = hebbit_num_pkg::mix_round(first[63:32], first[31:0], k1_i ^ {28'd0, round_q[3:1], 1'b1});
  end
  assign busy_o = !round_q[3];
  assign x_o    = x_q;
  assign y_o    = y_q;
  assign row_busy_o   = busy_o && round_q != 4'(8 - Rounds);
  assign row_dither_o = busy_o ? next[47:32] : x_q[15:0];
  assign row_step_o   = busy_o ? next[15:0] : y_q[15:0];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) round_q <= 4'd8;
    else if (start_i || row_start_i) round_q <= 4'd0;
    else if (busy_o) round_q <= round_q + 4'(Rounds);
    if (row_start_i) x_q <= {22'd0, row_i};
    else if (x_set_i) x_q <= value_i;
    else if (busy_o) x_q <= next[63:32];
    if (row_start_i) y_q <= 32'd0;
    else if (y_set_i) y_q <= value_i;
    else if (busy_o) y_q <= next[31:0];
  end
endmodule
