//! Medians, and how far half of the rounds lie around them.

/// Of one quantity over the rounds.
#[derive(Clone, Copy, Default)]
pub struct Figure {
    pub median: f64,
    /// Between the quartiles.
    pub spread: f64,
}

impl Figure {
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Figure {
        let mut sorted: Vec<f64> = numbers.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        Figure {
            median: quantile(&sorted, 0.5),
            spread: quantile(&sorted, 0.75) - quantile(&sorted, 0.25),
        }
    }
}

/// Linear between the two nearest.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let place = share * last as f64;
    let (below, above) = (
        sorted[place.floor() as usize],
        sorted[place.ceil() as usize],
    );
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_lie_between_the_nearest_rounds() {
        let figure = Figure::of([4.0, 1.0, 3.0, 2.0]);
        assert_eq!((figure.median, figure.spread), (2.5, 1.5));
        assert_eq!(Figure::of([7.0]).median, 7.0);
        assert_eq!(Figure::of([]).median, 0.0);
    }
}
