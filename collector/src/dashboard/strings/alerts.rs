//! The strings of alerts: their page, and what is sent of them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use nhip_protocol::unit::Ms;

use super::super::language::Language;
use crate::alerts::{Condition, Evidence, Reading, Share};

#[derive(Clone, Copy)]
pub struct AlertStrings {
    pub title: &'static str,
    pub note: &'static str,
    pub firing: &'static str,
    pub nothing_firing: &'static str,
    pub resolved: &'static str,
    pub nothing_resolved: &'static str,
    pub what: &'static str,
    pub until: &'static str,
    pub rule: &'static str,
    pub rules: &'static str,
    pub rules_of: &'static str,
    pub all_portals: &'static str,
    pub sent: &'static str,
    pub nothing_sent: &'static str,
    pub nobody_told: &'static str,
    pub receiver: &'static str,
    pub message: &'static str,
    pub tries: &'static str,
    /// After the time.
    pub taken: &'static str,
    /// Before the time of the next try.
    pub again: &'static str,
    pub given_up: &'static str,
    pub of_portal: &'static str,
    pub see_all: &'static str,
}

pub const VI: AlertStrings = AlertStrings {
    title: "Cảnh báo",
    note: "Một cảnh báo bắt đầu khi quy tắc phát hiện ra nó và hết khi số liệu đã lùi hẳn khỏi ngưỡng (chín phần mười của ngưỡng), để số liệu dao động quanh ngưỡng chỉ được báo một lần.",
    firing: "Đang diễn ra",
    nothing_firing: "Không có cảnh báo nào đang diễn ra.",
    resolved: "Đã hết",
    nothing_resolved: "Chưa có cảnh báo nào đã hết.",
    what: "Điều phát hiện",
    until: "Hết lúc",
    rule: "Quy tắc",
    rules: "Quy tắc đang dùng",
    rules_of: "Cho các cổng",
    all_portals: "tất cả",
    sent: "Tin đã gửi và đang chờ gửi",
    nothing_sent: "Chưa có tin nào.",
    nobody_told: "Chưa có nơi nhận nào trong tệp cấu hình (mục [notify]); cảnh báo chỉ hiện ở trang này.",
    receiver: "Nơi nhận",
    message: "Tin",
    tries: "Số lần thử",
    taken: "đã nhận",
    again: "chưa nhận, thử lại lúc",
    given_up: "không gửi được, đã thôi thử",
    of_portal: "Cảnh báo của cổng này",
    see_all: "Mọi cảnh báo",
};

pub const EN: AlertStrings = AlertStrings {
    title: "Alerts",
    note: "An alert begins when its rule finds it, and is over once the reading is well away from the limit (nine tenths of it), so that a reading about the limit is told once.",
    firing: "Firing",
    nothing_firing: "No alert is firing.",
    resolved: "Resolved",
    nothing_resolved: "None has been resolved yet.",
    what: "What was found",
    until: "Until",
    rule: "Rule",
    rules: "Rules in use",
    rules_of: "Portals",
    all_portals: "all",
    sent: "Messages, sent and waiting",
    nothing_sent: "None yet.",
    nobody_told: "The configuration file names no receiver ([notify]); alerts are on this page alone.",
    receiver: "Receiver",
    message: "Message",
    tries: "Tries",
    taken: "taken",
    again: "not taken, again at",
    given_up: "not taken, given up",
    of_portal: "Alerts of this portal",
    see_all: "All alerts",
};

fn is_vietnamese(language: Language) -> bool {
    language == Language::Vietnamese
}

fn reading(reading: Reading, language: Language) -> &'static str {
    let t = language.strings();
    match reading {
        Reading::Lcp => t.load_p75,
        Reading::Inp => t.inp_p75,
        Reading::ServerWait => t.server_p75,
    }
}

fn share(share: Share, language: Language) -> &'static str {
    match (share, is_vietnamese(language)) {
        (Share::Errors, true) => "Lượt xem có lỗi",
        (Share::Errors, false) => "Views with errors",
        (Share::Losses, true) => "Lượt xem mất trước khi đo được",
        (Share::Losses, false) => "Views lost before anything was measured",
    }
}

fn millis(reading: Reading, ms: f64, language: Language) -> String {
    let ms = Ms::from_f64(ms).unwrap_or(Ms::whole(0));
    match reading {
        Reading::Lcp => language.seconds(ms),
        Reading::Inp | Reading::ServerWait => language.millis(ms),
    }
}

/// What was found, in a sentence without its end.
pub fn tell(evidence: &Evidence, language: Language, zone: &TimeZone) -> String {
    let vietnamese = is_vietnamese(language);
    match evidence {
        Evidence::Grade {
            was,
            was_score,
            now,
            now_score,
        } => match vietnamese {
            true => format!(
                "hạng 7 ngày qua {now} ({now_score} điểm), 7 ngày trước đó {was} ({was_score} điểm)"
            ),
            false => format!(
                "grade of the last 7 days {now} ({now_score} points), of the 7 days before {was} ({was_score} points)"
            ),
        },
        Evidence::P75 {
            reading: of,
            p75_ms,
            limit_ms,
            hours,
        } => {
            let name = reading(*of, language);
            let (now, limit) = (
                millis(*of, *p75_ms, language),
                millis(*of, *limit_ms, language),
            );
            match vietnamese {
                true => format!("{name} {now}, ngưỡng {limit} trong {hours} giờ"),
                false => format!("{name} {now}, limit {limit} for {hours} hours"),
            }
        }
        Evidence::Silence { last_seen, hours } => {
            let at = last_seen.parse::<Timestamp>().map(|at| at.as_millisecond());
            let at = at.map_or_else(|_| last_seen.clone(), |at| language.time(at, zone));
            match vietnamese {
                true => format!("báo cáo cuối lúc {at}, ngưỡng {hours} giờ im lặng"),
                false => format!("last report at {at}, limit {hours} hours of silence"),
            }
        }
        Evidence::Share {
            of,
            percent,
            limit_percent,
            hours,
        } => {
            let (name, now) = (share(*of, language), language.percent(percent / 100.0));
            match vietnamese {
                true => format!("{name} {now}, ngưỡng {limit_percent} % trong {hours} giờ"),
                false => format!("{name} {now}, limit {limit_percent} % for {hours} hours"),
            }
        }
    }
}

/// What a rule looks for.
pub fn rule(condition: Condition, language: Language) -> String {
    let vietnamese = is_vietnamese(language);
    match condition {
        Condition::GradeFall => match vietnamese {
            true => "hạng 7 ngày kém hơn hạng 7 ngày trước đó, quá mức ngẫu nhiên".to_owned(),
            false => {
                "the grade of 7 days is worse than that of the 7 days before, by more than chance"
                    .to_owned()
            }
        },
        Condition::P75 {
            reading: of,
            limit,
            hours,
        } => {
            let (name, limit) = (reading(of, language), millis(of, limit.as_f64(), language));
            match vietnamese {
                true => format!("{name} trên {limit} trong {hours} giờ liền"),
                false => format!("{name} over {limit} for {hours} hours in a row"),
            }
        }
        Condition::Silence { hours } => match vietnamese {
            true => format!("không có báo cáo nào trong {hours} giờ"),
            false => format!("no report for {hours} hours"),
        },
        Condition::Share { of, percent, hours } => {
            let name = share(of, language);
            match vietnamese {
                true => format!("{name} trên {percent} % trong {hours} giờ liền"),
                false => format!("{name} over {percent} % for {hours} hours in a row"),
            }
        }
    }
}

/// A line of a message.
pub fn line(firing: bool, name: &str, told: &str, language: Language) -> String {
    let status = match (firing, is_vietnamese(language)) {
        (true, true) => "CẢNH BÁO",
        (false, true) => "ĐÃ HẾT",
        (true, false) => "FIRING",
        (false, false) => "RESOLVED",
    };
    format!("{status}: {name}: {told}")
}

pub fn subject(firing: usize, resolved: usize, language: Language) -> String {
    let one = |n: usize, [vietnamese, english]: [&str; 2]| {
        let word = match is_vietnamese(language) {
            true => vietnamese,
            false => english,
        };
        (n > 0).then(|| format!("{n} {word}"))
    };
    let parts = [
        one(firing, ["cảnh báo mới", "firing"]),
        one(resolved, ["cảnh báo đã hết", "resolved"]),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Before the subject, where everything is made up.
pub fn synthetic(language: Language) -> &'static str {
    language.strings().synthetic
}

pub fn test(language: Language) -> &'static str {
    match is_vietnamese(language) {
        true => "Tin thử: nơi nhận này nhận được cảnh báo của Nhịp.",
        false => "A test: this receiver gets the alerts of Nhịp.",
    }
}
