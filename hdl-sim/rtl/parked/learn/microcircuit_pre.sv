// microcircuit_pre: twin of learn/microcircuit.rs `pre`: the factor is the trace for a spiking line, the magnitude for a graded one.
module microcircuit_pre (
  input  logic [hebbit_pkg::LeakWidth-1:0]  decay_i,
  input  logic [hebbit_pkg::TraceWidth-1:0] bump_i,
  input  logic                              graded_i,
  input  logic [hebbit_pkg::TraceWidth-1:0] trace_i,
  input  logic [7:0]                        event_i,
  output logic [hebbit_pkg::TraceWidth-1:0] trace_o,
  output logic [7:0]                        pre_o
);
  logic [15:0] ticked;

  trace u_trace (.decay_i, .bump_i, .trace_i, .event_i({7'd0, event_i[0]}), .trace_o(ticked));
  assign trace_o = graded_i ? trace_i : ticked;
  assign pre_o   = graded_i ? event_i : hebbit_num_pkg::units(ticked);
endmodule
