// A LIF neuron: a spike means that the threshold was reached, and the reset follows; a refractory neuron is silent; the membrane is never
// below the floor.
module formal_lif (
  input logic signed [15:0] threshold_i,
  input logic signed [15:0] reset_i,
  input logic signed [15:0] floor_i,
  input logic        [15:0] refractory_i,
  input logic               hard_reset_i,
  input logic signed [15:0] leaked_i,
  input logic        [15:0] left_i,
  input logic signed [15:0] current_i
);
  logic signed [15:0] next;
  logic signed [15:0] membrane;
  logic        [15:0] left;
  logic               spike;
  // The membrane before the spike, exact and clamped.
  logic signed [17:0] exact;
  logic signed [17:0] reached;

  lif u_lif (.threshold_i, .reset_i, .floor_i, .refractory_i, .hard_reset_i, .leaked_i, .left_i, .current_i,
             .next_o(next), .next_i(next), .next_left_i(left_i), .membrane_o(membrane), .left_o(left), .spike_o(spike));
  assign exact = 18'(leaked_i) + ((left_i == 16'd0) ? 18'(current_i) : 18'sd0);
  always_comb begin
    reached = exact;
    if (reached > 18'sd32767) reached = 18'sd32767;
    if (reached < 18'(floor_i)) reached = 18'(floor_i);
  end

  always_comb begin
    assume (threshold_i > 16'sd0 && floor_i <= 16'sd0 && reset_i >= floor_i && reset_i < threshold_i);
    assert (spike == (left_i == 16'd0 && reached >= 18'(threshold_i)));
    if (left_i != 16'd0) assert (!spike && left == left_i - 16'd1);
    if (spike) assert (left == refractory_i);
    if (spike && hard_reset_i) assert (membrane == reset_i);
    if (spike && !hard_reset_i) assert (18'(membrane) == reached - 18'(threshold_i) && membrane >= 16'sd0);
    if (!spike) assert (18'(membrane) == reached);
    assert (membrane >= floor_i);
  end
endmodule
