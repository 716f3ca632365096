// The verbs of docs/NUMBERS.md, section 2, 5 and 6: twins of core-nostd/src/num/verbs.rs and dither.rs, same names.
package hebbit_num_pkg;

  // `x` within -32768..=32767.
  function automatic logic signed [15:0] saturate(input logic signed [31:0] x);
    // It fits if all bits above bit 14 equal the sign.
    if (x[31:15] == 17'd0 || x[31:15] == 17'h1_ffff) saturate = x[15:0];
    else saturate = {x[31], {15{!x[31]}}};
  endfunction

  // `x` within 0..=65535.
  function automatic logic [15:0] saturate_unsigned(input logic signed [31:0] x);
    if (x < 32'sd0) saturate_unsigned = 16'h0000;
    else if (x > 32'sd65535) saturate_unsigned = 16'hffff;
    else saturate_unsigned = x[15:0];
  endfunction

  // Moves a binary point: to the left if `shift` is positive, floor to the right if it is not, -19..=12. One shifter: as far to the
  // left as it can be, then back.
  function automatic logic signed [31:0] align(input logic signed [35:0] x, input logic signed [5:0] shift);
    // The result fits 32 bits: the host checks the plan.
    /* verilator lint_off UNUSEDSIGNAL */
    logic signed [47:0] far;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [4:0] back;
    far   = {x, 12'd0};
    back  = 5'(6'sd12 - shift);
    far   = far >>> back;
    align = far[31:0];
  endfunction

  // The product that leak and fold_rate share, so that both use one hardware multiplier.
  function automatic logic signed [31:0] scaled(input logic signed [15:0] x, input logic [15:0] fraction);
    // The product of these two fits 32 bits.
    /* verilator lint_off UNUSEDSIGNAL */
    logic signed [32:0] product;
    /* verilator lint_on UNUSEDSIGNAL */
    product = x * $signed({1'b0, fraction});
    scaled = product[31:0];
  endfunction

  // `v - floor(v * leak / 2^16)`: one tick of leak. The product is scaled(v, leak).
  function automatic logic signed [15:0] leaked(input logic signed [15:0] v, input logic [15:0] lost);
    leaked = v - $signed(lost);
  endfunction

  function automatic logic signed [15:0] leak(input logic signed [15:0] v, input logic [15:0] fraction);
    /* verilator lint_off UNUSEDSIGNAL */
    logic signed [31:0] product;
    /* verilator lint_on UNUSEDSIGNAL */
    product = scaled(v, fraction);
    leak = leaked(v, product[31:16]);
  endfunction

  // Folds a learning rate `2^rate` into a `post` factor: exact to the left, dithered floor to the right, saturated. It is a product with
  // a power of two. To the right: floor((f + floor(d / 2^(16-k))) / 2^k) = floor((f * 2^(16-k) + d) / 2^16).
  function automatic logic [4:0] fold_up(input logic signed [7:0] rate);
    if (rate > 8'sd15) fold_up = 5'd31;
    else if (rate < -8'sd16) fold_up = 5'd0;
    else fold_up = {!rate[4], rate[3:0]};
  endfunction

  function automatic logic signed [15:0] folded(input logic signed [31:0] product, input logic left,
                                                input logic [15:0] dither);
    /* verilator lint_off UNUSEDSIGNAL */
    logic signed [31:0] sum;
    /* verilator lint_on UNUSEDSIGNAL */
    sum = product + $signed({16'd0, dither});
    folded = left ? saturate(product) : sum[31:16];
  endfunction

  function automatic logic signed [15:0] fold_rate(input logic signed [15:0] factor, input logic signed [7:0] rate,
                                                   input logic [15:0] dither);
    logic [4:0] up;
    up = fold_up(rate);
    fold_rate = folded(scaled(factor, 16'd1 << up[3:0]), up[4], dither);
  endfunction

  // `x` within `low..=high`, for a weight and its greatest change: -256..=255.
  function automatic logic signed [7:0] clamp(input logic signed [9:0] x, input logic signed [7:0] low,
                                              input logic signed [7:0] high);
    if (x < 10'(low)) clamp = low;
    else if (x > 10'(high)) clamp = high;
    else clamp = x[7:0];
  endfunction

  // The same for 16-bit weights.
  function automatic logic signed [15:0] clamp_wide(input logic signed [17:0] x, input logic signed [15:0] low,
                                                    input logic signed [15:0] high);
    if (x < 18'(low)) clamp_wide = low;
    else if (x > 18'(high)) clamp_wide = high;
    else clamp_wide = x[15:0];
  endfunction

  // 2^16 times a weight plus its dither: the term that the update sum is added to.
  function automatic logic signed [31:0] dithered(input logic signed [7:0] w, input logic [15:0] dither);
    dithered = {{8{w[7]}}, w, dither};
  endfunction

  // The update of an 8-bit weight: `floor((sum + dither) / 2^16)` is added to `w`, then it is clamped.
  function automatic logic signed [7:0] updated(input logic signed [7:0] w, input logic signed [31:0] sum,
                                                input logic [15:0] dither, input logic signed [7:0] low,
                                                input logic signed [7:0] high);
    /* verilator lint_off UNUSEDSIGNAL */
    logic signed [31:0] next;
    /* verilator lint_on UNUSEDSIGNAL */
    next = dithered(w, dither) + sum;
    updated = clamp(next[25:16], low, high);
  endfunction

  // One round of `mix`: x in the high half of the result, y in the low one.
  function automatic logic [63:0] mix_round(input logic [31:0] x, input logic [31:0] y, input logic [31:0] k);
    logic [31:0] next;
    next = ({x[7:0], x[31:8]} + y) ^ k;
    mix_round = {next, {y[28:0], y[31:29]} ^ next};
  endfunction

  // Dither of a column: `B + column * A`, modulo 2^16.
  function automatic logic [15:0] dither_at(input logic [15:0] b, input logic [15:0] a, input logic [15:0] column);
    dither_at = b + a * column;
  endfunction

  // Lane `j` of four: `j * step`, without a multiplier.
  function automatic logic [15:0] lane_step(input logic [1:0] j, input logic [15:0] step);
    lane_step = (j[0] ? step : 16'd0) + (j[1] ? step << 1 : 16'd0);
  endfunction

  // `v - floor(v * leak / 2^16)` for an unsigned word.
  function automatic logic [15:0] leak_unsigned(input logic [15:0] v, input logic [15:0] fraction);
    // Only the upper half, the quotient, is used.
    /* verilator lint_off UNUSEDSIGNAL */
    logic [31:0] product;
    /* verilator lint_on UNUSEDSIGNAL */
    product = v * fraction;
    leak_unsigned = v - product[31:16];
  endfunction

  // `x + y`, at most 65535.
  function automatic logic [15:0] add_unsigned(input logic [15:0] x, input logic [15:0] y);
    logic [16:0] sum;
    sum = {1'b0, x} + {1'b0, y};
    add_unsigned = sum[16] ? 16'hffff : sum[15:0];
  endfunction

  // The increment of a trace or a threshold: `bump` at a spike, else 0.
  function automatic logic [15:0] if_spike(input logic spike, input logic [15:0] bump);
    if_spike = spike ? bump : 16'd0;
  endfunction

  // A decayed trace plus `bump` for each unit of the event (0..=255), saturated.
  function automatic logic [15:0] bumped(input logic [15:0] left, input logic [15:0] bump, input logic [7:0] magnitude);
    logic [23:0] risen;
    logic [24:0] sum;
    risen = bump * magnitude;
    sum = {9'd0, left} + {1'b0, risen};
    bumped = (sum[24:16] == 9'd0) ? sum[15:0] : 16'hffff;
  endfunction

  // A trace in whole units, 0..=255.
  function automatic logic [7:0] units(input logic [15:0] z);
    units = 8'(z >> hebbit_pkg::TraceFraction);
  endfunction

  // How far a membrane is above an adaptive threshold; exact.
  function automatic logic signed [17:0] excess(input logic signed [15:0] v, input logic signed [15:0] threshold,
                                                input logic [15:0] rise);
    excess = 18'(v) - 18'(threshold) - $signed({2'b00, rise});
  endfunction

  // The sum over terms of an update, forgetting included. No rule of the RTL has a negative `pre`.
  function automatic logic signed [31:0] update_sum(input logic [7:0] pre0, input logic [7:0] pre1,
                                                    input logic signed [15:0] post0, input logic signed [15:0] post1,
                                                    input logic signed [7:0] w, input logic forget,
                                                    input logic [4:0] forget_shift);
    logic signed [24:0] product0;
    logic signed [24:0] product1;
    logic signed [31:0] forgotten;
    product0  = $signed({1'b0, pre0}) * post0;
    product1  = $signed({1'b0, pre1}) * post1;
    forgotten = forget ? 32'(w) <<< forget_shift : 32'sd0;
    update_sum = 32'(product0) + 32'(product1) - forgotten;
  endfunction

  // A keyed feedback weight from the high byte of its dither: an odd number from -255 to 255.
  function automatic logic signed [8:0] keyed_weight(input logic [7:0] draw);
    keyed_weight = {!draw[7], draw[6:0], 1'b1};
  endfunction

  // `floor(a * b / 2^8)` for a signed and an unsigned word, saturated.
  function automatic logic signed [15:0] modulate(input logic signed [15:0] a, input logic [15:0] b);
    logic signed [32:0] product;
    product  = a * $signed({1'b0, b});
    modulate = saturate(32'(product >>> 8));
  endfunction

  // `mean + floor((x - mean) / 2^5)`: the running mean of the reward.
  function automatic logic signed [15:0] approach(input logic signed [15:0] mean, input logic signed [15:0] x);
    // A difference below one step of 2^-5 leaves the mean unchanged.
    /* verilator lint_off UNUSEDSIGNAL */
    logic signed [16:0] far;
    /* verilator lint_on UNUSEDSIGNAL */
    logic signed [11:0] step;
    far      = 17'(x) - 17'(mean);
    step     = far[16:5];
    approach = mean + 16'(step);
  endfunction

  // `mix` in one cycle, for simulation and for logic with slack. x is in the high half.
  function automatic logic [63:0] mix(input logic [31:0] x, input logic [31:0] y, input logic [31:0] k0,
                                      input logic [31:0] k1);
    mix = {x, y};
    for (int i = 0; i < 8; i++) mix = mix_round(mix[63:32], mix[31:0], ((i % 2 == 0) ? k0 : k1) ^ i);
  endfunction

endpackage
