// core: memories and engines of a network, whatever its shape: what the table of descriptors says. docs/RTL.md has the map.
module core #(
  parameter int WeightAddr = 15
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  // Words of the table, of state and of weights, while it is not busy: a request waits for that. `begin_i` comes when no read is open.
  input  logic        host_valid_i,
  input  logic        host_we_i,
  input  logic [17:0] host_addr_i,
  input  logic [31:0] host_wdata_i,
  output logic        host_ready_o,
  output logic        host_rvalid_o,
  output logic [31:0] host_rdata_o,
  output logic        host_error_o,
  // Weights are between two states: an update has begun and has not ended. A reset leaves it as it is.
  input  logic        dirty_clear_i,
  output logic        dirty_o,
  // A sample: begin, magnitudes of the input in groups of four, go. Either all groups are sent, or the others are wiped. Lanes that an
  // event does not have stay as they are.
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
  output logic        busy_o,
  // What happens.
  output logic        phase_valid_o,
  output logic [2:0]  phase_o,
  output logic [3:0]  layer_o,
  output logic [1:0]  window_o,
  output logic [15:0] tick_o,
  output logic        blank_o,
  output logic [31:0] samples_o,
  output logic [31:0] steps_o,
  output logic [31:0] presented_o,
  output logic [6:0]  fall_o,
  output logic [31:0] spikes_o,
  output logic [15:0] ticks_o,
  output logic        word_valid_o
);
  localparam logic [2:0] Fire = 3'd1, Teach = 3'd2, Send = 3'd3, Apical = 3'd4, Post = 3'd5;
  localparam logic [1:0] Learn = 2'd1, Feedback = 2'd2;

  logic filling, wiping;
  logic [7:0] wipe_group;
  logic desc_busy;
  logic [7:0] desc_addr, desc_raddr;
  logic [31:0] desc;
  /* verilator lint_off UNUSEDSIGNAL */
  logic [511:0] head;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [127:0] item;
  // Words of the item at hand, and of the head; docs/RTL.md has their fields, of which some are the sequencer's.
  /* verilator lint_off UNUSEDSIGNAL */
  logic [31:0] word0, word1, word2, word3, head_rule, head_groups, head_input;
  /* verilator lint_on UNUSEDSIGNAL */
  assign {word3, word2, word1, word0} = item;
  assign head_rule   = head[hebbit_pkg::HeadRule*32+:32];
  assign head_groups = head[hebbit_pkg::HeadGroups*32+:32];
  assign head_input  = head[hebbit_pkg::HeadInput*32+:32];
  logic pass_start, pass_done, sweep_start, sweep_done, rows_done;
  logic [2:0] pass_op;
  logic [1:0] kind;
  logic [8:0] listed;
  logic reset_all, teach, against, scratch_empty;
  logic seq_mix_start, row_mix_start, mix_busy, keyed;
  logic [31:0] seq_mix_x, seq_mix_y, mix_row, mix_x, mix_y, k0, k1;
  logic [15:0] dither, step;
  logic [2:0] spikes;
  logic learning, backward;
  logic [31:0] left;

  // The host's port.
  logic host_reading, host_table, host_weights, host_write, host_counter;
  logic [2:0] host_memory;
  logic [6:0] host_we;
  /* verilator lint_off UNUSEDSIGNAL */
  logic [16:0] host_addr;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [7:0] host_group;
  logic [3:0] host_lane;

  host_port #(.WeightAddr(WeightAddr)) u_host (
    .clk_i,
    .rst_ni,
    .idle_i(!busy_o && !begin_i),
    .host_valid_i,
    .host_we_i,
    .host_addr_i,
    .host_ready_o,
    .host_rvalid_o,
    .host_error_o,
    .addr_o(host_addr),
    .reading_o(host_reading),
    .table_o(host_table),
    .weights_o(host_weights),
    .memory_o(host_memory),
    .write_o(host_write)
  );
  assign host_counter = host_table && host_addr[7:3] == 5'(hebbit_pkg::Counters / 8);
  assign host_group   = host_addr[9:2];
  assign host_lane    = 4'd1 << host_addr[1:0];
  assign host_we      = (host_write && !host_table && !host_weights) ? 7'd1 << host_memory : 7'd0;

  logic dirty_q;
  initial dirty_q = 1'b0;
  assign dirty_o = dirty_q;
  always_ff @(posedge clk_i) begin
    if (sweep_start && learning) dirty_q <= 1'b1;
    else if ((rst_ni && sweep_done && learning) || dirty_clear_i) dirty_q <= 1'b0;
  end

  assign learning      = kind == Learn;
  assign backward      = kind == Feedback;
  assign event_ready_o = filling;

  sequencer u_sequencer (
    .clk_i,
    .rst_ni,
    .begin_i,
    .wipe_i,
    .go_i,
    .learn_i,
    .target_i,
    .counter_we_i(host_write && host_counter),
    .counter_i(host_addr[2:0]),
    .counter_wdata_i(host_wdata_i),
    .left_o(left),
    .busy_o,
    .filling_o(filling),
    .wiping_o(wiping),
    .wipe_group_o(wipe_group),
    .phase_valid_o,
    .phase_o,
    .layer_o,
    .window_o,
    .tick_o,
    .samples_o,
    .steps_o,
    .presented_o,
    .fall_o,
    .spikes_o,
    .ticks_o,
    .spikes_i(spikes),
    .desc_busy_o(desc_busy),
    .desc_addr_o(desc_addr),
    .desc_i(desc),
    .head_o(head),
    .item_o(item),
    .pass_start_o(pass_start),
    .pass_op_o(pass_op),
    .pass_done_i(pass_done),
    .listed_i(listed),
    .sweep_start_o(sweep_start),
    .sweep_o(kind),
    .sweep_done_i(sweep_done),
    .reset_all_o(reset_all),
    .blank_o,
    .teach_o(teach),
    .against_o(against),
    .scratch_empty_o(scratch_empty),
    .mix_start_o(seq_mix_start),
    .mix_x_o(seq_mix_x),
    .mix_y_o(seq_mix_y),
    .mix_busy_i(mix_busy),
    .mix_x_i(mix_x),
    .mix_y_i(mix_y),
    .keyed_o(keyed),
    .k0_o(k0),
    .k1_o(k1),
    .dither_o(dither),
    .step_o(step)
  );

  mixer u_mixer (
    .clk_i,
    .rst_ni,
    .start_i(seq_mix_start || row_mix_start),
    .x_i(row_mix_start ? mix_row : seq_mix_x),
    .y_i(row_mix_start ? 32'd0 : seq_mix_y),
    .k0_i(keyed ? k0 : head[hebbit_pkg::HeadSeed*32+:32]),
    .k1_i(keyed ? k1 : head[(hebbit_pkg::HeadSeed+1)*32+:32]),
    .busy_o(mix_busy),
    .x_o(mix_x),
    .y_o(mix_y)
  );

  // Descriptors.
  logic [3:0] pass_projection;
  assign desc_raddr = host_reading ? host_addr[7:0] : desc_busy ? desc_addr : 8'(hebbit_pkg::TableProjections + 2) + {2'd0, pass_projection, 2'd0};
  ram_2p #(.Lanes(1), .LaneWidth(32)) u_table (
    .clk_i, .raddr_i(desc_raddr), .rdata_o(desc), .we_i(host_write && host_table), .waddr_i(host_addr[7:0]),
    .wdata_i(host_wdata_i));

  // What the engines are told: fields of the item that is loaded.
  logic [9:0] sweep_lines, pass_neurons;
  logic [7:0] pass_base, pass_last, sweep_last, column_base, post_base, acc_base;
  logic pass_output;
  logic signed [7:0] rate;

  always_comb begin
    // The pass: over a layer's own item, over the post side of a projection, over what a feedback comes from.
    pass_neurons = word0[9:0];
    pass_base    = word0[17:10];
    pass_last    = pass_neurons[9:2];
    pass_output  = 1'b1;
    if (pass_op == Post) begin
      pass_neurons = word0[29:20];
      pass_base    = word1[30:23];
      pass_last    = word2[15:8];
      pass_output  = word0[3];
    end else if (pass_op == Send) begin
      pass_neurons = word0[25:16];
      pass_base    = word1[30:23];
      pass_last    = word2[7:0];
      pass_output  = word0[1];
    end else if (pass_op != Fire && pass_op != Teach && pass_op != Apical) begin
      pass_base = 8'd0;
      pass_last = head_groups[15:8];
    end
  end
  assign acc_base      = (pass_op == Post) ? word2[7:0] : head_groups[7:0];
  assign rate          = 8'($signed(word0[9:4])) - $signed({1'b0, fall_o});
  assign sweep_lines   = backward ? word0[15:6] : word0[19:10];
  assign sweep_last    = backward ? word2[7:0] : word2[15:8];
  assign post_base     = word2[7:0];
  assign column_base   = backward ? word1[30:23] : post_base;

  // Memories.
  logic [31:0] magnitudes;
  logic [3:0] events;
  logic [63:0] membranes, lefts, sums, apicals, posts;
  logic [127:0] acc;
  logic [7:0] line_group, column_addr, pass_raddr, pass_acc_raddr, pass_waddr, sweep_acc_raddr, sweep_acc_waddr;
  logic [7:0] list_raddr, list_waddr, list_group, list_wgroup;
  logic [7:0] input_waddr;
  logic [3:0] input_we;
  logic [31:0] input_wdata;
  logic sweeping, sweeping_q;
  logic neuron_we, sum_we, event_we, apical_we, post_we, list_we;
  logic [63:0] membranes_d, lefts_d, sums_d, words_d;
  logic [3:0] events_d, acc_we;
  logic [127:0] acc_d;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || sweep_done) sweeping_q <= 1'b0;
    if (sweep_start) sweeping_q <= 1'b1;
  end

  assign sweeping = sweeping_q || sweep_start;

  // Events of the input. The bias line behind the last one always has its own.
  logic bias_group;
  assign input_waddr = wiping ? wipe_group : event_group_i;
  assign bias_group  = input_waddr == head_input[9:2];
  for (genvar j = 0; j < hebbit_pkg::Lanes; j++) begin : g_input
    assign input_wdata[j*8+:8] = (bias_group && head_input[1:0] == 2'(j)) ? 8'(hebbit_pkg::GradedFull)
                               : wiping ? 8'd0 : event_magnitudes_i[j*8+:8];
  end
  assign input_we = {4{wiping}} | (event_lanes_i & {4{event_valid_i && filling}});
  logic [63:0] host_fours;
  assign host_fours = {4{host_wdata_i[15:0]}};
  ram_2p #(.LaneWidth(8), .Noise(32'hc2b2_ae35)) u_input (
    .clk_i, .raddr_i(host_reading ? host_addr[7:0] : line_group), .rdata_o(magnitudes),
    .we_i(input_we | {4{host_we[6]}}), .waddr_i(host_we[6] ? host_addr[7:0] : input_waddr),
    .wdata_i(host_we[6] ? host_wdata_i : input_wdata));
  ram_2p #(.LaneWidth(1), .Noise(32'h27d4_eb2f)) u_event (
    .clk_i, .raddr_i(host_reading ? host_addr[7:0] : line_group), .rdata_o(events), .we_i({4{event_we || host_we[5]}}),
    .waddr_i(host_we[5] ? host_addr[7:0] : pass_waddr), .wdata_i(host_we[5] ? host_wdata_i[3:0] : events_d));
  ram_2p #(.Noise(32'h1656_67b1)) u_membrane (
    .clk_i, .raddr_i(host_reading ? host_group : pass_raddr), .rdata_o(membranes),
    .we_i(host_we[0] ? host_lane : {4{neuron_we}}), .waddr_i(host_we[0] ? host_group : pass_waddr),
    .wdata_i(host_we[0] ? host_fours : membranes_d));
  ram_2p #(.Noise(32'h9e37_79b1)) u_left (
    .clk_i, .raddr_i(host_reading ? host_group : pass_raddr), .rdata_o(lefts),
    .we_i(host_we[1] ? host_lane : {4{neuron_we}}), .waddr_i(host_we[1] ? host_group : pass_waddr),
    .wdata_i(host_we[1] ? host_fours : lefts_d));
  // Sums are those of lines (Learn) and those of the columns that send (Feedback).
  ram_2p #(.Noise(32'h85eb_ca77)) u_sum (
    .clk_i, .raddr_i(host_reading ? host_group : !sweeping ? pass_raddr : (backward ? column_addr : line_group)), .rdata_o(sums),
    .we_i(host_we[2] ? host_lane : {4{sum_we}}), .waddr_i(host_we[2] ? host_group : pass_waddr),
    .wdata_i(host_we[2] ? host_fours : sums_d));
  ram_2p #(.Noise(32'hc2b2_ae3d)) u_apical (
    .clk_i, .raddr_i(host_reading ? host_group : sweeping_q ? column_addr : pass_raddr), .rdata_o(apicals),
    .we_i(host_we[3] ? host_lane : {4{apical_we}}), .waddr_i(host_we[3] ? host_group : pass_waddr),
    .wdata_i(host_we[3] ? host_fours : words_d));
  ram_2p #(.Noise(32'h2545_f491)) u_post (
    .clk_i, .raddr_i(host_reading ? host_group : column_addr), .rdata_o(posts),
    .we_i(host_we[4] ? host_lane : {4{post_we}}), .waddr_i(host_we[4] ? host_group : pass_waddr),
    .wdata_i(host_we[4] ? host_fours : words_d));
  ram_2p #(.LaneWidth(32), .Noise(32'h4f6c_dd1d)) u_acc (
    .clk_i, .raddr_i(sweeping_q ? sweep_acc_raddr : pass_acc_raddr), .rdata_o(acc), .we_i(acc_we),
    .waddr_i(sweep_acc_waddr), .wdata_i(acc_d));
  ram_2p #(.Lanes(1), .LaneWidth(8)) u_list (
    .clk_i, .raddr_i(list_raddr), .rdata_o(list_group), .we_i(list_we), .waddr_i(list_waddr), .wdata_i(list_wgroup));

  // Weights: address bit 0 is the bank, so that one word is read and another one written in the same cycle.
  logic weight_re, weight_we, bank_q;
  logic [WeightAddr-1:0] weight_raddr, weight_waddr;
  logic [31:0] weight_wdata;
  logic [63:0] banks;

  for (genvar b = 0; b < 2; b++) begin : g_bank
    logic reads, writes, host_writes;
    assign host_writes = host_write && host_weights && host_addr[0] == 1'(b);
    assign reads  = host_reading || (weight_re && weight_raddr[0] == 1'(b));
    assign writes = weight_we && weight_waddr[0] == 1'(b);
    ram_1p #(.AddrWidth(WeightAddr - 1), .Noise(32'hd1b5_4a33 + 32'(b))) u_weight (
      .clk_i, .en_i(reads || writes || host_writes), .we_i(writes || host_writes),
      .addr_i((host_reading || host_writes) ? host_addr[WeightAddr-1:1]
              : writes ? weight_waddr[WeightAddr-1:1] : weight_raddr[WeightAddr-1:1]),
      .wdata_i(host_writes ? host_wdata_i : weight_wdata),
      .rdata_o(banks[b*32+:32]));
  end
  always_ff @(posedge clk_i) bank_q <= host_reading ? host_addr[0] : weight_raddr[0];

  // What the host reads: a lane of a wide memory, a word of the others.
  logic [31:0] counter;
  logic [15:0] host_lane_word;
  logic [63:0] host_group_word;
  always_comb begin
    unique case (host_addr[2:0])
      3'd0: counter = samples_o;
      3'd1: counter = steps_o;
      3'd2: counter = presented_o;
      3'd3: counter = {25'd0, fall_o};
      3'd4: counter = left;
      3'd5: counter = spikes_o;
      default: counter = {16'd0, ticks_o};
    endcase
    unique case (host_memory)
      3'd0: host_group_word = membranes;
      3'd1: host_group_word = lefts;
      3'd2: host_group_word = sums;
      3'd3: host_group_word = apicals;
      default: host_group_word = posts;
    endcase
    host_lane_word = host_group_word[host_addr[1:0]*16+:16];
    if (host_weights) host_rdata_o = banks[bank_q*32+:32];
    else if (host_counter) host_rdata_o = counter;
    else if (host_table) host_rdata_o = desc;
    else if (host_memory == 3'd6) host_rdata_o = magnitudes;
    else if (host_memory == 3'd5) host_rdata_o = {28'd0, events};
    else host_rdata_o = {16'd0, host_lane_word};
  end
  assign word_valid_o = weight_re;

  neuron_pass u_pass (
    .clk_i,
    .rst_ni,
    .start_i(pass_start),
    .op_i(pass_op),
    .reset_all_i(reset_all),
    .last_group_i(pass_last),
    .neurons_i(pass_neurons),
    .state_base_i(pass_base),
    .acc_base_i(acc_base),
    .empty_i(scratch_empty),
    .threshold_i(word1[15:0]),
    .reset_i(word1[31:16]),
    .floor_i(word2[15:0]),
    .leak_i(word2[31:16]),
    .refractory_i(word3[15:0]),
    .hard_reset_i(word0[26]),
    .first_projection_i(word0[21:18]),
    .last_projection_i(word0[25:22]),
    .projection_o(pass_projection),
    .projection_acc_i(desc[7:0]),
    .projection_align_i(desc[21:16]),
    .teach_i(teach),
    .against_i(against),
    .class_i,
    .target_i(head_rule[6:0]),
    .ceiling_i(head_rule[31:16]),
    .output_i(pass_output),
    .rate_i(rate),
    .dither_i(dither),
    .step_i(step),
    .state_raddr_o(pass_raddr),
    .acc_raddr_o(pass_acc_raddr),
    .membranes_i(membranes),
    .lefts_i(lefts),
    .sums_i(sums),
    .apicals_i(apicals),
    .acc_i(acc),
    .waddr_o(pass_waddr),
    .neuron_we_o(neuron_we),
    .membranes_o(membranes_d),
    .lefts_o(lefts_d),
    .sum_we_o(sum_we),
    .sums_o(sums_d),
    .event_we_o(event_we),
    .events_o(events_d),
    .apical_we_o(apical_we),
    .post_we_o(post_we),
    .words_o(words_d),
    .list_we_o(list_we),
    .list_addr_o(list_waddr),
    .list_group_o(list_wgroup),
    .listed_o(listed),
    .spikes_o(spikes),
    .done_o(pass_done)
  );

  logic row_valid, row_ready, row_first;
  logic [WeightAddr-1:0] row_addr;
  logic [9:0] row_line;
  logic [7:0] row_factor;
  logic [15:0] row_dither, row_step;

  row_scan #(.WeightAddr(WeightAddr)) u_scan (
    .clk_i,
    .rst_ni,
    .start_i(sweep_start),
    .learn_i(learning),
    .feedback_i(backward),
    .input_i(!backward && word0[0]),
    .blank_i(blank_o),
    .bias_i(word0[1]),
    .neurons_i(sweep_lines),
    .state_base_i(backward ? word1[22:15] : word0[0] ? 8'd0 : word1[22:15]),
    .weight_base_i(WeightAddr'(word1[14:0])),
    .last_word_i(sweep_last),
    .spike_shift_i(head_rule[11:8]),
    .group_o(line_group),
    .magnitudes_i(magnitudes),
    .events_i(events),
    .sums_i(sums),
    .mix_start_o(row_mix_start),
    .mix_row_o(mix_row),
    .mix_busy_i(mix_busy),
    .mix_x_i(mix_x[15:0]),
    .mix_y_i(mix_y[15:0]),
    .row_valid_o(row_valid),
    .row_ready_i(row_ready),
    .row_addr_o(row_addr),
    .row_line_o(row_line),
    .row_factor_o(row_factor),
    .row_first_o(row_first),
    .row_dither_o(row_dither),
    .row_step_o(row_step),
    .done_o(rows_done)
  );

  row_sweep #(.WeightAddr(WeightAddr)) u_sweep (
    .clk_i,
    .rst_ni,
    .start_i(sweep_start),
    .learn_i(learning),
    .feedback_i(backward),
    .sign_i(!word0[0]),
    .shift_i(word0[5:2]),
    .replace_i(scratch_empty),
    .output_i(word0[1]),
    .ceiling_i(head_rule[31:16]),
    .column_base_i(column_base),
    .acc_base_i(backward ? head_groups[7:0] : post_base),
    .last_word_i(sweep_last),
    .listed_i(listed),
    .zero_i(backward ? word2[15:8] : word3[23:16]),
    .low_i(word3[7:0]),
    .high_i(word3[15:8]),
    .rows_done_i(rows_done),
    .row_valid_i(row_valid),
    .row_ready_o(row_ready),
    .row_addr_i(row_addr),
    .row_line_i(row_line),
    .row_factor_i(row_factor),
    .row_first_i(row_first),
    .row_dither_i(row_dither),
    .row_step_i(row_step),
    .list_addr_o(list_raddr),
    .list_group_i(list_group),
    .column_addr_o(column_addr),
    .posts_i(posts),
    .sums_i(sums),
    .apicals_i(apicals),
    .weight_re_o(weight_re),
    .weight_raddr_o(weight_raddr),
    .weight_rdata_i(banks[bank_q*32+:32]),
    .weight_we_o(weight_we),
    .weight_waddr_o(weight_waddr),
    .weight_wdata_o(weight_wdata),
    .acc_raddr_o(sweep_acc_raddr),
    .acc_rdata_i(acc),
    .acc_we_o(acc_we),
    .acc_waddr_o(sweep_acc_waddr),
    .acc_wdata_o(acc_d),
    .done_o(sweep_done)
  );
endmodule
