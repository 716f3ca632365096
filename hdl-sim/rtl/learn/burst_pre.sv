// burst_pre: twin of learn/burst.rs `pre`, form Count: the sum of the line's events since the window's start, 0..=255.
module burst_pre #(
  parameter int SumWidth = hebbit_pkg::CountWidth
) (
  input  logic [3:0]          spike_shift_i,
  input  logic [SumWidth-1:0] sum_i,
  output logic [7:0]          pre_o
);
  logic [SumWidth+7:0] shifted;

  // The shift is at most 8.
  assign shifted = spike_shift_i[3] ? {sum_i, 8'd0} : (SumWidth + 8)'(sum_i) << spike_shift_i[2:0];
  assign pre_o   = (shifted[SumWidth+7:8] != '0) ? 8'd255 : shifted[7:0];
endmodule
