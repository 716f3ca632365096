// neuron_pass: visits the neurons of a layer, NeuronLanes per cycle, in groups of four; once per source.
//
//   Clear   state at the start of a window
//   Decay   of adaptations that persist between samples, at the start of a window
//   Fire    exact sums of all projections -> current -> membrane, event, sum, the line's `pre`
//   Settle  with competition: the winner fires, the others are inhibited
//   Teach   the target's word reaches the output
//   Send    what neurons send down, and the list of groups that have a word
//   Apical  exact sums of all feedbacks -> apical potential
//   Post    factors of the neurons with the rate folded in, and the list of groups that have one
module neuron_pass #(
  parameter int NeuronWidth = 9,
  parameter int NeuronLanes = 2,
  parameter int AccWidth = 36,
  parameter int SumWidth = 16,
  parameter int RefractoryWidth = 16,
  parameter bit HardReset = 1'b1,
  parameter bit Against = 1'b1,
  parameter int Sources = 16,
  parameter bit FullAlign = 1'b1,
  parameter logic [23:0] Aligns = 24'd0,
  parameter bit Burst = 1'b1,
  parameter bit Stdp = 1'b1,
  parameter bit Lif = 1'b1,
  parameter bit Adaptive = 1'b1,
  parameter int TraceDecay = 0,
  // Adds an input register stage for slow RAMs (one cycle of latency).
  parameter bit Buffered = 1'b0
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                start_i,
  input  logic [2:0]          op_i,
  input  logic [7:0]          last_group_i,
  input  logic                output_i,
  input  logic [9:0]          neurons_i,
  input  logic [7:0]          state_base_i,
  input  logic [7:0]          column_base_i,
  // Sources: address of the first one's sums, distance to the next one's, number of further sources, which are non-zero, alignments.
  input  logic [7:0]          source_base_i,
  input  logic [7:0]          source_stride_i,
  input  logic [3:0]          source_more_i,
  input  logic [Sources-1:0]  sent_i,
  input  logic [6*Sources-1:0] aligns_i,
  // Parameters of the layer and of the rule.
  input  logic signed [15:0]  threshold_i,
  input  logic signed [15:0]  reset_i,
  input  logic signed [15:0]  floor_i,
  input  logic        [15:0]  leak_i,
  input  logic        [15:0]  refractory_i,
  input  logic                hard_reset_i,
  input  logic                teach_i,
  input  logic                against_i,
  input  logic [7:0]          class_i,
  input  logic                wrong_i,
  input  logic [6:0]          target_i,
  input  logic [SumWidth:0]   ceiling_i,
  input  logic [3:0]          spike_shift_i,
  input  logic signed [7:0]   rate_i,
  input  logic [15:0]         dither_i,
  input  logic [15:0]         step_i,
  // Adaptations and traces.
  input  logic                adapts_i,
  input  logic                kept_i,
  input  logic                compete_i,
  input  logic                learning_i,
  input  logic                traces_i,
  input  logic [15:0]         fade_i,
  input  logic [15:0]         bump_i,
  input  logic signed [15:0]  grow_i,
  // State words hold the neurons of one step. Lines and columns are in groups of four, of which a step writes its own lanes.
  output logic [NeuronWidth-1:0] state_raddr_o,
  output logic [7:0]          acc_raddr_o,
  output logic [7:0]          line_raddr_o,
  input  logic [16*NeuronLanes-1:0] membranes_i,
  input  logic [16*NeuronLanes-1:0] lefts_i,
  input  logic [SumWidth*NeuronLanes-1:0] sums_i,
  input  logic [16*NeuronLanes-1:0] apicals_i,
  input  logic [4*AccWidth-1:0] acc_i,
  input  logic [3:0]          events_i,
  output logic                valid_o,
  output logic [NeuronWidth-1:0] state_waddr_o,
  output logic [7:0]          column_waddr_o,
  output logic [3:0]          lanes_o,
  output logic [16*NeuronLanes-1:0] membranes_o,
  output logic [16*NeuronLanes-1:0] lefts_o,
  output logic [SumWidth*NeuronLanes-1:0] sums_o,
  output logic [16*NeuronLanes-1:0] words_o,
  output logic [16*NeuronLanes-1:0] apicals_o,
  // Words of lines, one cycle later.
  output logic [NeuronLanes-1:0] events_o,
  output logic [8*NeuronLanes-1:0] pres_o,
  output logic                line_valid_o,
  output logic [7:0]          line_waddr_o,
  output logic [3:0]          line_lanes_o,
  output logic                line_end_o,
  output logic                list_we_o,
  output logic [7:0]          list_addr_o,
  output logic [7:0]          list_group_o,
  output logic [3:0]          list_forgets_o,
  output logic [8:0]          listed_o,
  output logic [9:0]          spikes_o,
  output logic                found_o,
  output logic                done_o
);
  localparam logic [2:0] Fire = 3'd1, Send = 3'd3, Apical = 3'd4, Post = 3'd5, Settle = 3'd7;
  localparam int Bits = $clog2(NeuronLanes);
  localparam int Steps = 4 / NeuronLanes;
  localparam int Width = 10 - Bits;

  // A step: NeuronLanes neurons.
  logic run_q;
  logic [Width-1:0] index_q;
  logic [3:0] source_q;
  logic [7:0] offset_q;
  logic [7:0] group;
  logic sums_up;
  logic last_source;
  logic last_step;
  logic wraps;

  logic read_valid, s1_valid_q, s2_valid_q, s3_valid_q;
  logic s1_first_q, s1_last_q;
  logic [3:0] s1_source_q;
  logic [Width-1:0] s1_index_q, s2_index_q, s3_index_q;
  logic [15:0] dither_q;

  // Words that are read, and their neurons: the inputs of stage 1.
  localparam int Place = 6 + Width;
  logic [Place-1:0] asked, place_there;
  logic [16*NeuronLanes-1:0] membranes, lefts, apicals;
  logic [SumWidth*NeuronLanes-1:0] sums;
  logic [4*AccWidth-1:0] acc;
  logic [3:0] events;

  assign group         = 8'(index_q >> (2 - Bits));
  assign sums_up       = op_i == Fire || op_i == Apical;
  assign last_source   = !sums_up || Sources == 1 || source_q == source_more_i;
  assign wraps         = (index_q & Width'(Steps - 1)) == Width'(Steps - 1);
  assign last_step     = group == last_group_i && wraps;
  assign state_raddr_o = NeuronWidth'((10'(state_base_i) << (2 - Bits)) + 10'(index_q));
  assign acc_raddr_o   = source_base_i + (Sources == 1 ? 8'd0 : offset_q) + ((op_i == Apical) ? 8'(index_q) : group);
  assign line_raddr_o  = 8'(10'(state_raddr_o) >> (2 - Bits));
  assign done_o        = !start_i && !run_q && !read_valid && !s1_valid_q && !s2_valid_q && !s3_valid_q && !line_valid_o;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      run_q      <= 1'b0;
      s1_valid_q <= 1'b0;
      s2_valid_q <= 1'b0;
      s3_valid_q <= 1'b0;
      line_valid_o <= 1'b0;
    end else begin
      if (start_i) run_q <= 1'b1;
      else if (last_source && last_step) run_q <= 1'b0;
      s1_valid_q <= read_valid;
      s2_valid_q <= s1_valid_q && s1_last_q;
      s3_valid_q <= s2_valid_q;
      line_valid_o <= s3_valid_q;
    end
    if (start_i) begin
      index_q  <= '0;
      source_q <= 4'd0;
      offset_q <= 8'd0;
      dither_q <= dither_i;
    end else begin
      if (run_q) begin
        source_q <= last_source ? 4'd0 : source_q + 4'd1;
        offset_q <= last_source ? 8'd0 : offset_q + source_stride_i;
        if (last_source) index_q <= index_q + 1'b1;
      end
      if (s2_valid_q) dither_q <= dither_q + (step_i << Bits);
    end
    {s1_first_q, s1_last_q, s1_source_q, s1_index_q} <= place_there;
    s2_index_q  <= s1_index_q;
    s3_index_q  <= s2_index_q;
  end

  assign asked = {!sums_up || source_q == 4'd0, last_source, source_q, index_q};
  if (Buffered) begin : g_buffer
    always_ff @(posedge clk_i) begin
      read_valid  <= rst_ni && run_q;
      place_there <= asked;
      {membranes, lefts, apicals} <= {membranes_i, lefts_i, apicals_i};
      {sums, events} <= {sums_i, events_i};
      acc <= acc_i;
    end
  end else begin : g_buffer
    assign read_valid  = run_q;
    assign place_there = asked;
    assign {membranes, lefts, apicals} = {membranes_i, lefts_i, apicals_i};
    assign {sums, events} = {sums_i, events_i};
    assign acc = acc_i;
  end

  logic [4:0] up_q;
  logic [1:0] place;
  logic counts;
  logic signed [5:0] shift;
  logic [NeuronLanes-1:0] spikes, wins, forgets;
  logic [18*NeuronLanes-1:0] excesses;
  // The step with the bias line, which follows the last neuron, and later steps.
  logic edge_step;
  logic past_q;
  logic [1:0] rest;
  /* verilator lint_off UNUSEDSIGNAL */
  logic [3:0] below;
  /* verilator lint_on UNUSEDSIGNAL */

  assign edge_step = s2_index_q == Width'(neurons_i >> Bits);
  assign rest      = 2'(neurons_i & 10'(NeuronLanes - 1));
  assign below     = ~(4'hf << rest);
  always_ff @(posedge clk_i) begin
    if (start_i) past_q <= 1'b0;
    else if (s2_valid_q && edge_step) past_q <= 1'b1;
  end

  // Constant while a pass runs.
  always_ff @(posedge clk_i) up_q <= hebbit_num_pkg::fold_up(rate_i);
  // Offset of this step's sums within the group.
  assign place  = (Burst && op_i == Apical) ? 2'd0 : 2'(32'(s1_index_q) << Bits);
  if (Sources == 1) begin : g_one
    logic unused;
    assign unused = &{1'b0, s1_source_q, source_more_i, source_stride_i};
    assign counts = op_i == Fire || sent_i[0];
    assign shift  = aligns_i[5:0];
  end else begin : g_many
    logic [$clog2(Sources)-1:0] source;
    assign source = s1_source_q[$clog2(Sources)-1:0];
    assign counts = op_i == Fire || sent_i[source];
    assign shift  = aligns_i[source*6+:6];
  end

  for (genvar j = 0; j < NeuronLanes; j++) begin : g_lane
    logic [9:0] at_s1;
    logic [1:0] lane;
    logic [AccWidth-1:0] own_acc;

    assign at_s1 = (10'(s1_index_q) << Bits) | 10'(j);
    assign lane  = place | 2'(j);
    assign own_acc = lane[1] ? (lane[0] ? acc[3*AccWidth+:AccWidth] : acc[2*AccWidth+:AccWidth])
                             : (lane[0] ? acc[AccWidth+:AccWidth] : acc[0+:AccWidth]);
    neuron_lane #(
      .AccWidth(AccWidth), .SumWidth(SumWidth), .RefractoryWidth(RefractoryWidth), .HardReset(HardReset),
      .Against(Against), .FullAlign(FullAlign), .Aligns(Aligns), .Burst(Burst), .Stdp(Stdp), .Lif(Lif), .Adaptive(Adaptive),
      .TraceDecay(TraceDecay)
    ) u_lane (
      .clk_i,
      .op_i,
      .output_i,
      .threshold_i,
      .reset_i,
      .floor_i,
      .leak_i,
      .refractory_i,
      .hard_reset_i,
      .teach_i,
      .against_i,
      .target_i,
      .ceiling_i,
      .spike_shift_i,
      .up_i(up_q),
      .adapts_i,
      .kept_i,
      .compete_i,
      .learning_i,
      .traces_i,
      .fade_i,
      .bump_i,
      .grow_i,
      .first_i(Sources == 1 || s1_first_q),
      .counts_i(counts),
      .named_i(at_s1 == {2'd0, class_i}),
      .wrong_i,
      .align_i(shift),
      .acc_i(own_acc),
      .membrane_i(membranes[j*16+:16]),
      .left_i(lefts[j*16+:16]),
      .sum_i(sums[j*SumWidth+:SumWidth]),
      .apical_i(apicals[j*16+:16]),
      .event_i(events[lane]),
      .exists_i(!past_q && (!edge_step || below[j])),
      .bias_i(!past_q && edge_step && rest == 2'(j)),
      .dither_i(dither_q + hebbit_num_pkg::lane_step(2'(j), step_i)),
      .wins_i(wins[j]),
      .excess_o(excesses[j*18+:18]),
      .membrane_o(membranes_o[j*16+:16]),
      .left_o(lefts_o[j*16+:16]),
      .sum_o(sums_o[j*SumWidth+:SumWidth]),
      .event_q_o(events_o[j]),
      .pre_o(pres_o[j*8+:8]),
      .word_o(words_o[j*16+:16]),
      .apical_o(apicals_o[j*16+:16]),
      .forget_o(forgets[j]),
      .spike_o(spikes[j])
    );
  end

  if (Adaptive) begin : g_contest
    contest #(.NeuronLanes(NeuronLanes)) u_contest (
      .clk_i, .start_i(start_i && op_i == Fire), .valid_i(s3_valid_q && op_i == Fire),
      .index_i(10'(s3_index_q) << Bits), .excesses_i(excesses), .found_o, .wins_o(wins));
  end else begin : g_contest
    logic unused;
    assign unused  = &{1'b0, excesses};
    assign found_o = 1'b1;
    assign wins    = '0;
  end

  logic group_end;
  // The neurons of a group that forget.
  if (Stdp) begin : g_forgets
    logic [3:0] forgets_q;
    assign list_forgets_o = forgets_q | (4'(forgets) << (2'(32'(s3_index_q) << Bits)));
    always_ff @(posedge clk_i) begin
      if (start_i) forgets_q <= 4'd0;
      else if (s3_valid_q) forgets_q <= group_end ? 4'd0 : list_forgets_o;
    end
  end else begin : g_forgets
    assign list_forgets_o = 4'd0;
  end

  logic [7:0] s3_group;
  logic any_q;
  logic any;
  logic [9:0] spiking;

  assign s3_group       = 8'(s3_index_q >> (2 - Bits));
  assign valid_o        = s3_valid_q;
  assign state_waddr_o  = NeuronWidth'((10'(state_base_i) << (2 - Bits)) + 10'(s3_index_q));
  assign column_waddr_o = column_base_i + s3_group;
  assign lanes_o        = 4'((1 << NeuronLanes) - 1) << (2'(32'(s3_index_q) << Bits));
  assign group_end    = s3_valid_q && (s3_index_q & Width'(Steps - 1)) == Width'(Steps - 1);

  assign any          = any_q || words_o != '0 || forgets != '0;
  assign list_we_o    = group_end && (op_i == Send || op_i == Post) && any;
  assign list_addr_o  = listed_o[7:0];
  assign list_group_o = s3_group;
  always_comb begin
    spiking = 10'd0;
    for (int j = 0; j < NeuronLanes; j++) spiking = spiking + 10'(spikes[j]);
  end
  always_ff @(posedge clk_i) begin
    line_waddr_o <= 8'(32'(state_waddr_o) >> (2 - Bits));
    line_lanes_o <= lanes_o;
    line_end_o   <= group_end;
    if (start_i) begin
      listed_o <= '0;
      any_q    <= 1'b0;
      spikes_o <= 10'd0;
    end else begin
      if (list_we_o) listed_o <= listed_o + 1'b1;
      if (s3_valid_q) any_q <= any && !group_end;
      if (s3_valid_q && (op_i == Fire || (Adaptive && op_i == Settle))) spikes_o <= spikes_o + spiking;
    end
  end
endmodule
