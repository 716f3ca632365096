// poisson: twin of encode/poisson.rs: a spike if the draw is below the pixel. The draw is the top byte of x of `mix(line, window and tick)`
// under the encoder's key; a pixel of 0 never spikes.
module poisson (
  input  logic [7:0] pixel_i,
  input  logic [7:0] draw_i,
  output logic       spike_o
);
  assign spike_o = draw_i < pixel_i;
endmodule
