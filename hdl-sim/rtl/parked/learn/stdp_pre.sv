// stdp_pre: twin of learn/stdp.rs `pre`: the line's trace including this tick's event, and the event.
module stdp_pre #(
  parameter int Decay = 0,
  parameter int Bump = 0
) (
  input  logic [hebbit_pkg::LeakWidth-1:0]  decay_i,
  input  logic [hebbit_pkg::TraceWidth-1:0] bump_i,
  input  logic [hebbit_pkg::TraceWidth-1:0] trace_i,
  input  logic [7:0]                        event_i,
  output logic [hebbit_pkg::TraceWidth-1:0] trace_o,
  output logic [7:0]                        grow_o,
  output logic [7:0]                        shrink_o
);
  trace #(.Decay(Decay), .Bump(Bump)) u_trace (.decay_i, .bump_i, .trace_i, .event_i, .trace_o);
  assign grow_o   = hebbit_num_pkg::units(trace_o);
  assign shrink_o = event_i;
endmodule
