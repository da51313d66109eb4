//! A working day, second by second: what comes, what waits, and what does not get there in time.

use super::factors::{
    AGAIN, BY_HOUR, DRAINED, INTAKE, REPORTS_A_VIEW, ROLLED, ROLLED_EVERY, ROLLING_SHARE, STAY,
};

const DAY: usize = 86_400;

/// What is there for so many views.
#[derive(Clone, Copy, Debug)]
pub struct Deployment {
    pub views_a_day: f64,
    pub collectors: usize,
    /// Of each.
    pub cores: f64,
    /// 0: SQLite, no ClickHouse.
    pub shards: usize,
    /// Reports that may wait on each collector.
    pub spool: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Nothing,
    /// At eight, ten times the mean comes on top, and halves every ten minutes.
    Rush,
    /// From nine to ten.
    ClickHouseAway,
    /// One, from nine to ten past; its spool waits with it.
    CollectorAway,
}

/// How the day went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    pub came: f64,
    pub stored: f64,
    /// What the busiest collector was asked to do, as a part of what it can.
    pub busiest: f64,
    /// In the fullest spool.
    pub waited: f64,
    /// Seconds from the answer to ClickHouse, at most.
    pub delay: f64,
    /// Seconds, how old an answer about the running hour is at most.
    pub age: f64,
    /// Reports that were not taken when they first came; each comes again until it is.
    pub again: f64,
    /// Not taken by the end of the day.
    pub left: f64,
}

#[derive(Clone, Default)]
struct Collector {
    /// In all, by the second.
    taken: Vec<f64>,
    drained: f64,
    /// The second whose reports go next.
    next: usize,
}

impl Collector {
    fn waits(&self) -> f64 {
        self.taken.last().unwrap_or(&0.0) - self.drained
    }

    /// Since when the first that waits does.
    fn delay(&mut self, now: usize) -> f64 {
        while self.next < now && self.taken[self.next] <= self.drained + 0.5 {
            self.next += 1;
        }
        (now - self.next + 1) as f64
    }
}

pub fn pass(deployment: &Deployment, event: Event) -> Told {
    let mut told = Told::default();
    let mut collectors = vec![Collector::default(); deployment.collectors];
    let mut again = vec![0.0; DAY + AGAIN + 1];
    let mut of_hour = 0.0;
    for now in 0..DAY {
        let comes = views(deployment, event, now)
            + now
                .checked_sub(STAY)
                .map_or(0.0, |then| views(deployment, event, then))
                * (REPORTS_A_VIEW - 1.0);
        told.came += comes;
        if now.is_multiple_of(3600) {
            of_hour = 0.0;
        }
        let up: Vec<bool> = (0..deployment.collectors)
            .map(|at| {
                !(at == 0 && event == Event::CollectorAway && (32_400..33_000).contains(&now))
            })
            .collect();
        let count = up.iter().filter(|up| **up).count() as f64;
        let is_away = event == Event::ClickHouseAway && (32_400..36_000).contains(&now);
        let asked = comes + again[now];
        let mut refused = if count == 0.0 { asked } else { 0.0 };
        let mut delay: f64 = 0.0;
        for (collector, up) in collectors.iter_mut().zip(&up) {
            let before = *collector.taken.last().unwrap_or(&0.0);
            if !up {
                collector.taken.push(before);
                delay = delay.max(collector.delay(now));
                continue;
            }
            let share = asked / count;
            let waits = collector.waits();
            let room = match deployment.shards {
                0 => f64::INFINITY,
                _ => (deployment.spool - waits).max(0.0),
            };
            let taken = share.min(deployment.cores / INTAKE).min(room);
            let free = (deployment.cores - taken * INTAKE - ROLLING_SHARE).max(0.0);
            // What came in the seconds before: reports gather before they go.
            let gone = match deployment.shards {
                0 => waits,
                _ if is_away => 0.0,
                shards => {
                    let most = DRAINED * free.min(1.0).min(shards as f64 / count);
                    waits.min(most)
                }
            };
            collector.drained += gone;
            collector.taken.push(before + taken);
            refused += share - taken;
            told.stored += taken;
            of_hour += taken;
            let to_drain = if deployment.shards == 0 {
                0.0
            } else {
                gone / DRAINED
            };
            let busy = (share * INTAKE + to_drain + ROLLING_SHARE) / deployment.cores;
            told.busiest = told.busiest.max(busy);
            told.waited = told.waited.max(collector.waits());
            delay = delay.max(collector.delay(now));
        }
        // Each rolls up its share of the portals, rests four times as long, and rolls up again before it can be seen.
        let work = of_hour / deployment.collectors as f64 / ROLLED;
        let round = work / ROLLING_SHARE;
        if deployment.shards > 0 {
            told.delay = told.delay.max(delay);
        }
        told.age = told.age.max(round.max(ROLLED_EVERY) + work + delay);
        told.again += refused * comes / asked;
        again[now + AGAIN] += refused;
    }
    told.left = again[DAY..].iter().sum();
    told
}

/// That begin in a second.
fn views(deployment: &Deployment, event: Event, second: usize) -> f64 {
    let of_day: f64 = BY_HOUR.iter().sum::<f64>() * 3600.0;
    let mean = deployment.views_a_day / DAY as f64;
    let rush = match (event, second.checked_sub(8 * 3600)) {
        (Event::Rush, Some(since)) => 10.0 * mean * 0.5_f64.powf(since as f64 / 600.0),
        _ => 0.0,
    };
    deployment.views_a_day * BY_HOUR[second / 3600] / of_day + rush
}

#[cfg(test)]
#[path = "day_tests.rs"]
mod tests;
