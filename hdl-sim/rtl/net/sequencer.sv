// sequencer: the schedule of a sample (docs/NUMBERS.md, 7.1): windows, ticks, phases, following the table of descriptors, and the
// counters. It starts one engine at a time and waits for it.
module sequencer (
  input  logic         clk_i,
  input  logic         rst_ni,
  // The host.
  input  logic         begin_i,
  input  logic         wipe_i,
  input  logic         go_i,
  input  logic         learn_i,
  input  logic         target_i,
  input  logic         counter_we_i,
  input  logic [2:0]   counter_i,
  input  logic [31:0]  counter_wdata_i,
  output logic [31:0]  left_o,
  output logic         busy_o,
  output logic         filling_o,
  output logic         wiping_o,
  output logic [7:0]   wipe_group_o,
  output logic         phase_valid_o,
  output logic [2:0]   phase_o,
  output logic [3:0]   layer_o,
  output logic [1:0]   window_o,
  output logic [15:0]  tick_o,
  output logic [31:0]  samples_o,
  output logic [31:0]  steps_o,
  output logic [31:0]  presented_o,
  output logic [6:0]   fall_o,
  output logic [31:0]  spikes_o,
  output logic [15:0]  ticks_o,
  input  logic [2:0]   spikes_i,
  // Descriptors.
  output logic         desc_busy_o,
  output logic [7:0]   desc_addr_o,
  input  logic [31:0]  desc_i,
  output logic [511:0] head_o,
  output logic [127:0]  item_o,
  // Engines.
  output logic         pass_start_o,
  output logic [2:0]   pass_op_o,
  input  logic         pass_done_i,
  input  logic [8:0]   listed_i,
  output logic         sweep_start_o,
  output logic [1:0]   sweep_o,
  input  logic         sweep_done_i,
  output logic         reset_all_o,
  output logic         blank_o,
  output logic         teach_o,
  output logic         against_o,
  output logic         scratch_empty_o,
  output logic         mix_start_o,
  output logic [31:0]  mix_x_o,
  output logic [31:0]  mix_y_o,
  input  logic         mix_busy_i,
  input  logic [31:0]  mix_x_i,
  input  logic [31:0]  mix_y_i,
  output logic         keyed_o,
  output logic [31:0]  k0_o,
  output logic [31:0]  k1_o,
  output logic [15:0]  dither_o,
  output logic [15:0]  step_o
);
  localparam logic [2:0] Clear = 3'd0, Fire = 3'd1, Teach = 3'd2, Send = 3'd3, Apical = 3'd4, Post = 3'd5;
  localparam logic [1:0] Integrate = 2'd0, Learn = 2'd1, Feedback = 2'd2;

  typedef enum logic [4:0] {
    Idle, Wipe, Fill, WindowStart, Tick, LayerItem, IntegrateItem, Integrated, FireItem, Fired,
    TeachItem, Sent, ReceiverItem, FeedbackItem, FeedbackListed, FeedbackSwept, ApicalItem,
    LearnItem, StepKey, PostKey, PostListed, Learned, Next, Load, WaitPass, WaitSweep, WaitMix
  } state_e;

  state_e state_q;
  state_e after_q;
  logic [3:0] at_q;
  logic [3:0] end_q;
  logic got_q;
  logic [3:0] got_at_q;
  logic to_head_q;
  logic [7:0] base_q;

  logic [1:0] window_q;
  logic [15:0] tick_q;
  logic [3:0] layer_q;
  logic [3:0] projection_q;
  logic [3:0] last_projection_q;
  logic [3:0] feedback_q;
  logic [4:0] feedbacks_q;
  logic [15:0] fresh_q;
  logic learning_q;
  logic taught_q;
  logic was_blank_q;
  logic clear_q;
  logic [31:0] left_q;

  logic [23:0] window;
  logic last_tick;
  logic late;
  logic learns;
  logic [3:0] top;
  /* verilator lint_off UNUSEDSIGNAL */
  logic [31:0] word0, word3, head_shape, head_halve, head_input;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [3:0] last_projection;
  logic [7:0] wipe_q;

  assign word0      = item_o[31:0];
  assign word3      = item_o[127:96];
  assign head_shape = head_o[hebbit_pkg::HeadShape*32+:32];
  assign head_halve = head_o[hebbit_pkg::HeadHalve*32+:32];
  assign head_input = head_o[hebbit_pkg::HeadInput*32+:32];
  assign top             = head_shape[3:0];
  assign last_projection = head_shape[7:4];
  always_comb begin
    unique case (window_q)
      2'd0: window = head_o[hebbit_pkg::HeadWindows*32+:24];
      2'd1: window = head_o[(hebbit_pkg::HeadWindows+1)*32+:24];
      default: window = head_o[(hebbit_pkg::HeadWindows+2)*32+:24];
    endcase
  end
  assign last_tick = tick_q + 16'd1 == window[15:0];
  assign late      = window[21];
  assign learns    = learning_q && (window[20:19] == 2'd1 || (window[20:19] == 2'd2 && last_tick));

  assign left_o       = left_q;
  assign busy_o       = state_q != Idle;
  assign filling_o    = state_q == Fill;
  assign wiping_o     = state_q == Wipe;
  assign wipe_group_o = wipe_q;
  assign window_o     = window_q;
  assign tick_o       = tick_q;
  assign desc_busy_o  = state_q == Load;
  assign desc_addr_o  = base_q + {4'd0, at_q};
  assign reset_all_o  = window[18];
  assign blank_o      = window[23];
  assign teach_o      = taught_q && window[17:16] != 2'd0;
  assign against_o    = window[17:16] == 2'd2;

  // Goes to `next` when words `base ..= base + last` of the table are in the head or in the item.
  task automatic load(input logic head, input logic [7:0] base, input logic [3:0] last, input state_e next);
    state_q   <= Load;
    after_q   <= next;
    to_head_q <= head;
    base_q    <= base;
    at_q      <= 4'd0;
    end_q     <= last;
    got_q     <= 1'b0;
  endtask

  task automatic pass(input logic [2:0] op, input state_e next);
    pass_start_o <= 1'b1;
    pass_op_o    <= op;
    state_q      <= WaitPass;
    after_q      <= next;
  endtask

  task automatic sweep(input logic [1:0] kind, input state_e next);
    sweep_start_o <= 1'b1;
    sweep_o       <= kind;
    state_q       <= WaitSweep;
    after_q       <= next;
  endtask

  task automatic show(input logic [2:0] phase, input logic [3:0] layer);
    phase_valid_o <= 1'b1;
    phase_o       <= phase;
    layer_o       <= layer;
  endtask

  task automatic load_layer(input logic [3:0] layer, input state_e next);
    load(1'b0, 8'(hebbit_pkg::TableLayers) + {2'd0, layer, 2'd0}, 4'd3, next);
  endtask

  // To integrate, the list of its projections is enough; a first layer may fire at once.
  task automatic integrate_layer(input logic [3:0] layer);
    load(1'b0, 8'(hebbit_pkg::TableLayers) + {2'd0, layer, 2'd0}, (layer == 4'd1) ? 4'd3 : 4'd0, LayerItem);
  endtask

  // Pixels are there; so Encode is over, and the first layer integrates.
  task automatic start_tick();
    show(hebbit_pkg::PhaseEncode, 4'd0);
    layer_q <= 4'd1;
    integrate_layer(4'd1);
  endtask

  task automatic load_projection(input logic [3:0] projection, input state_e next);
    load(1'b0, 8'(hebbit_pkg::TableProjections) + {2'd0, projection, 2'd0}, 4'd3, next);
  endtask

  task automatic load_feedback(input logic [3:0] feedback, input state_e next);
    load(1'b0, 8'(hebbit_pkg::TableFeedback) + {2'd0, feedback, 2'd0}, 4'd3, next);
  endtask

  task automatic mix(input logic keyed, input logic [31:0] x, input logic [31:0] y, input state_e next);
    mix_start_o <= 1'b1;
    keyed_o     <= keyed;
    mix_x_o     <= x;
    mix_y_o     <= y;
    state_q     <= WaitMix;
    after_q     <= next;
  endtask

  // State is cleared while the sample comes in.
  task automatic start_clear();
    if (clear_q) begin
      pass_start_o <= 1'b1;
      pass_op_o    <= Clear;
      clear_q      <= 1'b0;
    end
  endtask

  // The learning rate falls by one power of two every so many samples.
  task automatic count_sample();
    samples_o <= samples_o + 32'd1;
    if (samples_o == 32'hffff_ffff) begin
      fall_o <= 7'd0;
      left_q <= head_halve;
    end else if (head_halve != 32'd0) begin
      left_q <= (left_q == 32'd1) ? head_halve : left_q - 32'd1;
      if (left_q == 32'd1 && fall_o != 7'd64) fall_o <= fall_o + 7'd1;
    end
  endtask

  always_ff @(posedge clk_i) begin
    pass_start_o  <= 1'b0;
    sweep_start_o <= 1'b0;
    mix_start_o   <= 1'b0;
    phase_valid_o <= 1'b0;
    if (spikes_i != 3'd0) spikes_o <= spikes_o + {29'd0, spikes_i};
    if (counter_we_i) begin
      unique case (counter_i)
        3'd0: samples_o <= counter_wdata_i;
        3'd1: steps_o <= counter_wdata_i;
        3'd2: presented_o <= counter_wdata_i;
        3'd3: fall_o <= counter_wdata_i[6:0];
        3'd4: left_q <= counter_wdata_i;
        default: spikes_o <= 32'd0;
      endcase
    end

    unique case (state_q)
      Idle: begin
        if (begin_i) begin
          wipe_q   <= 8'd0;
          fresh_q  <= 16'd0;
          spikes_o <= 32'd0;
          ticks_o  <= 16'd0;
          window_q <= 2'd0;
          load(1'b1, 8'd0, 4'(hebbit_pkg::HeadWindows + 2), wipe_i ? Wipe : Fill);
          clear_q <= 1'b1;
        end
      end
      Wipe: begin
        start_clear();
        wipe_q <= wipe_q + 8'd1;
        if (wipe_q == head_input[9:2]) state_q <= Fill;
      end
      Fill: begin
        start_clear();
        if (go_i) begin
          learning_q  <= learn_i;
          taught_q    <= learn_i && target_i;
          was_blank_q <= blank_o;
          tick_q      <= 16'd0;
          state_q     <= WaitPass;
          after_q     <= Tick;
        end
      end
      WindowStart: begin
        tick_q <= 16'd0;
        if (was_blank_q != blank_o) fresh_q <= 16'd0;
        was_blank_q <= blank_o;
        pass(Clear, Tick);
      end
      Tick: start_tick();
      LayerItem: begin
        projection_q      <= word0[21:18];
        last_projection_q <= word0[25:22];
        // A layer that only a graded input reaches, whose sum still holds, fires at once.
        if (layer_q == 4'd1 && fresh_q[word0[21:18]] && word0[21:18] == word0[25:22] && !late) begin
          show(hebbit_pkg::PhaseIntegrate, layer_q);
          pass(Fire, Fired);
        end else begin
          load_projection(word0[21:18], IntegrateItem);
        end
      end
      IntegrateItem: begin
        // Sums of a graded input hold as long as neither weights nor events change.
        fresh_q[projection_q] <= word0[0];
        if (word0[0] && fresh_q[projection_q]) state_q <= Integrated;
        else sweep(Integrate, Integrated);
      end
      Integrated: begin
        if (projection_q != last_projection_q) begin
          projection_q <= projection_q + 4'd1;
          load_projection(projection_q + 4'd1, IntegrateItem);
        end else begin
          show(hebbit_pkg::PhaseIntegrate, layer_q);
          if (late && layer_q != top) begin
            layer_q <= layer_q + 4'd1;
            integrate_layer(layer_q + 4'd1);
          end else begin
            if (late) layer_q <= 4'd1;
            load_layer(late ? 4'd1 : layer_q, FireItem);
          end
        end
      end
      FireItem: pass(Fire, Fired);
      Fired: begin
        show(hebbit_pkg::PhaseFire, layer_q);
        if (layer_q == top) begin
          if (ticks_o != 16'hffff) ticks_o <= ticks_o + 16'd1;
          if (learns || window[22]) load_layer(top, TeachItem);
          else state_q <= Next;
        end else begin
          layer_q <= layer_q + 4'd1;
          if (late) load_layer(layer_q + 4'd1, FireItem);
          else integrate_layer(layer_q + 4'd1);
        end
      end
      TeachItem: pass(Teach, Sent);
      Sent: begin
        scratch_empty_o <= 1'b1;
        layer_q         <= layer_q - 4'd1;
        if (layer_q == 4'd1) begin
          show(hebbit_pkg::PhaseFeedback, 4'd0);
          projection_q <= 4'd0;
          if (learns) load_projection(4'd0, LearnItem);
          else state_q <= Next;
        end else begin
          load_layer(layer_q - 4'd1, ReceiverItem);
        end
      end
      ReceiverItem: begin
        feedback_q  <= word3[19:16];
        feedbacks_q <= word3[24:20];
        if (word3[24:20] == 5'd0) pass(Apical, Sent);
        else load_feedback(word3[19:16], FeedbackItem);
      end
      FeedbackItem: pass(Send, FeedbackListed);
      FeedbackListed: begin
        // Nothing is swept if nobody has a word to send.
        if (listed_i != 9'd0) sweep(Feedback, FeedbackSwept);
        else state_q <= FeedbackSwept;
      end
      FeedbackSwept: begin
        if (listed_i != 9'd0) scratch_empty_o <= 1'b0;
        feedback_q  <= feedback_q + 4'd1;
        feedbacks_q <= feedbacks_q - 5'd1;
        if (feedbacks_q == 5'd1) load_layer(layer_q, ApicalItem);
        else load_feedback(feedback_q + 4'd1, FeedbackItem);
      end
      ApicalItem: pass(Apical, Sent);
      LearnItem: begin
        if (word0[2]) mix(1'b0, steps_o, {28'd0, projection_q}, StepKey);
        else state_q <= Learned;
      end
      StepKey: begin
        k0_o <= mix_x_i;
        k1_o <= mix_y_i;
        mix(1'b1, 32'd0, 32'd1, PostKey);
      end
      PostKey: begin
        dither_o <= mix_x_i[15:0];
        step_o   <= mix_y_i[15:0];
        pass(Post, PostListed);
      end
      PostListed: begin
        if (listed_i != 9'd0) begin
          fresh_q[projection_q] <= 1'b0;
          sweep(Learn, Learned);
        end else begin
          state_q <= Learned;
        end
      end
      Learned: begin
        if (projection_q != last_projection) begin
          projection_q <= projection_q + 4'd1;
          load_projection(projection_q + 4'd1, LearnItem);
        end else begin
          show(hebbit_pkg::PhaseLearn, 4'd0);
          steps_o <= steps_o + 32'd1;
          state_q <= Next;
        end
      end
      Next: begin
        tick_q <= tick_q + 16'd1;
        if (!last_tick) begin
          start_tick();
        end else if (window_q != head_shape[15:14]) begin
          window_q <= window_q + 2'd1;
          state_q  <= WindowStart;
        end else begin
          presented_o <= presented_o + 32'd1;
          if (learning_q) count_sample();
          state_q <= Idle;
        end
      end
      Load: begin
        // The word that was asked for in the last cycle is there.
        at_q     <= at_q + 4'd1;
        got_q    <= 1'b1;
        got_at_q <= at_q;
        if (got_q) begin
          for (int i = 0; i < 16; i++) if (to_head_q && got_at_q == 4'(i)) head_o[i*32+:32] <= desc_i;
          for (int i = 0; i < 4; i++) if (!to_head_q && got_at_q == 4'(i)) item_o[i*32+:32] <= desc_i;
          if (got_at_q == end_q) state_q <= after_q;
        end
      end
      WaitPass: if (!clear_q && !pass_start_o && pass_done_i) state_q <= after_q;
      WaitSweep: if (!sweep_start_o && sweep_done_i) state_q <= after_q;
      WaitMix: if (!mix_start_o && !mix_busy_i) state_q <= after_q;
      default: state_q <= Idle;
    endcase
    if (!rst_ni) state_q <= Idle;
  end
endmodule
