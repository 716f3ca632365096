// stdp_post: twin of learn/stdp.rs `post`: weights grow when the neuron fires. In the pair form they also shrink by the trace before this
// tick's spike, in the instar form they also decay (forget).
module stdp_post #(
  parameter int Decay = 0,
  parameter int Bump = 0
) (
  input  logic                                    instar_i,
  input  logic [hebbit_pkg::LeakWidth-1:0]        decay_i,
  input  logic [hebbit_pkg::TraceWidth-1:0]       bump_i,
  input  logic signed [hebbit_pkg::PostWidth-1:0] grow_i,
  input  logic [hebbit_pkg::PostWidth-2:0]        shrink_i,
  input  logic [hebbit_pkg::TraceWidth-1:0]       trace_i,
  input  logic                                    event_i,
  output logic [hebbit_pkg::TraceWidth-1:0]       trace_o,
  output logic signed [hebbit_pkg::PostWidth-1:0] grow_o,
  output logic signed [hebbit_pkg::PostWidth-1:0] shrink_o,
  output logic                                    forget_o
);
  logic [22:0] product;
  logic [14:0] shrink;

  trace #(.Decay(Decay), .Bump(Bump)) u_trace (.decay_i, .bump_i, .trace_i, .event_i({7'd0, event_i}), .trace_o);
  assign product  = shrink_i * hebbit_num_pkg::units(trace_i);
  assign shrink   = (product[22:15] == 8'd0) ? product[14:0] : 15'h7fff;
  assign grow_o   = event_i ? grow_i : 16'sd0;
  assign shrink_o = instar_i ? 16'sd0 : -$signed({1'b0, shrink});
  assign forget_o = instar_i && event_i;
endmodule
