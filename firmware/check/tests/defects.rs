//! Trials detect a defective kernel, and only that one, with the documented memory at any alignment.

use hebbit_check::{COUNT, ROOM, kernel};
use hebbit_core::net::{Events, GradedColumns, Kernels, LifColumns, Rows, Scalar, Update, WeightsMut};
use hebbit_core::neuron::{GradedParams, LifParams};

/// The plain loops with one kernel whose first result is wrong.
struct Defective(u8);

impl Defective {
    fn spoil<T>(&self, index: u8, words: &mut [T], change: impl Fn(&mut T)) {
        if let Some(word) = words.first_mut().filter(|_| self.0 == index) {
            change(word);
        }
    }
}

impl Kernels for Defective {
    fn add_spikes(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        Scalar.add_spikes(sum, rows, events);
        self.spoil(0, sum, |x| *x ^= 1);
    }
    fn add_graded(&self, sum: &mut [i32], rows: Rows<'_>, events: Events<'_>) {
        Scalar.add_graded(sum, rows, events);
        self.spoil(1, sum, |x| *x ^= 1);
    }
    fn dot_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        Scalar.dot_rows(sum, rows, send, shift);
        self.spoil(2, sum, |x| *x ^= 1);
    }
    fn sign_rows(&self, sum: &mut [i32], rows: Rows<'_>, send: &[i16], shift: u32) {
        Scalar.sign_rows(sum, rows, send, shift);
        self.spoil(3, sum, |x| *x ^= 1);
    }
    fn fire_lif(&self, params: &LifParams, mut columns: LifColumns<'_>) {
        let LifColumns { current, membrane, refractory, events, sums } = &mut columns;
        let (current, refractory, sums) = (*current, &mut **refractory, &mut **sums);
        Scalar.fire_lif(params, LifColumns { current, membrane, refractory, events, sums });
        self.spoil(4, membrane, |x| *x ^= 1);
    }
    fn fire_graded(&self, params: &GradedParams, mut columns: GradedColumns<'_>) {
        let GradedColumns { drive, membrane, events, sums } = &mut columns;
        Scalar.fire_graded(params, GradedColumns { drive, membrane, events, sums });
        self.spoil(5, membrane, |x| *x ^= 1);
    }
    fn list(&self, magnitudes: &[i16], lines: &mut [u16], listed: &mut [i16]) -> usize {
        let len = Scalar.list(magnitudes, lines, listed);
        self.spoil(6, &mut lines[..len], |x| *x ^= 1);
        len
    }
    fn update(&self, mut weights: WeightsMut<'_>, width: usize, update: &Update<'_>) {
        Scalar.update(weights.by_ref(), width, update);
        match weights {
            WeightsMut::I8(w) => self.spoil(7, w, |x| *x ^= 1),
            WeightsMut::I16(w) => self.spoil(7, w, |x| *x ^= 1),
        }
    }
}

#[test]
fn a_defect_is_seen_by_the_trials_of_its_kernel_alone() {
    let mut memory = vec![0xa5; ROOM + 8];
    for defect in 0..COUNT {
        for index in 0..COUNT {
            let from = usize::from(defect);
            let wrong = kernel(&Defective(defect), index, 1, 0..100, &mut memory[from..from + ROOM]);
            assert_eq!(wrong.is_some(), index == defect, "defect {defect}, trials of {index}: {wrong:?}");
        }
    }
}
