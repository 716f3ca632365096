// Generated from core-nostd/src/num and hdl-sim/src/layout.rs by hebbit-rtl: do not edit.
package hebbit_pkg;
  /* verilator lint_off UNUSEDPARAM */
  localparam int MembraneWidth = 16;
  localparam int MembraneFraction = 12;
  localparam int CurrentWidth = 16;
  localparam int CurrentFraction = 12;
  localparam int RiseWidth = 16;
  localparam int TraceWidth = 16;
  localparam int TraceFraction = 8;
  localparam int ApicalWidth = 16;
  localparam int ApicalFraction = 8;
  localparam int LeakWidth = 16;
  localparam int TicksWidth = 16;
  localparam int CountWidth = 16;
  localparam int PostWidth = 16;
  localparam int DitherWidth = 16;
  localparam int Threshold = 4096;
  localparam int GradedFull = 255;
  localparam int FineFull = 32767;
  localparam int PreMax = 255;
  localparam int TargetWord = 256;
  localparam int ShiftI8 = 16;
  localparam int ShiftI16 = 8;
  localparam int Lanes = 4;
  localparam logic [31:0] StreamEncoder = 32'h10000000;
  localparam logic [31:0] StreamKeyed = 32'h60000000;
  localparam logic [31:0] StreamLearnFeedback = 32'h70000000;
  localparam logic [31:0] StreamDraw = 32'h80000000;
  localparam logic [2:0] PhaseEncode = 3'd0;
  localparam logic [2:0] PhaseIntegrate = 3'd1;
  localparam logic [2:0] PhaseFire = 3'd2;
  localparam logic [2:0] PhaseFeedback = 3'd3;
  localparam logic [2:0] PhaseLearn = 3'd4;
  localparam int HeadShape = 0;
  localparam int HeadSeed = 1;
  localparam int HeadRule = 3;
  localparam int HeadHalve = 4;
  localparam int HeadGroups = 5;
  localparam int HeadInput = 6;
  localparam int HeadWindows = 8;
  localparam int TableLayers = 16;
  localparam int TableProjections = 80;
  localparam int TableFeedback = 144;
  localparam int Counters = 240;
  /* verilator lint_on UNUSEDPARAM */
endpackage
