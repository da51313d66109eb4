//! What made slow views slow, over time: a stack for each part of the window, and the same as a table.

use nhip_protocol::blame::Verdict;

use super::super::language::Language;
use crate::summary::Summary;

/// Units of the picture: the browser stretches it.
const HEIGHT: f64 = 100.0;
const STEP: f64 = 10.0;
const GAP: f64 = 1.0;

pub struct BlameChart {
    pub width: f64,
    pub bars: Vec<Bar>,
}

pub struct Bar {
    pub label: String,
    /// Weights, in the order of [`Verdict::ALL`].
    pub weights: [String; Verdict::COUNT],
    pub blocks: Vec<Block>,
}

/// A verdict's part of a bar.
pub struct Block {
    /// Its place in [`Verdict::ALL`].
    pub verdict: usize,
    pub x: f64,
    pub y: String,
    pub width: f64,
    pub height: String,
}

/// `None` where no view was over a limit.
pub fn chart<'a>(
    points: impl Iterator<Item = (String, &'a Summary)>,
    language: Language,
) -> Option<BlameChart> {
    let points: Vec<(String, [u64; Verdict::COUNT])> = points
        .map(|(label, point)| (label, point.blame.weights()))
        .collect();
    let most = points.iter().map(|(_, weights)| weights.iter().sum()).max();
    let most: u64 = most.filter(|most| *most > 0)?;
    let scale = HEIGHT / most as f64;
    let bar = |(at, (label, weights)): (usize, (String, [u64; Verdict::COUNT]))| {
        let mut top = HEIGHT;
        let shown = weights
            .iter()
            .enumerate()
            .filter(|(_, weight)| **weight > 0);
        let blocks = shown.map(|(verdict, weight)| {
            let height = *weight as f64 * scale;
            top -= height;
            Block {
                verdict,
                x: at as f64 * STEP,
                y: format!("{top:.2}"),
                width: STEP - GAP,
                height: format!("{height:.2}"),
            }
        });
        Bar {
            blocks: blocks.collect(),
            weights: weights.map(|weight| language.count(weight)),
            label,
        }
    };
    Some(BlameChart {
        width: points.len() as f64 * STEP,
        bars: points.into_iter().enumerate().map(bar).collect(),
    })
}

/// The verdict that most of the slow views have, and their share: `Máy chủ (61,3 %)`.
pub fn main_cause(part: &Summary, language: Language) -> Option<String> {
    let weights = part.blame.weights();
    let all: u64 = weights.iter().sum();
    let names = language.strings().verdict_names;
    // Of equal ones the first.
    let (weight, name) = weights
        .into_iter()
        .zip(names)
        .rev()
        .max_by_key(|(weight, _)| *weight)?;
    (weight > 0).then(|| format!("{name} ({})", language.percent(weight as f64 / all as f64)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollup::Aggregate;

    fn slow(weights: &[(Verdict, u64)]) -> Summary {
        let mut summary = Summary::new("vn-hn".parse().unwrap(), &(0..1), &Aggregate::default(), 1);
        for (verdict, weight) in weights {
            match verdict {
                Verdict::Network => summary.blame.network = *weight,
                Verdict::Server => summary.blame.server = *weight,
                _ => summary.blame.page = *weight,
            }
        }
        summary
    }

    #[test]
    fn bars_stand_on_the_ground_and_the_highest_fills_the_picture() {
        let points = [
            slow(&[(Verdict::Network, 10), (Verdict::Server, 30)]),
            slow(&[]),
            slow(&[(Verdict::Page, 20)]),
        ];
        let labelled = points.iter().map(|point| (String::new(), point));
        let chart = chart(labelled, Language::English).unwrap();
        let blocks = |at: usize| -> Vec<(f64, f64)> {
            let blocks = chart.bars[at].blocks.iter();
            blocks
                .map(|it| (it.y.parse().unwrap(), it.height.parse().unwrap()))
                .collect()
        };
        assert_eq!(blocks(0), [(75.0, 25.0), (0.0, 75.0)]);
        assert_eq!(blocks(1), []);
        assert_eq!(blocks(2), [(50.0, 50.0)]);
        let nothing = [slow(&[])];
        let labelled = nothing.iter().map(|point| (String::new(), point));
        assert!(super::chart(labelled, Language::English).is_none());
        let cause = main_cause(&points[0], Language::English).unwrap();
        assert!(cause.ends_with("(75.0 %)"), "{cause}");
        assert_eq!(main_cause(&points[1], Language::English), None);
    }
}
