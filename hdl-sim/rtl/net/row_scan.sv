// row_scan: finds the lines of a layer that matter, four per cycle, and hands out their rows one after another: those with an event
// (Integrate), with a `pre` factor (Learn, each with the key of its dither), or all (Feedback).
module row_scan #(
  parameter int WeightAddr = 15,
  parameter int GroupWidth = 8
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  start_i,
  input  logic                  learn_i,
  input  logic                  feedback_i,
  input  logic                  input_i,
  input  logic                  blank_i,
  input  logic                  bias_i,
  input  logic [GroupWidth+1:0] neurons_i,
  input  logic [GroupWidth-1:0] state_base_i,
  input  logic [WeightAddr-1:0] weight_base_i,
  input  logic [GroupWidth-1:0] last_word_i,
  input  logic [3:0]            spike_shift_i,
  output logic [GroupWidth-1:0] group_o,
  input  logic [31:0]           magnitudes_i,
  input  logic [3:0]            events_i,
  input  logic [63:0]           sums_i,
  output logic                  mix_start_o,
  output logic [31:0]           mix_row_o,
  input  logic                  mix_busy_i,
  input  logic [15:0]           mix_x_i,
  input  logic [15:0]           mix_y_i,
  output logic                  row_valid_o,
  input  logic                  row_ready_i,
  output logic [WeightAddr-1:0] row_addr_o,
  output logic [GroupWidth+1:0] row_line_o,
  output logic [7:0]            row_factor_o,
  output logic                  row_first_o,
  output logic [15:0]           row_dither_o,
  output logic [15:0]           row_step_o,
  output logic                  done_o
);
  typedef enum logic {Idle, Scan} state_e;

  state_e state_q;
  logic [GroupWidth-1:0] group_q;
  logic exhausted_q;
  logic any_q;
  // The lines of one group that still wait, their factors, the first one's row.
  logic [3:0] wait_q;
  logic [31:0] factors_q;
  logic [GroupWidth-1:0] wait_group_q;
  logic [WeightAddr-1:0] wait_addr_q;
  logic [WeightAddr-1:0] next_addr_q;
  // The row that is handed out.
  logic full_q;
  logic keying_q;

  logic [GroupWidth-1:0] last_group;
  logic [GroupWidth-1:0] following;
  logic [WeightAddr-1:0] words;
  logic [31:0] factors;
  logic [31:0] counted;
  logic [3:0] present;
  logic [1:0] chosen;
  logic [3:0] left;
  logic free;
  logic emit;
  logic dummy;
  logic take;
  logic finished;
  logic [WeightAddr-1:0] offset;

  assign last_group = neurons_i[GroupWidth+1:2];
  assign following  = (take && group_q != last_group) ? group_q + 1'b1 : group_q;
  assign group_o    = (state_q == Scan) ? state_base_i + following : state_base_i;
  assign words      = WeightAddr'(last_word_i) + 1'b1;

  for (genvar j = 0; j < hebbit_pkg::Lanes; j++) begin : g_line
    logic [GroupWidth+1:0] line;
    logic exists;
    logic is_bias;
    logic [7:0] event_of;

    assign line    = {group_q, 2'(j)};
    assign exists  = line < neurons_i;
    assign is_bias = line == neurons_i;
    burst_pre u_pre (.spike_shift_i, .sum_i(sums_i[j*16+:16]), .pre_o(counted[j*8+:8]));
    // A graded input counts each event once, so that its sum is its magnitude.
    assign event_of   = input_i ? ((blank_i && exists) ? 8'd0 : magnitudes_i[j*8+:8]) : {7'd0, events_i[j]};
    assign factors[j*8+:8] = (learn_i && !input_i) ? counted[j*8+:8] : event_of;
    assign present[j] = feedback_i ? exists : (factors[j*8+:8] != 8'd0) && (exists || (is_bias && bias_i));
  end

  always_comb begin
    if (wait_q[0]) chosen = 2'd0;
    else if (wait_q[1]) chosen = 2'd1;
    else if (wait_q[2]) chosen = 2'd2;
    else chosen = 2'd3;
    unique case (chosen)
      2'd0: offset = '0;
      2'd1: offset = words;
      2'd2: offset = words << 1;
      default: offset = words + (words << 1);
    endcase
  end

  assign free  = !full_q || (row_valid_o && row_ready_i);
  assign emit  = wait_q != 4'd0 && free;
  assign dummy = state_q == Scan && exhausted_q && wait_q == 4'd0 && free && !any_q && !learn_i && !feedback_i;
  assign left  = emit ? wait_q & ~(4'd1 << chosen) : wait_q;
  assign take  = state_q == Scan && !exhausted_q && left == 4'd0;

  assign mix_start_o  = emit && learn_i;
  assign mix_row_o    = {{(30 - GroupWidth) {1'b0}}, wait_group_q, chosen};
  assign row_valid_o  = full_q && !(keying_q && mix_busy_i);
  assign row_dither_o = mix_x_i;
  assign row_step_o   = mix_y_i;
  assign finished     = state_q == Scan && exhausted_q && wait_q == 4'd0 && !full_q && !dummy;
  assign done_o       = state_q == Idle;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q      <= Idle;
      wait_q       <= 4'd0;
      full_q       <= 1'b0;
      keying_q     <= 1'b0;
      exhausted_q  <= 1'b0;
      any_q        <= 1'b0;
      group_q      <= '0;
    end else begin
      if (start_i) begin
        state_q     <= Scan;
        group_q     <= '0;
        next_addr_q <= weight_base_i;
        exhausted_q <= 1'b0;
        any_q       <= 1'b0;
      end else if (finished) begin
        state_q <= Idle;
      end

      wait_q <= left;
      if (take) begin
        wait_q       <= present;
        factors_q    <= factors;
        wait_group_q <= group_q;
        wait_addr_q  <= next_addr_q;
        next_addr_q  <= next_addr_q + (words << 2);
        group_q      <= following;
        exhausted_q  <= group_q == last_group;
      end

      if (emit || dummy) begin
        full_q       <= 1'b1;
        any_q        <= 1'b1;
        keying_q     <= learn_i;
        row_first_o  <= !any_q;
        row_line_o   <= {wait_group_q, chosen};
        row_addr_o   <= dummy ? weight_base_i : wait_addr_q + offset;
        row_factor_o <= dummy ? 8'd0 : factors_q[chosen*8+:8];
      end else if (row_valid_o && row_ready_i) begin
        full_q <= 1'b0;
      end
    end
  end
endmodule
