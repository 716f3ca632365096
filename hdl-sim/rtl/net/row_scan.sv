// row_scan: finds the active lines of a layer, four per cycle, and issues their rows in order: lines with an event (Integrate), with a
// `pre` factor (Learn, each with the key of its dither), or all (Feedback; Learn if a neuron forgets). It may run behind a pass or the
// intake that still writes its lines.
module row_scan #(
  parameter int WeightAddr = 15,
  parameter int LineWidth = 8
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  start_i,
  input  logic                  learn_i,
  input  logic                  feedback_i,
  input  logic                  forget_i,
  input  logic                  input_i,
  input  logic                  blank_i,
  input  logic                  bias_i,
  // The last group of four lines, and the mask of its valid lines.
  input  logic [7:0]            last_group_i,
  input  logic [3:0]            mask_i,
  input  logic [LineWidth-1:0]  line_base_i,
  input  logic [WeightAddr-1:0] weight_base_i,
  input  logic [7:0]            last_word_i,
  // Number of groups already written, while the writer runs.
  input  logic                  limited_i,
  input  logic [7:0]            limit_i,
  output logic [LineWidth-1:0]  group_o,
  input  logic [31:0]           lines_i,
  input  logic [3:0]            events_i,
  output logic                  mix_start_o,
  output logic [9:0]            mix_row_o,
  input  logic                  mix_busy_i,
  output logic                  row_valid_o,
  input  logic                  row_ready_i,
  input  logic                  row_idle_i,
  output logic [WeightAddr-1:0] row_addr_o,
  output logic [7:0]            row_factor_o,
  output logic                  row_first_o,
  output logic                  done_o
);
  logic scan_q;
  logic [7:0] group_q;
  logic [LineWidth-1:0] line_q;
  logic exhausted_q;
  logic any_q;
  // Pending lines of one group, and their factors.
  logic [3:0] wait_q;
  logic [31:0] factors_q;
  logic [7:0] wait_group_q;
  // The row that is issued.
  logic full_q;

  logic at_last_q;
  logic dark;
  logic moves;
  logic [31:0] factors;
  logic [3:0] allowed;
  logic [3:0] lit;
  logic [3:0] left_lit;
  logic [3:0] present;
  logic [1:0] chosen;
  logic [3:0] left;
  logic free;
  logic emit;
  logic dummy;
  logic take;
  logic [9:0] row;
  logic [8:0] words;

  assign dark      = input_i && blank_i;
  assign moves     = take && !at_last_q;
  assign group_o   = moves ? line_q + 1'b1 : line_q;
  assign words     = {1'b0, last_word_i} + 9'd1;

  // If the input is held at zero, only the bias line, the last valid one, remains.
  always_comb begin
    left_lit = (at_last_q && bias_i) ? mask_i & ~(mask_i >> 1) : 4'h0;
    allowed  = at_last_q ? mask_i : 4'hf;
    if (dark && !forget_i) allowed = left_lit;
    lit      = dark ? left_lit : 4'hf;
  end
  for (genvar j = 0; j < hebbit_pkg::Lanes; j++) begin : g_line
    assign factors[j*8+:8] = (forget_i && !lit[j]) ? 8'd0
                           : (learn_i || input_i) ? lines_i[j*8+:8] : {7'd0, events_i[j]};
    assign present[j]      = allowed[j] && (feedback_i || forget_i || factors[j*8+:8] != 8'd0);
  end

  always_comb begin
    if (wait_q[0]) chosen = 2'd0;
    else if (wait_q[1]) chosen = 2'd1;
    else if (wait_q[2]) chosen = 2'd2;
    else chosen = 2'd3;
  end

  // With rows of two words or more the next row is found in time; an idle sweep takes it immediately.
  assign free  = !full_q || (row_valid_o && row_idle_i);
  assign emit  = wait_q != 4'd0 && free;
  assign dummy = scan_q && exhausted_q && wait_q == 4'd0 && free && !any_q && !learn_i && !feedback_i;
  assign left  = emit ? wait_q & ~(4'd1 << chosen) : wait_q;
  assign take  = scan_q && !exhausted_q && left == 4'd0 && !(limited_i && group_q == limit_i);
  assign row   = {wait_group_q, chosen};

  assign mix_start_o = emit && learn_i;
  assign mix_row_o   = row;
  assign row_valid_o = full_q && !(learn_i && mix_busy_i);
  assign done_o      = !scan_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      scan_q <= 1'b0;
      wait_q <= 4'd0;
      full_q <= 1'b0;
    end else begin
      if (start_i) scan_q <= 1'b1;
      else if (exhausted_q && wait_q == 4'd0 && !full_q && !dummy) scan_q <= 1'b0;
      wait_q <= take ? present : left;
      if (emit || dummy) full_q <= 1'b1;
      else if (row_valid_o && row_ready_i) full_q <= 1'b0;
    end
    // The first group is read before the start.
    line_q <= scan_q ? group_o : line_base_i;
    if (!scan_q) group_q <= 8'd0;
    else if (moves) group_q <= group_q + 8'd1;
    if (!scan_q) at_last_q <= last_group_i == 8'd0;
    else if (moves) at_last_q <= group_q + 8'd1 == last_group_i;
    if (start_i) begin
      exhausted_q <= 1'b0;
      any_q       <= 1'b0;
    end else begin
      if (take) exhausted_q <= at_last_q;
      if (emit || dummy) any_q <= 1'b1;
    end
    if (take) begin
      factors_q    <= factors;
      wait_group_q <= group_q;
    end
    if (emit || dummy) begin
      row_first_o  <= !any_q;
      row_factor_o <= dummy ? 8'd0 : factors_q[chosen*8+:8];
      // Without an active line the row is arbitrary, as its factor is 0.
      row_addr_o   <= weight_base_i + WeightAddr'(row) * WeightAddr'(words);
    end
  end
endmodule
