// A build that fixes decay and bump of a trace is the one that reads them; factors of the rule have the signs that their form gives them.
module formal_stdp (
  input logic [15:0] trace_i,
  input logic [7:0]  event_i,
  input logic        instar_i,
  input logic [14:0] grow_i,
  input logic [14:0] shrink_i
);
  logic [15:0] full, full_fixed, part, part_fixed, after;
  logic [7:0] unit_full, unit_fixed, shrink_full, shrink_fixed;
  logic signed [15:0] grow, shrink;
  logic forget;

  stdp_pre u_full (.decay_i(16'hffff), .bump_i(16'd256), .trace_i, .event_i, .trace_o(full), .grow_o(unit_full), .shrink_o(shrink_full));
  stdp_pre #(.Decay(65535), .Bump(256)) u_fixed (.decay_i(16'd0), .bump_i(16'd0), .trace_i, .event_i, .trace_o(full_fixed),
                                                 .grow_o(unit_fixed), .shrink_o(shrink_fixed));
  trace u_part (.decay_i(16'd4096), .bump_i(16'd300), .trace_i, .event_i, .trace_o(part));
  trace #(.Decay(4096), .Bump(300)) u_part_fixed (.decay_i(16'd0), .bump_i(16'd0), .trace_i, .event_i, .trace_o(part_fixed));
  stdp_post u_post (.instar_i, .decay_i(16'd4096), .bump_i(16'd300), .grow_i({1'b0, grow_i}), .shrink_i, .trace_i,
                    .event_i(event_i[0]), .trace_o(after), .grow_o(grow), .shrink_o(shrink), .forget_o(forget));

  always_comb begin
    assert (full == full_fixed && unit_full == unit_fixed && shrink_full == shrink_fixed && shrink_full == event_i);
    // With these two the trace is the event itself, from the second tick on.
    assert (unit_full == event_i);
    assert (part == part_fixed);
    assert (grow >= 16'sd0 && shrink <= 16'sd0 && shrink != 16'sh8000);
    assert (forget == (instar_i && event_i[0]));
    if (instar_i) assert (shrink == 16'sd0);
    if (!event_i[0]) assert (grow == 16'sd0);
    if (trace_i < 16'd256) assert (shrink == 16'sd0);
  end
endmodule
