// neuron_lane: one step of a pass for one neuron. It instantiates the rule and the neuron of a build; a rule's twin gets its state in
// stage 1, and the state of a neuron that has just fired in stage 3.
//
//   stage 1  words are read: the sum of a source is aligned and added, leak or rate is multiplied
//   stage 2  current, membrane before the threshold; factors with the rate folded in
//   stage 3  threshold, event and sum are written; words of lines are written one cycle later
module neuron_lane #(
  parameter int AccWidth = 36,
  parameter int SumWidth = 16,
  parameter int RefractoryWidth = 16,
  parameter bit HardReset = 1'b1,
  parameter bit Against = 1'b1,
  parameter bit FullAlign = 1'b1,
  parameter logic [23:0] Aligns = 24'd0,
  parameter bit Burst = 1'b1,
  parameter bit Stdp = 1'b1,
  parameter bit Lif = 1'b1,
  parameter bit Adaptive = 1'b1,
  parameter int TraceDecay = 0
) (
  input  logic                clk_i,
  input  logic [2:0]          op_i,
  input  logic                output_i,
  // Parameters of the layer and of the rule.
  input  logic signed [15:0]  threshold_i,
  input  logic signed [15:0]  reset_i,
  input  logic signed [15:0]  floor_i,
  input  logic        [15:0]  leak_i,
  input  logic        [15:0]  refractory_i,
  input  logic                hard_reset_i,
  input  logic                teach_i,
  input  logic                against_i,
  input  logic [6:0]          target_i,
  input  logic [SumWidth:0]   ceiling_i,
  input  logic [3:0]          spike_shift_i,
  input  logic [4:0]          up_i,
  // Adaptations and traces.
  input  logic                adapts_i,
  input  logic                kept_i,
  input  logic                compete_i,
  input  logic                learning_i,
  input  logic                traces_i,
  input  logic [15:0]         fade_i,
  input  logic [15:0]         bump_i,
  input  logic signed [15:0]  grow_i,
  // Stage 1.
  input  logic                first_i,
  input  logic                counts_i,
  input  logic                named_i,
  input  logic                wrong_i,
  input  logic signed [5:0]   align_i,
  input  logic signed [AccWidth-1:0] acc_i,
  input  logic signed [15:0]  membrane_i,
  input  logic [15:0]         left_i,
  input  logic [SumWidth-1:0] sum_i,
  input  logic signed [15:0]  apical_i,
  input  logic                event_i,
  // Stage 2.
  input  logic                exists_i,
  input  logic                bias_i,
  input  logic [15:0]         dither_i,
  // Stage 3; words of lines are valid one cycle later.
  input  logic                wins_i,
  output logic signed [17:0]  excess_o,
  output logic signed [15:0]  membrane_o,
  output logic [15:0]         left_o,
  output logic [SumWidth-1:0] sum_o,
  output logic                event_q_o,
  output logic [7:0]          pre_o,
  output logic signed [15:0]  word_o,
  output logic [15:0]         apical_o,
  output logic                forget_o,
  output logic                spike_o
);
  localparam logic [2:0] Fire = 3'd1, Teach = 3'd2, Send = 3'd3, Apical = 3'd4, Post = 3'd5, Decay = 3'd6, Settle = 3'd7;

  // Stage 1.
  logic signed [31:0] aligned;
  logic signed [15:0] taught;
  logic signed [15:0] deviation;
  logic signed [15:0] operand;
  logic [15:0] fraction;

  if (FullAlign) begin : g_align
    assign aligned = hebbit_num_pkg::align(36'(acc_i), align_i);
  end else begin : g_align
    logic unused;
    assign unused = &{1'b0, align_i[5:2]};
    always_comb begin
      unique case (align_i[1:0])
        2'd0: aligned = hebbit_num_pkg::align(36'(acc_i), $signed(Aligns[5:0]));
        2'd1: aligned = hebbit_num_pkg::align(36'(acc_i), $signed(Aligns[11:6]));
        2'd2: aligned = hebbit_num_pkg::align(36'(acc_i), $signed(Aligns[17:12]));
        default: aligned = hebbit_num_pkg::align(36'(acc_i), $signed(Aligns[23:18]));
      endcase
    end
  end

  burst_teach #(.SumWidth(SumWidth)) u_teach (.target_i, .named_i, .wrong_i, .sum_i, .apical_o(taught));
  burst_post #(.SumWidth(SumWidth)) u_post (.ceiling_i, .output_i, .sum_i, .apical_i, .deviation_o(deviation));
  // One multiplier, shared by the leak and the rate of a factor.
  assign operand  = (op_i != Post) ? membrane_i : (Stdp && traces_i) ? grown : Burst ? deviation : 16'sd0;
  assign fraction = (op_i == Post) ? 16'd1 << up_i[3:0] : leak_i;

  // Traces: the neuron's trace, and whether it forgets.
  logic signed [15:0] grown;
  logic [15:0] s3_trace;
  logic s3_forget;
  if (Stdp) begin : g_stdp
    logic [15:0] trace, s2_trace_q, s3_trace_q;
    logic forget, s2_forget_q, s3_forget_q;
    // The instar form has no shrink term.
    /* verilator lint_off UNUSEDSIGNAL */
    logic signed [15:0] shrunk;
    /* verilator lint_on UNUSEDSIGNAL */
    stdp_post #(.Decay(TraceDecay)) u_stdp (
      .instar_i(1'b1), .decay_i(fade_i), .bump_i, .grow_i, .shrink_i(15'd0), .trace_i(apical_i), .event_i,
      .trace_o(trace), .grow_o(grown), .shrink_o(shrunk), .forget_o(forget));
    always_ff @(posedge clk_i) begin
      {s2_trace_q, s2_forget_q} <= {trace, forget};
      {s3_trace_q, s3_forget_q} <= {s2_trace_q, s2_forget_q};
    end
    assign s3_trace  = s3_trace_q;
    assign s3_forget = traces_i && s3_forget_q;
  end else begin : g_stdp
    logic unused;
    assign unused    = &{1'b0, grow_i, event_i, traces_i};
    assign grown     = 16'sd0;
    assign s3_trace  = 16'd0;
    assign s3_forget = 1'b0;
  end

  logic signed [31:0] total_q;
  logic signed [31:0] product_q;
  logic signed [15:0] s2_membrane_q;
  logic signed [15:0] s2_word_q;
  logic [SumWidth-1:0] s2_sum_q, s3_sum_q;
  logic [15:0] s2_left, s3_left;

  always_ff @(posedge clk_i) begin
    total_q       <= (first_i ? 32'sd0 : total_q) + (counts_i ? aligned : 32'sd0);
    product_q     <= hebbit_num_pkg::scaled(operand, fraction);
    s2_membrane_q <= membrane_i;
    s2_sum_q      <= sum_i;
    s3_sum_q      <= s2_sum_q;
    if (!Burst) s2_word_q <= 16'sd0;
    else if (op_i == Send) s2_word_q <= deviation;
    else if (!teach_i) s2_word_q <= 16'sd0;
    else s2_word_q <= (Against && against_i) ? hebbit_num_pkg::saturate(32'sd0 - 32'(taught)) : taught;
  end

  if (RefractoryWidth != 0) begin : g_left
    logic [RefractoryWidth-1:0] s2_left_q, s3_left_q;
    always_ff @(posedge clk_i) begin
      s2_left_q <= left_i[RefractoryWidth-1:0];
      s3_left_q <= s2_left_q;
    end
    assign s2_left = 16'(s2_left_q);
    assign s3_left = 16'(s3_left_q);
  end else begin : g_left
    logic unused;
    assign unused  = &{1'b0, left_i};
    assign s2_left = 16'd0;
    assign s3_left = 16'd0;
  end

  // Stage 2.
  logic signed [15:0] current;
  logic signed [15:0] next;
  logic signed [15:0] s3_next_q;
  logic signed [15:0] s3_word_q;
  logic s3_exists_q, s3_bias_q;

  assign current = hebbit_num_pkg::saturate(total_q);
  always_ff @(posedge clk_i) begin
    s3_next_q   <= next;
    s3_exists_q <= exists_i;
    s3_bias_q   <= bias_i;
    if (!exists_i) begin
      s3_word_q <= 16'sd0;
    end else begin
      unique case (op_i)
        Teach, Send: s3_word_q <= s2_word_q;
        Apical: s3_word_q <= current;
        default: s3_word_q <= hebbit_num_pkg::folded(product_q, up_i[4], dither_i);
      endcase
    end
  end

  // Stage 3.
  logic signed [15:0] membrane, lif_membrane, adaptive_membrane;
  logic [15:0] left, lif_left, adaptive_left;
  logic spike, lif_spike, adaptive_spike;
  logic adapts;
  logic fires;
  logic [SumWidth-1:0] sum;
  logic fire;
  logic settles;
  logic counted;

  lif #(.HardReset(HardReset)) u_lif (
    .threshold_i,
    .reset_i,
    .floor_i,
    .refractory_i,
    .hard_reset_i,
    .leaked_i(hebbit_num_pkg::leaked(s2_membrane_q, product_q[31:16])),
    .left_i(adapts ? 16'd0 : s2_left),
    .current_i(current),
    .next_o(next),
    .next_i(s3_next_q),
    .next_left_i(s3_left),
    .membrane_o(lif_membrane),
    .left_o(lif_left),
    .spike_o(lif_spike)
  );
  if (Adaptive) begin : g_adaptive
    logic signed [17:0] excess;
    adaptive_lane u_adaptive (
      .clk_i, .op_i, .kept_i, .learning_i, .compete_i, .threshold_i, .reset_i, .floor_i, .decay_i(fade_i), .bump_i,
      .rise_i(s2_left), .next_i(s3_next_q), .wins_i, .excess_o(excess), .membrane_o(adaptive_membrane),
      .rise_o(adaptive_left), .spike_o(adaptive_spike));
    // Lanes after the last neuron must not win.
    assign excess_o = {excess[17] || !s3_exists_q, excess[16:0]};
    assign adapts   = !Lif || adapts_i;
  end else begin : g_adaptive
    logic unused;
    assign unused            = &{1'b0, kept_i, compete_i, learning_i, adapts_i, wins_i, fade_i, bump_i};
    assign excess_o          = 18'h2_0000;
    assign adaptive_membrane = 16'sd0;
    assign adaptive_left     = 16'd0;
    assign adaptive_spike    = 1'b0;
    assign adapts            = 1'b0;
  end
  assign membrane = adapts ? adaptive_membrane : lif_membrane;
  assign left     = adapts ? adaptive_left : lif_left;
  assign spike    = adapts ? adaptive_spike : lif_spike;

  // The bias line fires in every tick and is the last line. A window is short enough for its sum to fit.
  assign fires   = s3_bias_q || (s3_exists_q && spike);
  assign settles = Adaptive && op_i == Settle;
  assign fire    = op_i == Fire || settles;
  // With competition, Fire has already counted the bias line before Settle.
  assign counted = settles ? spike_o : fires;
  assign sum     = s3_sum_q + SumWidth'(counted);
  assign spike_o = s3_exists_q && spike;
  assign membrane_o = fire ? membrane : 16'sd0;
  assign left_o     = (fire || (Adaptive && op_i == Decay)) ? left : 16'd0;
  assign sum_o      = fire ? sum : '0;
  assign word_o     = s3_word_q;
  assign apical_o   = (Stdp && op_i == Post) ? s3_trace : s3_word_q;
  assign forget_o   = s3_exists_q && s3_forget;

  always_ff @(posedge clk_i) event_q_o <= fire && fires;
  if (Burst) begin : g_pre
    logic [SumWidth-1:0] s4_sum_q;
    always_ff @(posedge clk_i) s4_sum_q <= sum_o;
    burst_pre #(.SumWidth(SumWidth)) u_pre (.spike_shift_i, .sum_i(s4_sum_q), .pre_o);
  end else begin : g_pre
    logic unused;
    assign unused = &{1'b0, spike_shift_i};
    assign pre_o  = 8'd0;
  end
endmodule
