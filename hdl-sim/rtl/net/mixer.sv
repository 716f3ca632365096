// mixer: `mix` of num/dither.rs, one round per cycle. The key words stay as they are while it is busy.
module mixer (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        start_i,
  input  logic [31:0] x_i,
  input  logic [31:0] y_i,
  input  logic [31:0] k0_i,
  input  logic [31:0] k1_i,
  output logic        busy_o,
  output logic [31:0] x_o,
  output logic [31:0] y_o
);
  logic [31:0] x_q;
  logic [31:0] y_q;
  logic [3:0]  round_q;
  logic [31:0] key;
  logic [63:0] next;

  assign key    = (round_q[0] ? k1_i : k0_i) ^ {28'd0, round_q};
  assign next   = hebbit_num_pkg::mix_round(x_q, y_q, key);
  assign busy_o = !round_q[3];
  assign x_o    = x_q;
  assign y_o    = y_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      round_q <= 4'd8;
      x_q     <= 32'd0;
      y_q     <= 32'd0;
    end else if (start_i) begin
      round_q <= 4'd0;
      x_q     <= x_i;
      y_q     <= y_i;
    end else if (busy_o) begin
      round_q    <= round_q + 4'd1;
      {x_q, y_q} <= next;
    end
  end
endmodule
