// neuron_lane: what a pass does to one neuron. Here the rule and the neuron of a build are chosen; what a rule's twin needs of state is
// at hand in stage 1 and, of a neuron that has just fired, in stage 3.
//
//   stage 1  words are there: the sum of a source is aligned and added, leak or rate is multiplied
//   stage 2  current, membrane before its threshold; factors with the rate folded in
//   stage 3  threshold, event, sum: what is written; what lines get is written one cycle later
module neuron_lane #(
  parameter int AccWidth = 36,
  parameter int SumWidth = 16,
  parameter int RefractoryWidth = 16,
  parameter bit HardReset = 1'b1,
  parameter bit Against = 1'b1,
  parameter bit FullAlign = 1'b1,
  parameter logic [23:0] Aligns = 24'd0
) (
  input  logic                clk_i,
  input  logic [2:0]          op_i,
  input  logic                output_i,
  // Of a layer, of the rule.
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
  // Stage 1.
  input  logic                first_i,
  input  logic                counts_i,
  input  logic                wanted_i,
  input  logic signed [5:0]   align_i,
  input  logic signed [AccWidth-1:0] acc_i,
  input  logic signed [15:0]  membrane_i,
  input  logic [15:0]         left_i,
  input  logic [SumWidth-1:0] sum_i,
  input  logic signed [15:0]  apical_i,
  // Stage 2.
  input  logic                exists_i,
  input  logic                bias_i,
  input  logic [15:0]         dither_i,
  // Stage 3; what lines get is there one cycle later.
  output logic signed [15:0]  membrane_o,
  output logic [15:0]         left_o,
  output logic [SumWidth-1:0] sum_o,
  output logic                event_q_o,
  output logic [7:0]          pre_q_o,
  output logic signed [15:0]  word_o,
  output logic                spike_o
);
  localparam logic [2:0] Fire = 3'd1, Teach = 3'd2, Send = 3'd3, Apical = 3'd4, Post = 3'd5;

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

  burst_teach #(.SumWidth(SumWidth)) u_teach (.target_i, .wanted_i, .sum_i, .apical_o(taught));
  burst_post #(.SumWidth(SumWidth)) u_post (.ceiling_i, .output_i, .sum_i, .apical_i, .deviation_o(deviation));
  // One multiplier: for the leak, or for the rate of a factor.
  assign operand  = (op_i == Post) ? deviation : membrane_i;
  assign fraction = (op_i == Post) ? 16'd1 << up_i[3:0] : leak_i;

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
    if (op_i == Send) s2_word_q <= deviation;
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
  logic signed [15:0] membrane;
  logic [15:0] left;
  logic spike;
  logic fires;
  logic [SumWidth-1:0] sum;
  logic fire;

  lif #(.HardReset(HardReset)) u_lif (
    .threshold_i,
    .reset_i,
    .floor_i,
    .refractory_i,
    .hard_reset_i,
    .leaked_i(hebbit_num_pkg::leaked(s2_membrane_q, product_q[31:16])),
    .left_i(s2_left),
    .current_i(current),
    .next_o(next),
    .next_i(s3_next_q),
    .next_left_i(s3_left),
    .membrane_o(membrane),
    .left_o(left),
    .spike_o(spike)
  );
  // The bias line fires in every tick; behind it there is nobody. A window is short enough for its sums.
  assign fires   = s3_bias_q || (s3_exists_q && spike);
  assign sum     = s3_sum_q + SumWidth'(fires);
  assign fire    = op_i == Fire;
  assign spike_o = s3_exists_q && spike;
  burst_pre #(.SumWidth(SumWidth)) u_pre (.spike_shift_i, .sum_i(sum_o), .pre_o(pre));

  assign membrane_o = fire ? membrane : 16'sd0;
  assign left_o     = fire ? left : 16'd0;
  assign sum_o      = fire ? sum : '0;
  assign word_o     = s3_word_q;

  logic [7:0] pre;
  always_ff @(posedge clk_i) begin
    event_q_o <= fire && fires;
    pre_q_o   <= pre;
  end
endmodule
