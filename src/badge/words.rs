//! Every string of the badge, in both languages.

pub struct Words {
    pub this_view: &'static str,
    pub load: &'static str,
    /// `loadEventEnd`, where the browser has no LCP.
    pub loaded: &'static str,
    pub inp: &'static str,
    pub server_wait: &'static str,
    pub untold: &'static str,
    pub no_grade: &'static str,
    pub where_measured: &'static str,
    /// What stands under the times.
    pub note: &'static str,
    pub decimal: &'static str,
}

pub const VIETNAMESE: Words = Words {
    this_view: "Lượt xem này",
    load: "Tải trang: ",
    loaded: "Tải xong: ",
    inp: "Phản hồi: ",
    server_wait: "Chờ máy chủ: ",
    untold: "không đo được",
    no_grade: "–",
    where_measured: "Đo trên trình duyệt của bạn",
    note: "Lượt xem này · đo trên trình duyệt của bạn",
    decimal: ",",
};

pub const ENGLISH: Words = Words {
    this_view: "This view",
    load: "Page load: ",
    loaded: "Loaded: ",
    inp: "Response: ",
    server_wait: "Server wait: ",
    untold: "not measurable",
    no_grade: "–",
    where_measured: "Measured in your browser",
    note: "This view · measured in your browser",
    decimal: ".",
};
