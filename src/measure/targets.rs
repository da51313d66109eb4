//! Target size (minimum): WCAG 2.2, success criterion 2.5.8.
//! <https://www.w3.org/TR/WCAG22/#target-size-minimum>

use super::viewport::{Element, FIXED, TARGET, is_inside};
use crate::snapshot::{Reading, name};

/// A target of this width and height is large enough, whatever is near it.
const SIZE_PX: f64 = 24.0;

/// Around a smaller target a circle of [`SIZE_PX`] must stay free.
const RADIUS_PX: f64 = SIZE_PX / 2.0;

/// Each small target is compared with all elements; a page with more is judged by these.
const MOST: usize = 200;

/// Names targets that are too small and too close to another; whether there are any targets, and
/// each small one was compared.
pub fn too_close(elements: &[Element], culprits: &mut [Reading]) -> bool {
    let (mut compared, mut any) = (0, false);
    for (index, target) in elements.iter().enumerate() {
        if compared == MOST {
            return false;
        }
        any |= target.is(TARGET);
        if target.is(TARGET) && is_small(target) {
            compared += 1;
            if is_crowded(elements, target) && !name(culprits, index) {
                return false;
            }
        }
    }
    any
}

fn is_crowded(elements: &[Element], target: &Element) -> bool {
    elements.iter().any(|other| {
        !std::ptr::eq(other, target)
            && other.is(TARGET)
            && other.is(FIXED) == target.is(FIXED)
            && crowds(target, other)
            // A target inside another is one place to tap.
            && !is_inside(elements, target, other)
            && !is_inside(elements, other, target)
    })
}

fn is_small(target: &Element) -> bool {
    // Half a px for sizes that were rounded on their way.
    target.right - target.left < SIZE_PX - 0.5 || target.bottom - target.top < SIZE_PX - 0.5
}

/// Whether the circle around small `target` meets `other`, or `other`'s circle if that is small.
fn crowds(target: &Element, other: &Element) -> bool {
    let (x, y) = center(target);
    let (other_x, other_y) = center(other);
    let beside = beyond(x, other.left, other.right) + beyond(y, other.top, other.bottom);
    let apart = beyond(x, other_x, other_x) + beyond(y, other_y, other_y);
    beside < RADIUS_PX * RADIUS_PX || is_small(other) && apart < SIZE_PX * SIZE_PX
}

/// How far `at` is from all that is between `from` and `to`, squared.
#[inline(never)]
fn beyond(at: f64, from: f64, to: f64) -> f64 {
    let nearest = match at {
        _ if at < from => from,
        _ if at > to => to,
        _ => at,
    };
    (at - nearest) * (at - nearest)
}

fn center(target: &Element) -> (f64, f64) {
    (
        (target.left + target.right) / 2.0,
        (target.top + target.bottom) / 2.0,
    )
}
