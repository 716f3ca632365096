//! What the converter of a vibration sensor has read: amplitudes of eight bands, with their signs. They stand for the sensor itself.

/// Values of a sample.
pub(crate) const BANDS: usize = 8;

/// Samples: two of a machine at rest, two of one that runs, two of one whose bearing is worn.
pub(crate) const READINGS: [[i16; BANDS]; 6] = [
    [12, -35, 20, 4, -18, 9, 0, -7],
    [-28, 14, -9, 31, 22, -16, 5, 11],
    [1310, -905, 280, -60, 45, -110, 38, 12],
    [1120, -1015, 395, 20, -75, -40, -15, 66],
    [980, -610, 1450, -1720, 890, -430, 1240, -2200],
    [1050, -770, 1290, -1540, 1030, -610, 1100, -1890],
];
