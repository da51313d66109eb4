//! The tables as Markdown.

use super::day::{Deployment, Event, Told, pass};
use super::factors::{JSON, SPOOLED};
use super::paper::Step;

pub fn steps(deployments: &[Deployment]) -> String {
    let mut table = "| views a day | reports/s, mean | at the peak | cores of collectors | and for rolling up, mean | from browsers, at the peak | to ClickHouse and between its replicas | reports on disk |\n|---:|---:|---:|---:|---:|---:|---:|---:|\n".to_owned();
    for deployment in deployments {
        let views = deployment.views_a_day;
        let step = Step::of(views);
        table += &format!(
            "| {} | {} | {} | {} | {} | {}/s | {}/s | {} |\n",
            power(views),
            whole(step.mean),
            whole(step.peak),
            two_digits(step.cores),
            two_digits(step.rolling),
            bytes(step.from_browsers),
            bytes(step.to_clickhouse),
            bytes(step.disk)
        );
    }
    table
}

pub fn days(deployments: &[Deployment]) -> String {
    let mut table = "| views a day | what is there | the day | asked of the busiest collector | waits in its spool | in ClickHouse after | the running hour's answers are as old as | reports that had to come again | not taken by midnight |\n|---:|---|---|---:|---:|---:|---:|---:|---:|\n".to_owned();
    let events = [
        (Event::Nothing, "as always"),
        (Event::Rush, "a rush at eight"),
        (Event::ClickHouseAway, "ClickHouse away from nine to ten"),
        (Event::CollectorAway, "a collector away for ten minutes"),
    ];
    for deployment in deployments {
        for (event, name) in events {
            let alone = deployment.shards == 0;
            if alone && event == Event::ClickHouseAway {
                continue;
            }
            let told = pass(deployment, event);
            table += &row(deployment, name, &told);
        }
    }
    table
}

fn row(deployment: &Deployment, name: &str, told: &Told) -> String {
    let has = match deployment.shards {
        0 => format!(
            "{} × {} cores, SQLite",
            deployment.collectors, deployment.cores
        ),
        shards => format!(
            "{} × {} cores, {} shard{}, spools of {}",
            deployment.collectors,
            deployment.cores,
            shards,
            if shards == 1 { "" } else { "s" },
            bytes(deployment.spool * (JSON + SPOOLED))
        ),
    };
    let in_clickhouse = |text: String| match deployment.shards {
        0 => "–".to_owned(),
        _ => text,
    };
    format!(
        "| {} | {has} | {name} | {:.0} % | {} | {} | {} | {} | {} |\n",
        power(deployment.views_a_day),
        told.busiest * 100.0,
        in_clickhouse(bytes(told.waited * (JSON + SPOOLED))),
        in_clickhouse(time(told.delay)),
        time(told.age),
        whole(told.again),
        whole(told.left)
    )
}

fn power(views: f64) -> String {
    let digits = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];
    let exponent = (views.log10().round() as usize).to_string();
    let raised = exponent
        .bytes()
        .map(|digit| digits[usize::from(digit - b'0')]);
    format!("10{}", raised.collect::<String>())
}

fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn two_digits(number: f64) -> String {
    let places = 1 - number.abs().log10().floor() as i32;
    format!("{number:.*}", usize::try_from(places).unwrap_or(0))
}

fn bytes(number: f64) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    let unit = units.into_iter().find(|(of, _)| number >= *of);
    let (of, name) = unit.unwrap_or((1.0, "bytes"));
    match number / of {
        small if small < 10.0 && of > 1.0 => format!("{small:.1} {name}"),
        large => format!("{large:.0} {name}"),
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        short if short < 120.0 => format!("{short:.0} s"),
        long if long < 7200.0 => format!("{:.0} min", long / 60.0),
        long => format!("{:.1} h", long / 3600.0),
    }
}
