// neuron_pass: walks the groups of four neurons of a layer, one group per cycle.
//
//   Clear   state at the start of a window
//   Fire    exact sums of all projections -> current -> membrane, event, sum
//   Teach   the target's word reaches the output
//   Send    lists the groups that have a word to send down
//   Apical  the sums of feedback saturate
//   Post    factors of the neurons with the rate folded in, and the list of groups that have one
module neuron_pass #(
  parameter int GroupWidth = 8
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  start_i,
  input  logic [2:0]            op_i,
  input  logic                  reset_all_i,
  input  logic [GroupWidth-1:0] last_group_i,
  input  logic [GroupWidth+1:0] neurons_i,
  input  logic [GroupWidth-1:0] state_base_i,
  input  logic [GroupWidth-1:0] acc_base_i,
  input  logic                  empty_i,
  // Neurons of a layer, and the projections that reach it.
  input  logic signed [15:0]    threshold_i,
  input  logic signed [15:0]    reset_i,
  input  logic signed [15:0]    floor_i,
  input  logic        [15:0]    leak_i,
  input  logic        [15:0]    refractory_i,
  input  logic                  hard_reset_i,
  input  logic [3:0]            first_projection_i,
  input  logic [3:0]            last_projection_i,
  output logic [3:0]            projection_o,
  input  logic [GroupWidth-1:0] projection_acc_i,
  input  logic signed [5:0]     projection_align_i,
  // The rule.
  input  logic                  teach_i,
  input  logic                  against_i,
  input  logic [7:0]            class_i,
  input  logic [6:0]            target_i,
  input  logic [15:0]           ceiling_i,
  input  logic                  output_i,
  input  logic signed [7:0]     rate_i,
  input  logic [15:0]           dither_i,
  input  logic [15:0]           step_i,
  // State.
  output logic [GroupWidth-1:0] state_raddr_o,
  output logic [GroupWidth-1:0] acc_raddr_o,
  input  logic [63:0]           membranes_i,
  input  logic [63:0]           lefts_i,
  input  logic [63:0]           sums_i,
  input  logic [63:0]           apicals_i,
  input  logic [127:0]          acc_i,
  output logic [GroupWidth-1:0] waddr_o,
  output logic                  neuron_we_o,
  output logic [63:0]           membranes_o,
  output logic [63:0]           lefts_o,
  output logic                  sum_we_o,
  output logic [63:0]           sums_o,
  output logic                  event_we_o,
  output logic [3:0]            events_o,
  output logic                  apical_we_o,
  output logic                  post_we_o,
  output logic [63:0]           words_o,
  output logic                  list_we_o,
  output logic [GroupWidth-1:0] list_addr_o,
  output logic [GroupWidth-1:0] list_group_o,
  output logic [GroupWidth:0]   listed_o,
  output logic [2:0]            spikes_o,
  output logic                  done_o
);
  localparam logic [2:0] Clear = 3'd0, Fire = 3'd1, Teach = 3'd2, Send = 3'd3, Apical = 3'd4, Post = 3'd5;

  logic prime_q;
  logic run_q;
  logic [GroupWidth-1:0] group_q;
  logic [3:0] projection_q;
  logic last_p;
  logic [15:0] base_q;

  logic s1_valid_q, s1_first_q, s1_last_q;
  logic [GroupWidth-1:0] s1_group_q;
  logic signed [5:0] s1_align_q;
  logic [15:0] s1_base_q;
  logic s2_valid_q;
  logic [GroupWidth-1:0] s2_group_q;
  logic [127:0] s2_totals_q;
  logic [63:0] s2_leaked_q;
  logic [63:0] s2_lefts_q;
  logic [63:0] s2_sums_q;
  logic [63:0] s2_words_q;

  assign last_p        = op_i != Fire || projection_q == last_projection_i;
  assign projection_o  = (prime_q || last_p) ? first_projection_i : projection_q + 4'd1;
  assign state_raddr_o = state_base_i + group_q;
  assign acc_raddr_o   = (op_i == Fire) ? projection_acc_i + group_q : acc_base_i + group_q;
  assign done_o        = !start_i && !prime_q && !run_q && !s1_valid_q && !s2_valid_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      prime_q    <= 1'b0;
      run_q      <= 1'b0;
      s1_valid_q <= 1'b0;
      s2_valid_q <= 1'b0;
    end else begin
      prime_q <= start_i;
      if (prime_q) run_q <= 1'b1;
      else if (run_q && last_p && group_q == last_group_i) run_q <= 1'b0;
      s1_valid_q <= run_q;
      s2_valid_q <= s1_valid_q && s1_last_q;
    end
    if (start_i || prime_q) begin
      group_q      <= '0;
      projection_q <= first_projection_i;
      base_q       <= dither_i;
    end else if (run_q) begin
      projection_q <= projection_o;
      if (last_p) group_q <= group_q + 1'b1;
      base_q <= base_q + (step_i << 2);
    end
    s1_first_q <= op_i != Fire || projection_q == first_projection_i;
    s1_last_q  <= last_p;
    s1_group_q <= group_q;
    s1_align_q <= projection_align_i;
    s1_base_q  <= base_q;
    s2_group_q <= s1_group_q;
    s2_lefts_q <= lefts_i;
    s2_sums_q  <= sums_i;
  end

  logic [3:0] exists;
  logic [3:0] is_bias;
  logic [3:0] spikes;

  for (genvar j = 0; j < hebbit_pkg::Lanes; j++) begin : g_neuron
    logic [GroupWidth+1:0] at_s1;
    logic [GroupWidth+1:0] at_s2;
    logic wanted;
    logic signed [31:0] aligned;
    logic signed [15:0] apical;
    logic signed [15:0] taught;
    logic signed [15:0] deviation;
    logic signed [15:0] folded;
    logic signed [15:0] membrane;
    logic [15:0] left;
    logic spike;
    logic [15:0] sum;
    logic fires;

    assign at_s1   = {s1_group_q, 2'(j)};
    assign aligned = hebbit_num_pkg::align(acc_i[j*32+:32], s1_align_q);
    assign apical  = apicals_i[j*16+:16];
    assign wanted  = at_s1 == {{(GroupWidth - 6) {1'b0}}, class_i};
    burst_teach u_teach (.target_i, .wanted_i(wanted), .sum_i(sums_i[j*16+:16]), .apical_o(taught));
    burst_post u_post (.ceiling_i, .output_i, .sum_i(sums_i[j*16+:16]), .apical_i(apical), .deviation_o(deviation));
    assign folded = hebbit_num_pkg::fold_rate(deviation, rate_i, s1_base_q + hebbit_num_pkg::lane_step(2'(j), step_i));

    always_ff @(posedge clk_i) begin
      s2_totals_q[j*32+:32] <= (s1_first_q ? 32'd0 : s2_totals_q[j*32+:32]) + aligned;
      s2_leaked_q[j*16+:16] <= hebbit_num_pkg::leak(membranes_i[j*16+:16], leak_i);
      s2_words_q[j*16+:16]  <= 16'd0;
      if (at_s1 < neurons_i) begin
        unique case (op_i)
          Teach: if (teach_i) s2_words_q[j*16+:16] <= against_i ? hebbit_num_pkg::saturate(32'sd0 - 32'(taught)) : taught;
          Send: s2_words_q[j*16+:16] <= deviation;
          Apical: if (!empty_i) s2_words_q[j*16+:16] <= hebbit_num_pkg::saturate(acc_i[j*32+:32]);
          Post: s2_words_q[j*16+:16] <= folded;
          default: s2_words_q[j*16+:16] <= 16'd0;
        endcase
      end
    end

    assign at_s2      = {s2_group_q, 2'(j)};
    assign exists[j]  = at_s2 < neurons_i;
    assign is_bias[j] = at_s2 == neurons_i;
    lif u_lif (
      .threshold_i,
      .reset_i,
      .floor_i,
      .refractory_i,
      .hard_reset_i,
      .leaked_i(s2_leaked_q[j*16+:16]),
      .left_i(s2_lefts_q[j*16+:16]),
      .current_i(hebbit_num_pkg::saturate(s2_totals_q[j*32+:32])),
      .membrane_o(membrane),
      .left_o(left),
      .spike_o(spike)
    );
    // The bias line fires in every tick; behind it there is nobody.
    assign fires     = is_bias[j] || (exists[j] && spike);
    assign spikes[j] = exists[j] && spike;
    assign sum       = (fires && s2_sums_q[j*16+:16] != 16'hffff) ? s2_sums_q[j*16+:16] + 16'd1 : s2_sums_q[j*16+:16];

    assign membranes_o[j*16+:16] = (op_i == Fire) ? membrane : 16'd0;
    assign lefts_o[j*16+:16]     = (op_i == Fire) ? left : 16'd0;
    assign sums_o[j*16+:16]      = (op_i == Fire) ? sum : 16'd0;
    assign events_o[j]           = (op_i == Fire) && fires;
    assign words_o[j*16+:16]     = s2_words_q[j*16+:16];
  end

  assign neuron_we_o  = s2_valid_q && (op_i == Fire || (op_i == Clear && reset_all_i));
  assign event_we_o   = neuron_we_o;
  assign sum_we_o     = s2_valid_q && (op_i == Fire || op_i == Clear);
  assign apical_we_o  = s2_valid_q && (op_i == Teach || op_i == Apical || (op_i == Clear && reset_all_i));
  assign post_we_o    = s2_valid_q && (op_i == Post || op_i == Clear);
  assign waddr_o      = ((op_i == Post) ? acc_base_i : state_base_i) + s2_group_q;
  assign spikes_o     = (s2_valid_q && op_i == Fire) ? 3'(spikes[0]) + 3'(spikes[1]) + 3'(spikes[2]) + 3'(spikes[3]) : 3'd0;

  assign list_we_o    = s2_valid_q && (op_i == Send || op_i == Post) && words_o != 64'd0;
  assign list_addr_o  = listed_o[GroupWidth-1:0];
  assign list_group_o = s2_group_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) listed_o <= '0;
    else if (list_we_o) listed_o <= listed_o + 1'b1;
  end
endmodule
