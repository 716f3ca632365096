// burst_draw: twin of learn/burst.rs `post` and `send`, forms Unsigned and Signed: in each tick a burst minus its expectation, or a burst
// with the sign of the wanted change.
module burst_draw (
  input  logic                                      signed_i,
  input  logic [2:0]                                gain_i,
  input  logic                                      output_i,
  input  logic                                      event_i,
  input  logic signed [hebbit_pkg::ApicalWidth-1:0] apical_i,
  input  logic [15:0]                               draw_i,
  output logic signed [hebbit_pkg::ApicalWidth-1:0] word_o
);
  localparam logic signed [15:0] Burst = 16'sd128;

  logic active;
  logic signed [31:0] lifted;
  logic signed [15:0] near;
  logic signed [15:0] d;
  logic [14:0] size;
  logic [15:0] chance;

  // From -32767 to 32767.
  assign active = event_i || (output_i && apical_i != 16'sd0);
  assign lifted = 32'(apical_i) <<< gain_i;
  assign near   = hebbit_num_pkg::saturate(lifted);
  assign d      = (near == 16'sh8000) ? 16'sh8001 : near;
  assign size   = d[15] ? -d[14:0] : d[14:0];
  assign chance = signed_i ? {size, 1'b0} : {!d[15], d[14:0]};

  always_comb begin
    if (!active) word_o = 16'sd0;
    else if (!signed_i) word_o = (draw_i < chance) ? Burst : -Burst;
    else if (draw_i >= chance) word_o = 16'sd0;
    else word_o = d[15] ? -Burst : Burst;
  end
endmodule
