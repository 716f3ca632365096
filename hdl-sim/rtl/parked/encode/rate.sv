// rate: twin of encode/rate.rs: a spike whenever the accumulated pixel reaches 256; the remainder is kept.
module rate (
  input  logic [7:0] pixel_i,
  input  logic [7:0] left_i,
  output logic [7:0] left_o,
  output logic       spike_o
);
  assign {spike_o, left_o} = {1'b0, left_i} + {1'b0, pixel_i};
endmodule
