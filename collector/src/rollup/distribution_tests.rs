use super::*;

fn of(limit: Option<u32>, values: &[(u32, u32)]) -> Distribution {
    let mut distribution = limit.map_or_else(Distribution::default, Distribution::with_limit);
    for &(value, weight) in values {
        distribution.push(value, weight);
    }
    distribution
}

/// By sorting all values: what the sketch stands for.
fn exact(values: &[(u32, u32)], percent: u64) -> u32 {
    let mut all: Vec<u32> = values
        .iter()
        .flat_map(|&(value, weight)| std::iter::repeat_n(value, weight as usize))
        .collect();
    all.sort_unstable();
    let rank = (all.len() as u64 * percent).div_ceil(100).max(1);
    all[rank as usize - 1]
}

#[test]
fn percentiles_are_nearest_ranks_by_weight() {
    for (values, expected) in [
        (vec![], None),
        (vec![(0, 1)], Some([0, 0, 0])),
        (vec![(4, 1), (1, 1), (3, 1), (2, 1)], Some([2, 3, 4])),
        (
            vec![(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)],
            Some([3, 4, 5]),
        ),
        // A view that stands for a hundred outweighs nine that stand for themselves.
        (vec![(1, 9), (7, 100)], Some([7, 7, 7])),
        (vec![(1, 3), (7, 1)], Some([1, 1, 7])),
    ] {
        let sketch = of(None, &values);
        assert_eq!(sketch.percentiles([50, 75, 95]), expected, "{values:?}");
    }
}

/// Loads in tenths of a millisecond: even, in two humps, around a limit, with weights.
fn shapes() -> Vec<(&'static str, Vec<(u32, u32)>)> {
    let even = (0..4000).map(|n| (n * 37 % 90_000, 1)).collect();
    let humps = (0..1000)
        .map(|n| (if n % 4 == 3 { 81_000 } else { 9000 } + n, 1))
        .collect();
    let at_limit = (0..400).map(|n| (24_960 + n % 80, 1)).collect();
    let weighted = (1..500).map(|n| (n * n, 1 + n % 10)).collect();
    let tail = (0..300).map(|n| (1 << (n % 32), 1)).collect();
    vec![
        ("even", even),
        ("two humps", humps),
        ("around the limit", at_limit),
        ("weighted", weighted),
        ("of every size", tail),
    ]
}

#[test]
fn a_percentile_is_within_one_percent_of_the_exact_one() {
    for (name, values) in shapes() {
        let [p50, p75, p95] = of(None, &values).percentiles([50, 75, 95]).unwrap();
        for (percent, told) in [(50, p50), (75, p75), (95, p95)] {
            let exact = exact(&values, percent);
            let off = told.abs_diff(exact);
            assert!(
                u64::from(off) * 100 <= u64::from(exact),
                "{name}: p{percent} is {exact}, told {told}"
            );
        }
    }
}

#[test]
fn any_order_of_merging_gives_the_same_sketch() {
    for (name, values) in shapes() {
        let whole = of(Some(25_000), &values);
        for parts in [2, 3, 7] {
            let mut sketches: Vec<Distribution> = (0..parts)
                .map(|part| {
                    let own: Vec<_> = values.iter().copied().skip(part).step_by(parts).collect();
                    of(Some(25_000), &own)
                })
                .collect();
            for _ in 0..parts {
                sketches.rotate_left(1);
                let mut merged = Distribution::with_limit(25_000);
                for sketch in &sketches {
                    merged.merge(sketch);
                }
                assert_eq!(merged, whole, "{name} in {parts} parts");
            }
        }
    }
}

#[test]
fn a_limit_is_strict_and_judged_by_what_came_not_by_the_sketch() {
    // One bucket holds them all.
    assert_eq!(
        BUCKETS.lowest_equivalent(24_961),
        BUCKETS.lowest_equivalent(25_080)
    );
    for (values, under, p75) in [
        (vec![(24_999, 4)], 4, 24_999),
        (vec![(25_000, 4)], 0, 25_000),
        // The mean of the bucket is 25,019, and three quarters are under the limit.
        (vec![(24_999, 3), (25_080, 1)], 3, 24_999),
        // It is 24,980, and three quarters are not.
        (vec![(24_961, 2), (25_000, 2)], 2, 25_000),
        (vec![(100, 299), (25_000, 100)], 299, 25_000),
        (vec![(100, 300), (25_000, 100)], 300, 100),
    ] {
        let sketch = of(Some(25_000), &values);
        assert_eq!(sketch.weight_under(), under, "{values:?}");
        assert_eq!(sketch.percentiles([75]), Some([p75]), "{values:?}");
    }
}

#[test]
fn what_was_written_before_is_read() {
    #[derive(Serialize)]
    struct Former {
        buckets: std::collections::BTreeMap<u32, (u64, u64)>,
        limit: Option<u32>,
        under: u64,
        sample: Sample,
    }
    let values = [(100, 3), (101, 1), (24_999, 2), (70_000, 5)];
    let whole = of(Some(25_000), &values);
    let buckets = whole.buckets.iter();
    let former = Former {
        buckets: buckets.map(|(at, it)| (*at, (it.weight, it.sum))).collect(),
        limit: whole.limit,
        under: whole.under,
        sample: *whole.sample(),
    };
    let former = rmp_serde::to_vec_named(&former).unwrap();
    assert_eq!(
        rmp_serde::from_slice::<Distribution>(&former).unwrap(),
        whole
    );
    let now = rmp_serde::to_vec_named(&whole).unwrap();
    assert_eq!(rmp_serde::from_slice::<Distribution>(&now).unwrap(), whole);
    assert!(now.len() < former.len());
    for cut in 1..now.len() {
        assert!(
            rmp_serde::from_slice::<Distribution>(&now[..cut]).is_err(),
            "{cut}"
        );
    }
}
