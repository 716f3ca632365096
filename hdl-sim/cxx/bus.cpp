// C interface of the registers alone (top_bus) and of the peripheral on SPI (top_spi): pins in, pins out.
#include <cstdint>
#include <memory>

#include "Vbus.h"
#include "Vspi.h"
#include "verilated.h"

#define API extern "C" __attribute__((visibility("default")))

// Pins of top_bus, in the order of `BusIn` and `BusOut` in src/bus.rs; each takes a word.
#define BUS_IN(X)                                                                                                       \
  X(rst_ni) X(bus_i) X(req_valid_i) X(req_we_i) X(req_try_i) X(req_addr_i) X(req_wdata_i) X(sclk_i) X(cs_ni) X(mosi_i)  \
  X(cyc_i) X(stb_i) X(we_i) X(sel_i) X(adr_i) X(dat_i) X(awvalid_i) X(awaddr_i) X(wvalid_i) X(wdata_i) X(wstrb_i)       \
  X(bready_i) X(arvalid_i) X(araddr_i) X(rready_i) X(host_ready_i) X(host_rdata_i) X(host_error_i)                      \
  X(event_ready_i) X(busy_i) X(dirty_i)
#define BUS_OUT(X)                                                                                                      \
  X(rsp_valid_o) X(rsp_error_o) X(rsp_wait_o) X(rsp_rdata_o) X(miso_o) X(dat_o) X(ack_o) X(err_o)                       \
  X(awready_o) X(wready_o) X(bvalid_o) X(bresp_o) X(arready_o) X(rvalid_o) X(rdata_o) X(rresp_o) X(irq_o)               \
  X(core_rst_no) X(host_valid_o) X(host_we_o) X(host_addr_o) X(host_wdata_o) X(begin_o) X(wipe_o) X(event_valid_o)      \
  X(event_group_o) X(event_lanes_o) X(event_magnitudes_o) X(go_o) X(learn_o) X(target_o) X(class_o) X(wrong_o) X(dirty_clear_o)

#define WORD(name) uint32_t name;
struct BusIn {
  BUS_IN(WORD)
};
struct BusOut {
  BUS_OUT(WORD)
};

namespace {

struct Bus {
  VerilatedContext context;
  std::unique_ptr<Vbus> top;
};

struct Spi {
  VerilatedContext context;
  std::unique_ptr<Vspi> top;
  uint64_t cycles = 0;

  void clock(uint64_t count) {
    for (; count != 0; count--) {
      top->clk_i = 1;
      top->eval();
      top->clk_i = 0;
      top->eval();
      cycles++;
    }
  }
};

}  // namespace

API uint32_t hebbit_rtl_bus_bytes() { return sizeof(BusIn) << 16 | sizeof(BusOut); }

API void* hebbit_rtl_bus_new() {
  auto* model = new Bus;
  model->top = std::make_unique<Vbus>(&model->context, "bus");
  return model;
}

API void hebbit_rtl_bus_free(void* handle) {
  auto* model = static_cast<Bus*>(handle);
  // Its scopes are looked up in the thread's context, which may be another model's.
  Verilated::threadContextp(&model->context);
  model->top->final();
  delete model;
}

// Outputs for these inputs before the clock's edge.
API void hebbit_rtl_bus_look(void* handle, const BusIn* in, BusOut* out) {
  auto* top = static_cast<Bus*>(handle)->top.get();
#define PUT(name) top->name = in->name;
  BUS_IN(PUT)
  top->clk_i = 0;
  top->eval();
#define GET(name) out->name = top->name;
  BUS_OUT(GET)
}

// Runs one cycle with these inputs; returns the outputs before its end.
API void hebbit_rtl_bus_cycle(void* handle, const BusIn* in, BusOut* out) {
  hebbit_rtl_bus_look(handle, in, out);
  auto* top = static_cast<Bus*>(handle)->top.get();
  top->clk_i = 1;
  top->eval();
}

API void* hebbit_rtl_spi_new() {
  auto* model = new Spi;
  model->top = std::make_unique<Vspi>(&model->context, "spi");
  model->top->cs_ni = 1;
  model->clock(4);
  model->top->rst_ni = 1;
  model->clock(4);
  model->cycles = 0;
  return model;
}

API void hebbit_rtl_spi_free(void* handle) {
  auto* model = static_cast<Spi*>(handle);
  // Its scopes are looked up in the thread's context, which may be another model's.
  Verilated::threadContextp(&model->context);
  model->top->final();
  delete model;
}

// Pins that are neither clock nor data: select 0 or 1, reset 0 or 1.
API void hebbit_rtl_spi_pins(void* handle, uint32_t selected, uint32_t reset) {
  auto* model = static_cast<Spi*>(handle);
  model->top->cs_ni = !selected;
  model->top->rst_ni = !reset;
}

API void hebbit_rtl_spi_clock(void* handle, uint64_t count) { static_cast<Spi*>(handle)->clock(count); }

// Bytes out and in, with `low` and `high` cycles of the core per half of an SPI clock. The master samples just before the
// rising edge.
API void hebbit_rtl_spi_transfer(void* handle, const uint8_t* out, uint8_t* in, uint32_t count, uint32_t low, uint32_t high) {
  auto* model = static_cast<Spi*>(handle);
  auto* top = model->top.get();
  for (uint32_t i = 0; i < count; i++) {
    uint32_t byte = 0;
    for (int bit = 7; bit >= 0; bit--) {
      top->mosi_i = out[i] >> bit & 1;
      model->clock(low);
      byte = byte << 1 | top->miso_o;
      top->sclk_i = 1;
      model->clock(high);
      top->sclk_i = 0;
    }
    in[i] = byte;
  }
}

// Bit 0: the interrupt, 1: busy, 2: dirty.
API uint32_t hebbit_rtl_spi_lines(void* handle) {
  auto* top = static_cast<Spi*>(handle)->top.get();
  return top->irq_o | top->busy_o << 1 | top->dirty_o << 2;
}

API uint64_t hebbit_rtl_spi_cycles(void* handle) { return static_cast<Spi*>(handle)->cycles; }
