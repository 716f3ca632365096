// top_twins: the combinational twins of rules, neurons and encoders, one at a time, for simulation; parked ones too. Operands as in
// top_verbs.
module top_twins (
  input  logic [5:0]         verb_i,
  input  logic signed [31:0] a_i,
  input  logic signed [31:0] b_i,
  input  logic signed [31:0] c_i,
  input  logic signed [31:0] d_i,
  input  logic signed [15:0] e_i,
  output logic signed [31:0] y_o,
  output logic signed [31:0] z_o
);
  // Updates.
  logic signed [31:0] sum;
  logic signed [7:0] weight;
  assign sum    = hebbit_num_pkg::update_sum(b_i[7:0], b_i[15:8], a_i[15:0], a_i[31:16], c_i[15:8], c_i[5], c_i[4:0]);
  assign weight = hebbit_num_pkg::updated(c_i[15:8], sum, b_i[31:16], c_i[31:24], c_i[23:16]);

  // stdp: with decay and bump from ports, and with them fixed as parameters.
  logic [15:0] line_trace, full_trace, shift_trace, odd_trace;
  logic [7:0] line_grow, line_shrink, full_grow, full_shrink, shift_grow, shift_shrink, odd_grow, odd_shrink;
  stdp_pre u_pre (.decay_i(b_i[31:16]), .bump_i(b_i[15:0]), .trace_i(a_i[15:0]), .event_i(c_i[7:0]), .trace_o(line_trace),
                  .grow_o(line_grow), .shrink_o(line_shrink));
  stdp_pre #(.Decay(65535), .Bump(256)) u_full (.decay_i(16'd0), .bump_i(16'd0), .trace_i(a_i[15:0]), .event_i(c_i[7:0]),
                                                .trace_o(full_trace), .grow_o(full_grow), .shrink_o(full_shrink));
  stdp_pre #(.Decay(4096), .Bump(300)) u_shift (.decay_i(16'd0), .bump_i(16'd0), .trace_i(a_i[15:0]), .event_i(c_i[7:0]),
                                                .trace_o(shift_trace), .grow_o(shift_grow), .shrink_o(shift_shrink));
  stdp_pre #(.Decay(5000)) u_odd (.decay_i(16'd0), .bump_i(b_i[15:0]), .trace_i(a_i[15:0]), .event_i(c_i[7:0]),
                                  .trace_o(odd_trace), .grow_o(odd_grow), .shrink_o(odd_shrink));
  logic [15:0] neuron_trace;
  logic signed [15:0] grow, shrink;
  logic forget;
  stdp_post u_post (.instar_i(d_i[16]), .decay_i(b_i[31:16]), .bump_i(b_i[15:0]), .grow_i(c_i[15:0]), .shrink_i(c_i[30:16]),
                    .trace_i(a_i[15:0]), .event_i(d_i[17]), .trace_o(neuron_trace), .grow_o(grow), .shrink_o(shrink),
                    .forget_o(forget));

  // A tick of an adaptive neuron, with and without competition.
  logic signed [15:0] leaked, held, membrane, floor;
  logic [15:0] rise, risen, rested;
  logic signed [17:0] excess;
  logic kept, lost, fires;
  assign kept   = b_i[15];
  assign lost   = b_i[31];
  assign floor  = -$signed({1'b0, b_i[30:16]});
  assign leaked = hebbit_num_pkg::leak(a_i[15:0], e_i);
  assign rise   = kept ? a_i[31:16] : hebbit_num_pkg::leak_unsigned(a_i[31:16], d_i[15:0]);
  adaptive u_adaptive (.threshold_i({1'b0, b_i[14:0]}), .floor_i(floor), .leaked_i(leaked), .rise_i(rise),
                       .current_i(c_i[15:0]), .membrane_o(held), .excess_o(excess));
  assign fires = !lost && !excess[17];
  adaptive_fire u_fire (.reset_i(c_i[31:16]), .bump_i(d_i[31:16]), .fires_i(fires), .loses_i(lost), .membrane_i(held),
                        .rise_i(rise), .membrane_o(membrane), .rise_o(risen));
  adaptive_reset u_reset (.kept_i(b_i[15]), .decay_i(d_i[15:0]), .rise_i(a_i[31:16]), .rise_o(rested));

  // Four neurons that compete.
  logic [4:0] found;
  logic [74:0] best;
  logic [9:0] winner;
  logic [71:0] excesses;
  assign excesses = {d_i[17:0], c_i[17:0], b_i[17:0], a_i[17:0]};
  assign found[0]    = 1'b0;
  assign best[14:0]  = 15'd0;
  assign winner[1:0] = 2'd0;
  for (genvar j = 0; j < 4; j++) begin : g_compete
    compete #(.IndexWidth(2)) u_compete (
      .found_i(found[j]), .best_i(best[j*15+:15]), .winner_i(winner[j*2+:2]), .excess_i(excesses[j*18+:18]), .index_i(2'(j)),
      .found_o(found[j+1]), .best_o(best[(j+1)*15+:15]), .winner_o(winner[(j+1)*2+:2])
    );
  end

  // Encoders. The pixels of the Poisson mask are a_i + 8j; the ticks of the latency mask are c_i + j.
  logic [7:0] left;
  logic spike;
  // A draw is the top byte of x.
  /* verilator lint_off UNUSEDSIGNAL */
  logic [63:0] mixed;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [31:0] poisson_mask;
  logic [31:0] latency_mask;
  rate u_rate (.pixel_i(a_i[7:0]), .left_i(b_i[7:0]), .left_o(left), .spike_o(spike));
  assign mixed = hebbit_num_pkg::mix({16'd0, e_i}, b_i, c_i, d_i);
  for (genvar j = 0; j < 32; j++) begin : g_mask
    poisson u_poisson (.pixel_i(a_i[7:0] + 8'(8 * j)), .draw_i(mixed[63:56]), .spike_o(poisson_mask[j]));
    latency u_latency (.pixel_i(a_i[7:0]), .ticks_i(b_i[15:0]), .tick_i(c_i[15:0] + 16'(j)), .spike_o(latency_mask[j]));
  end

  // Other rules.
  logic [15:0] slow_line, slow_neuron, circuit_line;
  logic [7:0] slow_pre, circuit_pre;
  logic signed [15:0] rewarded, gated, apical;
  reward_pre u_reward_pre (.decay_i(b_i[31:16]), .bump_i(b_i[15:0]), .trace_i(a_i[15:0]), .event_i(c_i[7:0]), .trace_o(slow_line),
                           .pre_o(slow_pre));
  reward_post u_reward_post (.decay_i(b_i[31:16]), .bump_i(b_i[15:0]), .modulator_i(d_i[15:0]), .trace_i(a_i[15:0]),
                             .event_i(c_i[7:0]), .trace_o(slow_neuron), .post_o(rewarded));
  logic [15:0] fast, slow, own_fast, own_slow;
  logic [7:0] triplet_grow, triplet_shrink;
  logic signed [15:0] own_grow, own_shrink;
  triplet_pre u_triplet_pre (.r1_decay_i(b_i[15:0]), .r2_decay_i(b_i[31:16]), .r1_bump_i(c_i[15:0]), .r2_bump_i(c_i[31:16]),
                             .a2_minus_i(d_i[7:0]), .a3_minus_i(d_i[15:8]), .r1_i(a_i[15:0]), .r2_i(a_i[31:16]), .fired_i(e_i[0]),
                             .r1_o(fast), .r2_o(slow), .grow_o(triplet_grow), .shrink_o(triplet_shrink));
  triplet_post u_triplet_post (.o1_decay_i(b_i[15:0]), .o2_decay_i(b_i[31:16]), .o1_bump_i(c_i[15:0]), .o2_bump_i(c_i[31:16]),
                               .a2_plus_i(d_i[14:0]), .a3_plus_i(d_i[30:16]), .o1_i(a_i[15:0]), .o2_i(a_i[31:16]),
                               .fired_i(e_i[0]), .o1_o(own_fast), .o2_o(own_slow), .grow_o(own_grow), .shrink_o(own_shrink));
  logic [15:0] plus, minus;
  microcircuit_pre u_circuit_pre (.decay_i(b_i[31:16]), .bump_i(b_i[15:0]), .graded_i(d_i[0]), .trace_i(a_i[15:0]),
                                  .event_i(c_i[7:0]), .trace_o(circuit_line), .pre_o(circuit_pre));
  microcircuit_post u_circuit_post (.threshold_i({1'b0, b_i[14:0]}), .reach_i(b_i[30:16]), .output_i(d_i[0]), .event_i(d_i[1]),
                                    .membrane_i(a_i[15:0]), .apical_i(c_i[15:0]), .gated_o(gated));
  microcircuit_teach u_circuit_teach (.decay_i(b_i[31:16]), .bump_i(b_i[15:0]), .rate_i(d_i[8:0]), .tick_i(c_i[14:0]),
                                      .wanted_i(d_i[9]), .event_i(d_i[10]), .sum_i(c_i[31:16]), .plus_i(a_i[15:0]),
                                      .minus_i(a_i[31:16]), .plus_o(plus), .minus_o(minus), .apical_o(apical));
  // Four draws for one neuron.
  logic [63:0] bursts;
  for (genvar j = 0; j < 4; j++) begin : g_draw
    burst_draw u_draw (.signed_i(d_i[3]), .gain_i(d_i[2:0]), .output_i(d_i[4]), .event_i(d_i[5]), .apical_i(a_i[15:0]),
                       .draw_i(c_i[15:0] + 16'(16384 * j)), .word_o(bursts[j*16+:16]));
  end

  always_comb begin
    y_o = 32'd0;
    z_o = 32'd0;
    unique case (verb_i)
      6'd12: y_o = {16'd0, hebbit_num_pkg::leak_unsigned(a_i[15:0], b_i[15:0])};
      6'd13: begin
        y_o = sum;
        z_o = 32'(weight);
      end
      6'd14: y_o = 32'(hebbit_num_pkg::keyed_weight(a_i[15:8]));
      6'd15: {y_o, z_o} = hebbit_num_pkg::mix(a_i, b_i, c_i, d_i);
      6'd16: begin
        y_o = {16'd0, line_trace};
        z_o = {16'd0, line_grow, line_shrink};
      end
      6'd17: begin
        y_o = {grow, shrink};
        z_o = {15'd0, forget, neuron_trace};
      end
      6'd18: begin
        y_o = {excess[15:0], membrane};
        z_o = {13'd0, fires, excess[17:16], risen};
      end
      6'd19: y_o = {16'd0, rested};
      6'd20: begin
        y_o = {17'd0, best[74:60]};
        z_o = {29'd0, found[4], winner[9:8]};
      end
      6'd21: y_o = {23'd0, spike, left};
      6'd22: y_o = poisson_mask;
      6'd23: y_o = latency_mask;
      6'd24: begin
        y_o = {16'd0, slow_line};
        z_o = {24'd0, slow_pre};
      end
      6'd25: begin
        y_o = 32'(rewarded);
        z_o = {16'd0, slow_neuron};
      end
      6'd26: begin
        y_o = {slow, fast};
        z_o = {16'd0, triplet_shrink, triplet_grow};
      end
      6'd27: begin
        y_o = {own_slow, own_fast};
        z_o = {own_shrink, own_grow};
      end
      6'd28: begin
        y_o = {16'd0, circuit_line};
        z_o = {24'd0, circuit_pre};
      end
      6'd29: y_o = 32'(gated);
      6'd30: begin
        y_o = {minus, plus};
        z_o = 32'(apical);
      end
      6'd31: {y_o, z_o} = bursts;
      6'd32: y_o = 32'(hebbit_num_pkg::approach(a_i[15:0], b_i[15:0]));
      6'd33: begin
        y_o = {16'd0, full_trace};
        z_o = {16'd0, full_grow, full_shrink};
      end
      6'd34: begin
        y_o = {16'd0, shift_trace};
        z_o = {16'd0, shift_grow, shift_shrink};
      end
      6'd35: begin
        y_o = {16'd0, odd_trace};
        z_o = {16'd0, odd_grow, odd_shrink};
      end
      default: y_o = 32'd0;
    endcase
  end
endmodule
