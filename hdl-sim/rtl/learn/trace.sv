// trace: twin of num/formats.rs `Trace::tick`. A build for one network may fix `Decay` and `Bump`; 0 leaves them to the ports. A decay by
// a power of two, or of all but 2^-16, then needs no multiplier.
module trace #(
  parameter int Decay = 0,
  parameter int Bump = 0
) (
  // Unused in a build that fixes them.
  /* verilator lint_off UNUSEDSIGNAL */
  input  logic [hebbit_pkg::LeakWidth-1:0]  decay_i,
  input  logic [hebbit_pkg::TraceWidth-1:0] bump_i,
  /* verilator lint_on UNUSEDSIGNAL */
  input  logic [hebbit_pkg::TraceWidth-1:0] trace_i,
  input  logic [7:0]                        event_i,
  output logic [hebbit_pkg::TraceWidth-1:0] trace_o
);
  localparam int Log = (Decay == 0) ? 0 : $clog2(Decay);

  logic [15:0] left;
  logic [15:0] bump;

  if (Decay == 0) begin : g_decay
    assign left = hebbit_num_pkg::leak_unsigned(trace_i, decay_i);
  end else if (Decay == 65535) begin : g_all
    // Floor leaves 1 of any non-zero trace.
    assign left = {15'd0, trace_i != 16'd0};
  end else if (Decay == (1 << Log)) begin : g_shift
    assign left = trace_i - (trace_i >> (16 - Log));
  end else begin : g_fixed
    assign left = hebbit_num_pkg::leak_unsigned(trace_i, 16'(Decay));
  end
  if (Bump == 0) begin : g_bump
    assign bump = bump_i;
  end else begin : g_fixed_bump
    assign bump = 16'(Bump);
  end
  assign trace_o = hebbit_num_pkg::bumped(left, bump, event_i);
endmodule
