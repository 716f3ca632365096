// settings: the registers that a program sets (docs/RTL.md, Program), one word at a time. No engine changes them.
module settings #(
  parameter int WeightAddr = 17,
  parameter int WeightBits = 8,
  parameter int LineWidth = 9,
  parameter int Sources = 16,
  parameter int SumWidth = 16,
  parameter int RefractoryWidth = 16,
  parameter bit HardReset = 1'b1,
  parameter bit FullAlign = 1'b1,
  parameter bit ZeroPoint = 1'b1,
  parameter bit Stdp = 1'b1,
  parameter bit Adaptive = 1'b1,
  parameter int ForgetShift = 31
) (
  input  logic                  clk_i,
  input  logic                  set_i,
  input  logic [4:0]            register_i,
  input  logic [31:0]           value_i,
  // Neurons that a pass visits.
  output logic [9:0]            neurons_o,
  output logic [7:0]            state_base_o,
  output logic signed [15:0]    threshold_o,
  output logic signed [15:0]    reset_o,
  output logic                  hard_reset_o,
  output logic signed [15:0]    floor_o,
  output logic [15:0]           leak_o,
  output logic [15:0]           refractory_o,
  output logic [7:0]            source_base_o,
  output logic [7:0]            source_stride_o,
  output logic [3:0]            source_more_o,
  output logic                  source_set_o,
  output logic [6*Sources-1:0]  aligns_o,
  // The matrix that is swept.
  output logic [7:0]            column_base_o,
  output logic [7:0]            acc_base_o,
  output logic [7:0]            last_word_o,
  output logic [LineWidth-1:0]  line_base_o,
  output logic [WeightAddr-1:0] weight_base_o,
  output logic signed [WeightBits-1:0] low_o,
  output logic signed [WeightBits-1:0] high_o,
  output logic signed [WeightBits-1:0] zero_o,
  output logic signed [7:0]     rate_o,
  // The rule.
  output logic [6:0]            target_o,
  output logic [3:0]            spike_shift_o,
  output logic [SumWidth:0]     ceiling_o,
  output logic [15:0]           fade_o,
  output logic [15:0]           bump_o,
  output logic signed [15:0]    grow_o,
  output logic [4:0]            forget_shift_o,
  output logic                  blank_o,
  // Keys.
  input  logic                  key_i,
  input  logic [31:0]           mix_x_i,
  input  logic [31:0]           mix_y_i,
  output logic                  x_set_o,
  output logic                  y_set_o,
  output logic [31:0]           k0_o,
  output logic [31:0]           k1_o
);
  logic [5:0] rate_q;
  logic [5:0] fall_q;

  assign source_set_o = set_i && register_i == 5'(hebbit_pkg::RegSource);
  assign x_set_o      = set_i && register_i == 5'(hebbit_pkg::RegX);
  assign y_set_o      = set_i && register_i == 5'(hebbit_pkg::RegY);
  assign rate_o       = 8'($signed(rate_q)) - $signed({2'b0, fall_q});

  always_ff @(posedge clk_i) begin
    if (set_i) begin
      unique case (register_i)
        5'(hebbit_pkg::RegNeurons): {state_base_o, neurons_o} <= value_i[17:0];
        5'(hebbit_pkg::RegThreshold): threshold_o <= value_i[15:0];
        5'(hebbit_pkg::RegFloor): floor_o <= value_i[15:0];
        5'(hebbit_pkg::RegLeak): leak_o <= value_i[15:0];
        5'(hebbit_pkg::RegSource): source_base_o <= value_i[7:0];
        5'(hebbit_pkg::RegPlace): {last_word_o, acc_base_o, column_base_o} <= value_i[23:0];
        5'(hebbit_pkg::RegLines): line_base_o <= value_i[LineWidth-1:0];
        5'(hebbit_pkg::RegWeights): weight_base_o <= value_i[WeightAddr-1:0];
        5'(hebbit_pkg::RegBounds): {high_o[7:0], low_o[7:0]} <= value_i[15:0];
        5'(hebbit_pkg::RegRate): rate_q <= value_i[5:0];
        5'(hebbit_pkg::RegFall): fall_q <= (value_i[31:6] != 26'd0) ? 6'd63 : value_i[5:0];
        5'(hebbit_pkg::RegRule): {spike_shift_o, target_o} <= value_i[10:0];
        5'(hebbit_pkg::RegCeiling): ceiling_o <= value_i[SumWidth:0];
        5'(hebbit_pkg::RegBlank): blank_o <= value_i[0];
        5'(hebbit_pkg::RegKeyLow): k0_o <= value_i;
        5'(hebbit_pkg::RegKeyHigh): k1_o <= value_i;
        default: ;
      endcase
    end
    if (key_i) {k1_o, k0_o} <= {mix_y_i, mix_x_i};
  end

  // Registers of some builds only.
  if (HardReset || Adaptive) begin : g_reset
    always_ff @(posedge clk_i) begin
      if (set_i && register_i == 5'(hebbit_pkg::RegReset)) {hard_reset_o, reset_o} <= value_i[16:0];
    end
  end else begin : g_reset
    assign hard_reset_o = 1'b0;
    assign reset_o      = 16'sd0;
  end
  if (RefractoryWidth != 0) begin : g_refractory
    always_ff @(posedge clk_i) begin
      if (set_i && register_i == 5'(hebbit_pkg::RegRefractory)) refractory_o <= value_i[15:0];
    end
  end else begin : g_refractory
    assign refractory_o = 16'd0;
  end
  if (Stdp || Adaptive) begin : g_fade
    always_ff @(posedge clk_i) begin
      if (set_i && register_i == 5'(hebbit_pkg::RegFade)) fade_o <= value_i[15:0];
      if (set_i && register_i == 5'(hebbit_pkg::RegBump)) bump_o <= value_i[15:0];
    end
  end else begin : g_fade
    assign fade_o = 16'd0;
    assign bump_o = 16'd0;
  end
  if (Stdp) begin : g_grow
    always_ff @(posedge clk_i) begin
      if (set_i && register_i == 5'(hebbit_pkg::RegGrow)) grow_o <= value_i[15:0];
    end
  end else begin : g_grow
    assign grow_o = 16'sd0;
  end
  if (Stdp && ForgetShift == 31) begin : g_forget
    always_ff @(posedge clk_i) begin
      if (set_i && register_i == 5'(hebbit_pkg::RegRate)) forget_shift_o <= value_i[10:6];
    end
  end else begin : g_forget
    assign forget_shift_o = 5'(ForgetShift);
  end
  if (ZeroPoint) begin : g_zero
    always_ff @(posedge clk_i) begin
      if (set_i && register_i == 5'(hebbit_pkg::RegBounds)) zero_o[7:0] <= value_i[23:16];
    end
  end else begin : g_zero
    assign zero_o = '0;
  end
  // The upper bytes of bounds.
  if (WeightBits == 16) begin : g_wide
    always_ff @(posedge clk_i) begin
      if (set_i && register_i == 5'(hebbit_pkg::RegBoundsHigh)) begin
        {high_o[15:8], low_o[15:8]} <= value_i[15:0];
        if (ZeroPoint) zero_o[15:8] <= value_i[23:16];
      end
    end
  end
  if (Sources > 1) begin : g_sources
    always_ff @(posedge clk_i) begin
      if (source_set_o) {source_more_o, source_stride_o} <= value_i[19:8];
    end
  end else begin : g_sources
    assign source_stride_o = 8'd0;
    assign source_more_o   = 4'd0;
  end
  // Alignments: four sources per word, or the fixed ones of the build.
  if (FullAlign) begin : g_align
    always_ff @(posedge clk_i) begin
      if (set_i) begin
        for (int s = 0; s < Sources; s++) begin
          if (register_i == 5'(hebbit_pkg::RegAligns + s / 4)) aligns_o[s*6+:6] <= value_i[(s%4)*6+:6];
        end
      end
    end
  end else begin : g_align
    for (genvar s = 0; s < Sources; s++) begin : g_source
      logic [1:0] chosen_q;
      always_ff @(posedge clk_i) begin
        if (set_i && register_i == 5'(hebbit_pkg::RegAligns + s / 4)) chosen_q <= value_i[(s%4)*6+:2];
      end
      assign aligns_o[s*6+:6] = {4'd0, chosen_q};
    end
  end
endmodule
