//! The first of many, in order: the longest interactions, the elements with the most small text.

/// An interaction by its id, or an element by its index.
#[derive(Clone, Copy)]
pub struct Ranked {
    pub id: u32,
    /// What it is ranked by: an interaction's latency, an element's letters.
    pub latency: f64,
}

impl Ranked {
    pub const NONE: Ranked = Ranked {
        id: 0,
        latency: 0.0,
    };
}

/// Puts `one` into the last place of a list that descends, and moves it up past what is less. What
/// stood there falls off.
#[inline(never)]
pub fn rank(list: &mut [Ranked], one: Ranked) {
    let mut places = list.iter_mut().rev();
    let Some(mut place) = places.next() else {
        return;
    };
    for above in places {
        if above.latency < one.latency {
            *place = *above;
            place = above;
        } else {
            break;
        }
    }
    *place = one;
}
