// A netlist of an iCE40UP5K (`chip`) with the pins of top_spi, for simulation: its clock is the PLL's input; and models of the cells whose
// models in yosys cannot be used.
module top_spi (
  input clk_i, rst_ni, sclk_i, cs_ni, mosi_i,
  output miso_o, irq_o, busy_o, dirty_o
);
  wire busy_n, dirty_n;
  chip u_chip (
    .clk_12mhz_i(clk_i), .rst_ni(rst_ni), .sclk_i(sclk_i), .cs_ni(cs_ni), .mosi_i(mosi_i), .miso_o(miso_o), .irq_o(irq_o),
    .busy_no(busy_n), .dirty_no(dirty_n));
  assign busy_o  = !busy_n;
  assign dirty_o = !dirty_n;
endmodule

// A PLL that passes its input through and is always locked.
module SB_PLL40_PAD #(
  parameter FEEDBACK_PATH = "SIMPLE",
  parameter [3:0] DIVR = 0,
  parameter [6:0] DIVF = 0,
  parameter [2:0] DIVQ = 0, FILTER_RANGE = 0
) (
  input PACKAGEPIN, EXTFEEDBACK, BYPASS, RESETB, LATCHINPUTVALUE, SDI, SCLK,
  input [7:0] DYNAMICDELAY,
  output PLLOUTCORE, PLLOUTGLOBAL, LOCK, SDO
);
  assign PLLOUTGLOBAL = PACKAGEPIN;
  assign LOCK = RESETB;
endmodule

// The watchdog's oscillator is stopped.
module SB_LFOSC (input CLKLFEN, CLKLFPU, output CLKLF);
  assign CLKLF = 1'b0;
endmodule

// A pin with output enable; nothing else drives it.
module SB_IO #(parameter [5:0] PIN_TYPE = 6'd0, parameter [0:0] PULLUP = 1'b0) (
  output PACKAGE_PIN,
  input LATCH_INPUT_VALUE, CLOCK_ENABLE, INPUT_CLK, OUTPUT_CLK, OUTPUT_ENABLE, D_OUT_0, D_OUT_1,
  output D_IN_0, D_IN_1
);
  assign PACKAGE_PIN = OUTPUT_ENABLE && D_OUT_0;
endmodule

// The model of yosys clears itself word by word.
module SB_SPRAM256KA (
  input [13:0] ADDRESS,
  input [15:0] DATAIN,
  input [3:0] MASKWREN,
  input WREN, CHIPSELECT, CLOCK, STANDBY, SLEEP, POWEROFF,
  output reg [15:0] DATAOUT
);
  reg [15:0] mem [0:16383];
  always @(posedge CLOCK) begin
    if (CHIPSELECT && WREN) begin
      if (MASKWREN[0]) mem[ADDRESS][3:0] <= DATAIN[3:0];
      if (MASKWREN[1]) mem[ADDRESS][7:4] <= DATAIN[7:4];
      if (MASKWREN[2]) mem[ADDRESS][11:8] <= DATAIN[11:8];
      if (MASKWREN[3]) mem[ADDRESS][15:12] <= DATAIN[15:12];
    end
    if (CHIPSELECT && !WREN) DATAOUT <= mem[ADDRESS];
  end
endmodule
