// triplet_post: twin of learn/triplet.rs `post` without forgetting: as triplet_pre, for the neuron's traces.
module triplet_post (
  input  logic [hebbit_pkg::LeakWidth-1:0]        o1_decay_i,
  input  logic [hebbit_pkg::LeakWidth-1:0]        o2_decay_i,
  input  logic [hebbit_pkg::TraceWidth-1:0]       o1_bump_i,
  input  logic [hebbit_pkg::TraceWidth-1:0]       o2_bump_i,
  input  logic [hebbit_pkg::PostWidth-2:0]        a2_plus_i,
  input  logic [hebbit_pkg::PostWidth-2:0]        a3_plus_i,
  input  logic [hebbit_pkg::TraceWidth-1:0]       o1_i,
  input  logic [hebbit_pkg::TraceWidth-1:0]       o2_i,
  input  logic                                    fired_i,
  output logic [hebbit_pkg::TraceWidth-1:0]       o1_o,
  output logic [hebbit_pkg::TraceWidth-1:0]       o2_o,
  output logic signed [hebbit_pkg::PostWidth-1:0] grow_o,
  output logic signed [hebbit_pkg::PostWidth-1:0] shrink_o
);
  logic [15:0] o1;
  logic [15:0] o2;
  // Only whole units of the product are used.
  /* verilator lint_off UNUSEDSIGNAL */
  logic [30:0] triplet;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [15:0] grow;

  assign o1       = hebbit_num_pkg::leak_unsigned(o1_i, o1_decay_i);
  assign o2       = hebbit_num_pkg::leak_unsigned(o2_i, o2_decay_i);
  assign triplet  = a3_plus_i * o2;
  assign grow     = {1'b0, a2_plus_i} + {1'b0, triplet[30:16]};
  assign grow_o   = !fired_i ? 16'sd0 : grow[15] ? 16'sd32767 : $signed(grow);
  assign shrink_o = -$signed({1'b0, o1[15:1]});
  assign o1_o     = hebbit_num_pkg::add_unsigned(o1, hebbit_num_pkg::if_spike(fired_i, o1_bump_i));
  assign o2_o     = hebbit_num_pkg::add_unsigned(o2, hebbit_num_pkg::if_spike(fired_i, o2_bump_i));
endmodule
