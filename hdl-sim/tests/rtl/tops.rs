//! The tops for boards and their pins.

/// Every port of a top has a pin, and every pin is a port.
#[test]
fn pins_are_ports() {
    let up5k = include_str!("../../rtl/top_up5k.sv");
    let stdp = include_str!("../../rtl/top_up5k_stdp.sv");
    let ecp5 = include_str!("../../rtl/top_ecp5.sv");
    let pcf = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("set_io"));
        let pin = |line: &str| line.split_whitespace().rev().nth(1).unwrap_or_default().to_owned();
        lines.map(pin).collect()
    };
    let lpf = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("LOCATE"));
        lines.map(|line| line.split('"').nth(1).unwrap_or_default().to_owned()).collect()
    };
    for (board, top, mut pins) in [
        ("icebreaker", up5k, pcf(include_str!("../../synth/icebreaker.pcf"))),
        ("icebreaker for stdp", stdp, pcf(include_str!("../../synth/icebreaker.pcf"))),
        ("pico-ice", up5k, pcf(include_str!("../../synth/pico-ice.pcf"))),
        ("ulx3s", ecp5, lpf(include_str!("../../synth/ulx3s.lpf"))),
    ] {
        let head = top.split(");").next().expect("ports come first");
        let ports = head
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("input") || line.starts_with("output"));
        let last = |line: &str| line.trim_end_matches(',').rsplit(' ').next().unwrap_or_default().to_owned();
        let mut ports: Vec<String> = ports.map(last).collect();
        ports.sort();
        pins.sort();
        assert_eq!(pins, ports, "{board}");
    }
}
