// fifo: first in, first out. A word can be read in the second cycle after it was written.
module fifo #(
  parameter int AddrWidth = 8,
  parameter int Width = 32
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               put_valid_i,
  output logic               put_ready_o,
  input  logic [Width-1:0]   put_i,
  output logic               take_valid_o,
  input  logic               take_ready_i,
  output logic [Width-1:0]   take_o,
  output logic [AddrWidth:0] level_o
);
  logic [AddrWidth-1:0] head_q, head_d, tail_q;
  logic put, take, last;

  assign put_ready_o = !level_o[AddrWidth];
  assign put         = put_valid_i && put_ready_o;
  assign take        = take_valid_o && take_ready_i;
  assign head_d      = head_q + {{(AddrWidth-1){1'b0}}, take};
  assign last        = level_o == {{AddrWidth{1'b0}}, take};

  ram_2p #(.AddrWidth(AddrWidth), .Lanes(1), .LaneWidth(Width)) u_ram (
    .clk_i, .raddr_i(head_d), .rdata_o(take_o), .we_i(put), .waddr_i(tail_q), .wdata_i(put_i));

  always_ff @(posedge clk_i) begin
    head_q <= head_d;
    if (put) tail_q <= tail_q + 1'b1;
    if (put != take) level_o <= level_o + {{AddrWidth{take}}, 1'b1};
    // The RAM returns a defined word only if it was written in an earlier cycle.
    take_valid_o <= !last;
    if (!rst_ni) begin
      head_q       <= '0;
      tail_q       <= '0;
      level_o      <= '0;
      take_valid_o <= 1'b0;
    end
  end

`ifdef FORMAL
  // For any `watched`: the word written as number `watched` is the word read as number `watched`. The level is the number of words written
  // and not read; it never exceeds the depth, and an empty FIFO is never read.
  (* anyconst *) logic [7:0] watched;
  logic [7:0] puts, takes;
  logic [Width-1:0] value;
  logic started = 1'b0;

  always_ff @(posedge clk_i) begin
    started <= 1'b1;
    if (!started) assume (!rst_ni);
    if (put) puts <= puts + 8'd1;
    if (take) takes <= takes + 8'd1;
    if (put && puts == watched) value <= put_i;
    if (!rst_ni) begin
      puts  <= 8'd0;
      takes <= 8'd0;
    end
    if (started) begin
      assert (level_o <= (AddrWidth+1)'(2 ** AddrWidth));
      assert ((AddrWidth+1)'(puts - takes) == level_o);
      assert (!take_valid_o || level_o != '0);
      // A word that is not read is held.
      if (rst_ni && $past(rst_ni) && $past(take_valid_o && !take_ready_i)) begin
        assert (take_valid_o && $stable(take_o));
      end
      if (take && takes == watched && rst_ni) assert (take_o == value);
      cover (rst_ni && !put_ready_o && takes == 8'd2);
    end
  end
`endif
endmodule
