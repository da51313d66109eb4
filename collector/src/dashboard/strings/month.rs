//! The strings of months that were frozen.

#[derive(Clone, Copy)]
pub struct MonthStrings {
    pub title: &'static str,
    pub text: &'static str,
    pub none: &'static str,
    pub month: &'static str,
    pub report: &'static str,
    pub frozen: &'static str,
    pub published: &'static str,
    pub unpublished: &'static str,
    pub kept: &'static str,
    pub reported: &'static str,
    pub silent: &'static str,
    pub not_there: &'static str,
}

pub const VI: MonthStrings = MonthStrings {
    title: "Báo cáo tháng",
    text: "Kết quả của tháng đã qua, chốt một lần theo bộ tiêu chí lúc đó và không bao giờ đổi nữa. In ra giấy A4 bằng lệnh in của trình duyệt.",
    none: "Chưa có tháng nào được chốt và công bố.",
    month: "Tháng",
    report: "Báo cáo tháng",
    frozen: "Chốt lúc",
    published: "Công bố lúc",
    unpublished: "chưa công bố",
    kept: "Số liệu như lúc chốt; thay đổi về sau không làm đổi báo cáo này.",
    reported: "Có báo cáo trong tháng",
    silent: "Đã từng kết nối, im lặng cả tháng",
    not_there: "Tháng này chưa được chốt, chưa công bố, hoặc không có cổng này.",
};

pub const EN: MonthStrings = MonthStrings {
    title: "Monthly reports",
    text: "Results of months that are over, frozen once by the rules of then, and never changed. The browser prints them on A4.",
    none: "No month has been frozen and published yet.",
    month: "Month",
    report: "Report of",
    frozen: "Frozen at",
    published: "Published at",
    unpublished: "not published",
    kept: "The figures are those of then; no later change rewrites this report.",
    reported: "Reported in this month",
    silent: "Connected before, silent in all of it",
    not_there: "This month was not frozen or not published, or has no such portal.",
};
