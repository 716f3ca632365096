// reward_post: twin of learn/reward.rs `post`: the neuron's slow trace times the reward beyond the expected one.
module reward_post #(
  parameter int Decay = 0,
  parameter int Bump = 0
) (
  input  logic [hebbit_pkg::LeakWidth-1:0]        decay_i,
  input  logic [hebbit_pkg::TraceWidth-1:0]       bump_i,
  input  logic signed [15:0]                      modulator_i,
  input  logic [hebbit_pkg::TraceWidth-1:0]       trace_i,
  input  logic [7:0]                              event_i,
  output logic [hebbit_pkg::TraceWidth-1:0]       trace_o,
  output logic signed [hebbit_pkg::PostWidth-1:0] post_o
);
  trace #(.Decay(Decay), .Bump(Bump)) u_trace (.decay_i, .bump_i, .trace_i, .event_i, .trace_o);
  assign post_o = hebbit_num_pkg::modulate(modulator_i, trace_o);
endmodule
