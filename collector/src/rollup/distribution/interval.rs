//! How sure a percentile is of a sample like this.

use super::Distribution;

/// The normal deviate of 95 %.
const DEVIATE: f64 = 1.96;

impl Distribution {
    /// The values between which the percentile of all views like these lies, 19 times of 20: order statistics around
    /// its rank, by the effective size of the sample. They are those of the buckets, within 1 %. `None` where nothing
    /// was read. Source: Conover, Practical Nonparametric Statistics, 3.2.
    pub fn interval(&self, percent: u8) -> Option<[u32; 2]> {
        let size = self.sample.effective();
        if size == 0 {
            return None;
        }
        let share = f64::from(percent) / 100.0;
        let off = DEVIATE * (share * (1.0 - share) / size as f64).sqrt();
        let weight = self.sample.weight as f64;
        let value = |share: f64| {
            let rank = (weight * share.clamp(0.0, 1.0)).ceil().max(1.0);
            self.at_rank(rank as u128)
        };
        Some([value(share - off), value(share + off)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_sample_is_surer_and_no_surer_by_its_weights() {
        let of = |n: u32, weight: u32| {
            let mut distribution = Distribution::default();
            (0..n).for_each(|i| distribution.push(1000 + i * 389 % 1000, weight));
            distribution
        };
        assert_eq!(Distribution::default().interval(75), None);
        let width = |n, weight| {
            let [low, high] = of(n, weight).interval(75).unwrap();
            let [p75] = of(n, weight).percentiles([75]).unwrap();
            assert!(low <= p75 && p75 <= high, "{low} {p75} {high}");
            high - low
        };
        // 1.96 · sqrt(0.75 · 0.25 / 10,000) is 0.0085 of a thousand, on both sides, and the buckets' 1 %.
        assert!((8..=36).contains(&width(10_000, 1)), "{}", width(10_000, 1));
        assert!(width(100, 1) > 4 * width(10_000, 1));
        assert_eq!(width(1000, 1), width(1000, 50));
    }

    #[test]
    fn nineteen_of_twenty_samples_have_the_truth_inside() {
        let mut rng = fastrand::Rng::with_seed(7);
        let inside = (0..1000)
            .filter(|_| {
                let mut sample = Distribution::default();
                (0..200).for_each(|_| sample.push(rng.u32(10_000..20_000), 1));
                let [low, high] = sample.interval(75).unwrap();
                // A bucket is as wide as 1 %.
                low <= 17_500 + 100 && high + 100 >= 17_500
            })
            .count();
        assert!((930..=990).contains(&inside), "{inside} of 1000");
    }
}
