// row_sweep: four synapses per cycle along rows that follow one another without gaps.
//
//   stage 0  a word of weights and a group of its columns are read (a row of Integrate visits all words, or those
//            that have been updated; Learn and Feedback visit listed words)
//   stage 1  the words arrive; the sums of Integrate are read
//   stage 2  four products are added to sums, or to weights and their dither
//   stage 3  Integrate: sums are written. Learn: weights are clamped and written, three words after the read, so in the other bank
//            unless words were skipped; then the read waits. Feedback: the row's sum.
//   stage 4  Feedback: the row's sum is written
module row_sweep #(
  parameter int WeightAddr = 15,
  parameter int WeightBits = 8,
  parameter int AccWidth = 36,
  parameter int NeuronLanes = 2,
  parameter bit ZeroPoint = 1'b1,
  parameter bit Forgets = 1'b1
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  start_i,
  input  logic                  learn_i,
  input  logic                  partial_i,
  input  logic                  feedback_i,
  input  logic                  sign_i,
  input  logic [7:0]            column_base_i,
  input  logic [7:0]            acc_base_i,
  input  logic [7:0]            last_word_i,
  input  logic [8:0]            listed_i,
  input  logic signed [WeightBits-1:0] zero_i,
  input  logic signed [WeightBits-1:0] low_i,
  input  logic signed [WeightBits-1:0] high_i,
  input  logic [4:0]            forget_shift_i,
  // Rows.
  input  logic                  rows_done_i,
  input  logic                  row_valid_i,
  output logic                  row_ready_o,
  // Idle: ready for a row.
  output logic                  row_idle_o,
  input  logic [WeightAddr-1:0] row_addr_i,
  input  logic [7:0]            row_factor_i,
  input  logic                  row_first_i,
  input  logic [15:0]           row_dither_i,
  input  logic [15:0]           row_step_i,
  // The list of words to visit.
  output logic [7:0]            list_addr_o,
  input  logic [7:0]            list_group_i,
  input  logic [3:0]            list_forgets_i,
  // Columns.
  output logic [7:0]            column_addr_o,
  input  logic [63:0]           posts_i,
  // Weights.
  output logic                  weight_re_o,
  output logic [WeightAddr-1:0] weight_raddr_o,
  input  logic [4*WeightBits-1:0] weight_rdata_i,
  output logic                  weight_we_o,
  output logic [WeightAddr-1:0] weight_waddr_o,
  output logic [4*WeightBits-1:0] weight_wdata_o,
  // Exact sums.
  output logic [7:0]            acc_raddr_o,
  // Sums of feedback, which may be wider, are not read.
  /* verilator lint_off UNUSEDSIGNAL */
  input  logic [4*AccWidth-1:0] acc_rdata_i,
  /* verilator lint_on UNUSEDSIGNAL */
  output logic [3:0]            acc_we_o,
  output logic [7:0]            acc_waddr_o,
  output logic [4*AccWidth-1:0] acc_wdata_o,
  output logic                  done_o
);
  localparam int PairBits = $clog2(NeuronLanes);
  // A sum of products fits 32 bits, a sum of rows may be wider.
  localparam int Width = (AccWidth < 32) ? AccWidth : 32;

  logic running_q;
  // The current row.
  logic have_q;
  logic [WeightAddr-1:0] addr_q;
  // Feedback: all lines in order.
  logic [9:0] line_q;
  logic [7:0] factor_q;
  logic first_q;
  logic [15:0] dither_q;
  logic [15:0] step_q;
  logic [7:0] index_q;
  // This is the row's first word; the last word of the previous row was read in the last cycle.
  logic start_q, close_q;

  logic all_words_q;
  logic listed_q;
  logic [7:0] last_index_q;
  logic [7:0] index_next;
  logic [7:0] group;
  logic last;
  logic conflict;
  logic close;
  logic issue;
  logic accept;

  logic s1_valid_q, s2_valid_q, s3_valid_q, s4_valid_q;
  logic s1_first_q, s2_first_q;
  logic s1_start_q, s2_start_q, s3_start_q;
  logic s1_last_q, s2_last_q, s3_last_q;
  logic [3:0] s1_forgets_q, s2_forgets_q;
  // Destination: a group of sums, or a word of weights.
  logic [WeightAddr-1:0] s1_place_q, s2_place_q, s3_place_q;
  logic [7:0] s1_factor_q;
  logic [15:0] s1_dither_q, s2_dither_q;
  logic [15:0] s1_step_q;
  // Dither of the lanes after the first: one, two, three steps.
  logic [63:0] s2_steps_q;

  assign last       = index_q == last_index_q;
  assign group      = listed_q ? list_group_i : index_q;

  assign weight_raddr_o = addr_q + WeightAddr'(group);
  assign conflict       = weight_we_o && weight_waddr_o[0] == (addr_q[0] ^ list_group_i[0]);
  // Sums are written three words after their read: rows of one or two words wait for those of the last row.
  assign close          = all_words_q && start_q && close_q;
  assign issue          = have_q && !conflict && !close;
  assign weight_re_o    = issue;
  assign row_idle_o     = running_q && !have_q;
  assign row_ready_o    = running_q && (!have_q || (issue && last));
  assign accept         = row_valid_i && row_ready_o;
  assign index_next     = !issue ? index_q : (last ? 8'd0 : index_q + 8'd1);
  assign list_addr_o    = start_i ? 8'd0 : index_next;
  assign column_addr_o  = column_base_i + group;
  assign done_o         = running_q && rows_done_i && !have_q && !s1_valid_q && !s2_valid_q && !s3_valid_q && !s4_valid_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      running_q <= 1'b0;
      have_q    <= 1'b0;
    end else begin
      if (start_i) running_q <= 1'b1;
      else if (done_o) running_q <= 1'b0;
      if (accept) have_q <= 1'b1;
      else if (issue && last) have_q <= 1'b0;
    end
    all_words_q  <= !learn_i && !feedback_i;
    listed_q     <= learn_i || feedback_i || partial_i;
    index_q      <= start_i ? 8'd0 : index_next;
    start_q      <= start_i || (issue ? last : start_q);
    close_q      <= (issue && start_q) || (s1_valid_q && s1_start_q);
    last_index_q <= listed_q ? 8'(listed_i - 9'd1) : last_word_i;
    if (accept) begin
      addr_q   <= row_addr_i;
      factor_q <= row_factor_i;
      first_q  <= row_first_i;
      dither_q <= row_dither_i;
      step_q   <= row_step_i;
    end
  end

  // Control of the stages.
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      s1_valid_q <= 1'b0;
      s2_valid_q <= 1'b0;
      s3_valid_q <= 1'b0;
      s4_valid_q <= 1'b0;
    end else begin
      s1_valid_q <= issue;
      s2_valid_q <= s1_valid_q;
      s3_valid_q <= s2_valid_q;
      s4_valid_q <= s3_valid_q && feedback_i && s3_last_q;
    end
    s1_first_q  <= first_q;
    s1_start_q  <= start_q;
    s1_last_q   <= last;
    s1_forgets_q <= list_forgets_i;
    s2_forgets_q <= s1_forgets_q;
    s1_place_q  <= learn_i ? weight_raddr_o : WeightAddr'(group);
    s1_factor_q <= factor_q;
    s1_step_q   <= step_q;
    // The dither of the group's first column, by one multiply-accumulate block.
    s1_dither_q <= dither_q + 16'({8'd0, group} * {step_q[13:0], 2'd0});
    {s2_first_q, s2_start_q, s2_last_q, s2_place_q, s2_dither_q} <=
        {s1_first_q, s1_start_q, s1_last_q, s1_place_q, s1_dither_q};
    {s3_start_q, s3_last_q, s3_place_q} <= {s2_start_q, s2_last_q, s2_place_q};
    for (int j = 0; j < hebbit_pkg::Lanes; j++) s2_steps_q[j*16+:16] <= hebbit_num_pkg::lane_step(2'(j), s1_step_q);
    if (start_i) line_q <= 10'd0;
    else if (s4_valid_q) line_q <= line_q + 10'd1;
  end

  // Lanes.
  logic [4*WeightBits-1:0] s2_weights_q;
  logic [4*Width-1:0] s3_totals;
  logic adds;

  assign acc_raddr_o = acc_base_i + s1_place_q[7:0];
  assign adds        = all_words_q && !s2_first_q;

  for (genvar j = 0; j < hebbit_pkg::Lanes; j++) begin : g_lane
    logic signed [WeightBits-1:0] weight;
    logic signed [WeightBits:0] above;
    logic signed [WeightBits:0] s2_factor_q;
    logic signed [15:0] s2_post_q;

    // Integrate and tied feedback: the weight minus its zero point. Sign feedback: its sign. Learn: the line's factor.
    assign weight = weight_rdata_i[j*WeightBits+:WeightBits];
    assign above  = (WeightBits + 1)'(weight) - (ZeroPoint ? (WeightBits + 1)'(zero_i) : '0);

    always_ff @(posedge clk_i) begin
      s2_weights_q[j*WeightBits+:WeightBits] <= weight;
      if (learn_i) s2_factor_q <= (WeightBits + 1)'($signed({1'b0, s1_factor_q}));
      else if (sign_i) s2_factor_q <= {{WeightBits{above[WeightBits]}}, 1'b1};
      else s2_factor_q <= above;
      s2_post_q <= all_words_q ? $signed({8'd0, s1_factor_q}) : $signed(posts_i[j*16+:16]);
    end

    lane #(.WeightBits(WeightBits), .Width(Width), .Forgets(Forgets)) u_lane (
      .clk_i,
      .sum_i(adds),
      .learn_i,
      .forget_i(s2_forgets_q[j]),
      .forget_shift_i,
      .factor_i(s2_factor_q),
      .post_i(s2_post_q),
      .old_i(acc_rdata_i[j*AccWidth+:Width]),
      .weight_i(s2_weights_q[j*WeightBits+:WeightBits]),
      .dither_i(s2_dither_q + s2_steps_q[j*16+:16]),
      .total_o(s3_totals[j*Width+:Width])
    );
    // A weight exceeds its range by one update at most.
    if (WeightBits == 8) begin : g_clamp
      assign weight_wdata_o[j*8+:8] = hebbit_num_pkg::clamp(s3_totals[j*Width+hebbit_pkg::ShiftI8+:10], low_i, high_i);
    end else begin : g_clamp
      assign weight_wdata_o[j*16+:16] = hebbit_num_pkg::clamp_wide(s3_totals[j*Width+hebbit_pkg::ShiftI16+:18], low_i, high_i);
    end
  end

  assign weight_we_o    = s3_valid_q && learn_i;
  assign weight_waddr_o = s3_place_q;

  // Feedback: one neuron's sum over its row, stored so that a pass reads the neurons of one step in one word.
  logic signed [AccWidth-1:0] row_sum_q;
  logic signed [AccWidth-1:0] four;

  always_comb begin
    four = '0;
    for (int j = 0; j < hebbit_pkg::Lanes; j++) four = four + AccWidth'($signed(s3_totals[j*Width+:Width]));
  end
  always_ff @(posedge clk_i) begin
    if (s3_valid_q) row_sum_q <= (s3_start_q ? '0 : row_sum_q) + four;
  end
  for (genvar j = 0; j < hebbit_pkg::Lanes; j++) begin : g_write
    if (j < NeuronLanes) begin : g_both
      assign acc_we_o[j] = feedback_i ? s4_valid_q && (line_q & 10'(NeuronLanes - 1)) == 10'(j) : s3_valid_q && all_words_q;
      assign acc_wdata_o[j*AccWidth+:AccWidth] = feedback_i ? row_sum_q : AccWidth'($signed(s3_totals[j*Width+:Width]));
    end else begin : g_sum
      assign acc_we_o[j] = s3_valid_q && all_words_q;
      assign acc_wdata_o[j*AccWidth+:AccWidth] = AccWidth'($signed(s3_totals[j*Width+:Width]));
    end
  end
  assign acc_waddr_o = acc_base_i + (feedback_i ? 8'(line_q >> PairBits) : s3_place_q[7:0]);
endmodule
