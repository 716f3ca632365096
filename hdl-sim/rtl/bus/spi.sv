// spi: a slave in mode 0, most significant bit first, sampled by the core's clock: sclk_i at most clk_i / 4, cs_ni low three cycles
// before the first edge and high for four. docs/RTL.md, "Interfaces", has the bytes.
module spi (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        sclk_i,
  input  logic        cs_ni,
  input  logic        mosi_i,
  output logic        miso_o,
  // Shown in every status byte.
  input  logic        busy_i,
  input  logic        irq_i,
  // The bus.
  output logic        req_valid_o,
  input  logic        req_ready_i,
  output logic        req_we_o,
  output logic        req_try_o,
  output logic [18:0] req_addr_o,
  output logic [31:0] req_wdata_o,
  input  logic        rsp_valid_i,
  input  logic        rsp_error_i,
  input  logic        rsp_wait_i,
  input  logic [31:0] rsp_rdata_i
);
  // A command and an address; then words, before each that is read a byte to wait and one that says whether it is there.
  typedef enum logic [1:0] {Header, Turn, Answer, Data} phase_e;

  // Word 20000h is none: what is asked for wrongly is answered with an error there.
  localparam logic [18:0] Nowhere = 19'h20000;

  phase_e phase_q;
  logic [2:0] sclk_q, bit_q;
  logic [1:0] cs_q, mosi_q, byte_q;
  logic [31:0] word_q, word;
  logic [18:0] addr_q;
  logic read_q, same_q, open_q, error_q, wait_q;
  logic rise, byte_end, word_end, good;

  assign rise     = sclk_q[1] && !sclk_q[2] && !cs_q[1];
  assign byte_end = rise && bit_q == 3'd7;
  assign word_end = byte_end && byte_q == 2'd3;
  assign word     = {word_q[30:0], mosi_q[1]};
  assign good     = !error_q && !wait_q;

  // open_q: a request has not been answered yet; req_valid_o: nor taken.
  assign req_we_o    = !read_q;
  assign req_try_o   = 1'b1;
  assign req_addr_o  = addr_q;
  assign req_wdata_o = {word_q[7:0], word_q[15:8], word_q[23:16], word_q[31:24]};

  logic [7:0] status;
  assign status = {4'b0101, irq_i, busy_i, wait_q, error_q};
  assign miso_o = (phase_q == Data && read_q) ? word_q[31] && good : status[~bit_q];

  always_ff @(posedge clk_i) begin
    sclk_q <= {sclk_q[1:0], sclk_i};
    cs_q   <= {cs_q[0], cs_ni};
    mosi_q <= {mosi_q[0], mosi_i};

    if (req_valid_o && req_ready_i) req_valid_o <= 1'b0;
    if (open_q && rsp_valid_i) begin
      open_q <= 1'b0;
      if (!read_q || phase_q == Turn) begin
        error_q <= rsp_error_i;
        wait_q  <= rsp_wait_i;
      end
      if (read_q && phase_q == Turn) begin
        word_q <= {rsp_rdata_i[7:0], rsp_rdata_i[15:8], rsp_rdata_i[23:16], rsp_rdata_i[31:24]};
      end
      if (!read_q && !same_q) addr_q <= addr_q + 19'd1;
    end

    if (rise) begin
      bit_q <= bit_q + 3'd1;
      // A word that is still to be written stays: then what comes in is lost, and so it is said.
      if (open_q && !read_q) wait_q <= 1'b1;
      else if (phase_q == Header || phase_q == Data) word_q <= word;
      if (byte_end) byte_q <= byte_q + 2'd1;
      unique case (phase_q)
        Header: if (word_end) begin
          read_q  <= word[24];
          same_q  <= word[26];
          addr_q  <= (word[31:27] == 5'd0 && word[25] && word[23:21] == 3'd0 && word[1:0] == 2'd0) ? word[20:2] : Nowhere;
          phase_q <= word[24] ? Turn : Data;
          if (word[24] && !open_q) begin
            req_valid_o <= 1'b1;
            open_q      <= 1'b1;
          end
        end
        Turn: if (byte_end) begin
          phase_q <= Answer;
          if (open_q && !rsp_valid_i) wait_q <= 1'b1;
        end
        Answer: if (byte_end) begin
          phase_q <= Data;
          byte_q  <= 2'd0;
        end
        default: if (word_end) begin
          if (read_q) begin
            phase_q <= Turn;
            error_q <= 1'b0;
            wait_q  <= 1'b0;
            if (!same_q && !wait_q) addr_q <= addr_q + 19'd1;
          end
          // After a word that was not taken none is written.
          if (!open_q && (read_q || good)) begin
            req_valid_o <= 1'b1;
            open_q      <= 1'b1;
          end
        end
      endcase
    end

    if (cs_q[1]) begin
      phase_q <= Header;
      bit_q   <= 3'd0;
      byte_q  <= 2'd0;
      error_q <= 1'b0;
      wait_q  <= 1'b0;
    end
    if (!rst_ni) begin
      cs_q        <= 2'b11;
      req_valid_o <= 1'b0;
      open_q      <= 1'b0;
    end
  end
endmodule
