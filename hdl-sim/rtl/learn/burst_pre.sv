// burst_pre: twin of learn/burst.rs `pre`, form Count: what a line has carried since the window's start, 0..=255.
module burst_pre (
  input  logic [3:0]                        spike_shift_i,
  input  logic [hebbit_pkg::CountWidth-1:0] sum_i,
  output logic [7:0]                        pre_o
);
  logic [31:0] shifted;

  assign shifted = {16'd0, sum_i} << spike_shift_i;
  assign pre_o   = (shifted > 32'd255) ? 8'd255 : shifted[7:0];
endmodule
