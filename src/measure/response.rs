//! INP: a high percentile of the page's interactions. Rules 12 to 17 of `docs/measuring.md`.

use super::ranking::{Ranked, rank};

/// Of so many longest interactions one is INP; more are not kept.
const LONGEST: usize = 10;

/// One of so many interactions may be worse than INP.
const PER_OUTLIER: u32 = 50;

/// Shorter events are asked for only to count interactions where the browser does not; they are no
/// candidates (rule 16).
const MIN_DURATION_MS: f64 = 40.0;

/// Chromium's ids grow by seven an interaction; where it has no count, they give an estimate.
const ID_STEP: u32 = 7;

/// The browser's count of interactions, if it has one.
pub type InteractionCount = Option<u32>;

pub struct Interactions {
    /// Longest first. Of these `known` are there; the last place is for what falls off.
    longest: [Ranked; LONGEST + 1],
    known: usize,
    /// Least and greatest id; 0 before there is any.
    ids: (u32, u32),
    /// The browser's count when this view began.
    baseline: u32,
}

impl Interactions {
    pub const NONE: Interactions = Interactions {
        longest: [Ranked::NONE; LONGEST + 1],
        known: 0,
        ids: (0, 0),
        baseline: 0,
    };

    /// A view that begins in a page that was used before.
    pub fn after(count: InteractionCount) -> Interactions {
        Interactions {
            baseline: count.unwrap_or(0),
            ..Interactions::NONE
        }
    }

    /// An interaction's latency is the longest of the events that share its id. Id 0 is none.
    pub fn push(&mut self, id: u32, duration: f64, is_first_input: bool) {
        if id == 0 {
            return;
        }
        let (least, greatest) = self.ids;
        // One below none is above all.
        if id <= least.wrapping_sub(1) {
            self.ids.0 = id;
        }
        self.ids.1 = greatest.max(id);
        if duration < MIN_DURATION_MS && !is_first_input {
            return;
        }
        let mut at = 0;
        while at < self.known && self.longest[at].id != id {
            at += 1;
        }
        if at < self.known && duration <= self.longest[at].latency {
            return;
        }
        self.known = self.known.max(at + 1).min(LONGEST);
        // The eleventh falls off the end.
        let latency = duration;
        rank(&mut self.longest[..=at], Ranked { id, latency });
    }

    /// INP in ms; none before the first interaction.
    pub fn value(&self, count: InteractionCount) -> Option<f64> {
        let last = self.known.checked_sub(1)?;
        let (least, greatest) = self.ids;
        let count = match count {
            Some(count) => count.saturating_sub(self.baseline),
            None => (greatest - least) / ID_STEP + 1,
        };
        let rank = last.min((count / PER_OUTLIER) as usize);
        self.longest.get(rank).map(|one| one.latency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interaction_is_as_long_as_its_longest_event() {
        let mut inp = Interactions::NONE;
        inp.push(7, 48.0, false);
        inp.push(7, 120.0, false);
        inp.push(7, 80.0, false);
        assert_eq!(inp.value(Some(1)), Some(120.0));
    }

    #[test]
    fn an_interaction_that_grows_moves_up() {
        let mut inp = Interactions::NONE;
        inp.push(7, 100.0, false);
        inp.push(14, 60.0, false);
        inp.push(21, 50.0, false);
        inp.push(21, 200.0, false);
        assert_eq!(inp.value(Some(3)), Some(200.0));
        assert_eq!(
            inp.value(Some(50)),
            Some(100.0),
            "the second of a sorted list"
        );
    }

    #[test]
    fn hover_and_scroll_are_no_interactions() {
        let mut inp = Interactions::NONE;
        inp.push(0, 400.0, false);
        assert_eq!(inp.value(Some(0)), None);
    }

    #[test]
    fn one_of_fifty_may_be_worse() {
        let mut inp = Interactions::NONE;
        for n in 0..12 {
            inp.push(7 + n * 7, 100.0 + f64::from(n), false);
        }
        for (count, expected) in [
            (12, 111.0),
            (49, 111.0),
            (50, 110.0),
            (60, 110.0),
            (149, 109.0),
        ] {
            assert_eq!(inp.value(Some(count)), Some(expected), "{count}");
        }
        assert_eq!(inp.value(Some(5000)), Some(102.0), "the tenth at most");
    }

    #[test]
    fn fast_interactions_count_only_as_the_first_input_and_in_the_estimate() {
        let mut inp = Interactions::NONE;
        inp.push(7, 16.0, false);
        assert_eq!(inp.value(Some(1)), None);
        inp.push(7, 16.0, true);
        assert_eq!(inp.value(Some(1)), Some(16.0));
        inp.push(14, 90.0, false);
        inp.push(7 * 50, 8.0, false);
        assert_eq!(inp.value(None), Some(16.0), "an estimate of fifty");
    }

    #[test]
    fn a_first_input_of_0_ms_is_a_value() {
        let mut inp = Interactions::NONE;
        inp.push(7, 0.0, true);
        assert_eq!(inp.value(Some(1)), Some(0.0));
    }

    #[test]
    fn a_restored_view_starts_counting_anew() {
        let mut inp = Interactions::after(Some(100));
        inp.push(707, 300.0, false);
        inp.push(714, 200.0, false);
        assert_eq!(inp.value(Some(102)), Some(300.0));
    }
}
