use super::*;
use crate::check::Check;

fn reading(ms: f64, limit: Ms) -> Option<Reading> {
    Ms::from_f64(ms).map(|p75| Reading {
        p75,
        under_limit: p75 < limit,
        sample: 100,
    })
}

/// Readings of a group of 100 views; NaN stands for untold.
fn readings(load: f64, inp: f64, server_wait: f64) -> Readings {
    let mut viewport = PerCheck::default();
    viewport[Check::ContentWidth] = Some(CheckCount {
        pass: 100,
        fail: 0,
        sample: 100,
    });
    Readings {
        load: reading(load, LOAD_LIMIT),
        inp: reading(inp, RESPONSE_LIMIT),
        server_wait: reading(server_wait, RESPONSE_LIMIT),
        viewport,
        survivors_under_limit: true,
    }
}

const UNTOLD: f64 = f64::NAN;

fn check(name: &str, readings: &Readings, expected: Option<(u8, Letter)>) {
    let got = grade(readings, MIN_VIEWS).map(|grade| (grade.score, grade.letter));
    assert_eq!(got, expected, "{name}");
}

#[test]
fn the_example_of_the_design_scores_88() {
    let mut example = readings(2240.0, 96.0, 310.0);
    example.viewport[Check::ContentWidth] = Some(CheckCount {
        pass: 380,
        fail: 12,
        sample: 392,
    });
    check("design", &example, Some((88, Letter::B)));
}

#[test]
fn the_points_of_the_curves_are_hit_exactly_and_clamped_outside() {
    for (ms, hundredths) in [
        (0.0, 10_000),
        (1000.0, 10_000),
        (1750.0, 9500),
        (2499.9, 9000),
        (2500.0, 9000),
        (4000.0, 6500),
        (6000.0, 5000),
        (8000.0, 2500),
        (10_000.0, 0),
        (599_999.0, 0),
    ] {
        let value = Ms::from_f64(ms).unwrap();
        assert_eq!(points(value, &LOAD_POINTS), hundredths, "{ms}");
    }
    for (ms, hundredths) in [(50.0, 10_000), (200.0, 9000), (500.0, 6500), (3000.0, 0)] {
        let value = Ms::from_f64(ms).unwrap();
        assert_eq!(points(value, &RESPONSE_POINTS), hundredths, "{ms}");
    }
}

#[test]
fn grade_a_asks_for_both_limits_strictly() {
    let a = Some(Letter::A);
    for (name, load, inp, server_wait, letter) in [
        ("just under both", 2499.9, 199.9, 100.0, a),
        ("load at the limit", 2500.0, 50.0, 50.0, Some(Letter::B)),
        ("inp at the limit", 1000.0, 200.0, 50.0, Some(Letter::B)),
        (
            "server wait at the limit",
            1000.0,
            50.0,
            200.0,
            Some(Letter::B),
        ),
        ("one response reading is enough", 1000.0, UNTOLD, 50.0, a),
        ("the other, too", 1000.0, 50.0, UNTOLD, a),
        (
            "no response reading",
            1000.0,
            UNTOLD,
            UNTOLD,
            Some(Letter::B),
        ),
        ("no LCP", UNTOLD, 50.0, 50.0, Some(Letter::B)),
    ] {
        let got = grade(&readings(load, inp, server_wait), MIN_VIEWS).map(|g| g.letter);
        assert_eq!(got, letter, "{name}");
    }
}

#[test]
fn what_is_untold_shares_its_weight_among_the_others() {
    // Response 65, viewport 100: (40 × 65 + 20 × 100) / 60 = 76.67.
    check(
        "no load",
        &readings(UNTOLD, 500.0, UNTOLD),
        Some((76, Letter::C)),
    );
    let mut no_viewport = readings(4000.0, 500.0, UNTOLD);
    no_viewport.viewport = PerCheck::default();
    check("no viewport", &no_viewport, Some((65, Letter::C)));
    check("neither time", &readings(UNTOLD, UNTOLD, UNTOLD), None);
}

#[test]
fn bands_begin_where_they_were_published() {
    for (score, letter) in [
        (100, Letter::A),
        (90, Letter::A),
        (89, Letter::B),
        (80, Letter::B),
        (79, Letter::C),
        (65, Letter::C),
        (64, Letter::D),
        (50, Letter::D),
        (49, Letter::E),
        (0, Letter::E),
    ] {
        assert_eq!(Letter::of(score), letter, "{score}");
    }
}

#[test]
fn points_below_90_are_no_a_even_under_both_limits() {
    // (40 × 90 + 40 × 90 + 20 × share) / 100 is 90 only with 90 points of viewport.
    for (pass, expected) in [(90, (90, Letter::A)), (89, (89, Letter::B))] {
        let mut edge = readings(2499.9, 199.9, UNTOLD);
        edge.viewport[Check::ContentWidth] = Some(CheckCount {
            pass,
            fail: 100 - pass,
            sample: 100,
        });
        check("edge of 90", &edge, Some(expected));
    }
}

#[test]
fn survivors_do_not_win() {
    let mut lossy = readings(800.0, 40.0, 40.0);
    lossy.survivors_under_limit = false;
    check("lost views", &lossy, Some((89, Letter::B)));
}

#[test]
fn a_reading_below_the_minimum_counts_as_untold() {
    let mut few = readings(800.0, 2000.0, 50.0);
    few.inp = few.inp.map(|reading| Reading {
        sample: MIN_VIEWS - 1,
        ..reading
    });
    check("29 interactions", &few, Some((100, Letter::A)));
    few.inp = few.inp.map(|reading| Reading {
        sample: MIN_VIEWS,
        ..reading
    });
    // Response 25 points.
    check("30 interactions", &few, Some((70, Letter::C)));
}

#[test]
fn viewport_is_the_average_over_the_checks_that_could_be_told() {
    let mut mixed = readings(1000.0, 50.0, UNTOLD);
    mixed.viewport[Check::TextSize] = Some(CheckCount {
        pass: 0,
        fail: 100,
        sample: 100,
    });
    mixed.viewport[Check::Zoom] = Some(CheckCount::default());
    check(
        "one of two fails, one untold",
        &mixed,
        Some((90, Letter::A)),
    );
}

#[test]
fn one_view_is_graded_as_a_group_of_one() {
    let ms = Ms::from_f64;
    for (load, response, pass, fail, expected) in [
        (ms(2499.9), ms(199.9), 6, 0, Some(Letter::A)),
        (ms(2500.0), ms(50.0), 6, 0, Some(Letter::B)),
        (ms(1000.0), ms(200.0), 6, 0, Some(Letter::B)),
        (ms(1000.0), ms(50.0), 2, 2, Some(Letter::A)),
        (ms(4000.0), ms(500.0), 0, 0, Some(Letter::C)),
        (None, ms(50.0), 0, 0, Some(Letter::B)),
        (ms(1000.0), None, 0, 0, Some(Letter::B)),
        (None, None, 6, 0, None),
    ] {
        let got = grade_view(load, response, pass, fail);
        assert_eq!(got, expected, "{load:?} {response:?} {pass}/{fail}");
    }
}
