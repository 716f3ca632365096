// top_verbs: the verbs and the combinational twins, one at a time, for simulation. Narrow operands are the low bits of a, b, c, d.
module top_verbs (
  input  logic [5:0]         verb_i,
  input  logic signed [31:0] a_i,
  input  logic signed [31:0] b_i,
  input  logic signed [31:0] c_i,
  input  logic signed [31:0] d_i,
  input  logic signed [15:0] e_i,
  output logic signed [31:0] y_o,
  output logic signed [31:0] z_o
);
  logic signed [15:0] membrane;
  logic signed [15:0] next;
  logic [15:0] left;
  logic spike;
  logic [7:0] pre;
  logic signed [15:0] deviation;
  logic signed [15:0] taught;
  logic [31:0] twin_y;
  logic [31:0] twin_z;

  lif u_lif (.threshold_i(b_i[15:0]), .reset_i(c_i[15:0]), .floor_i(c_i[31:16]), .refractory_i(d_i[15:0]),
             .hard_reset_i(b_i[31]), .leaked_i(a_i[15:0]), .left_i(d_i[31:16]), .current_i(e_i),
             .next_o(next), .next_i(next), .next_left_i(d_i[31:16]), .membrane_o(membrane), .left_o(left),
             .spike_o(spike));
  burst_pre u_pre (.spike_shift_i(b_i[3:0]), .sum_i(a_i[15:0]), .pre_o(pre));
  burst_post u_post (.ceiling_i({1'b0, b_i[15:0]}), .output_i(d_i[0]), .sum_i(a_i[15:0]), .apical_i(c_i[15:0]),
                     .deviation_o(deviation));
  burst_teach u_teach (.target_i(b_i[6:0]), .named_i(d_i[0]), .wrong_i(d_i[1]), .sum_i(a_i[15:0]), .apical_o(taught));

  top_twins u_twins (.verb_i, .a_i, .b_i, .c_i, .d_i, .e_i, .y_o(twin_y), .z_o(twin_z));

  always_comb begin
    y_o = 32'd0;
    z_o = 32'd0;
    unique case (verb_i)
      6'd0: y_o = 32'(hebbit_num_pkg::saturate(a_i));
      6'd1: y_o = {16'd0, hebbit_num_pkg::saturate_unsigned(a_i)};
      6'd2: y_o = hebbit_num_pkg::align(36'(a_i), b_i[5:0]);
      6'd3: y_o = 32'(hebbit_num_pkg::leak(a_i[15:0], b_i[15:0]));
      6'd4: y_o = 32'(hebbit_num_pkg::fold_rate(a_i[15:0], b_i[7:0], c_i[15:0]));
      6'd5: y_o = 32'(hebbit_num_pkg::updated(a_i[7:0], b_i, c_i[15:0], d_i[7:0], e_i[7:0]));
      6'd6: {y_o, z_o} = hebbit_num_pkg::mix_round(a_i, b_i, c_i);
      6'd7: y_o = {16'd0, hebbit_num_pkg::dither_at(a_i[15:0], b_i[15:0], c_i[15:0])};
      6'd8: begin
        y_o = 32'(membrane);
        z_o = {15'd0, spike, left};
      end
      6'd9: y_o = {24'd0, pre};
      6'd10: y_o = 32'(deviation);
      6'd11: y_o = 32'(taught);
      default: {y_o, z_o} = {twin_y, twin_z};
    endcase
  end
endmodule
