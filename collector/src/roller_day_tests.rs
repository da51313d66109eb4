use std::sync::atomic::Ordering;

use nhip_protocol::report::Device;

use super::tests::{HOUR, Place, place, row};
use crate::clock::{HOUR_MS, day_of, hours_of};
use crate::rollup::Filter;

/// The first hour of the day of [`HOUR`].
fn first() -> i64 {
    hours_of(day_of(HOUR)).start
}

/// One view in each hour of three days, and the clock on the fourth.
async fn three_days() -> Place {
    let place = place();
    for hour in first()..first() + 72 {
        let view = (hour - first()) as u64;
        let at = hour * HOUR_MS + 900;
        place
            .append(vec![row("vn-hn", view, at, 900, 10_000 + view * 100)])
            .await;
    }
    place.now.store((first() + 75) * HOUR_MS, Ordering::Relaxed);
    place.roll().await;
    place
}

fn count(place: &Place, table: &str) -> i64 {
    let database = rusqlite::Connection::open(place.dir.path().join("nhip.db")).unwrap();
    let count = format!("SELECT count(*) FROM {table}");
    database.query_row(&count, [], |row| row.get(0)).unwrap()
}

fn run(place: &Place, sql: &str) -> usize {
    let database = rusqlite::Connection::open(place.dir.path().join("nhip.db")).unwrap();
    database.execute(sql, []).unwrap()
}

#[tokio::test]
async fn days_say_what_their_hours_say() {
    let place = three_days().await;
    assert_eq!((count(&place, "days"), count(&place, "stale_days")), (3, 0));
    let filters = [
        Filter::default(),
        Filter {
            device: Some(Device::Phone),
            ..Filter::default()
        },
        Filter {
            page: Some("/p-a".to_owned()),
            ..Filter::default()
        },
    ];
    // Whole days, days with hours around them, a part of one day.
    let windows = [(0, 72), (5, 60), (0, 24), (23, 49), (3, 7), (24, 25)];
    let ask = |place: &Place| {
        let of = |(from, to), filter| place.between(first() + from..first() + to, filter);
        let all = windows
            .iter()
            .flat_map(|window| filters.iter().map(|it| of(*window, it)));
        all.collect::<Vec<_>>()
    };
    let with_days = ask(&place);
    assert_eq!(with_days[0].people.views.began, 72);
    assert_eq!(with_days[3].people.views.began, 55);
    // They really are read: without a day's hours, its views are there.
    assert_eq!(run(&place, "UPDATE rollups SET format = 0"), 72);
    assert_eq!(
        place.between(first()..first() + 72, &Filter::default()),
        with_days[0]
    );
    assert_eq!(run(&place, "UPDATE rollups SET format = 2"), 72);
    assert_eq!(run(&place, "DELETE FROM days"), 3);
    assert_eq!(ask(&place), with_days);
}

#[tokio::test]
async fn a_late_report_opens_its_day_again() {
    let place = three_days().await;
    let late = row("vn-hn", 999, (first() + 30) * HOUR_MS + 900, 900, 10_000);
    place.append(vec![late]).await;
    let began = |place: &Place| {
        let hours = first()..first() + 72;
        place.between(hours, &Filter::default()).people.views.began
    };
    assert_eq!(began(&place), 73, "from the raw rows");
    assert_eq!(count(&place, "days"), 3);
    place.roll().await;
    assert_eq!(began(&place), 73);
    assert_eq!((count(&place, "days"), count(&place, "stale_days")), (3, 0));
    assert_eq!(run(&place, "UPDATE rollups SET format = 0"), 72);
    assert_eq!(began(&place), 73, "the day was made anew");
}

#[tokio::test]
async fn a_day_that_runs_is_read_by_the_hour() {
    let place = place();
    place
        .append(vec![row("vn-hn", 1, first() * HOUR_MS + 900, 900, 10_000)])
        .await;
    place.now.store((first() + 23) * HOUR_MS, Ordering::Relaxed);
    place.roll().await;
    assert_eq!((count(&place, "days"), count(&place, "stale_days")), (0, 1));
}
