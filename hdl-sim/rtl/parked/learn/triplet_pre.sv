// triplet_pre: twin of learn/triplet.rs `pre`: traces decay, the update uses them, then the spike is added.
module triplet_pre (
  input  logic [hebbit_pkg::LeakWidth-1:0]  r1_decay_i,
  input  logic [hebbit_pkg::LeakWidth-1:0]  r2_decay_i,
  input  logic [hebbit_pkg::TraceWidth-1:0] r1_bump_i,
  input  logic [hebbit_pkg::TraceWidth-1:0] r2_bump_i,
  input  logic [7:0]                        a2_minus_i,
  input  logic [7:0]                        a3_minus_i,
  input  logic [hebbit_pkg::TraceWidth-1:0] r1_i,
  input  logic [hebbit_pkg::TraceWidth-1:0] r2_i,
  input  logic                              fired_i,
  output logic [hebbit_pkg::TraceWidth-1:0] r1_o,
  output logic [hebbit_pkg::TraceWidth-1:0] r2_o,
  output logic [7:0]                        grow_o,
  output logic [7:0]                        shrink_o
);
  logic [15:0] r1;
  logic [15:0] r2;
  // Only whole units of the product are used.
  /* verilator lint_off UNUSEDSIGNAL */
  logic [23:0] triplet;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [16:0] shrink;

  assign r1       = hebbit_num_pkg::leak_unsigned(r1_i, r1_decay_i);
  assign r2       = hebbit_num_pkg::leak_unsigned(r2_i, r2_decay_i);
  assign triplet  = a3_minus_i * r2;
  assign shrink   = {9'd0, a2_minus_i} + {1'b0, triplet[23:8]};
  assign grow_o   = hebbit_num_pkg::units(r1);
  assign shrink_o = !fired_i ? 8'd0 : (shrink[16:8] == 9'd0) ? shrink[7:0] : 8'd255;
  assign r1_o     = hebbit_num_pkg::add_unsigned(r1, hebbit_num_pkg::if_spike(fired_i, r1_bump_i));
  assign r2_o     = hebbit_num_pkg::add_unsigned(r2, hebbit_num_pkg::if_spike(fired_i, r2_bump_i));
endmodule
