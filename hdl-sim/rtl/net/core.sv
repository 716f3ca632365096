// core: memories and engines for a network of any shape that fits; the program in the table controls them. docs/RTL.md has the map.
module core #(
  parameter int WeightAddr = 17,
  parameter int WeightBits = 8,
  parameter int TableAddr = 10,
  parameter int LineWidth = 9,
  parameter int NeuronWidth = 9,
  parameter int NeuronLanes = 2,
  parameter int AccWidth = 36,
  parameter int SumWidth = 16,
  parameter int RefractoryWidth = 16,
  parameter bit HardReset = 1'b1,
  parameter bit Against = 1'b1,
  parameter bit ZeroPoint = 1'b1,
  parameter int Sources = 16,
  parameter int FlagBits = 4,
  parameter bit FullAlign = 1'b1,
  parameter logic [23:0] Aligns = 24'd0,
  parameter bit Burst = 1'b1,
  parameter bit Stdp = 1'b1,
  parameter bit Lif = 1'b1,
  parameter bit Adaptive = 1'b1,
  parameter int ForgetShift = 31,
  parameter int TraceDecay = 0,
  parameter int Rounds = 1,
  parameter bit Buffered = 1'b0
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  // Host access to table, state and weights. A request waits until the core is idle and is held until it is ready. `begin_i` must not
  // be set while a request is pending.
  input  logic        host_valid_i,
  input  logic        host_we_i,
  input  logic [17:0] host_addr_i,
  input  logic [31:0] host_wdata_i,
  output logic        host_ready_o,
  output logic [31:0] host_rdata_o,
  output logic        host_error_o,
  // An update of weights has begun and has not ended. A reset does not change this flag.
  input  logic        dirty_clear_i,
  output logic        dirty_o,
  // A sample: begin, magnitudes of the input in groups of four, go. Either all groups are sent in order, or (wipe) only the lanes with an
  // event, and all others are 0.
  input  logic        begin_i,
  input  logic        wipe_i,
  input  logic        event_valid_i,
  output logic        event_ready_o,
  input  logic [7:0]  event_group_i,
  input  logic [3:0]  event_lanes_i,
  input  logic [31:0] event_magnitudes_i,
  input  logic        go_i,
  input  logic        learn_i,
  input  logic        target_i,
  input  logic [7:0]  class_i,
  // The target says that this class is wrong: only its output neuron is taught.
  input  logic        wrong_i,
  output logic        busy_o,
  // Observation.
  output logic        phase_valid_o,
  output logic [2:0]  phase_o,
  output logic [3:0]  layer_o,
  output logic        word_valid_o
);
  localparam logic [2:0] Clear = 3'd0, Fire = 3'd1, Teach = 3'd2, Send = 3'd3, Apical = 3'd4, Post = 3'd5,
                         Decay = 3'd6, Settle = 3'd7;
  localparam logic [1:0] Learn = 2'd1, Feedback = 2'd2;
  localparam int Bits = $clog2(NeuronLanes);
  // Host words per word of four weights.
  localparam int Pieces = WeightBits / 8;
  localparam int PieceBits = $clog2(Pieces);

  // The host's port.
  logic host_open, host_table, host_weights, host_write;
  logic [2:0] host_memory;
  logic [6:0] host_we;
  logic [9:0] host_word;

  host_port #(
    .WeightAddr(WeightAddr + PieceBits), .TableAddr(TableAddr), .LineWidth(LineWidth), .NeuronBits(NeuronWidth + Bits)
  ) u_host (
    .clk_i,
    .rst_ni,
    .idle_i(!busy_o && !begin_i),
    .host_valid_i,
    .host_we_i,
    .host_addr_i,
    .host_ready_o,
    .host_error_o,
    .open_o(host_open),
    .table_o(host_table),
    .weights_o(host_weights),
    .memory_o(host_memory),
    .write_o(host_write)
  );
  assign host_word = host_addr_i[9:0];
  assign host_we   = (host_write && !host_table && !host_weights) ? 7'd1 << host_memory : 7'd0;

  // The program and the registers that it sets.
  logic [TableAddr-1:0] program_raddr;
  logic [31:0] table_word, add_word, value;
  logic [3:0] add_addr;
  logic add_we, set, key, open, mix_start, pass_order, sweep_order;
  logic [4:0] register;
  /* verilator lint_off UNUSEDSIGNAL */
  logic [23:0] order;
  /* verilator lint_on UNUSEDSIGNAL */
  logic input_open, learning, taught, pass_done, sweep_done, rows_done, mix_busy;
  logic passed_q, swept_q;
  logic [8:0] listed;
  logic found;
  logic [9:0] spikes;

  sequencer #(.TableAddr(TableAddr), .FlagBits(FlagBits)) u_sequencer (
    .clk_i,
    .rst_ni,
    .begin_i,
    .busy_o,
    .phase_valid_o,
    .phase_o,
    .layer_o,
    .raddr_o(program_raddr),
    .word_i(table_word),
    .we_o(add_we),
    .waddr_o(add_addr),
    .wdata_o(add_word),
    .set_o(set),
    .register_o(register),
    .value_o(value),
    .key_o(key),
    .open_o(open),
    .mix_o(mix_start),
    .pass_o(pass_order),
    .sweep_o(sweep_order),
    .order_o(order),
    .input_there_i(!input_open),
    .pass_done_i(passed_q),
    .sweep_done_i(swept_q),
    .mix_done_i(!mix_busy),
    .learning_i(learning),
    .listed_i(listed != 9'd0),
    .found_i(found),
    .spikes_i(spikes)
  );

  ram_2p #(.AddrWidth(TableAddr), .Lanes(1), .LaneWidth(32)) u_table (
    .clk_i, .raddr_i(host_open ? host_addr_i[TableAddr-1:0] : program_raddr), .rdata_o(table_word),
    .we_i(add_we || (host_write && host_table)), .waddr_i(add_we ? TableAddr'(add_addr) : host_addr_i[TableAddr-1:0]),
    .wdata_i(add_we ? add_word : host_wdata_i));

  // A command: a pass or a sweep, with its flags.
  logic pass_start_q, pass_output_q, pass_reset_q, pass_teach_q, pass_against_q, pass_lines_q, pass_posts_q;
  logic adapts, competes, kept, traces, forgets, partial;
  logic [2:0] op_q;
  logic [7:0] pass_last_q, scan_last_q;
  logic sweep_start_q, sweep_busy_q, from_input_q, bias_q, sign_q, follow_q;
  logic [1:0] kind_q;
  logic [3:0] mask_q;
  logic [Sources-1:0] sent_q;
  logic source_set;

  always_ff @(posedge clk_i) begin
    pass_start_q  <= rst_ni && pass_order;
    sweep_start_q <= rst_ni && sweep_order;
    // Conditions that the program sees one cycle late.
    passed_q <= pass_done && !pass_order;
    swept_q  <= sweep_done && !sweep_order;
    if (!rst_ni) sweep_busy_q <= 1'b0;
    else if (sweep_order) sweep_busy_q <= 1'b1;
    else if (sweep_done) sweep_busy_q <= 1'b0;
    if (pass_order) begin
      {pass_posts_q, pass_lines_q, pass_against_q, pass_teach_q, pass_reset_q, pass_output_q} <= order[16:11];
      {pass_last_q, op_q} <= order[10:0];
    end
    if (sweep_order) begin
      {follow_q, sign_q, bias_q, from_input_q} <= order[17:14];
      {mask_q, scan_last_q, kind_q} <= order[13:0];
    end
  end

  // For adaptive thresholds and traces.
  if (Adaptive) begin : g_adaptive
    logic [2:0] adaptive_q;
    always_ff @(posedge clk_i) if (pass_order) adaptive_q <= order[19:17];
    assign {kept, competes, adapts} = adaptive_q;
  end else begin : g_adaptive
    assign {kept, competes, adapts} = 3'd0;
  end
  if (Stdp) begin : g_stdp
    logic traces_q, forgets_q, partial_q;
    always_ff @(posedge clk_i) begin
      if (pass_order) traces_q <= order[20];
      if (sweep_order) {partial_q, forgets_q} <= order[23:22];
    end
    assign {traces, forgets, partial} = {traces_q, forgets_q, partial_q};
  end else begin : g_stdp
    assign {traces, forgets, partial} = 3'd0;
  end

  // Feedbacks with a non-zero word to send.
  always_ff @(posedge clk_i) begin
    if (source_set) sent_q <= '0;
    else if (sweep_order && order[1:0] == Feedback) begin
      for (int s = 0; s < Sources; s++) if (order[21:18] == 4'(s)) sent_q[s] <= 1'b1;
    end
  end

  logic updating, backward;
  assign updating = kind_q == Learn;
  assign backward = Burst && kind_q == Feedback;

  logic dirty_q;
  initial dirty_q = 1'b0;
  assign dirty_o = dirty_q;
  always_ff @(posedge clk_i) begin
    if (sweep_start_q && updating) dirty_q <= 1'b1;
    else if ((rst_ni && sweep_done && sweep_busy_q && updating) || dirty_clear_i) dirty_q <= 1'b0;
  end

  logic [9:0] neurons;
  logic [7:0] state_base, source_base, source_stride, column_base, acc_base, last_word;
  logic signed [15:0] threshold, reset, floor;
  logic [15:0] leak, refractory, fade, bump;
  logic signed [15:0] grow;
  logic [4:0] forget_shift;
  logic [SumWidth:0] ceiling;
  logic hard_reset, blank, x_set, y_set;
  logic [3:0] source_more, spike_shift;
  logic [6*Sources-1:0] aligns;
  logic [LineWidth-1:0] line_base;
  logic [WeightAddr-1:0] weight_base;
  logic signed [WeightBits-1:0] low, high, zero;
  logic signed [7:0] rate;
  logic [6:0] target;
  logic [31:0] k0, k1, mix_x, mix_y;

  settings #(
    .WeightAddr(WeightAddr), .WeightBits(WeightBits), .LineWidth(LineWidth), .Sources(Sources), .SumWidth(SumWidth),
    .RefractoryWidth(RefractoryWidth), .HardReset(HardReset), .FullAlign(FullAlign), .ZeroPoint(ZeroPoint),
    .Stdp(Stdp), .Adaptive(Adaptive), .ForgetShift(ForgetShift)
  ) u_settings (
    .clk_i,
    .set_i(set),
    .register_i(register),
    .value_i(value),
    .neurons_o(neurons),
    .state_base_o(state_base),
    .threshold_o(threshold),
    .reset_o(reset),
    .hard_reset_o(hard_reset),
    .floor_o(floor),
    .leak_o(leak),
    .refractory_o(refractory),
    .source_base_o(source_base),
    .source_stride_o(source_stride),
    .source_more_o(source_more),
    .source_set_o(source_set),
    .aligns_o(aligns),
    .column_base_o(column_base),
    .acc_base_o(acc_base),
    .last_word_o(last_word),
    .line_base_o(line_base),
    .weight_base_o(weight_base),
    .low_o(low),
    .high_o(high),
    .zero_o(zero),
    .rate_o(rate),
    .target_o(target),
    .spike_shift_o(spike_shift),
    .ceiling_o(ceiling),
    .fade_o(fade),
    .bump_o(bump),
    .grow_o(grow),
    .forget_shift_o(forget_shift),
    .blank_o(blank),
    .key_i(key),
    .mix_x_i(mix_x),
    .mix_y_i(mix_y),
    .x_set_o(x_set),
    .y_set_o(y_set),
    .k0_o(k0),
    .k1_o(k1)
  );

  logic row_mix_start, key_busy;
  logic [9:0] mix_row;
  logic [15:0] row_dither, row_step;
  mixer #(.Rounds(Rounds)) u_mixer (
    .clk_i,
    .rst_ni,
    .x_set_i(x_set),
    .y_set_i(y_set),
    .value_i(value),
    .start_i(mix_start),
    .row_start_i(row_mix_start),
    .row_i(mix_row),
    .k0_i(k0),
    .k1_i(k1),
    .busy_o(mix_busy),
    .x_o(mix_x),
    .y_o(mix_y),
    .row_busy_o(key_busy),
    .row_dither_o(row_dither),
    .row_step_o(row_step)
  );

  logic intake_counts;
  logic [3:0] intake_we;
  logic [LineWidth-1:0] intake_waddr;
  logic [31:0] intake_lines;
  intake #(.LineWidth(LineWidth)) u_intake (
    .clk_i,
    .rst_ni,
    .begin_i(begin_i && !busy_o),
    .wipe_i,
    .open_i(open),
    .event_valid_i,
    .event_ready_o,
    .event_group_i,
    .event_lanes_i,
    .event_magnitudes_i,
    .go_i,
    .learn_i,
    .target_i,
    .base_i(line_base),
    .inputs_i(neurons),
    .open_o(input_open),
    .learning_o(learning),
    .taught_o(taught),
    .we_o(intake_we),
    .counts_o(intake_counts),
    .waddr_o(intake_waddr),
    .magnitudes_o(intake_lines)
  );

  // Memories. A word holds the neurons of one step, or a group of four lines or columns.
  logic [16*NeuronLanes-1:0] membranes, lefts, apicals, membranes_d, lefts_d, words_d, apicals_d, host_words;
  logic [SumWidth*NeuronLanes-1:0] sums, sums_d;
  logic [NeuronLanes-1:0] events_d, host_lane;
  logic [8*NeuronLanes-1:0] pres_d;
  logic [4*AccWidth-1:0] sweep_acc, pass_acc, acc_d;
  logic [63:0] posts;
  logic [31:0] lines;
  logic [3:0] events, pass_lanes, line_lanes, acc_we, host_column;
  logic [7:0] pass_acc_raddr, sweep_acc_raddr, acc_waddr, column_addr, line_waddr, column_waddr;
  logic [7:0] list_raddr, list_waddr, list_group, list_wgroup;
  logic [3:0] list_forgets, list_wforgets;
  logic [LineWidth-1:0] line_group;
  logic pass_valid, list_we, host_event, host_line;
  logic settles, neuron_we, left_we, sum_we, line_we, event_we, line_valid, line_end, apical_we, post_we;
  logic [NeuronWidth-1:0] state_raddr, state_waddr, pass_raddr, pass_waddr;

  assign settles   = Adaptive && op_q == Settle;
  assign neuron_we = pass_valid && (op_q == Fire || (op_q == Clear && pass_reset_q)) || (pass_valid && settles);
  // Clear does not reset persistent adaptations: Decay follows when it is known whether the sample is learned.
  assign left_we   = (neuron_we && !(op_q == Clear && adapts)) || (Adaptive && pass_valid && op_q == Decay);
  assign sum_we    = pass_valid && (op_q == Fire || settles || (op_q == Clear && pass_lines_q));
  assign line_we   = line_valid && (op_q == Fire || settles || (op_q == Clear && pass_lines_q));
  assign event_we  = line_valid && (op_q == Fire || settles || (op_q == Clear && pass_reset_q));
  assign apical_we = pass_valid && (op_q == Teach || op_q == Apical || (op_q == Post && traces) || (op_q == Clear && pass_reset_q));
  assign post_we   = pass_valid && (op_q == Send || op_q == Post || (op_q == Clear && pass_posts_q));

  assign host_words  = {NeuronLanes{host_wdata_i[15:0]}};
  assign host_lane   = NeuronLanes'(1) << (host_word & 10'(NeuronLanes - 1));
  assign host_column = 4'd1 << host_word[1:0];
  assign host_event  = host_we[5];
  assign host_line   = host_we[6];
  assign state_raddr = host_open ? NeuronWidth'(host_word >> Bits) : pass_raddr;
  assign state_waddr = pass_valid ? pass_waddr : NeuronWidth'(host_word >> Bits);

  ram_2p #(.AddrWidth(NeuronWidth), .Lanes(NeuronLanes), .Noise(32'h1656_67b1)) u_membrane (
    .clk_i, .raddr_i(state_raddr), .rdata_o(membranes), .we_i({NeuronLanes{neuron_we}} | (host_we[0] ? host_lane : '0)),
    .waddr_i(state_waddr), .wdata_i(pass_valid ? membranes_d : host_words));
  if (RefractoryWidth != 0) begin : g_left
    ram_2p #(.AddrWidth(NeuronWidth), .Lanes(NeuronLanes), .Noise(32'h9e37_79b1)) u_left (
      .clk_i, .raddr_i(state_raddr), .rdata_o(lefts), .we_i({NeuronLanes{left_we}} | (host_we[1] ? host_lane : '0)),
      .waddr_i(state_waddr), .wdata_i(pass_valid ? lefts_d : host_words));
  end else begin : g_left
    logic unused;
    assign unused = &{1'b0, lefts_d, left_we, host_we[1]};
    assign lefts  = '0;
  end
  ram_2p #(.AddrWidth(NeuronWidth), .Lanes(NeuronLanes), .LaneWidth(SumWidth), .Noise(32'h85eb_ca77)) u_sum (
    .clk_i, .raddr_i(state_raddr), .rdata_o(sums), .we_i({NeuronLanes{sum_we}} | (host_we[2] ? host_lane : '0)),
    .waddr_i(state_waddr), .wdata_i(pass_valid ? sums_d : {NeuronLanes{host_wdata_i[SumWidth-1:0]}}));
  ram_2p #(.AddrWidth(NeuronWidth), .Lanes(NeuronLanes), .Noise(32'hc2b2_ae3d)) u_apical (
    .clk_i, .raddr_i(state_raddr), .rdata_o(apicals), .we_i({NeuronLanes{apical_we}} | (host_we[3] ? host_lane : '0)),
    .waddr_i(state_waddr), .wdata_i(pass_valid ? apicals_d : host_words));

  // Lines: magnitudes of the input, `pre` factors of neurons; events of neurons.
  logic [LineWidth-1:0] lines_raddr, lines_waddr;
  logic [7:0] pass_line;
  // A pass over traces reads events while no sweep runs.
  assign lines_raddr = host_open ? LineWidth'(host_word) : (traces && !pass_done) ? LineWidth'(pass_line) : line_group;
  assign lines_waddr = input_open ? intake_waddr : line_valid ? LineWidth'(line_waddr) : LineWidth'(host_word);
  ram_2p #(.AddrWidth(LineWidth), .LaneWidth(8), .Noise(32'hc2b2_ae35)) u_line (
    .clk_i, .raddr_i(lines_raddr), .rdata_o(lines), .we_i(intake_we | {4{host_line}} | (line_we ? line_lanes : 4'd0)),
    .waddr_i(lines_waddr), .wdata_i(input_open ? intake_lines : line_valid ? {4/NeuronLanes{pres_d}} : host_wdata_i));
  ram_2p #(.AddrWidth(LineWidth), .LaneWidth(1), .Noise(32'h27d4_eb2f)) u_event (
    .clk_i, .raddr_i(lines_raddr), .rdata_o(events), .we_i({4{host_event}} | (event_we ? line_lanes : 4'd0)),
    .waddr_i(lines_waddr), .wdata_i(line_valid ? {4/NeuronLanes{events_d}} : host_wdata_i[3:0]));

  // Columns: factors of neurons and words that they send; exact sums in two copies, so that a pass and a sweep can read in the same cycle.
  ram_2p #(.Noise(32'h2545_f491)) u_post (
    .clk_i, .raddr_i(host_open ? host_word[9:2] : column_addr), .rdata_o(posts),
    .we_i((post_we ? pass_lanes : 4'd0) | (host_we[4] ? host_column : 4'd0)),
    .waddr_i(pass_valid ? column_waddr : host_word[9:2]),
    .wdata_i(pass_valid ? {4/NeuronLanes{words_d}} : {4{host_wdata_i[15:0]}}));
  ram_2p #(.LaneWidth(AccWidth), .Noise(32'h4f6c_dd1d)) u_acc (
    .clk_i, .raddr_i(sweep_acc_raddr), .rdata_o(sweep_acc), .we_i(acc_we), .waddr_i(acc_waddr), .wdata_i(acc_d));
  ram_2p #(.LaneWidth(AccWidth), .Noise(32'h3c6e_f372)) u_total (
    .clk_i, .raddr_i(pass_acc_raddr), .rdata_o(pass_acc), .we_i(acc_we), .waddr_i(acc_waddr), .wdata_i(acc_d));
  if (Stdp) begin : g_list
    ram_2p #(.Lanes(1), .LaneWidth(12)) u_list (
      .clk_i, .raddr_i(list_raddr), .rdata_o({list_forgets, list_group}), .we_i(list_we), .waddr_i(list_waddr),
      .wdata_i({list_wforgets, list_wgroup}));
  end else begin : g_list
    logic unused;
    assign unused       = &{1'b0, list_wforgets};
    assign list_forgets = 4'd0;
    ram_2p #(.Lanes(1), .LaneWidth(8)) u_list (
      .clk_i, .raddr_i(list_raddr), .rdata_o(list_group), .we_i(list_we), .waddr_i(list_waddr), .wdata_i(list_wgroup));
  end

  // Weights: address bit 0 selects the bank, so that one word is read and another one written in the same cycle.
  logic weight_re, weight_we, bank_q;
  logic [WeightAddr-1:0] weight_raddr, weight_waddr;
  logic [4*WeightBits-1:0] weight_wdata, weights;
  logic [WeightAddr-1:0] host_four;
  logic [Pieces-1:0] host_piece;

  assign host_four = WeightAddr'(host_addr_i[16:0] >> PieceBits);
  assign host_piece = Pieces'(1) << (host_addr_i[16:0] & 17'(Pieces - 1));

  for (genvar b = 0; b < 2; b++) begin : g_bank
    logic reads, writes, host_writes;
    logic [WeightAddr-2:0] early;
    logic [4*WeightBits-1:0] word;
    assign host_writes = host_write && host_weights && host_four[0] == 1'(b);
    assign reads  = weight_re && weight_raddr[0] == 1'(b);
    assign writes = weight_we && weight_waddr[0] == 1'(b);
    // Valid before a sweep finds its first listed word.
    assign early  = host_open ? host_four[WeightAddr-1:1] : weight_waddr[WeightAddr-1:1];
    ram_1p #(.AddrWidth(WeightAddr - 1), .Pieces(Pieces), .Noise(32'hd1b5_4a33 + 32'(b))) u_weight (
      .clk_i, .en_i(host_open || reads || writes), .we_i(writes ? '1 : host_piece & {Pieces{host_writes}}),
      .addr_i((host_open || writes) ? early : weight_raddr[WeightAddr-1:1]),
      .wdata_i(writes ? weight_wdata : {Pieces{host_wdata_i}}), .rdata_o(word));
  end
  always_ff @(posedge clk_i) bank_q <= host_open ? host_four[0] : weight_raddr[0];
  assign weights      = bank_q ? g_bank[1].word : g_bank[0].word;
  assign word_valid_o = weight_re;

  // Read data for the host: one lane of a wide memory, a word of the others.
  logic [15:0] host_state;
  always_comb begin
    unique case (host_memory[1:0])
      2'd0: host_state = 16'(membranes >> (6'd16 * 6'(host_word & 10'(NeuronLanes - 1))));
      2'd1: host_state = 16'(lefts >> (6'd16 * 6'(host_word & 10'(NeuronLanes - 1))));
      2'd2: host_state = 16'(SumWidth'(sums >> (6'(SumWidth) * 6'(host_word & 10'(NeuronLanes - 1)))));
      default: host_state = 16'(apicals >> (6'd16 * 6'(host_word & 10'(NeuronLanes - 1))));
    endcase
    if (host_weights) host_rdata_o = 32'(weights >> (6'd32 * 6'(host_addr_i[16:0] & 17'(Pieces - 1))));
    else if (host_table) host_rdata_o = table_word;
    else if (!host_memory[2]) host_rdata_o = {16'd0, host_state};
    else if (host_memory[1]) host_rdata_o = lines;
    else if (host_memory[0]) host_rdata_o = {28'd0, events};
    else host_rdata_o = {16'd0, posts[host_word[1:0]*16+:16]};
  end

  neuron_pass #(
    .NeuronWidth(NeuronWidth), .NeuronLanes(NeuronLanes), .AccWidth(AccWidth), .SumWidth(SumWidth),
    .RefractoryWidth(RefractoryWidth), .HardReset(HardReset), .Against(Against), .Sources(Sources), .FullAlign(FullAlign),
    .Aligns(Aligns), .Burst(Burst), .Stdp(Stdp), .Lif(Lif), .Adaptive(Adaptive), .TraceDecay(TraceDecay),
    .Buffered(Buffered)
  ) u_pass (
    .clk_i,
    .rst_ni,
    .start_i(pass_start_q),
    .op_i(op_q),
    .last_group_i(pass_last_q),
    .output_i(pass_output_q),
    .neurons_i(neurons),
    .state_base_i(state_base),
    .column_base_i(column_base),
    .source_base_i(source_base),
    .source_stride_i(source_stride),
    .source_more_i(source_more),
    .sent_i(sent_q),
    .aligns_i(aligns),
    .threshold_i(threshold),
    .reset_i(reset),
    .floor_i(floor),
    .leak_i(leak),
    .refractory_i(refractory),
    .hard_reset_i(hard_reset),
    .teach_i(pass_teach_q && taught),
    .against_i(pass_against_q),
    .class_i,
    .wrong_i,
    .target_i(target),
    .ceiling_i(ceiling),
    .spike_shift_i(spike_shift),
    .rate_i(rate),
    .dither_i(mix_x[15:0]),
    .step_i(mix_y[15:0]),
    .adapts_i(adapts),
    .kept_i(kept),
    .compete_i(competes),
    .learning_i(learning),
    .traces_i(traces),
    .fade_i(fade),
    .bump_i(bump),
    .grow_i(grow),
    .state_raddr_o(pass_raddr),
    .acc_raddr_o(pass_acc_raddr),
    .line_raddr_o(pass_line),
    .membranes_i(membranes),
    .lefts_i(lefts),
    .sums_i(sums),
    .apicals_i(apicals),
    .acc_i(pass_acc),
    .events_i(events),
    .valid_o(pass_valid),
    .state_waddr_o(pass_waddr),
    .line_valid_o(line_valid),
    .line_waddr_o(line_waddr),
    .line_lanes_o(line_lanes),
    .line_end_o(line_end),
    .column_waddr_o(column_waddr),
    .lanes_o(pass_lanes),
    .membranes_o(membranes_d),
    .lefts_o(lefts_d),
    .sums_o(sums_d),
    .words_o(words_d),
    .apicals_o(apicals_d),
    .events_o(events_d),
    .pres_o(pres_d),
    .list_we_o(list_we),
    .list_addr_o(list_waddr),
    .list_group_o(list_wgroup),
    .list_forgets_o(list_wforgets),
    .listed_o(listed),
    .spikes_o(spikes),
    .found_o(found),
    .done_o(pass_done)
  );

  // Number of groups of lines that a sweep may read while the rest is still being written; one cycle late, as a word that is read while
  // it is written is undefined.
  logic [7:0] limit_q;
  logic counts_q, written, written_q;
  assign written = input_open || !pass_done;
  always_ff @(posedge clk_i) begin
    written_q <= written;
    counts_q <= intake_counts || (line_end && op_q == Fire);
    if (open || pass_start_q) limit_q <= 8'd0;
    else if (counts_q) limit_q <= limit_q + 8'd1;
  end

  logic row_valid, row_ready, row_idle, row_first;
  logic [WeightAddr-1:0] row_addr;
  logic [7:0] row_factor;

  row_scan #(.WeightAddr(WeightAddr), .LineWidth(LineWidth)) u_scan (
    .clk_i,
    .rst_ni,
    .start_i(sweep_start_q),
    .learn_i(updating),
    .feedback_i(backward),
    .forget_i(forgets && updating),
    .input_i(from_input_q),
    .blank_i(blank),
    .bias_i(bias_q),
    .last_group_i(scan_last_q),
    .mask_i(mask_q),
    .line_base_i(line_base),
    .weight_base_i(weight_base),
    .last_word_i(last_word),
    .limited_i(follow_q && written_q),
    .limit_i(limit_q),
    .group_o(line_group),
    .lines_i(lines),
    .events_i(events),
    .mix_start_o(row_mix_start),
    .mix_row_o(mix_row),
    .mix_busy_i(key_busy),
    .row_valid_o(row_valid),
    .row_ready_i(row_ready),
    .row_idle_i(row_idle),
    .row_addr_o(row_addr),
    .row_factor_o(row_factor),
    .row_first_o(row_first),
    .done_o(rows_done)
  );

  logic swept;
  row_sweep #(
    .WeightAddr(WeightAddr), .WeightBits(WeightBits), .AccWidth(AccWidth), .NeuronLanes(NeuronLanes), .ZeroPoint(ZeroPoint),
    .Forgets(Stdp)
  ) u_sweep (
    .clk_i,
    .rst_ni,
    .start_i(sweep_start_q),
    .learn_i(updating),
    .partial_i(partial && !updating),
    .feedback_i(backward),
    .sign_i(sign_q),
    .column_base_i(column_base),
    .acc_base_i(acc_base),
    .last_word_i(last_word),
    .listed_i(listed),
    .zero_i(zero),
    .low_i(low),
    .high_i(high),
    .forget_shift_i(forget_shift),
    .rows_done_i(rows_done && !sweep_start_q),
    .row_valid_i(row_valid),
    .row_ready_o(row_ready),
    .row_idle_o(row_idle),
    .row_addr_i(row_addr),
    .row_factor_i(row_factor),
    .row_first_i(row_first),
    .row_dither_i(row_dither),
    .row_step_i(row_step),
    .list_addr_o(list_raddr),
    .list_group_i(list_group),
    .list_forgets_i(list_forgets),
    .column_addr_o(column_addr),
    .posts_i(posts),
    .weight_re_o(weight_re),
    .weight_raddr_o(weight_raddr),
    .weight_rdata_i(weights),
    .weight_we_o(weight_we),
    .weight_waddr_o(weight_waddr),
    .weight_wdata_o(weight_wdata),
    .acc_raddr_o(sweep_acc_raddr),
    .acc_rdata_i(sweep_acc),
    .acc_we_o(acc_we),
    .acc_waddr_o(acc_waddr),
    .acc_wdata_o(acc_d),
    .done_o(swept)
  );
  assign sweep_done = !sweep_start_q && (!sweep_busy_q || swept);
endmodule
