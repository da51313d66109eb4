//! Target size (minimum): WCAG 2.2, success criterion 2.5.8.
//! <https://www.w3.org/TR/WCAG22/#target-size-minimum>

use nhip_protocol::report::MAX_CULPRITS;

use super::viewport::{Element, Elements};

/// A target of this width and height is large enough, whatever is near it.
const SIZE_PX: f64 = 24.0;

/// Around a smaller target a circle of [`SIZE_PX`] must stay free.
const RADIUS_PX: f64 = SIZE_PX / 2.0;

/// Each small target is compared with all elements; a page with more is judged by these.
const MOST: usize = 200;

/// Indices of targets that are too small and too close to another, up to five; and whether every
/// small target was compared.
pub fn too_close<E: Elements + ?Sized>(elements: &E) -> (Vec<u32>, bool) {
    let mut found = Vec::with_capacity(MAX_CULPRITS);
    let mut compared = 0;
    for index in 0..elements.len() {
        let target = elements.at(index);
        if found.len() == MAX_CULPRITS || compared == MOST {
            break;
        }
        if target.is_target && is_small(&target) {
            compared += 1;
            if is_crowded(elements, index, &target) {
                found.push(index as u32);
            }
        }
    }
    (found, compared < MOST)
}

fn is_crowded<E: Elements + ?Sized>(elements: &E, index: usize, target: &Element) -> bool {
    (0..elements.len()).any(|other| {
        let neighbour = elements.at(other);
        other != index
            && neighbour.is_target
            && neighbour.is_fixed == target.is_fixed
            && crowds(target, &neighbour)
            && !is_inside(elements, target, other)
            && !is_inside(elements, &neighbour, index)
    })
}

fn is_small(target: &Element) -> bool {
    // Half a px for sizes that were rounded on their way.
    target.right - target.left < SIZE_PX - 0.5 || target.bottom - target.top < SIZE_PX - 0.5
}

/// Whether the circle around small `target` meets `other`, or `other`'s circle if that is small.
fn crowds(target: &Element, other: &Element) -> bool {
    let (x, y) = center(target);
    let across = x - x.clamp(other.left, other.right.max(other.left));
    let down = y - y.clamp(other.top, other.bottom.max(other.top));
    let meets_box = across * across + down * down < RADIUS_PX * RADIUS_PX;
    let meets_circle = is_small(other) && {
        let (other_x, other_y) = center(other);
        let (across, down) = (x - other_x, y - other_y);
        across * across + down * down < SIZE_PX * SIZE_PX
    };
    meets_box || meets_circle
}

fn center(target: &Element) -> (f64, f64) {
    (
        (target.left + target.right) / 2.0,
        (target.top + target.bottom) / 2.0,
    )
}

/// A target inside another is one place to tap.
fn is_inside<E: Elements + ?Sized>(elements: &E, inner: &Element, outer: usize) -> bool {
    let mut above = inner.parent;
    while let Some(index) = above {
        if index == outer {
            return true;
        }
        above = elements.at(index).parent;
    }
    false
}
