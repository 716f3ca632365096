// reward_pre: twin of learn/reward.rs `pre`: the line's slow trace.
module reward_pre #(
  parameter int Decay = 0,
  parameter int Bump = 0
) (
  input  logic [hebbit_pkg::LeakWidth-1:0]  decay_i,
  input  logic [hebbit_pkg::TraceWidth-1:0] bump_i,
  input  logic [hebbit_pkg::TraceWidth-1:0] trace_i,
  input  logic [7:0]                        event_i,
  output logic [hebbit_pkg::TraceWidth-1:0] trace_o,
  output logic [7:0]                        pre_o
);
  trace #(.Decay(Decay), .Bump(Bump)) u_trace (.decay_i, .bump_i, .trace_i, .event_i, .trace_o);
  assign pre_o = hebbit_num_pkg::units(trace_o);
endmodule
