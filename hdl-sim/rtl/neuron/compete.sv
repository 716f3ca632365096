// compete: one step of winner-take-all (docs/NUMBERS.md, 7.6): the maximum of the excesses that are not negative; the first of equals.
// Neurons are presented in ascending order. A threshold is at least 1, so an excess that can win has 15 bits.
module compete #(
  parameter int IndexWidth = 10
) (
  input  logic                  found_i,
  input  logic [14:0]           best_i,
  input  logic [IndexWidth-1:0] winner_i,
  input  logic signed [17:0]    excess_i,
  input  logic [IndexWidth-1:0] index_i,
  output logic                  found_o,
  output logic [14:0]           best_o,
  output logic [IndexWidth-1:0] winner_o
);
  logic better;

  assign better   = !excess_i[17] && (!found_i || excess_i[14:0] > best_i);
  assign found_o  = found_i || !excess_i[17];
  assign best_o   = better ? excess_i[14:0] : best_i;
  assign winner_o = better ? index_i : winner_i;
  // An excess that is not negative is at most 32766.
  /* verilator lint_off UNUSEDSIGNAL */
  logic [1:0] above;
  /* verilator lint_on UNUSEDSIGNAL */
  assign above = excess_i[16:15];
endmodule
