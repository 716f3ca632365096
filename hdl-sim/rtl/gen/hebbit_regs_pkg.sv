// Generated from hdl-sim/src/registers.rs by hebbit-rtl: do not edit.
package hebbit_regs_pkg;
  /* verilator lint_off UNUSEDPARAM */
  localparam logic [31:0] Identity = 32'h48420100;
  // Bits of word addresses: memories, and the words that push events. Below are registers, by their numbers.
  localparam int MemoryBit = 18;
  localparam int EventBit = 8;
  localparam logic [3:0] Id = 4'd0;
  localparam logic [3:0] Size = 4'd1;
  localparam logic [3:0] Carries = 4'd2;
  localparam logic [3:0] Control = 4'd3;
  localparam logic [3:0] Status = 4'd4;
  localparam logic [3:0] Sample = 4'd5;
  localparam logic [3:0] IrqPending = 4'd6;
  localparam logic [3:0] IrqEnable = 4'd7;
  localparam logic [3:0] Cycles = 4'd8;
  localparam int IdMinor = 0;
  localparam int IdMajor = 8;
  localparam int IdMagic = 16;
  localparam int SizeLanes = 0;
  localparam int SizeNeurons = 4;
  localparam int SizeWeightAddr = 8;
  localparam int SizeGroupWidth = 13;
  localparam int SizeAccWidth = 18;
  localparam int SizeRefractoryWidth = 24;
  localparam int SizeFifoAddr = 29;
  localparam int CarriesBurst = 0;
  localparam int CarriesStdp = 1;
  localparam int CarriesLif = 8;
  localparam int CarriesAdaptive = 9;
  localparam int CarriesGraded = 16;
  localparam int CarriesHardReset = 24;
  localparam int CarriesAnyAlign = 25;
  localparam int ControlBegin = 0;
  localparam int ControlGo = 1;
  localparam int ControlReset = 2;
  localparam int StatusBusy = 0;
  localparam int StatusOpen = 1;
  localparam int StatusDirty = 2;
  localparam int StatusLevel = 16;
  localparam int SampleClass = 0;
  localparam int SampleLearn = 8;
  localparam int SampleTaught = 9;
  localparam int SampleSparse = 10;
  localparam int IrqPendingDone = 0;
  localparam int IrqPendingError = 1;
  localparam int IrqPendingOverflow = 2;
  localparam int IrqEnableMask = 0;
  localparam int CyclesCount = 0;
  localparam int EventLine = 0;
  localparam int EventMagnitude = 16;
  localparam int EventAgain = 24;
  /* verilator lint_on UNUSEDPARAM */
endpackage
