// latency: twin of encode/latency.rs: one spike per window; brighter pixels spike earlier. `ticks_i` is the window's length in ticks,
// `tick_i` the tick within it.
module latency (
  input  logic [7:0]                        pixel_i,
  input  logic [hebbit_pkg::TicksWidth-1:0] ticks_i,
  input  logic [hebbit_pkg::TicksWidth-1:0] tick_i,
  output logic                              spike_o
);
  logic [7:0] dark;
  // The fraction below a tick is dropped.
  /* verilator lint_off UNUSEDSIGNAL */
  logic [23:0] due;
  /* verilator lint_on UNUSEDSIGNAL */

  assign dark    = ~pixel_i;
  assign due     = dark * ticks_i;
  assign spike_o = pixel_i != 8'd0 && due[23:8] == tick_i;
endmodule
