// microcircuit_teach: twin of learn/microcircuit.rs `teach`: the two error trains of an output neuron, as traces.
module microcircuit_teach (
  input  logic [hebbit_pkg::LeakWidth-1:0]          decay_i,
  input  logic [hebbit_pkg::TraceWidth-1:0]         bump_i,
  input  logic [8:0]                                rate_i,
  input  logic [hebbit_pkg::TicksWidth-2:0]         tick_i,
  input  logic                                      wanted_i,
  input  logic                                      event_i,
  input  logic [hebbit_pkg::CountWidth-1:0]         sum_i,
  input  logic [hebbit_pkg::TraceWidth-1:0]         plus_i,
  input  logic [hebbit_pkg::TraceWidth-1:0]         minus_i,
  output logic [hebbit_pkg::TraceWidth-1:0]         plus_o,
  output logic [hebbit_pkg::TraceWidth-1:0]         minus_o,
  output logic signed [hebbit_pkg::ApicalWidth-1:0] apical_o
);
  logic [15:0] after;
  // Only whole spikes are counted.
  /* verilator lint_off UNUSEDSIGNAL */
  logic [24:0] due;
  /* verilator lint_on UNUSEDSIGNAL */
  logic late;
  logic wrong;

  // A window has at most 32767 ticks.
  assign after = {1'b0, tick_i} + 16'd1;
  assign due   = after * rate_i;
  assign late  = wanted_i && {1'b0, sum_i} < due[24:8];
  assign wrong = !wanted_i && event_i;
  trace u_plus (.decay_i, .bump_i, .trace_i(plus_i), .event_i({7'd0, late}), .trace_o(plus_o));
  trace u_minus (.decay_i, .bump_i, .trace_i(minus_i), .event_i({7'd0, wrong}), .trace_o(minus_o));
  assign apical_o = hebbit_num_pkg::saturate({16'd0, plus_o} - {16'd0, minus_o});
endmodule
