//! Every string of the dashboard, in every language. A language that lacks one does not compile.

use nhip_protocol::blame::Verdict;
use nhip_protocol::check::Check;
use nhip_protocol::refusal::Refusal;
use nhip_protocol::report::Complaint;

use crate::browser_reports::Kind;

pub mod alerts;
mod country;
mod data;
mod en;
mod explore;
mod month;
mod past;
mod vi;

pub use alerts::AlertStrings;
pub use country::Country;
pub use data::Data;
pub use en::STRINGS as EN;
pub use explore::Explore;
pub use month::MonthStrings;
pub use past::Past;
pub use vi::STRINGS as VI;

pub struct Strings {
    pub explore: Explore,
    pub country: Country,
    pub alerts: AlertStrings,
    pub data: Data,
    pub past: Past,
    pub month: MonthStrings,
    /// BCP 47, for `lang`.
    pub code: &'static str,
    /// Of the other language, in its own words.
    pub other_code: &'static str,
    pub other_name: &'static str,
    pub skip: &'static str,
    pub title: &'static str,
    pub tagline: &'static str,
    pub window: &'static str,
    pub window_to: &'static str,
    pub coverage: &'static str,
    pub coverage_of: &'static str,
    pub stuck: &'static str,
    /// After a number of reports.
    pub stuck_text: &'static str,
    pub synthetic: &'static str,
    pub synthetic_text: &'static str,
    pub demo_title: &'static str,
    pub demo_text: &'static str,
    pub demo_min: &'static str,
    pub reporting: &'static str,
    pub nobody: &'static str,
    pub waiting_title: &'static str,
    pub waiting_text: &'static str,
    pub portal: &'static str,
    pub status: &'static str,
    pub waiting: &'static str,
    pub connected: &'static str,
    pub silent: &'static str,
    pub since: &'static str,
    pub grade: &'static str,
    pub points: &'static str,
    pub not_enough: &'static str,
    pub not_enough_of: &'static str,
    pub load_p75: &'static str,
    pub inp_p75: &'static str,
    pub server_p75: &'static str,
    pub viewport_share: &'static str,
    pub views: &'static str,
    pub began: &'static str,
    pub measured: &'static str,
    pub lost: &'static str,
    pub last_seen: &'static str,
    pub never: &'static str,
    pub untold: &'static str,
    pub n_views: &'static str,
    pub back: &'static str,
    pub not_official: &'static str,
    pub badge_window: &'static str,
    pub badge_note: &'static str,
    pub profile: &'static str,
    pub untold_list: &'static str,
    pub untold_note: &'static str,
    pub readings: &'static str,
    pub reading: &'static str,
    pub lcp: &'static str,
    pub loaded: &'static str,
    pub inp: &'static str,
    pub server_wait: &'static str,
    pub request_wait: &'static str,
    /// After a number of them.
    pub requests: &'static str,
    pub cls: &'static str,
    pub fcp: &'static str,
    pub ttfb: &'static str,
    pub median: &'static str,
    pub count: &'static str,
    pub accounting: &'static str,
    pub unfinished: &'static str,
    pub abandoned: &'static str,
    pub blocked: &'static str,
    pub late: &'static str,
    pub duplicate: &'static str,
    pub superseded: &'static str,
    pub null_origin: &'static str,
    pub queue_lost: &'static str,
    pub automated: &'static str,
    pub surplus: &'static str,
    /// Before the number of views that began; after it, before that of the lost ones.
    pub of_began: &'static str,
    pub of_lost: &'static str,
    /// After both.
    pub only_measured: &'static str,
    pub uncountable: &'static str,
    pub lost_at: &'static str,
    /// Before the window.
    pub lost_at_note: &'static str,
    pub lost_loading: &'static str,
    pub lost_interactive: &'static str,
    pub lost_complete: &'static str,
    pub checks: &'static str,
    pub check: &'static str,
    pub pass: &'static str,
    pub fail: &'static str,
    pub unknown: &'static str,
    pub weights_note: &'static str,
    pub skipped: &'static str,
    /// Each before its number of views.
    pub skipped_audit: &'static str,
    pub skipped_badge: &'static str,
    /// In the order of [`Check::ALL`].
    pub check_names: [&'static str; Check::COUNT],
    pub errors: &'static str,
    /// Before the number of views in which anything went wrong.
    pub error_views: &'static str,
    pub error_note: &'static str,
    /// Before the window.
    pub error_sums: &'static str,
    pub error: &'static str,
    pub error_status: &'static str,
    pub error_count: &'static str,
    pub error_uncaught: &'static str,
    pub error_rejected: &'static str,
    pub error_mixed: &'static str,
    pub error_resource: &'static str,
    pub error_navigation: &'static str,
    /// A status that the browser does not tell.
    pub error_unknown: &'static str,
    pub services: &'static str,
    /// Before the name of the call that tells of one.
    pub withheld: &'static str,
    pub show_private: &'static str,
    pub token_needed: &'static str,
    pub sign_in: &'static str,
    pub sign_out: &'static str,
    pub signed_in: &'static str,
    pub every_portal: &'static str,
    pub token: &'static str,
    pub no_such_token: &'static str,
    pub too_many_tries: &'static str,
    pub sign_in_note: &'static str,
    pub browser_reports: &'static str,
    pub no_browser_reports: &'static str,
    pub browser_reports_note: &'static str,
    /// In the order of [`Kind::ALL`].
    pub browser_kinds: [&'static str; Kind::ALL.len()],
    pub no_services: &'static str,
    pub services_note: &'static str,
    /// What stands for a name that too few views have shown.
    pub services_rare: &'static str,
    /// Before the window.
    pub services_sums: &'static str,
    pub service: &'static str,
    pub started: &'static str,
    pub done: &'static str,
    pub failed: &'static str,
    pub given_up: &'static str,
    /// Before the percentile.
    pub done_in: &'static str,
    pub done_told: &'static str,
    pub ratings: &'static str,
    /// Before the attribute that has the visitors asked.
    pub no_ratings: &'static str,
    /// Before the share, its target, and the number of answers.
    pub ratings_satisfied: &'static str,
    pub ratings_target: &'static str,
    pub ratings_n: &'static str,
    pub ratings_note: &'static str,
    /// Before the window.
    pub complaints_note: &'static str,
    pub complaint: &'static str,
    pub complaint_told: &'static str,
    /// After the verdicts: no reading of the view was over a limit.
    pub complaint_fast: &'static str,
    /// In the order of [`Complaint::ALL`]; last, who told none.
    pub complaint_names: [&'static str; Complaint::ALL.len() + 1],
    pub blame: &'static str,
    /// Before the number of views over a limit; after it, the rules' version.
    pub blame_of: &'static str,
    pub blame_none: &'static str,
    pub blame_note: &'static str,
    pub verdict: &'static str,
    pub weight: &'static str,
    /// In the order of [`Verdict::ALL`].
    pub verdict_names: [&'static str; Verdict::COUNT],
    pub outcomes: &'static str,
    pub stored: &'static str,
    pub refused: &'static str,
    pub reason: &'static str,
    pub none_refused: &'static str,
    /// In the order of [`Refusal::REASONS`].
    pub reason_names: [&'static str; Refusal::REASONS.len()],
    pub strangers: &'static str,
    pub strangers_hint: &'static str,
    pub tag: &'static str,
    pub tag_text: &'static str,
    pub tag_add: &'static str,
    pub merged: &'static str,
    pub successor: &'static str,
    pub not_found: &'static str,
    pub bad_question: &'static str,
    pub unavailable: &'static str,
    pub demo_list_title: &'static str,
    pub demo_good: &'static str,
    pub demo_slow: &'static str,
    pub demo_broken: &'static str,
    pub see_grade: &'static str,
}
