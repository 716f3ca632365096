// contest: winner-take-all among the neurons of a pass, presented in ascending order, NeuronLanes per cycle. The winner is held until the
// next pass with competition.
module contest #(
  parameter int NeuronLanes = 2
) (
  input  logic        clk_i,
  input  logic        start_i,
  input  logic        valid_i,
  // Number of the first neuron; each neuron's membrane minus threshold.
  input  logic [9:0]  index_i,
  input  logic [18*NeuronLanes-1:0] excesses_i,
  output logic        found_o,
  output logic [NeuronLanes-1:0] wins_o
);
  logic found_q;
  logic [14:0] best_q;
  logic [9:0] winner_q;
  logic [NeuronLanes:0] founds;
  logic [15*NeuronLanes+14:0] bests;
  logic [10*NeuronLanes+9:0] winners;

  assign founds[0]     = found_q;
  assign bests[14:0]   = best_q;
  assign winners[9:0]  = winner_q;
  assign found_o       = found_q;
  for (genvar j = 0; j < NeuronLanes; j++) begin : g_lane
    logic signed [17:0] excess;
    logic [9:0] index;
    assign excess = excesses_i[j*18+:18];
    assign index  = index_i | 10'(j);
    compete u_compete (
      .found_i(founds[j]), .best_i(bests[j*15+:15]), .winner_i(winners[j*10+:10]),
      .excess_i(excess), .index_i(index),
      .found_o(founds[j+1]), .best_o(bests[(j+1)*15+:15]), .winner_o(winners[(j+1)*10+:10]));
    assign wins_o[j] = winner_q == index;
  end
  always_ff @(posedge clk_i) begin
    if (start_i) begin
      found_q <= 1'b0;
    end else if (valid_i) begin
      found_q  <= founds[NeuronLanes];
      best_q   <= bests[15*NeuronLanes+:15];
      winner_q <= winners[10*NeuronLanes+:10];
    end
  end
endmodule
