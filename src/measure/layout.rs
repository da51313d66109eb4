//! CLS: the largest session window of layout shifts. Rules 6 to 9 of `docs/measuring.md`.

/// A window closes when a shift comes this long after the one before.
const GAP_MS: f64 = 1000.0;

/// A window is never longer than this.
const WINDOW_MS: f64 = 5000.0;

pub struct LayoutShifts {
    window: Window,
    is_open: bool,
    largest: f64,
}

struct Window {
    first: f64,
    last: f64,
    score: f64,
}

impl LayoutShifts {
    pub const NONE: LayoutShifts = LayoutShifts {
        window: Window {
            first: 0.0,
            last: 0.0,
            score: 0.0,
        },
        is_open: false,
        largest: 0.0,
    };

    /// A shift soon after input was asked for, and does not count.
    pub fn push(&mut self, at: f64, score: f64, had_recent_input: bool) {
        if had_recent_input {
            return;
        }
        let window = &mut self.window;
        let open = &*window;
        let goes_on = at - open.last < GAP_MS && at - open.first < WINDOW_MS;
        if !(self.is_open && goes_on) {
            window.first = at;
            window.score = 0.0;
        }
        self.is_open = true;
        window.last = at;
        window.score += score;
        self.largest = self.largest.max(window.score);
    }

    /// 0 is a value: nothing moved.
    pub fn value(&self) -> f64 {
        self.largest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, shifts: &[(f64, f64)], expected: f64) {
        let mut layout = LayoutShifts::NONE;
        for &(at, score) in shifts {
            layout.push(at, score, false);
        }
        assert!(
            (layout.value() - expected).abs() < 1e-9,
            "{name}: {}",
            layout.value()
        );
    }

    #[test]
    fn windows_close_after_a_gap_of_one_second_or_at_five() {
        check("none", &[], 0.0);
        check("within a second", &[(0.0, 0.1), (999.9, 0.1)], 0.2);
        check("a second later", &[(0.0, 0.1), (1000.0, 0.15)], 0.15);
        let every_900: Vec<_> = (0..7).map(|n| (f64::from(n) * 900.0, 0.1)).collect();
        check("the seventh opens a new window", &every_900, 0.6);
        check(
            "the largest, not the last",
            &[(0.0, 0.3), (2000.0, 0.1)],
            0.3,
        );
    }

    #[test]
    fn shifts_after_input_do_not_count() {
        let mut layout = LayoutShifts::NONE;
        layout.push(10.0, 0.5, true);
        assert_eq!(layout.value(), 0.0);
    }
}
