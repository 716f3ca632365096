// C interface of the simulated core: plain integers in and out, one context per model; the loops over cycles are here.
#include <cstdint>
#include <ctime>
#include <memory>

#include "Vcore.h"
#include "Vcore___024root.h"
#include "Vverbs.h"
#include "verilated.h"
#ifdef HEBBIT_TRACE
#include "verilated_fst_c.h"
#endif

#define API extern "C" __attribute__((visibility("default")))
#define WEIGHTS(bank) root->top_sim__DOT__u_core__DOT__g_bank__BRA__##bank##__KET____DOT__u_weight__DOT__mem_q
// Words of up to 64 bits are one piece.
#define MEM(name) root->top_sim__DOT__u_core__DOT__##name##__DOT__g_piece__BRA__0__KET____DOT__mem_q

double sc_time_stamp() { return 0; }

namespace {

// Processor time of this thread.
uint64_t nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return uint64_t{1000000000} * static_cast<uint64_t>(now.tv_sec) + static_cast<uint64_t>(now.tv_nsec);
}

struct Model {
  VerilatedContext context;
  std::unique_ptr<Vcore> top;
  uint64_t cycles = 0;
  uint64_t words = 0;
  // Cycles and processor time of samples that ran as a whole.
  uint64_t timed_cycles = 0;
  uint64_t timed_nanoseconds = 0;
#ifdef HEBBIT_TRACE
  std::unique_ptr<VerilatedFstC> trace;
#endif

  // A phase has ended and has not been reported yet.
  bool ended = false;

#ifdef HEBBIT_TRACE
  void half(uint8_t clock) {
    top->clk_i = clock;
    top->eval();
    if (trace) trace->dump(2 * cycles + (clock ? 0 : 1));
  }
#endif

  // The inputs have changed.
  void set() {
    top->set_i = !top->set_i;
    top->eval();
  }

  // Every edge of the clock is a cycle; a waveform shows both levels.
  void cycle() {
#ifdef HEBBIT_TRACE
    half(1);
    half(0);
#else
    top->clk_i = !top->clk_i;
    top->eval();
#endif
    cycles++;
    words += top->word_valid_o;
    ended = top->phase_valid_o;
  }
};

// Lane `lane` of a packed word.
template <typename Word>
uint32_t lane_of(Word word, uint32_t lane, uint32_t width) {
  return static_cast<uint32_t>((static_cast<uint64_t>(word) >> (lane * width)) & ((uint64_t{1} << width) - 1));
}

template <typename Word>
void set_lane(Word& word, uint32_t lane, uint32_t width, uint32_t value) {
  const uint64_t mask = ((uint64_t{1} << width) - 1) << (lane * width);
  word = static_cast<Word>((static_cast<uint64_t>(word) & ~mask) | ((static_cast<uint64_t>(value) << (lane * width)) & mask));
}

// Calls a function with (array, lanes of a word, width of a lane) of a memory.
template <typename F>
uint32_t with_memory(Model* model, uint32_t memory, F f) {
  auto* root = model->top->rootp;
  switch (memory) {
    case 0: return f(MEM(u_membrane), NEURON_LANES, 16u);
#if REFRACTORY_WIDTH
    case 1: return f(MEM(g_left__DOT__u_left), NEURON_LANES, 16u);
#endif
    case 2: return f(MEM(u_sum), NEURON_LANES, SUM_WIDTH);
    case 3: return f(MEM(u_apical), NEURON_LANES, 16u);
    case 4: return f(MEM(u_post), 4u, 16u);
    case 5: return f(MEM(u_event), 4u, 1u);
    case 6: return f(MEM(u_line), 4u, 8u);
    default: return 0;
  }
}

template <typename T, std::size_t N>
constexpr uint32_t depth(const VlUnpacked<T, N>&) {
  return N;
}

}  // namespace

struct Status {
  uint32_t busy, phase, layer, dirty;
  uint32_t samples, steps, presented, fall, spikes, ticks;
  uint64_t cycles, words, timed_cycles, timed_nanoseconds;
};

API uint32_t hebbit_rtl_status_bytes() { return sizeof(Status); }

// Index of the build.
API uint32_t hebbit_rtl_build() { return BUILD; }

API void* hebbit_rtl_new() {
  auto* model = new Model;
#ifdef HEBBIT_TRACE
  model->context.traceEverOn(true);
#endif
  model->top = std::make_unique<Vcore>(&model->context, "core");
  model->top->rst_ni = 0;
  model->set();
  for (int i = 0; i < 4; i++) model->cycle();
  model->top->rst_ni = 1;
  model->set();
  model->cycle();
  model->cycles = 0;
  return model;
}

API void hebbit_rtl_free(void* handle) {
  auto* model = static_cast<Model*>(handle);
#ifdef HEBBIT_TRACE
  if (model->trace) model->trace->close();
#endif
  // Its scopes are looked up in the thread's context, which may be another model's.
  Verilated::threadContextp(&model->context);
  model->top->final();
  delete model;
}

// Starts a waveform. Returns 0, 1 if this library has no waveforms, 2 if the file cannot be written.
API uint32_t hebbit_rtl_trace(void* handle, const char* path) {
#ifdef HEBBIT_TRACE
  auto* model = static_cast<Model*>(handle);
  model->trace = std::make_unique<VerilatedFstC>();
  model->top->trace(model->trace.get(), 99);
  model->trace->open(path);
  return model->trace->isOpen() ? 0 : 2;
#else
  (void)handle;
  (void)path;
  return 1;
#endif
}

// Reset for a few cycles.
API void hebbit_rtl_reset(void* handle) {
  auto* model = static_cast<Model*>(handle);
  model->top->rst_ni = 0;
  model->set();
  for (int i = 0; i < 4; i++) model->cycle();
  model->top->rst_ni = 1;
  model->set();
  model->cycle();
}

namespace {

// A request on the host's port, until it is ready: 0, or 1 if it is an error, 2 if it was not ready within `max_cycles`. `data` is the word
// to write, or receives the word read.
uint32_t request(Model* model, uint32_t write, uint32_t address, uint32_t& data, uint64_t& max_cycles) {
  auto* top = model->top.get();
  top->host_valid_i = 1;
  top->host_we_i = write;
  top->host_addr_i = address;
  top->host_wdata_i = data;
  model->set();
  while (!top->host_ready_o && max_cycles != 0) {
    max_cycles--;
    model->cycle();
  }
  const uint32_t failed = top->host_ready_o ? top->host_error_o : 2;
  if (!write && top->host_ready_o) data = top->host_rdata_o;
  if (top->host_ready_o) model->cycle();
  top->host_valid_i = 0;
  model->set();
  return failed;
}

}  // namespace

// Accesses words on the host's port from `address` on. Returns 0, 1 if one is an error, 2 if one is not accepted within `max_cycles`.
API uint32_t hebbit_rtl_write(void* handle, uint32_t address, uint32_t count, const uint32_t* in, uint64_t max_cycles) {
  auto* model = static_cast<Model*>(handle);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t word = in[i];
    if (const uint32_t failed = request(model, 1, address + i, word, max_cycles)) return failed;
  }
  return 0;
}

API uint32_t hebbit_rtl_read(void* handle, uint32_t address, uint32_t count, uint32_t* out, uint64_t max_cycles) {
  auto* model = static_cast<Model*>(handle);
  for (uint32_t i = 0; i < count; i++) {
    if (const uint32_t failed = request(model, 0, address + i, out[i], max_cycles)) return failed;
  }
  return 0;
}

API void hebbit_rtl_clear_dirty(void* handle) {
  auto* model = static_cast<Model*>(handle);
  model->top->dirty_clear_i = 1;
  model->set();
  model->cycle();
  model->top->dirty_clear_i = 0;
  model->set();
}

// Begins a sample: the magnitudes of all lines, the bias line's place included, in groups of four; with `wipe` those that are all 0 are left out.
// Returns 0, or 1 if they are not accepted within `max_cycles`.
API uint32_t hebbit_rtl_begin(void* handle, const uint8_t* magnitudes, uint32_t groups, uint32_t wipe, uint32_t learn,
                              uint32_t target, uint32_t wanted, uint32_t wrong, uint64_t max_cycles) {
  auto* model = static_cast<Model*>(handle);
  auto* top = model->top.get();
  top->begin_i = 1;
  top->wipe_i = wipe;
  model->set();
  model->cycle();
  top->begin_i = 0;
  model->set();
  const auto ready = [&] {
    while (!top->event_ready_o) {
      if (max_cycles-- == 0) return false;
      model->cycle();
    }
    return true;
  };
  if (!ready()) return 1;
  for (uint32_t i = 0; i < groups; i++) {
    const uint8_t* four = magnitudes + 4 * i;
    const uint32_t word = four[0] | four[1] << 8 | four[2] << 16 | uint32_t{four[3]} << 24;
    if (wipe && word == 0) continue;
    top->event_valid_i = 1;
    top->event_group_i = i;
    top->event_lanes_i = 15;
    top->event_magnitudes_i = word;
    model->set();
    model->cycle();
  }
  top->event_valid_i = 0;
  top->go_i = 1;
  top->learn_i = learn;
  top->target_i = target;
  top->class_i = wanted;
  top->wrong_i = wrong;
  model->set();
  model->cycle();
  top->go_i = 0;
  model->set();
  return 0;
}

// Runs to the end of a phase (1) or of the sample (0), or stops after `max_cycles` (2).
API uint32_t hebbit_rtl_phase(void* handle, uint64_t max_cycles) {
  auto* model = static_cast<Model*>(handle);
  while (max_cycles-- != 0) {
    if (model->ended) {
      model->ended = false;
      return 1;
    }
    if (!model->top->busy_o) return 0;
    model->cycle();
  }
  return 2;
}

// Runs to the end of the sample (0), or stops after `max_cycles` (2).
API uint32_t hebbit_rtl_run(void* handle, uint64_t max_cycles) {
  auto* model = static_cast<Model*>(handle);
  const uint64_t first = model->cycles;
  const uint64_t begun = nanoseconds();
  while (model->top->busy_o && max_cycles-- != 0) model->cycle();
  model->timed_cycles += model->cycles - first;
  model->timed_nanoseconds += nanoseconds() - begun;
  return model->top->busy_o ? 2 : 0;
}

API void hebbit_rtl_status(void* handle, Status* status) {
  auto* model = static_cast<Model*>(handle);
  auto* top = model->top.get();
  auto* root = top->rootp;
  const auto& table = MEM(u_table);
  *status = Status{top->busy_o, top->phase_o, top->layer_o, top->dirty_o, table[0], table[1], table[2], table[3],
                   table[5], table[6], model->cycles, model->words, model->timed_cycles, model->timed_nanoseconds};
}

// Words of a memory, lane by lane; 0 beyond its end.
API void hebbit_rtl_peek(void* handle, uint32_t memory, uint32_t first, uint32_t count, uint32_t* out) {
  with_memory(static_cast<Model*>(handle), memory, [&](auto& mem, uint32_t lanes, uint32_t width) {
    for (uint32_t i = 0; i < count && (first + i) / lanes < depth(mem); i++) {
      out[i] = lane_of(mem[(first + i) / lanes], (first + i) % lanes, width);
    }
    return 0u;
  });
}

API void hebbit_rtl_poke(void* handle, uint32_t memory, uint32_t first, uint32_t count, const uint32_t* in) {
  with_memory(static_cast<Model*>(handle), memory, [&](auto& mem, uint32_t lanes, uint32_t width) {
    for (uint32_t i = 0; i < count && (first + i) / lanes < depth(mem); i++) {
      set_lane(mem[(first + i) / lanes], (first + i) % lanes, width, in[i]);
    }
    return 0u;
  });
}

// Words of weights: address bit 0 is the bank.
API void hebbit_rtl_peek_weights(void* handle, uint32_t first, uint32_t count, uint32_t* out) {
  auto* root = static_cast<Model*>(handle)->top->rootp;
  auto& even = WEIGHTS(0);
  auto& odd = WEIGHTS(1);
  // A word of four weights has one part of 32 bits, or two.
  const uint32_t pieces = sizeof(even[0]) / 4;
  for (uint32_t i = 0; i < count && (first + i) / pieces < 2 * depth(even); i++) {
    const uint32_t four = (first + i) / pieces;
    const uint64_t word = (four & 1 ? odd : even)[four / 2];
    out[i] = static_cast<uint32_t>(word >> (32 * ((first + i) % pieces)));
  }
}

// Applies one verb `count` times: five operands in, two results out.
API void hebbit_rtl_verbs(uint32_t verb, uint32_t count, const uint32_t* in, uint32_t* out) {
  VerilatedContext context;
  Vverbs top{&context, "verbs"};
  top.verb_i = verb;
  for (uint32_t i = 0; i < count; i++) {
    top.a_i = in[5 * i];
    top.b_i = in[5 * i + 1];
    top.c_i = in[5 * i + 2];
    top.d_i = in[5 * i + 3];
    top.e_i = in[5 * i + 4] & 0xffff;
    top.eval();
    out[2 * i] = top.y_o;
    out[2 * i + 1] = top.z_o;
  }
}
