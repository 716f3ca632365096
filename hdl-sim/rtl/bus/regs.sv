// regs: registers, memories, event FIFO and interrupt on a bus of 32-bit words. docs/REGISTERS.md has the map.
//
// The master holds a request and its operands until the one response. A request is decoded in one cycle and executed in the next.
// `rsp_wait_o`: the request would have had to wait and `req_try_i` was set, so it was not executed.
module regs #(
  // Values of the registers Size, Carries and Aligns.
  parameter logic [31:0] SizeWord = 32'd0,
  parameter logic [31:0] CarriesWord = 32'd0,
  parameter logic [23:0] AlignsWord = 24'd0,
  // The FIFO holds 2^FifoAddr halves of events.
  parameter int FifoAddr = 7
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  // The bus, in word addresses.
  input  logic        req_valid_i,
  input  logic        req_we_i,
  input  logic        req_try_i,
  input  logic [18:0] req_addr_i,
  input  logic [31:0] req_wdata_i,
  output logic        rsp_valid_o,
  output logic        rsp_error_o,
  output logic        rsp_wait_o,
  output logic [31:0] rsp_rdata_o,
  output logic        irq_o,
  // The core.
  output logic        core_rst_no,
  output logic        host_valid_o,
  output logic        host_we_o,
  output logic [17:0] host_addr_o,
  output logic [31:0] host_wdata_o,
  input  logic        host_ready_i,
  input  logic [31:0] host_rdata_i,
  input  logic        host_error_i,
  output logic        begin_o,
  output logic        wipe_o,
  output logic        event_valid_o,
  input  logic        event_ready_i,
  output logic [7:0]  event_group_o,
  output logic [3:0]  event_lanes_o,
  output logic [31:0] event_magnitudes_o,
  output logic        go_o,
  output logic        learn_o,
  output logic        target_o,
  output logic [7:0]  class_o,
  output logic        wrong_o,
  input  logic        busy_i,
  input  logic        dirty_i,
  output logic        dirty_clear_o
);
  logic [11:0] sample_q;
  logic [2:0] pending_q, enable_q;
  logic [23:0] cycles_q;
  logic [7:0] group_q;
  logic open_q, go_q, busy_q, upper_q, half_q;
  logic [15:0] low_q;

  // The decoded request.
  logic memory, event_push, register, running, held, refused;
  logic [3:0] word;
  logic reset, starts, goes, full, sparse_q;
  // The decoded request, registered.
  logic judged_q, held_q, refused_q, register_q, event_q;
  logic here, judges, does, write, put, lower, done;
  logic [FifoAddr+1:0] level;
  logic [31:0] head;

  assign memory     = req_addr_i[hebbit_regs_pkg::MemoryBit];
  assign event_push = !memory && req_addr_i[17:9] == 9'd0 && req_addr_i[hebbit_regs_pkg::EventBit];
  assign register   = req_addr_i[18:4] == 15'd0;
  assign word       = req_addr_i[3:0];
  assign running    = (busy_i && !open_q) || go_q;
  assign reset      = req_wdata_i[hebbit_regs_pkg::ControlReset];
  assign starts     = req_wdata_i[hebbit_regs_pkg::ControlBegin] && !reset;
  assign goes       = req_wdata_i[hebbit_regs_pkg::ControlGo] && !reset;

  // Whether the request has to wait, or is an error.
  always_comb begin
    held    = 1'b0;
    refused = 1'b1;
    if (memory) begin
      held    = running;
      refused = open_q;
    end else if (event_push) begin
      held    = req_we_i && (go_q || (full && open_q));
      refused = req_we_i && full;
    end else if (register) begin
      unique case (word)
        hebbit_regs_pkg::Id, hebbit_regs_pkg::Size, hebbit_regs_pkg::Carries, hebbit_regs_pkg::Aligns,
        hebbit_regs_pkg::Cycles:
          refused = req_we_i;
        hebbit_regs_pkg::Control: begin
          held    = req_we_i && running && (starts || goes);
          refused = req_we_i && ((starts && open_q) || (goes && !starts && !open_q));
        end
        hebbit_regs_pkg::Sample: begin
          held    = req_we_i && running;
          refused = 1'b0;
        end
        hebbit_regs_pkg::Status, hebbit_regs_pkg::IrqPending, hebbit_regs_pkg::IrqEnable: refused = 1'b0;
        default: refused = 1'b1;
      endcase
    end
  end

  // Accesses to memories go to the core, unless they have to wait.
  assign here         = !memory || running || open_q;
  assign judges       = req_valid_i && !judged_q && here && (!held || req_try_i);
  assign does         = judged_q && req_we_i && !held_q && !refused_q;
  assign write        = does && register_q;
  assign put          = does && event_q;
  // An event is written to the FIFO in two halves.
  assign lower        = put && !upper_q;
  assign done         = judged_q && !lower;
  assign host_valid_o = req_valid_i && !judged_q && !here;
  assign host_we_o    = req_we_i;
  assign host_addr_o  = req_addr_i[17:0];
  assign host_wdata_o = req_wdata_i;
  assign rsp_valid_o  = done || (host_valid_o && host_ready_i);
  assign rsp_wait_o   = done && held_q;
  assign rsp_error_o  = done ? refused_q && !held_q : host_error_i;

  // Read data.
  always_comb begin
    rsp_rdata_o = 32'd0;
    if (register_q) unique case (word)
      hebbit_regs_pkg::Id: rsp_rdata_o = hebbit_regs_pkg::Identity;
      hebbit_regs_pkg::Size: rsp_rdata_o = SizeWord;
      hebbit_regs_pkg::Carries: rsp_rdata_o = CarriesWord;
      hebbit_regs_pkg::Aligns: rsp_rdata_o[23:0] = AlignsWord;
      hebbit_regs_pkg::Control: rsp_rdata_o[hebbit_regs_pkg::ControlGo] = go_q;
      hebbit_regs_pkg::Status: begin
        rsp_rdata_o[hebbit_regs_pkg::StatusBusy]                 = busy_i;
        rsp_rdata_o[hebbit_regs_pkg::StatusOpen]                 = open_q;
        rsp_rdata_o[hebbit_regs_pkg::StatusDirty]                = dirty_i;
        rsp_rdata_o[hebbit_regs_pkg::StatusLevel+:FifoAddr+1]    = level[FifoAddr+1:1];
      end
      hebbit_regs_pkg::Sample: rsp_rdata_o[11:0] = sample_q;
      hebbit_regs_pkg::IrqPending: rsp_rdata_o[2:0] = pending_q;
      hebbit_regs_pkg::IrqEnable: rsp_rdata_o[2:0] = enable_q;
      hebbit_regs_pkg::Cycles: rsp_rdata_o[23:0] = cycles_q;
      default: rsp_rdata_o = 32'd0;
    endcase
    if (memory) rsp_rdata_o = host_rdata_i;
  end

  // The FIFO of events, in halves so that one 16-bit memory suffices, and their conversion to groups of four. The magnitude of one line
  // is in both upper bytes.
  logic room, there, takes;
  logic [15:0] half;

  // There is room for both halves of an event, or its lower half is written.
  assign full   = !room || (&level[FifoAddr:0]);
  assign takes  = there && event_ready_i && open_q;
  fifo #(.AddrWidth(FifoAddr + 1), .Width(16)) u_fifo (
    .clk_i, .rst_ni(core_rst_no), .put_valid_i(put), .put_ready_o(room),
    .put_i(upper_q ? req_wdata_i[31:16] : req_wdata_i[15:0]), .take_valid_o(there), .take_ready_i(event_ready_i && open_q),
    .take_o(half), .level_o(level));
  assign head               = {half, low_q};
  assign event_valid_o      = takes && half_q;
  assign event_group_o      = sparse_q ? head[9:2] : group_q;
  assign event_lanes_o      = sparse_q ? 4'd1 << head[1:0] : 4'd15;
  assign event_magnitudes_o = {head[31:16], sparse_q ? head[31:16] : head[15:0]};

  // The sample.
  assign core_rst_no   = rst_ni && !(write && word == hebbit_regs_pkg::Control && reset);
  assign begin_o       = write && word == hebbit_regs_pkg::Control && starts;
  assign wipe_o        = sample_q[hebbit_regs_pkg::SampleSparse];
  assign go_o          = go_q && event_ready_i && level == '0 && !half_q;
  assign class_o       = sample_q[hebbit_regs_pkg::SampleClass+:8];
  assign wrong_o       = sample_q[hebbit_regs_pkg::SampleWrong];
  assign learn_o       = sample_q[hebbit_regs_pkg::SampleLearn];
  assign target_o      = sample_q[hebbit_regs_pkg::SampleTaught];
  assign dirty_clear_o = write && word == hebbit_regs_pkg::Status && req_wdata_i[hebbit_regs_pkg::StatusDirty];
  assign irq_o         = (pending_q & enable_q) != 3'd0;

  always_ff @(posedge clk_i) begin
    busy_q <= busy_i;
    if (busy_i && !open_q) cycles_q <= cycles_q + 24'd1;
    if (event_valid_o) group_q <= group_q + 8'd1;
    if (takes && !half_q) low_q <= half;
    if (takes) half_q <= !half_q;
    upper_q  <= lower;
    judged_q <= judges || lower;
    if (judges) {held_q, refused_q, register_q, event_q} <= {held, refused, register, event_push};
    if (go_o) begin
      go_q     <= 1'b0;
      open_q   <= 1'b0;
      cycles_q <= 24'd0;
    end
    if (begin_o) begin
      // Effective from the next cycle, independent of later writes.
      sparse_q <= wipe_o;
      open_q   <= 1'b1;
      group_q  <= 8'd0;
    end
    if (write) begin
      unique case (word)
        hebbit_regs_pkg::Control: if (goes) go_q <= 1'b1;
        hebbit_regs_pkg::Sample: sample_q <= req_wdata_i[11:0];
        hebbit_regs_pkg::IrqPending: pending_q <= pending_q & ~req_wdata_i[2:0];
        hebbit_regs_pkg::IrqEnable: enable_q <= req_wdata_i[2:0];
        default: ;
      endcase
    end
    if (busy_q && !busy_i) pending_q[hebbit_regs_pkg::IrqPendingDone] <= 1'b1;
    if (rsp_valid_o && rsp_error_o) pending_q[hebbit_regs_pkg::IrqPendingError] <= 1'b1;
    if (done && event_q && refused_q && !held_q) begin
      pending_q[hebbit_regs_pkg::IrqPendingOverflow] <= 1'b1;
    end
    if (!core_rst_no) begin
      open_q  <= 1'b0;
      go_q    <= 1'b0;
      busy_q  <= 1'b0;
      half_q  <= 1'b0;
      upper_q <= 1'b0;
    end
    if (!rst_ni) begin
      judged_q  <= 1'b0;
      sample_q  <= '0;
      pending_q <= '0;
      enable_q  <= '0;
      cycles_q  <= '0;
    end
  end

`ifdef FORMAL
  // Assumed: the host holds its requests; the core answers every request and runs only samples that were started. Proved: each request
  // is answered once, errors and waits change nothing, and requests to the core are held.
  logic started = 1'b0;
  logic [7:0] since;

  always_ff @(posedge clk_i) begin
    started <= 1'b1;
    since   <= (rst_ni && req_valid_i && !rsp_valid_o && here) ? since + 8'd1 : 8'd0;
    if (!started) assume (!rst_ni);
    else assume (rst_ni);
    if (started && $past(rst_ni)) begin
      if ($past(req_valid_i && !rsp_valid_o)) begin
        assume (req_valid_i && $stable(req_we_i) && $stable(req_try_i) && $stable(req_addr_i) && $stable(req_wdata_i));
      end
      assume (!busy_i || $past(busy_i) || $past(begin_o));
      assume (!event_ready_i || busy_i);
    end
    if (started && rst_ni) begin
      // Responses and requests match one to one.
      assert (!rsp_valid_o || req_valid_i);
      assert (!judged_q || req_valid_i);
      if ($past(rst_ni) && $past(rsp_valid_o)) assert (!judged_q && !upper_q);
      // Both halves of an event are written, or neither; there is room for both.
      assert (level[0] == (upper_q ^ half_q));
      assert (!put || room);
      // A request that cannot be executed is answered and has no effect.
      assert (!(rsp_wait_o && !req_try_i));
      assert (!(judged_q && (held_q || refused_q)) || !(put || write || begin_o || dirty_clear_o));
      assert (!(judged_q && host_valid_o));
      // A request with `req_try_i` never waits for the core, and is answered within two cycles.
      if (req_valid_i && req_try_i && since >= 8'd2) assert (rsp_valid_o);
      // A request to the core is held until accepted; a sample starts only after the last one has ended.
      if ($past(rst_ni) && $past(host_valid_o && !host_ready_i)) begin
        assert (host_valid_o && $stable(host_we_o) && $stable(host_addr_o) && $stable(host_wdata_o));
      end
      assert (!begin_o || !open_q);
      assert (!go_o || open_q);
      cover (rsp_valid_o && memory && !held_q);
      cover (go_o);
    end
  end
`endif
endmodule
