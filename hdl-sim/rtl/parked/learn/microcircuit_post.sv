// microcircuit_post: twin of learn/microcircuit.rs `post` and `send`: the apical potential while the membrane is near the threshold. A spike
// has already subtracted the threshold from the membrane, so it is added again.
module microcircuit_post (
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] threshold_i,
  input  logic [hebbit_pkg::MembraneWidth-2:0]        reach_i,
  input  logic                                        output_i,
  input  logic                                        event_i,
  input  logic signed [hebbit_pkg::MembraneWidth-1:0] membrane_i,
  input  logic signed [hebbit_pkg::ApicalWidth-1:0]   apical_i,
  output logic signed [hebbit_pkg::ApicalWidth-1:0]   gated_o
);
  logic signed [16:0] from;
  logic signed [16:0] distance;
  logic near;

  assign from     = event_i ? 17'sd0 : 17'(threshold_i);
  assign distance = 17'(membrane_i) - from;
  assign near     = distance <= $signed({2'b00, reach_i}) && distance >= -$signed({2'b00, reach_i});
  assign gated_o  = (output_i || near) ? apical_i : 16'sd0;
endmodule
