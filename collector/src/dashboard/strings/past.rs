//! The strings of what was published before.

#[derive(Clone, Copy)]
pub struct Past {
    pub title: &'static str,
    pub source: &'static str,
    pub note: &'static str,
    pub map: &'static str,
    pub provinces: &'static str,
    pub province: &'static str,
    pub all: &'static str,
    pub grade: &'static str,
    pub today: &'static str,
    /// Before the successor.
    pub joined: &'static str,
    /// Before its own name.
    pub grew: &'static str,
    /// On a portal's page, before the letter.
    pub of_portal: &'static str,
    /// After it.
    pub not_comparable: &'static str,
}

pub const VI: Past = Past {
    title: "Kết quả công bố 6 tháng đầu năm 2023",
    source: "Nguồn: kết quả đánh giá cổng dịch vụ công của 63 tỉnh, thành phố, 6 tháng đầu năm 2023, do Bộ Thông tin và Truyền thông công bố.",
    note: "Chỉ để tham khảo: chấm trên cả ba mặt (chức năng, hiệu năng, tiếp cận), theo 63 tỉnh, thành phố trước ngày 01/7/2025. Nhịp không đo các kết quả này, không so chúng với phần đo trong trình duyệt và không chuyển hạng qua sáp nhập.",
    map: "Bản đồ ô 63 tỉnh, thành phố",
    provinces: "Số tỉnh, thành phố",
    province: "Tỉnh, thành phố khi đó",
    all: "Từng tỉnh, thành phố",
    grade: "Hạng công bố",
    today: "Hiện nay",
    joined: "sáp nhập vào",
    grew: "nhận sáp nhập, tên",
    of_portal: "Công bố 6 tháng đầu năm 2023:",
    not_comparable: "cả ba mặt đánh giá, không so được với phần đo ở đây",
};

pub const EN: Past = Past {
    title: "Published grades of the first half of 2023",
    source: "Source: the assessment of 63 provinces' public-service portals, first half of 2023, published by the Ministry of Information and Communications.",
    note: "For reference only: it is of all three pillars (function, performance, access), and of the 63 provinces before 1 July 2025. Nhịp did not measure it, does not set it beside the part measured in browsers, and carries no grade over a merger.",
    map: "Tile map of the 63 provinces",
    provinces: "Provinces",
    province: "Province of then",
    all: "Each province",
    grade: "Published grade",
    today: "Today",
    joined: "joined",
    grew: "others joined it:",
    of_portal: "Published for the first half of 2023:",
    not_comparable: "all three pillars, not comparable with the part measured here",
};
