// An adaptive neuron may fire exactly if its membrane has reached threshold plus adaptation; a neuron that fires or loses is reset; an
// adaptation never wraps.
module formal_adaptive (
  input logic signed [15:0] threshold_i,
  input logic signed [15:0] reset_i,
  input logic signed [15:0] floor_i,
  input logic        [15:0] bump_i,
  input logic        [15:0] decay_i,
  input logic               kept_i,
  input logic signed [15:0] leaked_i,
  input logic signed [15:0] current_i,
  input logic        [15:0] rise_i,
  input logic               loses_i
);
  logic signed [15:0] held;
  logic signed [17:0] excess;
  logic signed [15:0] membrane;
  logic        [15:0] rise;
  logic        [15:0] rested;
  logic               fires;
  logic signed [19:0] ideal;

  adaptive u_adaptive (.threshold_i, .floor_i, .leaked_i, .rise_i, .current_i, .membrane_o(held), .excess_o(excess));
  adaptive_fire u_fire (.reset_i, .bump_i, .fires_i(fires), .loses_i(loses_i), .membrane_i(held), .rise_i,
                        .membrane_o(membrane), .rise_o(rise));
  adaptive_reset u_reset (.kept_i, .decay_i, .rise_i, .rise_o(rested));
  assign fires = !loses_i && !excess[17];
  assign ideal = 20'(held) - 20'(threshold_i) - $signed({4'd0, rise_i});

  always_comb begin
    assume (threshold_i > 16'sd0 && floor_i <= 16'sd0 && reset_i >= floor_i && reset_i < threshold_i);
    assert (20'(excess) == ideal);
    // So 15 bits are enough for competition.
    assert (excess <= 18'sd32766);
    assert (held >= floor_i && membrane >= floor_i);
    if (fires || loses_i) assert (membrane == reset_i);
    else assert (membrane == held);
    if (fires) assert (rise >= rise_i && (rise == 16'hffff || rise == rise_i + bump_i));
    else assert (rise == rise_i);
    assert (rested <= rise_i && (kept_i || rested == 16'd0));
  end
endmodule
