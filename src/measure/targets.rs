//! Target size (minimum): WCAG 2.2, success criterion 2.5.8.
//! <https://www.w3.org/TR/WCAG22/#target-size-minimum>

use nhip_protocol::report::MAX_CULPRITS;

use super::viewport::Element;

/// A target of this width and height is large enough, whatever is near it.
const SIZE_PX: f64 = 24.0;

/// Around a smaller target a circle of [`SIZE_PX`] must stay free.
const RADIUS_PX: f64 = SIZE_PX / 2.0;

/// Pairs are compared; a page with more targets is judged by these.
const MOST: usize = 400;

/// Indices of targets that are too small and too close to another, up to five.
pub fn too_close(elements: &[Element]) -> Vec<u32> {
    let mut targets = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        if element.is_target && targets.len() < MOST {
            targets.push(index);
        }
    }
    let mut found = Vec::new();
    for &index in &targets {
        let target = &elements[index];
        let crowded = is_small(target)
            && targets.iter().any(|&other| {
                other != index
                    && !is_inside(elements, index, other)
                    && !is_inside(elements, other, index)
                    && crowds(target, &elements[other])
            });
        if crowded {
            found.push(index as u32);
            if found.len() == MAX_CULPRITS {
                break;
            }
        }
    }
    found
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
fn is_inside(elements: &[Element], inner: usize, outer: usize) -> bool {
    let mut above = elements[inner].parent;
    while let Some(index) = above {
        if index == outer {
            return true;
        }
        above = elements[index].parent;
    }
    false
}
