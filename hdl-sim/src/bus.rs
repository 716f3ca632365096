//! Pins of the registers and their buses (`rtl/top_bus.sv`), a word each, named as they are there.

macro_rules! pins {
    ($(#[$doc:meta])* $name:ident: $($pin:ident)*) => {
        $(#[$doc])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub struct $name {
            $(pub $pin: u32,)*
        }
    };
}

pins! {
    /// Inputs.
    BusIn:
        rst_ni bus_i req_valid_i req_we_i req_try_i req_addr_i req_wdata_i sclk_i cs_ni mosi_i cyc_i stb_i
        we_i sel_i adr_i dat_i awvalid_i awaddr_i wvalid_i wdata_i wstrb_i bready_i arvalid_i araddr_i
        rready_i host_ready_i host_rdata_i host_error_i event_ready_i busy_i dirty_i
}

pins! {
    /// Outputs.
    BusOut:
        rsp_valid_o rsp_error_o rsp_wait_o rsp_rdata_o miso_o dat_o ack_o err_o awready_o wready_o
        bvalid_o bresp_o arready_o rvalid_o rdata_o rresp_o irq_o core_rst_no host_valid_o host_we_o
        host_addr_o host_wdata_o begin_o wipe_o event_valid_o event_group_o event_lanes_o event_magnitudes_o
        go_o learn_o target_o class_o wrong_o dirty_clear_o
}
