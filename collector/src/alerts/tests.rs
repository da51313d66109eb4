use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::*;
use crate::alerts::receivers::Notify;
use crate::app::App;
use crate::audit::By;
use crate::clock::{DAY_MS, HOUR_MS, UnixMs, hour_of};
use crate::portals::Portal;
use crate::roller::tests::{HOUR, Place, place, row};
use crate::store::NewRow;

const MAIL: &str = "mail an@example.vn";

/// At the beginning of an hour.
const START: UnixMs = HOUR * HOUR_MS;

fn portal(code: &str) -> Portal {
    Portal {
        code: code.parse().unwrap(),
        name: code.to_owned(),
        agency: code.parse().unwrap(),
        origins: vec!["https://dvc.example.vn".parse().unwrap()],
        count_automated: false,
        added: 0,
        names: Vec::new(),
        paused: false,
    }
}

/// Two portals, these rules, two receivers.
fn watched(rules: &[&str]) -> Place {
    let mut place = place();
    place.now.store(START, Ordering::Relaxed);
    for code in ["vn-hn", "vn-dn"] {
        place.app.portals.put(&portal(code)).unwrap();
    }
    let notify = "webhooks = [{ name = 'chat', url = 'https://chat.example.vn/x' }]
        [mail]\nsmtp = 'smtp://127.0.0.1:1'\nfrom = 'nhip@example.vn'\nto = ['an@example.vn']";
    let notify: WrittenNotify = toml::from_str(notify).unwrap();
    let app: &mut App = Arc::get_mut(&mut place.app).unwrap();
    app.rules = rules.iter().map(|text| rule(text).unwrap()).collect();
    app.notify = notify.check(None).unwrap();
    place
}

fn rule(text: &str) -> Result<Rule, String> {
    let written: WrittenRule = toml::from_str(text).map_err(|error| error.to_string())?;
    Rule::try_from(written)
}

impl Place {
    /// The hour that begins now: `views` of a portal with this LCP in ms. Then it is over.
    async fn hour(&self, portal: &str, views: u64, lcp: u64) {
        let now = self.now.load(Ordering::Relaxed);
        let view = |n: u64| row(portal, now.unsigned_abs() + n, now + 1000, 0, lcp * 10);
        self.pass((0..views).map(view).collect()).await;
    }

    async fn pass(&self, rows: Vec<NewRow>) {
        self.append(rows).await;
        self.now.fetch_add(HOUR_MS, Ordering::Relaxed);
        self.roll().await;
        watch(&self.app).await.unwrap();
    }

    /// `+rule portal` for what is firing, `-` for what was over, in their order.
    fn told(&self) -> Vec<String> {
        let mut told: Vec<(UnixMs, String)> = Vec::new();
        for alert in self.app.portals.alerts(None).unwrap() {
            told.push((alert.since, format!("+{} {}", alert.rule, alert.portal)));
            let over = alert
                .resolved
                .map(|at| (at, format!("-{} {}", alert.rule, alert.portal)));
            told.extend(over);
        }
        told.sort();
        told.into_iter().map(|(_, text)| text).collect()
    }

    fn messages(&self, receiver: &str) -> Vec<Message> {
        let mut deliveries = self.app.portals.deliveries().unwrap();
        deliveries.reverse();
        let of = deliveries.iter().filter(|it| it.receiver == receiver);
        of.map(|it| serde_json::from_str(&it.message).unwrap())
            .collect()
    }
}

#[tokio::test]
async fn a_slow_portal_is_told_after_its_hours_and_once_until_it_is_well_again() {
    let place =
        watched(&["name = 'cham'\nwhen = 'p75'\nreading = 'lcp'\nlimit_ms = 4000\nhours = 3"]);
    for lcp in [2000, 5000, 5000] {
        place.hour("vn-hn", 40, lcp).await;
    }
    assert_eq!(place.told(), [""; 0]);
    place.hour("vn-hn", 40, 5000).await;
    assert_eq!(place.told(), ["+cham vn-hn"]);
    // About the limit: neither again nor over.
    for lcp in [3900, 4100, 3900, 3900, 3900, 5000] {
        place.hour("vn-hn", 40, lcp).await;
    }
    assert_eq!(place.told(), ["+cham vn-hn"]);
    for lcp in [3500, 3500, 3500] {
        place.hour("vn-hn", 40, lcp).await;
    }
    assert_eq!(place.told(), ["+cham vn-hn", "-cham vn-hn"]);
    for receiver in ["chat", MAIL] {
        let messages = place.messages(receiver);
        assert_eq!(messages.len(), 2, "{receiver}");
        let Evidence::P75 { p75_ms, .. } = messages[0].alerts[0].evidence else {
            panic!("{:?}", messages[0]);
        };
        // A bucket of the sketch is 1 % wide.
        assert!((p75_ms - 5000.0).abs() < 50.0, "{p75_ms}");
        assert!(
            messages[0].text.contains("CẢNH BÁO: vn-hn: Tải trang"),
            "{}",
            messages[0].text
        );
        assert_eq!(messages[1].alerts[0].status, "resolved");
    }
}

#[tokio::test]
async fn a_quiet_portal_is_judged_over_more_hours_and_a_night_is_none() {
    let place =
        watched(&["name = 'cham'\nwhen = 'p75'\nreading = 'lcp'\nlimit_ms = 4000\nhours = 2"]);
    // 30 views are needed: five hours make a block.
    for _ in 0..4 {
        place.hour("vn-hn", 7, 5000).await;
    }
    assert_eq!(place.told(), [""; 0]);
    for _ in 0..8 {
        place.pass(Vec::new()).await;
    }
    place.hour("vn-hn", 7, 5000).await;
    assert_eq!(place.told(), ["+cham vn-hn"]);
}

#[tokio::test]
async fn silence_is_told_but_not_that_of_the_collector_itself() {
    let place = watched(&["name = 'im'\nwhen = 'silence'\nhours = 5"]);
    place.hour("vn-hn", 1, 1000).await;
    // Nobody listened for ten hours.
    place.now.fetch_add(10 * HOUR_MS, Ordering::Relaxed);
    for _ in 0..5 {
        for _ in 0..6 {
            place.now.fetch_add(HOUR_MS / 6, Ordering::Relaxed);
            watch(&place.app).await.unwrap();
        }
        assert_eq!(place.told(), [""; 0]);
    }
    for _ in 0..2 {
        place.now.fetch_add(HOUR_MS / 6, Ordering::Relaxed);
        watch(&place.app).await.unwrap();
    }
    // The other one has never reported: it is not connected.
    assert_eq!(place.told(), ["+im vn-hn"]);
    let now = place.now.load(Ordering::Relaxed);
    place.append(vec![row("vn-hn", 77, now, 0, 1000)]).await;
    watch(&place.app).await.unwrap();
    assert_eq!(place.told(), ["+im vn-hn", "-im vn-hn"]);
}

#[tokio::test]
async fn an_outage_of_many_is_one_message_and_a_rule_that_is_gone_is_none() {
    let mut place = watched(&["name = 'im'\nwhen = 'silence'\nhours = 1"]);
    for code in ["vn-hn", "vn-dn"] {
        let now = place.now.load(Ordering::Relaxed);
        place.append(vec![row(code, 5, now, 0, 1000)]).await;
    }
    for _ in 0..7 {
        watch(&place.app).await.unwrap();
        place.now.fetch_add(HOUR_MS / 6, Ordering::Relaxed);
    }
    watch(&place.app).await.unwrap();
    assert_eq!(place.told().len(), 2);
    let messages = place.messages(MAIL);
    assert_eq!(messages.len(), 1);
    assert_eq!(
        (messages[0].alerts.len(), messages[0].subject.as_str()),
        (2, "2 cảnh báo mới")
    );
    let app: &mut App = Arc::get_mut(&mut place.app).unwrap();
    app.rules.clear();
    watch(&place.app).await.unwrap();
    assert_eq!(place.app.portals.firing().unwrap(), []);
    assert_eq!(place.messages(MAIL).len(), 1);
}

#[tokio::test]
async fn a_grade_that_fell_is_told_again_only_if_it_falls_further() {
    let place = watched(&["name = 'hang'\nwhen = 'grade'"]);
    let day = async |lcp: u64| {
        let now = place.now.load(Ordering::Relaxed);
        let rows =
            (0..60).map(|n| row("vn-hn", now.unsigned_abs() + n, now + 1000, 0, lcp * 10 + n));
        place.append(rows.collect()).await;
        place.roll().await;
        place.now.fetch_add(DAY_MS, Ordering::Relaxed);
        watch(&place.app).await.unwrap();
    };
    for lcp in [1200; 7].into_iter().chain([1250; 7]) {
        day(lcp).await;
    }
    assert_eq!(place.told(), [""; 0], "chance");
    for lcp in [3500; 7] {
        day(lcp).await;
    }
    assert_eq!(place.told(), ["+hang vn-hn"]);
    for lcp in [12_000; 7] {
        day(lcp).await;
    }
    assert_eq!(place.told().len(), 3);
    assert_eq!(place.app.portals.firing().unwrap().len(), 1);
    for lcp in [1000; 8] {
        day(lcp).await;
    }
    assert_eq!(place.app.portals.firing().unwrap(), []);
}

#[tokio::test]
async fn what_is_not_taken_waits_longer_and_is_given_up_when_nobody_is_named() {
    let mut place = watched(&[]);
    let message = Message::test(crate::dashboard::Language::English, 0);
    let waiting = NewDelivery {
        receiver: MAIL.to_owned(),
        message: serde_json::to_string(&message).unwrap(),
    };
    let changes = Changes {
        deliveries: vec![waiting; 2],
        ..Changes::default()
    };
    place
        .app
        .portals
        .keep_alerts(&changes, START, START)
        .unwrap();
    // Nothing listens on port 1.
    assert_eq!(send_due(&place.app).await.unwrap(), 1);
    let [after, tried] = &place.app.portals.deliveries().unwrap()[..] else {
        panic!()
    };
    // Who is behind the first waits without a try.
    assert_eq!((after.attempts, after.due), (0, Some(START + 30_000)));
    assert_eq!(
        (tried.attempts, tried.due, tried.sent),
        (1, Some(START + 30_000), None)
    );
    assert!(tried.error.is_some());
    assert_eq!(send_due(&place.app).await.unwrap(), 0, "not yet");
    place.now.fetch_add(30_000, Ordering::Relaxed);
    assert_eq!(send_due(&place.app).await.unwrap(), 1);
    let tried = &place.app.portals.deliveries().unwrap()[1];
    assert_eq!((tried.attempts, tried.due), (2, Some(START + 150_000)));
    Arc::get_mut(&mut place.app).unwrap().notify = Notify::default();
    place.now.fetch_add(HOUR_MS, Ordering::Relaxed);
    send_due(&place.app).await.unwrap();
    let tried = &place.app.portals.deliveries().unwrap()[1];
    assert_eq!((tried.attempts, tried.due, tried.sent), (3, None, None));
}

#[test]
fn a_rule_that_cannot_be_meant_is_refused_by_name() {
    for (text, word) in [
        ("name = 'x'\nwhen = 'p75'\nlimit_ms = 1", "reading"),
        ("name = 'x'\nwhen = 'p75'\nreading = 'lcp'", "limit_ms"),
        (
            "name = 'x'\nwhen = 'p75'\nreading = 'lcp'\nlimit_ms = 0",
            "limit_ms",
        ),
        (
            "name = 'x'\nwhen = 'p75'\nreading = 'cls'\nlimit_ms = 1",
            "reading",
        ),
        ("name = 'x'\nwhen = 'errors'", "percent"),
        ("name = 'x'\nwhen = 'errors'\npercent = 100", "percent"),
        ("name = 'x'\nwhen = 'silence'\nhours = 0", "hours"),
        ("name = 'x'\nwhen = 'silence'\nhours = 169", "hours"),
        ("name = 'x'\nwhen = 'grade'\nhours = 1", "hours"),
        ("name = 'x'\nwhen = 'silence'\npercent = 1", "percent"),
        (
            "name = 'x'\nwhen = 'silence'\nportals = ['Hà Nội']",
            "portals",
        ),
        ("name = ''\nwhen = 'grade'", "name"),
        ("name = 'x'\nwhen = 'later'", "when"),
    ] {
        let error = rule(text).unwrap_err();
        assert!(error.contains(word), "{text}: {error}");
    }
    assert_eq!(hour_of(START), HOUR);
    assert!(rule("name = 'x'\nwhen = 'losses'\npercent = 20").is_ok());
}

#[tokio::test]
async fn who_was_paused_or_removed_is_not_silent() {
    let place = watched(&["name = 'im'\nwhen = 'silence'\nhours = 5"]);
    place.hour("vn-hn", 1, 1000).await;
    let look = async |hours: i64| {
        for _ in 0..hours * 6 {
            place.now.fetch_add(HOUR_MS / 6, Ordering::Relaxed);
            watch(&place.app).await.unwrap();
        }
    };
    let by = || By {
        at: place.now.load(Ordering::Relaxed),
        who: "a test".to_owned(),
    };
    let code = portal("vn-hn").code;
    let pause = |paused: bool| {
        let action = ["portal resume", "portal pause"][usize::from(paused)];
        let change = |portal: &mut Portal| {
            portal.paused = paused;
            Ok(())
        };
        place
            .app
            .portals
            .change(&code, action, &by(), change)
            .unwrap();
    };
    pause(true);
    look(10).await;
    pause(false);
    look(4).await;
    assert_eq!(place.told(), [""; 0]);
    look(2).await;
    assert_eq!(place.told(), ["+im vn-hn"]);
    place.app.portals.remove(&code, &by()).unwrap();
    look(1).await;
    assert_eq!(place.app.portals.firing().unwrap(), []);
    assert_eq!(place.messages(MAIL).len(), 1);
    look(10).await;
    assert_eq!(place.told().len(), 2);
}

#[tokio::test]
async fn a_receiver_that_comes_back_is_told_in_order() {
    let place = watched(&[]);
    let now = || place.now.load(Ordering::Relaxed);
    let tell = |receiver: &str| {
        let deliveries = vec![NewDelivery {
            receiver: receiver.to_owned(),
            message: "{}".to_owned(),
        }];
        let changes = Changes {
            deliveries,
            ..Changes::default()
        };
        place
            .app
            .portals
            .keep_alerts(&changes, now(), now())
            .unwrap();
    };
    tell(MAIL);
    send_due(&place.app).await.unwrap();
    place.now.fetch_add(1000, Ordering::Relaxed);
    assert_eq!(place.app.portals.due(now()).unwrap(), []);
    // The second is new: the first goes before it.
    tell(MAIL);
    tell("chat");
    let due = place.app.portals.due(now()).unwrap();
    let of: Vec<(&str, i64)> = due.iter().map(|it| (it.receiver.as_str(), it.id)).collect();
    assert_eq!(of, [(MAIL, 1), (MAIL, 2), ("chat", 3)]);
}
