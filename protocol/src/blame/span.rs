//! Stretches of time, in tenths of a millisecond from the document's first byte on.

/// From, to.
pub type Span = (u32, u32);

/// How much of a span none of `others` covers.
pub fn uncovered((from, to): Span, others: &[Span]) -> u32 {
    let mut at = from;
    let mut free = 0;
    while at < to {
        // The end of what covers this moment; else the next beginning.
        let end = others
            .iter()
            .filter(|(from, to)| (*from..*to).contains(&at))
            .map(|(_, to)| *to)
            .max();
        let next = others
            .iter()
            .map(|(from, _)| *from)
            .filter(|from| *from > at)
            .min()
            .unwrap_or(to)
            .min(to);
        match end {
            Some(end) => at = end,
            None => {
                free += next - at;
                at = next;
            }
        }
    }
    free
}
