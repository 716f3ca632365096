// lane: the arithmetic of one synapse. One register takes the product plus its addend, so that it maps to one multiply-accumulate block:
// an exact sum, or weight and dither (integer and fraction) plus the update, whose upper part is the new weight.
module lane #(
  parameter int WeightBits = 8,
  parameter int Width = 32,
  parameter bit Forgets = 1'b1
) (
  input  logic               clk_i,
  input  logic               sum_i,
  input  logic               learn_i,
  input  logic               forget_i,
  input  logic [4:0]         forget_shift_i,
  input  logic signed [WeightBits:0] factor_i,
  input  logic signed [15:0] post_i,
  input  logic signed [Width-1:0] old_i,
  input  logic signed [WeightBits-1:0] weight_i,
  // For 16-bit weights the upper half.
  /* verilator lint_off UNUSEDSIGNAL */
  input  logic [15:0]        dither_i,
  /* verilator lint_on UNUSEDSIGNAL */
  output logic signed [Width-1:0] total_o
);
  logic signed [Width-1:0] product;
  logic signed [Width-1:0] base;

  localparam int Shift = (WeightBits == 8) ? hebbit_pkg::ShiftI8 : hebbit_pkg::ShiftI16;

  // The decay of a weight whose neuron forgets.
  logic signed [Width-1:0] wide;
  logic signed [Width-1:0] lost;
  if (Forgets) begin : g_forget
    assign wide = Width'(weight_i);
    assign lost = forget_i ? wide <<< forget_shift_i : '0;
  end else begin : g_forget
    logic unused;
    assign unused = &{1'b0, forget_i, forget_shift_i, wide};
    assign wide   = '0;
    assign lost   = '0;
  end

  assign product = factor_i * post_i;
  always_comb begin
    base = '0;
    if (sum_i) base = old_i;
    if (learn_i) base = Width'($signed({weight_i, dither_i[15-:Shift]})) - lost;
  end
  always_ff @(posedge clk_i) total_o <= base + product;
endmodule
