// Neurons are presented one after another: the winner has the maximum of the excesses that are not negative, the first of equals. Proved
// for a neuron that the solver may choose.
module formal_compete (
  input logic               clk_i,
  input logic signed [17:0] excess_i
);
  (* anyconst *) logic [7:0] chosen;

  logic        started_q = 1'b0;
  logic        found_q;
  logic [14:0] best_q;
  logic [7:0]  winner_q;
  logic [7:0]  index_q;
  logic        seen_q;
  logic signed [17:0] shown_q;
  logic        found;
  logic [14:0] best;
  logic [7:0]  winner;

  compete #(.IndexWidth(8)) u_compete (.found_i(found_q), .best_i(best_q), .winner_i(winner_q), .excess_i, .index_i(index_q),
                                       .found_o(found), .best_o(best), .winner_o(winner));

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (!started_q) begin
      found_q <= 1'b0;
      index_q <= 8'd0;
      seen_q  <= 1'b0;
    end else if (index_q != 8'hff) begin
      found_q  <= found;
      best_q   <= best;
      winner_q <= winner;
      index_q  <= index_q + 8'd1;
      if (index_q == chosen) begin
        seen_q  <= 1'b1;
        shown_q <= excess_i;
      end
    end
  end

  always_comb begin
    assume (excess_i <= 18'sd32766);
    if (started_q) begin
      assert (seen_q == (index_q > chosen));
      if (found_q) assert (winner_q < index_q);
      if (seen_q) assert (shown_q <= 18'sd32766);
      // No presented neuron exceeds the best, and none equal to it comes before the winner.
      if (seen_q && shown_q >= 18'sd0) assert (found_q && {3'd0, best_q} >= shown_q);
      if (seen_q && shown_q >= 18'sd0 && {3'd0, best_q} == shown_q) assert (winner_q <= chosen);
      // The winner has the best excess.
      if (found_q && winner_q == chosen) assert (seen_q && {3'd0, best_q} == shown_q);
    end
  end
endmodule
