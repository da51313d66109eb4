//! The page that is loaded: a portal's home as they are, with work of its own. Its scripts use no
//! promises and no idle callbacks, so that what runs in those is the variant's.

use std::fmt::Write;
use std::fs;

use anyhow::Result;

use super::server::{File, Files};
use crate::root;

/// What the page loads for itself, by path.
pub fn assets() -> Result<Files> {
    let mut files = Files::new();
    for (path, media_type, from) in [
        (
            "/kieu.css",
            "text/css",
            "www/vendor/govuk-frontend/govuk-frontend.min.css",
        ),
        (
            "/anh.jpg",
            "image/jpeg",
            "www/demo/assets/anh-ruong-bac-thang.jpg",
        ),
    ] {
        let mut bytes = fs::read(root().join(from))?;
        if media_type == "text/css" {
            // The typeface may be served by one government only: as on any other site, the next one is taken.
            bytes = String::from_utf8(bytes)?
                .replace("GDS Transport,", "")
                .into();
        }
        files.insert(path.to_owned(), File { media_type, bytes });
    }
    let script = File {
        media_type: "text/javascript",
        bytes: SCRIPT.into(),
    };
    files.insert("/trang.js".to_owned(), script);
    files.insert(
        "/khac".to_owned(),
        html("<!doctype html><link rel=icon href=data:,><title>Khác</title>".to_owned()),
    );
    Ok(files)
}

/// The home page with `tag` in its head.
pub fn home(tag: &str) -> File {
    let mut cards = String::new();
    for n in 0..PROCEDURES {
        let (name, field) = NAMES[n % NAMES.len()];
        let _ = write!(
            cards,
            "<li class=the><h3 class=govuk-heading-s><a class=govuk-link href=\"/thu-tuc/{n}\">{name}</a></h3>\
             <p class=linh-vuc>{field}</p><p class=govuk-body>Nộp trực tuyến, trả kết quả trong {} ngày làm việc.</p>\
             <ul class=\"govuk-list buoc\"><li>Mức độ: <strong>toàn trình</strong></li><li>Lệ phí: <b>{} đồng</b></li></ul></li>",
            n % 15 + 1,
            n * 1000
        );
    }
    let mut fields = String::new();
    for (name, label) in FIELDS {
        let _ = write!(
            fields,
            "<div class=govuk-form-group><label class=govuk-label for={name}>{label}</label>\
             <input class=govuk-input id={name} name={name}></div>"
        );
    }
    let mut menu = String::new();
    for n in 0..24 {
        let _ = write!(menu, "<li><a href=\"/muc/{n}\">Lĩnh vực {n}</a></li>");
    }
    html(format!(
        "<!doctype html><html lang=vi><head><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width,initial-scale=1\">\
         <link rel=icon href=data:,><title>Cổng dịch vụ công</title><script>{OBSERVERS}</script>{tag}\
         <link rel=stylesheet href=/kieu.css><style>{STYLE}</style></head>\
         <body class=govuk-template__body><header><h1 class=govuk-heading-l>Cổng dịch vụ công</h1></header>\
         <nav><ul class=muc>{menu}</ul></nav><main class=govuk-width-container>\
         <img src=/anh.jpg width=1200 height=500 alt=\"Ruộng bậc thang\">\
         <form class=o-tim>{fields}<button type=button id=tra-cuu class=govuk-button>Tra cứu hồ sơ</button>\
         <p id=ket-qua></p></form><h2 class=govuk-heading-m>Thủ tục</h2><ul class=luoi>{cards}</ul>\
         <div id=tin></div></main><footer><p>Đường dây nóng 1022</p></footer>\
         <script src=/trang.js></script></body></html>"
    ))
}

fn html(text: String) -> File {
    File {
        media_type: "text/html",
        bytes: text.into_bytes(),
    }
}

/// About 1,100 elements in all.
const PROCEDURES: usize = 96;

const NAMES: [(&str, &str); 6] = [
    ("Đăng ký khai sinh", "Hộ tịch"),
    ("Cấp đổi giấy phép lái xe", "Giao thông"),
    ("Đăng ký hộ kinh doanh", "Kinh doanh"),
    ("Đăng ký thường trú", "Cư trú"),
    ("Cấp bản sao trích lục hộ tịch", "Hộ tịch"),
    ("Cấp giấy phép xây dựng nhà ở", "Xây dựng"),
];

const FIELDS: [(&str, &str); 4] = [
    ("ma-ho-so", "Mã hồ sơ"),
    ("thu-tuc", "Tên thủ tục"),
    ("co-quan", "Cơ quan"),
    ("linh-vuc", "Lĩnh vực"),
];

const STYLE: &str = "header{background:#0b5351;color:#fff;padding:8px 16px}header h1{color:#fff;margin:0}\
.muc{display:flex;flex-wrap:wrap;gap:12px;list-style:none;padding:8px 16px;margin:0}\
img{max-width:100%;height:auto}.luoi{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:16px;padding:0;list-style:none}\
.the{border:1px solid #b1b4b6;border-radius:6px;padding:12px}.linh-vuc{font:14px/1.4 sans-serif;color:#505a5f}";

/// LCP, FCP and the sum of shifts, in every variant alike: what the script changes is seen from outside.
const OBSERVERS: &str = "self.seen={lcp:0,fcp:0,cls:0};\
for(const [type,see] of [['largest-contentful-paint',e=>seen.lcp=e.startTime],\
['paint',e=>{if(e.name=='first-contentful-paint')seen.fcp=e.startTime}],\
['layout-shift',e=>{if(!e.hadRecentInput)seen.cls+=e.value}]])\
new PerformanceObserver(l=>l.getEntries().forEach(see)).observe({type,buffered:true})";

/// Some work at the start, a late notice that shifts the page, answers to input.
const SCRIPT: &str = "(function(){
  var links=document.querySelectorAll('a'),sum=0;
  function work(n){while(n--)sum+=Math.sqrt(sum+links.length)}
  work(2e6);
  var index={};for(var i=0;i<links.length;i++){var key=links[i].textContent.toLowerCase();(index[key]=index[key]||[]).push(links[i].href)}
  addEventListener('load',function(){work(1e6);
    document.getElementById('tin').innerHTML='<h2>Tin mới</h2><p>Cấp xã nhận hồ sơ cả sáng thứ Bảy.</p>';
    setTimeout(function(){var note=document.createElement('p');note.textContent='Hệ thống bảo trì lúc 22 giờ.';
      document.body.insertBefore(note,document.body.firstChild)},200)});
  document.getElementById('tra-cuu').addEventListener('click',function(){work(1e6);
    document.getElementById('ket-qua').textContent='Đang tìm trong '+Object.keys(index).length+' thủ tục'});
  addEventListener('keydown',function(){work(3e5)});
})()";
