// row_sweep: four synapses per cycle along rows that follow one another without gaps.
//
//   stage 0  a word of weights and a group of its columns are read (a row of Integrate visits all words, the others those listed)
//   stage 1  the words are there: plain registers
//   stage 2  four products; the sums of Integrate are read
//   stage 3  Integrate: sums are written. Learn: weights are written, three words behind the read, so in the other bank unless
//            words were skipped; then the read waits. Feedback: the row's sum.
//   stage 4  Feedback: the row's part is written
module row_sweep #(
  parameter int WeightAddr = 15,
  parameter int GroupWidth = 8
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  start_i,
  input  logic                  learn_i,
  input  logic                  feedback_i,
  input  logic                  sign_i,
  input  logic [3:0]            shift_i,
  input  logic                  replace_i,
  input  logic                  output_i,
  input  logic [15:0]           ceiling_i,
  input  logic [GroupWidth-1:0] column_base_i,
  input  logic [GroupWidth-1:0] acc_base_i,
  input  logic [GroupWidth-1:0] last_word_i,
  input  logic [GroupWidth:0]   listed_i,
  input  logic signed [7:0]     zero_i,
  input  logic signed [7:0]     low_i,
  input  logic signed [7:0]     high_i,
  // Rows.
  input  logic                  rows_done_i,
  input  logic                  row_valid_i,
  output logic                  row_ready_o,
  input  logic [WeightAddr-1:0] row_addr_i,
  input  logic [GroupWidth+1:0] row_line_i,
  input  logic [7:0]            row_factor_i,
  input  logic                  row_first_i,
  input  logic [15:0]           row_dither_i,
  input  logic [15:0]           row_step_i,
  // The list of words that matter.
  output logic [GroupWidth-1:0] list_addr_o,
  input  logic [GroupWidth-1:0] list_group_i,
  // Columns.
  output logic [GroupWidth-1:0] column_addr_o,
  input  logic [63:0]           posts_i,
  input  logic [63:0]           sums_i,
  input  logic [63:0]           apicals_i,
  // Weights.
  output logic                  weight_re_o,
  output logic [WeightAddr-1:0] weight_raddr_o,
  input  logic [31:0]           weight_rdata_i,
  output logic                  weight_we_o,
  output logic [WeightAddr-1:0] weight_waddr_o,
  output logic [31:0]           weight_wdata_o,
  // Exact sums.
  output logic [GroupWidth-1:0] acc_raddr_o,
  input  logic [127:0]          acc_rdata_i,
  output logic [3:0]            acc_we_o,
  output logic [GroupWidth-1:0] acc_waddr_o,
  output logic [127:0]          acc_wdata_o,
  output logic                  done_o
);
  logic running_q;
  // The row at hand.
  logic have_q;
  logic [WeightAddr-1:0] addr_q;
  logic [GroupWidth+1:0] line_q;
  logic [7:0] factor_q;
  logic first_q;
  logic [15:0] dither_q;
  logic [15:0] step_q;
  logic [GroupWidth-1:0] index_q;

  logic all_words;
  logic [GroupWidth-1:0] last_index;
  logic [GroupWidth-1:0] index_next;
  logic [GroupWidth-1:0] group;
  logic last;
  logic conflict;
  logic issue;
  logic accept;

  logic s1_valid_q, s2_valid_q, s3_valid_q, s4_valid_q;
  logic s1_first_q, s2_first_q, s3_first_q;
  logic s1_start_q, s2_start_q, s3_start_q;
  logic s1_last_q, s2_last_q, s3_last_q;
  logic [GroupWidth+1:0] s1_line_q, s2_line_q, s3_line_q, s4_line_q;
  logic [GroupWidth-1:0] s1_group_q, s2_group_q, s3_group_q;
  logic [WeightAddr-1:0] s1_addr_q, s2_addr_q, s3_addr_q;
  logic [7:0] s1_factor_q, s2_factor_q;
  logic [15:0] s1_dither_q, s2_dither_q;
  logic [15:0] s1_step_q, s2_step_q;
  logic [15:0] s1_far_q;
  logic [31:0] s2_weights_q, s3_weights_q;
  logic [63:0] s2_posts_q;
  logic [63:0] s3_dithers_q;
  logic [99:0] s3_products_q;

  assign all_words  = !learn_i && !feedback_i;
  assign last_index = all_words ? last_word_i : GroupWidth'(listed_i - 1'b1);
  assign last       = index_q == last_index;
  assign group      = all_words ? index_q : list_group_i;

  assign weight_raddr_o = addr_q + WeightAddr'(group);
  assign conflict       = weight_we_o && weight_waddr_o[0] == weight_raddr_o[0];
  assign issue          = have_q && !conflict;
  assign weight_re_o    = issue;
  assign row_ready_o    = running_q && (!have_q || (issue && last));
  assign accept         = row_valid_i && row_ready_o;
  assign index_next     = !issue ? index_q : (last ? '0 : index_q + 1'b1);
  assign list_addr_o    = start_i ? '0 : index_next;
  assign column_addr_o  = column_base_i + group;
  assign done_o         = running_q && rows_done_i && !have_q && !s1_valid_q && !s2_valid_q && !s3_valid_q && !s4_valid_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      running_q <= 1'b0;
      have_q    <= 1'b0;
      index_q   <= '0;
    end else begin
      if (start_i) running_q <= 1'b1;
      else if (done_o) running_q <= 1'b0;
      if (start_i) index_q <= '0;
      else index_q <= index_next;
      if (accept) begin
        have_q   <= 1'b1;
        addr_q   <= row_addr_i;
        line_q   <= row_line_i;
        factor_q <= row_factor_i;
        first_q  <= row_first_i;
        dither_q <= row_dither_i;
        step_q   <= row_step_i;
      end else if (issue && last) begin
        have_q <= 1'b0;
      end
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
    s1_start_q  <= index_q == '0;
    s1_last_q   <= last;
    s1_line_q   <= line_q;
    s1_group_q  <= group;
    s1_addr_q   <= weight_raddr_o;
    s1_factor_q <= factor_q;
    s1_dither_q <= dither_q;
    s1_step_q   <= step_q;
    s1_far_q    <= hebbit_num_pkg::group_step(8'(group), step_q);
    {s2_first_q, s2_start_q, s2_last_q, s2_line_q, s2_group_q, s2_addr_q, s2_factor_q} <=
        {s1_first_q, s1_start_q, s1_last_q, s1_line_q, s1_group_q, s1_addr_q, s1_factor_q};
    {s3_first_q, s3_start_q, s3_last_q, s3_line_q, s3_group_q, s3_addr_q} <=
        {s2_first_q, s2_start_q, s2_last_q, s2_line_q, s2_group_q, s2_addr_q};
    s2_dither_q <= s1_dither_q + (s1_far_q << 2);
    s2_step_q   <= s1_step_q;
    s4_line_q   <= s3_line_q;
    s2_weights_q <= weight_rdata_i;
    s3_weights_q <= s2_weights_q;
  end

  // Lanes.
  logic [127:0] sums;
  logic [127:0] old;
  logic forward_q;
  logic [127:0] forward_sums_q;

  assign old         = forward_q ? forward_sums_q : acc_rdata_i;
  assign acc_raddr_o = acc_base_i + (feedback_i ? s3_line_q[GroupWidth+1:2] : s2_group_q);

  always_ff @(posedge clk_i) begin
    forward_q      <= all_words && s3_valid_q && s2_valid_q && s3_group_q == s2_group_q;
    forward_sums_q <= sums;
  end

  for (genvar j = 0; j < hebbit_pkg::Lanes; j++) begin : g_lane
    logic signed [15:0] sent;
    logic signed [15:0] post;
    logic signed [24:0] product;

    // Behind the last neuron the apical potential is 0.
    burst_post u_send (.ceiling_i, .output_i, .sum_i(sums_i[j*16+:16]), .apical_i(apicals_i[j*16+:16]),
                       .deviation_o(sent));
    always_comb begin
      if (learn_i) post = posts_i[j*16+:16];
      else if (feedback_i) post = sent;
      else post = {8'd0, s1_factor_q};
    end

    lane u_lane (
      .learn_i,
      .sign_i(feedback_i && sign_i),
      .zero_i,
      .weight_i(s2_weights_q[j*8+:8]),
      .pre_i(s2_factor_q),
      .post_i(s2_posts_q[j*16+:16]),
      .product_o(product),
      .low_i,
      .high_i,
      .weight_q_i(s3_weights_q[j*8+:8]),
      .product_q_i(s3_products_q[j*25+:25]),
      .dither_i(s3_dithers_q[j*16+:16]),
      .weight_o(weight_wdata_o[j*8+:8])
    );
    assign sums[j*32+:32] = (s3_first_q ? 32'd0 : old[j*32+:32]) + 32'($signed(s3_products_q[j*25+:25]));

    always_ff @(posedge clk_i) begin
      s2_posts_q[j*16+:16]    <= post;
      s3_products_q[j*25+:25] <= product;
      s3_dithers_q[j*16+:16]  <= s2_dither_q + hebbit_num_pkg::lane_step(2'(j), s2_step_q);
    end
  end

  assign weight_we_o    = s3_valid_q && learn_i;
  assign weight_waddr_o = s3_addr_q;

  // Feedback: one neuron's sum over its row, 16 + 9 bits for each of at most 1024 columns.
  logic signed [35:0] row_sum_q;
  logic signed [35:0] four;
  // The plan has been checked: a part fits 32 bits.
  /* verilator lint_off UNUSEDSIGNAL */
  logic signed [35:0] part;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [31:0] earlier;
  logic [31:0] placed;

  always_comb begin
    four = 36'sd0;
    for (int j = 0; j < hebbit_pkg::Lanes; j++) four = four + 36'($signed(s3_products_q[j*25+:25]));
  end
  always_ff @(posedge clk_i) begin
    if (s3_valid_q) row_sum_q <= (s3_start_q ? 36'sd0 : row_sum_q) + four;
  end
  assign part            = row_sum_q >>> shift_i;
  assign earlier = acc_rdata_i[s4_line_q[1:0]*32+:32];
  assign placed          = 32'(part) + (replace_i ? 32'd0 : earlier);

  assign acc_we_o    = feedback_i ? (s4_valid_q ? 4'd1 << s4_line_q[1:0] : 4'd0) : {4{s3_valid_q && all_words}};
  assign acc_waddr_o = acc_base_i + (feedback_i ? s4_line_q[GroupWidth+1:2] : s3_group_q);
  assign acc_wdata_o = feedback_i ? {4{placed}} : sums;
endmodule
