// A build that fixes a decay by a power of two equals one that reads it from a port; with full decay the trace is the event; factors have
// the signs that the rule's form defines.
module formal_stdp (
  input logic [15:0] trace_i,
  input logic [7:0]  event_i,
  input logic        instar_i,
  input logic [14:0] grow_i,
  input logic [14:0] shrink_i
);
  logic [15:0] full, part, part_fixed, after;
  logic [7:0] grown, shrunk;
  logic signed [15:0] grow, shrink;
  logic forget;

  stdp_pre #(.Decay(65535), .Bump(256)) u_full (.decay_i(16'd0), .bump_i(16'd0), .trace_i, .event_i, .trace_o(full),
                                                .grow_o(grown), .shrink_o(shrunk));
  trace u_part (.decay_i(16'd4096), .bump_i(16'd300), .trace_i, .event_i, .trace_o(part));
  trace #(.Decay(4096), .Bump(300)) u_part_fixed (.decay_i(16'd0), .bump_i(16'd0), .trace_i, .event_i, .trace_o(part_fixed));
  stdp_post u_post (.instar_i, .decay_i(16'd4096), .bump_i(16'd300), .grow_i({1'b0, grow_i}), .shrink_i, .trace_i,
                    .event_i(event_i[0]), .trace_o(after), .grow_o(grow), .shrink_o(shrink), .forget_o(forget));

  always_comb begin
    // With these two the trace is the event itself.
    assert (grown == event_i && shrunk == event_i && full[7:0] <= 8'd1);
    assert (part == part_fixed);
    assert (grow >= 16'sd0 && shrink <= 16'sd0 && shrink != 16'sh8000);
    assert (forget == (instar_i && event_i[0]));
    if (instar_i) assert (shrink == 16'sd0);
    if (!event_i[0]) assert (grow == 16'sd0);
    if (trace_i < 16'd256) assert (shrink == 16'sd0);
  end
endmodule
