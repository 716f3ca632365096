// spi: a slave in mode 0, most significant bit first, sampled by the core's clock: sclk_i is at most clk_i / 4, cs_ni is low for three
// cycles before the first edge and high for four between transactions. docs/RTL.md, "Interfaces", defines the bytes.
module spi (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        sclk_i,
  input  logic        cs_ni,
  input  logic        mosi_i,
  output logic        miso_o,
  // Flags in every status byte.
  input  logic        busy_i,
  input  logic        irq_i,
  // The internal bus.
  output logic        req_valid_o,
  output logic        req_we_o,
  output logic        req_try_o,
  output logic [18:0] req_addr_o,
  output logic [31:0] req_wdata_o,
  input  logic        rsp_valid_i,
  input  logic        rsp_error_i,
  input  logic        rsp_wait_i,
  input  logic [31:0] rsp_rdata_i
);
  // A command and an address, then words. Each word read follows one dummy byte and one status byte.
  typedef enum logic [1:0] {Header, Turn, Answer, Data} phase_e;

  // There is no word 20000h: a malformed access is sent there, and the bus answers with an error.
  localparam logic [18:0] Nowhere = 19'h20000;

  phase_e phase_q, phase_d;
  logic [2:0] sclk_q, bit_q, bit_d;
  logic [1:0] cs_q, mosi_q, byte_q, byte_d;
  logic [31:0] word_q, word_d, word;
  logic [18:0] addr_q;
  logic read_q, read_d, error_q, error_d, wait_q, wait_d;
  logic rise, byte_end, word_end, good;

  assign rise     = sclk_q[1] && !sclk_q[2] && !cs_q[1];
  assign byte_end = rise && bit_q == 3'd7;
  assign word_end = byte_end && byte_q == 2'd3;
  assign word     = {word_q[30:0], mosi_q[1]};
  assign good     = !error_q && !wait_q;

  assign req_we_o    = !read_q;
  assign req_try_o   = 1'b1;
  assign req_addr_o  = addr_q;
  assign req_wdata_o = {word_q[7:0], word_q[15:8], word_q[23:16], word_q[31:24]};

  // The output pin is driven by a register loaded from the next state, so that it changes with the state and without logic delay.
  logic [7:0] status_d;
  assign status_d = {4'b0101, irq_i, busy_i, wait_d, error_d};
  always_ff @(posedge clk_i) begin
    miso_o <= (phase_d == Data && read_d) ? word_d[31] && !error_d && !wait_d : status_d[~bit_d];
  end

  // Shift register: a word is shifted in and out bit by bit and loaded in parallel. A word still to be written is held.
  logic shifts, loads, writing, begins, steps, sound;

  assign writing = req_valid_o && !read_q;
  assign shifts  = rise && !writing && (phase_q == Header || phase_q == Data);
  assign loads   = rsp_valid_i && phase_q == Turn;
  always_comb begin
    word_d = word_q;
    if (loads) word_d = {rsp_rdata_i[7:0], rsp_rdata_i[15:8], rsp_rdata_i[23:16], rsp_rdata_i[31:24]};
    else if (shifts) word_d = word;
  end

  // The address comes from the header and advances with each answered word.
  assign begins = phase_q == Header && word_end;
  assign steps  = read_q ? phase_q == Data && word_end && !wait_q : rsp_valid_i;
  assign sound  = word[31:25] == 7'd1 && word[23:21] == 3'd0 && word[1:0] == 2'd0;
  always_ff @(posedge clk_i) begin
    if (begins || steps) addr_q <= begins ? (sound ? word[20:2] : Nowhere) : addr_q + 19'd1;
  end

  // A read is requested with the first bit of the dummy byte, a write when its word is complete. After a write that was not accepted,
  // later words of the transaction are not written.
  logic asks;
  assign asks = (phase_q == Turn) ? rise && bit_q == 3'd0 : phase_q == Data && word_end && !read_q && good;

  always_comb begin
    bit_d   = bit_q + 3'(rise);
    byte_d  = byte_q;
    read_d  = begins ? word[24] : read_q;
    phase_d = phase_q;
    error_d = error_q;
    wait_d  = wait_q;
    if (byte_end) byte_d = (phase_q == Answer) ? 2'd0 : byte_q + 2'd1;
    unique case (phase_q)
      Header: if (word_end) phase_d = word[24] ? Turn : Data;
      Turn: if (byte_end) phase_d = Answer;
      Answer: if (byte_end) phase_d = Data;
      default: if (word_end && read_q) phase_d = Turn;
    endcase

    // Result: for reads word by word, for writes accumulated until the end.
    if (rsp_valid_i && (phase_q == Turn || !read_q)) begin
      error_d = rsp_error_i;
      wait_d  = rsp_wait_i;
    end else if (phase_q == Data && word_end && read_q) begin
      error_d = 1'b0;
      wait_d  = req_valid_o;
    end else if ((byte_end && phase_q == Turn && req_valid_o) || (rise && writing)) begin
      wait_d = 1'b1;
    end

    if (cs_q[1]) begin
      phase_d = Header;
      bit_d   = 3'd0;
      byte_d  = 2'd0;
      error_d = 1'b0;
      wait_d  = 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    sclk_q <= {sclk_q[1:0], sclk_i};
    cs_q   <= {cs_q[0], cs_ni};
    mosi_q <= {mosi_q[0], mosi_i};
    phase_q <= phase_d;
    {bit_q, byte_q, word_q} <= {bit_d, byte_d, word_d};
    {read_q, error_q, wait_q} <= {read_d, error_d, wait_d};
    if (asks && !req_valid_o) req_valid_o <= 1'b1;
    else if (rsp_valid_i) req_valid_o <= 1'b0;
    if (!rst_ni) begin
      cs_q        <= 2'b11;
      req_valid_o <= 1'b0;
    end
  end
endmodule
