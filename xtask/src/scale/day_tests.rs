use super::*;

const USUAL: Deployment = Deployment {
    views_a_day: 1e8,
    collectors: 2,
    cores: 4.0,
    shards: 1,
    spool: 2e7,
};
const EVENTS: [Event; 4] = [
    Event::Nothing,
    Event::Rush,
    Event::ClickHouseAway,
    Event::CollectorAway,
];

#[test]
fn what_came_is_stored_or_comes_again() {
    for event in EVENTS {
        let told = pass(&USUAL, event);
        let missing = told.came - told.stored - told.left;
        assert!(missing.abs() < 1.0, "{event:?}: {told:?}");
        assert_eq!(told.left.round(), 0.0, "{event:?}: {told:?}");
    }
    let came = pass(&USUAL, Event::Nothing).came;
    // The last ones of the day come after it.
    assert!((came / 2e8 - 1.0).abs() < 0.001, "{came}");
}

#[test]
fn an_outage_is_waited_out_in_the_spool_as_long_as_there_is_room() {
    let calm = pass(&USUAL, Event::Nothing);
    assert!(calm.waited < 100_000.0 && calm.delay < 5.0, "{calm:?}");
    let away = pass(&USUAL, Event::ClickHouseAway);
    // The busiest hour of the day, in two spools.
    let hour = 2e8 / BY_HOUR.iter().sum::<f64>() / 2.0;
    assert!((away.waited / hour - 1.0).abs() < 0.01, "{away:?}");
    assert!(
        away.again == 0.0 && (3600.0..4200.0).contains(&away.delay),
        "{away:?}"
    );
    let small = Deployment {
        spool: hour / 2.0,
        ..USUAL
    };
    let full = pass(&small, Event::ClickHouseAway);
    assert!(full.again > 0.0 && full.left < 1.0, "{full:?}");
    assert!((full.waited - small.spool).abs() < 1.0, "{full:?}");
}

#[test]
fn who_is_left_alone_takes_the_others_share() {
    let [calm, away] = [Event::Nothing, Event::CollectorAway].map(|event| pass(&USUAL, event));
    let rolling = ROLLING_SHARE / USUAL.cores;
    let more = (away.busiest - rolling) / (calm.busiest - rolling);
    assert!((1.9..2.3).contains(&more), "{calm:?} {away:?}");
    assert!(
        (600.0..610.0).contains(&away.delay),
        "its spool waits with it: {away:?}"
    );
    let one = Deployment {
        collectors: 1,
        ..USUAL
    };
    let nobody = pass(&one, Event::CollectorAway);
    assert!(nobody.again > 1e6 && nobody.left < 1.0, "{nobody:?}");
}

#[test]
fn a_rush_beyond_what_is_there_comes_again_and_is_taken() {
    let tiny = Deployment {
        cores: 0.9,
        collectors: 1,
        ..USUAL
    };
    let told = pass(&tiny, Event::Rush);
    assert!(told.busiest > 1.0 && told.again > 0.0, "{told:?}");
}
