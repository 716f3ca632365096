// sequencer: runs the program of a sample (docs/RTL.md, Program), an instruction per cycle unless it waits or reads a word. Programs are
// made by the host from a plan (hdl-sim/src/program.rs): the schedule of docs/NUMBERS.md, 7.1, is there.
module sequencer #(
  parameter int TableAddr = 10,
  parameter int FlagBits = 4
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 begin_i,
  output logic                 busy_o,
  output logic                 phase_valid_o,
  output logic [2:0]           phase_o,
  output logic [3:0]           layer_o,
  // The table.
  output logic [TableAddr-1:0] raddr_o,
  input  logic [31:0]          word_i,
  output logic                 we_o,
  output logic [3:0]           waddr_o,
  output logic [31:0]          wdata_o,
  // Registers.
  output logic                 set_o,
  output logic [4:0]           register_o,
  output logic [31:0]          value_o,
  output logic                 key_o,
  // Engines.
  output logic                 open_o,
  output logic                 mix_o,
  output logic                 pass_o,
  output logic                 sweep_o,
  output logic [23:0]          order_o,
  input  logic                 input_there_i,
  input  logic                 pass_done_i,
  input  logic                 sweep_done_i,
  input  logic                 mix_done_i,
  // Conditions that programs test.
  input  logic                 learning_i,
  input  logic                 listed_i,
  input  logic                 found_i,
  input  logic [9:0]           spikes_i
);
  logic running_q;
  logic prime_q;
  logic [TableAddr-1:0] at_q;
  logic load_q;
  logic add_q;
  logic [4:0] field_q;
  logic [3:0] to_q;
  logic [2:0] mode_q;
  logic zero_q;
  logic [15:0] ticks_q;
  logic [2**FlagBits-1:0] flags_q;

  logic exec;
  logic [2:0] op;
  logic [4:0] field;
  logic holds;
  logic waits;
  logic asked;
  logic jumps;
  logic reads;
  logic [31:0] change;
  logic misc;

  assign exec  = running_q && !prime_q && !load_q && !add_q;
  assign op    = word_i[31:29];
  assign field = word_i[28:24];
  assign order_o = word_i[23:0];
  assign busy_o  = running_q;

  assign holds = (word_i[0] && !pass_done_i) || (word_i[1] && !sweep_done_i) || (word_i[2] && !mix_done_i)
              || (word_i[3] && !input_there_i);
  assign waits = exec && op == 3'(hebbit_pkg::OpWait) && holds;
  assign reads = exec && (op == 3'(hebbit_pkg::OpLoad) || op == 3'(hebbit_pkg::OpAdd));
  always_comb begin
    unique case (field[2:0])
      3'(hebbit_pkg::IfLearning): asked = learning_i;
      3'(hebbit_pkg::IfListed): asked = listed_i;
      3'(hebbit_pkg::IfLast): asked = ticks_q == 16'd0;
      3'(hebbit_pkg::IfFlag): asked = flags_q[word_i[12+:FlagBits]];
      3'(hebbit_pkg::IfZero): asked = zero_q;
      3'(hebbit_pkg::IfFound): asked = found_i;
      default: asked = 1'b1;
    endcase
  end
  assign jumps = exec && op == 3'(hebbit_pkg::OpJump) && asked != field[4];

  always_comb begin
    raddr_o = at_q + 1'b1;
    if (!running_q) raddr_o = TableAddr'(hebbit_pkg::TableProgram);
    else if (prime_q || waits) raddr_o = at_q;
    else if (reads && op == 3'(hebbit_pkg::OpAdd)) raddr_o = TableAddr'(word_i[3:0]);
    else if (reads || jumps) raddr_o = word_i[TableAddr-1:0];
  end

  // An instruction has a value of 24 bits, a word of the table has 32.
  assign set_o      = (exec && op == 3'(hebbit_pkg::OpSet)) || load_q;
  assign register_o = load_q ? field_q : field;
  assign value_o    = {load_q ? word_i[31:24] : 8'd0, word_i[23:0]};

  // One adder for all counters.
  always_comb begin
    unique case (mode_q)
      3'(hebbit_pkg::AddOne): change = 32'd1;
      3'(hebbit_pkg::AddFall): change = {31'd0, !word_i[6]};
      3'(hebbit_pkg::AddLess): change = 32'hffff_ffff;
      3'(hebbit_pkg::AddSpikes): change = {22'd0, spikes_i};
      default: change = 32'd0;
    endcase
  end
  assign we_o    = add_q;
  assign waddr_o = to_q;
  assign wdata_o = word_i + change;

  assign phase_valid_o = exec && op == 3'(hebbit_pkg::OpWait) && !holds && word_i[4];
  assign phase_o       = word_i[7:5];
  assign layer_o       = word_i[11:8];
  assign pass_o        = exec && op == 3'(hebbit_pkg::OpPass);
  assign sweep_o       = exec && op == 3'(hebbit_pkg::OpSweep);
  assign misc          = exec && op == 3'(hebbit_pkg::OpDo);
  assign open_o        = misc && field == 5'(hebbit_pkg::DoOpen);
  assign mix_o         = misc && field == 5'(hebbit_pkg::DoMix);
  assign key_o         = misc && field == 5'(hebbit_pkg::DoKey);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      running_q <= 1'b0;
      prime_q   <= 1'b0;
      load_q    <= 1'b0;
      add_q     <= 1'b0;
    end else begin
      prime_q <= begin_i && !running_q;
      load_q  <= reads && op == 3'(hebbit_pkg::OpLoad);
      add_q   <= reads && op == 3'(hebbit_pkg::OpAdd);
      if (!running_q) running_q <= begin_i;
      else if (misc && field == 5'(hebbit_pkg::DoEnd)) running_q <= 1'b0;
    end
    // The address of the instruction is held while a word of the table is read.
    if (!reads) at_q <= raddr_o;
    if (reads) begin
      field_q <= field;
      to_q    <= word_i[7:4];
      mode_q  <= word_i[10:8];
    end
    if (add_q) zero_q <= wdata_o == 32'd0;
    if (!running_q) flags_q <= '0;
    else if (misc && field == 5'(hebbit_pkg::DoFlag)) flags_q[word_i[0+:FlagBits]] <= word_i[4];
    if (set_o && register_o == 5'(hebbit_pkg::RegTicks)) ticks_q <= value_o[15:0];
    else if (misc && field == 5'(hebbit_pkg::DoTick)) ticks_q <= ticks_q - 16'd1;
  end
endmodule
