//! How fast this device is: fixed work, which the script beside it times. A view that was slow because
//! the device is, is not the page's fault (`protocol/src/blame/`).

/// Each round needs the one before, so nothing can be left out or done side by side, and most of it is a
/// division, which takes a processor as long whatever a browser's compiler made of the rest.
pub fn work(rounds: u32) -> f64 {
    let mut x = 1.0;
    for _ in 0..rounds {
        x = 1.0 / (x + 1.0);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_round_is_worked() {
        for (rounds, expected) in [(0, 1.0), (1, 0.5), (2, 2.0 / 3.0), (3, 0.6)] {
            assert!((work(rounds) - expected).abs() < 1e-9, "{rounds}");
        }
    }
}
