//! The application on a mocked bus and a mocked pin: every transaction is that of the sensor's data sheet.

use embedded_hal::i2c::ErrorKind;
use embedded_hal_mock::eh1::delay::NoopDelay;
use embedded_hal_mock::eh1::i2c::{Mock, Transaction};
use hebbit_motion::{READINGS, Sensor, SensorError, features};

const AT: u8 = 0x68;

fn start() -> Vec<Transaction> {
    vec![
        Transaction::write_read(AT, vec![0x00], vec![0xD1]),
        // Command register: accelerometer to normal mode; range register: 4 g.
        Transaction::write(AT, vec![0x7E, 0x11]),
        Transaction::write(AT, vec![0x41, 0x05]),
    ]
}

#[test]
fn a_window_is_read_from_the_accelerometer() {
    let mut expected = start();
    for at in 0..READINGS as u8 {
        // x falls by 256, y is -2, z rises by 1: low byte first.
        expected.push(Transaction::write_read(
            AT,
            vec![0x12],
            vec![0, 0u8.wrapping_sub(at), 0xFE, 0xFF, at, 0],
        ));
    }
    let mut sensor = Sensor::start(Mock::new(&expected), NoopDelay::new()).expect("a BMI160");
    let window = sensor.window().expect("readings");
    assert_eq!(window[1], [-256, -2, 1]);
    // For each axis the mean, rounded towards zero, the mean change, the range.
    assert_eq!(features(&window), [-3968, 256, 7936, -2, 0, 0, 15, 1, 31]);
    sensor.stop().done();
}

#[test]
fn another_chip_is_named() {
    let other = [Transaction::write_read(AT, vec![0x00], vec![0x71])];
    let bus = Mock::new(&other);
    let error = Sensor::start(bus.clone(), NoopDelay::new()).err().expect("no BMI160");
    assert_eq!(error, SensorError::Other { chip: 0x71 });
    assert!(error.to_string().contains("71h"), "{error}");
    bus.clone().done();
}

#[test]
fn a_loose_wire_is_said() {
    let mut expected = start();
    let lost = ErrorKind::NoAcknowledge(embedded_hal::i2c::NoAcknowledgeSource::Address);
    expected.push(Transaction::write_read(AT, vec![0x12], vec![0; 6]).with_error(lost));
    let mut sensor = Sensor::start(Mock::new(&expected), NoopDelay::new()).expect("a BMI160");
    let error = sensor.window().expect_err("no readings");
    assert_eq!(error, SensorError::Bus(lost));
    assert!(error.to_string().contains("bus"), "{error}");
    sensor.stop().done();
}
