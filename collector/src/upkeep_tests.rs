use std::sync::atomic::Ordering;

use super::*;
use crate::roller::tests::{HOUR, Place, place, row};
use crate::rollup::Filter;
use crate::store::Slice;

const DAY: i64 = DAY_HOURS * HOUR_MS;

fn rows(place: &Place) -> usize {
    let mut rows = 0;
    let all = Slice::whole(None);
    let store = &place.app.store;
    store
        .scan(i64::MIN..i64::MAX, &all, &mut |_| rows += 1)
        .unwrap();
    rows
}

fn size(place: &Place) -> u64 {
    std::fs::metadata(place.dir.path().join("nhip.db"))
        .unwrap()
        .len()
}

/// Views that began an hour apart, the last in the hour before `now`.
async fn fill(place: &Place, views: i64, hours: i64) {
    let start = (HOUR - hours + 1) * HOUR_MS;
    let rows = (0..views).map(|view| {
        let at = start + view % hours * HOUR_MS;
        row("vn-hn", view.unsigned_abs(), at + 900, 900, 10_000)
    });
    for batch in rows.collect::<Vec<_>>().chunks(500) {
        place.append(batch.to_vec()).await;
    }
}

#[tokio::test]
async fn raw_rows_go_after_their_days_rollups_stay_and_the_file_is_smaller() {
    let place = place();
    fill(&place, 6000, 20).await;
    place.roll().await;
    let before = place.totals("vn-hn", &Filter::default());
    let full = size(&place);
    prune(&place.app).await.unwrap();
    assert_eq!(rows(&place), 6000, "nothing is too old yet");

    place.now.fetch_add(14 * DAY, Ordering::Relaxed);
    prune(&place.app).await.unwrap();
    let left = rows(&place);
    assert_eq!(left, 0, "{left}");
    assert_eq!(place.totals("vn-hn", &Filter::default()), before);
    let left = size(&place);
    assert!(left * 4 < full, "{full} bytes, then {left}");
}

#[tokio::test]
async fn rows_that_are_in_no_rollup_stay_whatever_their_age() {
    let place = place();
    fill(&place, 10, 2).await;
    place.now.fetch_add(30 * DAY, Ordering::Relaxed);
    prune(&place.app).await.unwrap();
    assert_eq!(rows(&place), 10);
    place.roll().await;
    prune(&place.app).await.unwrap();
    assert_eq!(rows(&place), 0);
    assert_eq!(
        place.totals("vn-hn", &Filter::default()).people.views.began,
        10
    );
}

#[tokio::test]
async fn rollups_go_after_their_years() {
    let place = place();
    fill(&place, 40, 20).await;
    place.roll().await;
    assert_eq!(place.kept("vn-hn").len(), 20);
    place
        .now
        .fetch_add(3 * 365 * DAY - 10 * HOUR_MS, Ordering::Relaxed);
    prune(&place.app).await.unwrap();
    let kept = place.kept("vn-hn").len();
    assert!((9..=12).contains(&kept), "{kept} of the last ten hours");
    place.now.fetch_add(DAY, Ordering::Relaxed);
    prune(&place.app).await.unwrap();
    assert!(place.kept("vn-hn").is_empty());
}
