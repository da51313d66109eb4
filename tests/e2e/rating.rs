//! The one question to the visitor: when it is asked, where it stands, and what arrives of the answer.

use std::time::Duration;

use anyhow::Result;
use nhip_collector::store::StoredRow;
use nhip_protocol::report::{Complaint, Kind as ReportKind, Rating, Report};
use nhip_protocol::unit::Cls;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::menu::OPEN;
use crate::rig::collector::Collector;
use crate::rig::driver::{Browser, Kind};
use crate::rig::site::Site;

const PORTAL: &str = "thu-nghiem";

/// Longer than the question's script takes to come.
const SETTLED: Duration = Duration::from_secs(3);

const DONE: &str = "nhip.step('nop-ho-so', 'done')";

/// The question's text, once it is in sight.
const ASKED: &str = "const done = arguments[0]; \
    const look = () => { \
      const rating = document.querySelector('nhip-rating[shown]'); \
      const said = rating?.shadowRoot.querySelector('p').textContent; \
      said ? done(said) : setTimeout(look, 50) }; \
    look()";

const SATISFIED: Rating = Rating {
    satisfied: true,
    cause: None,
};

struct Visit {
    site: Site,
    collector: Collector,
    browser: Browser,
}

impl Visit {
    async fn open(kind: Kind, attributes: &str, body: &str) -> Result<Visit> {
        let site = Site::open()?;
        let collector = Collector::with_portal(PORTAL, &site.address)?;
        let tag = collector.tag(&format!("data-portal={PORTAL} {attributes}"));
        site.page("/", &tag, body);
        let browser = Browser::open(kind).await?;
        browser.page.goto(&site.address).await?;
        let started = |row: &StoredRow| row.report.kind == ReportKind::Started;
        collector.row("the first report", started).await?;
        Ok(Visit {
            site,
            collector,
            browser,
        })
    }

    async fn run(&self, script: &str) -> Result<Value> {
        let answer = self.browser.page.execute(script, vec![]).await?;
        Ok(answer.json().clone())
    }

    async fn wait(&self, script: &str) -> Result<Value> {
        let answer = self.browser.page.execute_async(script, vec![]).await?;
        Ok(answer.json().clone())
    }

    async fn press(&self, key: Key) -> Result<()> {
        let keys = self.browser.page.action_chain().send_keys(key);
        Ok(keys.perform().await?)
    }

    /// Leaves the page, and gives its last report.
    async fn last(self) -> Result<Report> {
        self.browser.leave().await?;
        let of = |row: &StoredRow| row.report.kind == ReportKind::Final;
        let last = self.collector.row("the last report", of).await?;
        self.browser.close().await?;
        drop(self.site);
        Ok(last.report)
    }
}

/// Of the question in sight, its buttons by their texts.
fn click(text: &str) -> String {
    format!(
        "const rating = document.querySelector('nhip-rating'); \
         const all = [...rating.shadowRoot.querySelectorAll('button')]; \
         const found = all.find((button) => button.textContent == '{text}'); found.click(); \
         return rating.shadowRoot.activeElement?.localName"
    )
}

#[tokio::test]
async fn after_a_service_one_question_is_asked_and_its_answer_arrives() -> Result<()> {
    for kind in [Kind::ChromiumPhone, Kind::Firefox] {
        let visit = Visit::open(kind, "data-rating", "<h1>Đã nộp hồ sơ</h1>").await?;
        assert_eq!(
            visit
                .run("return !document.querySelector('nhip-rating')")
                .await?,
            true
        );
        visit.run(DONE).await?;
        assert_eq!(
            visit.wait(ASKED).await?,
            "Bạn có hài lòng không?",
            "{kind:?}"
        );
        // It takes nobody's place on the page.
        let focus = "return document.activeElement == document.body";
        assert_eq!(visit.run(focus).await?, true, "{kind:?}");
        // Whoever answers by the keyboard goes on where the next words are.
        assert_eq!(visit.run(&click("Chưa hài lòng")).await?, "p", "{kind:?}");
        visit.run(&click("Dữ liệu giữa các cơ quan")).await?;
        // Once a view.
        visit.run(DONE).await?;
        let buttons = "return document.querySelector('nhip-rating').shadowRoot.querySelectorAll('button').length";
        assert_eq!(
            visit.run(buttons).await?,
            1,
            "{kind:?}: only the one that closes it"
        );
        let expected = Rating {
            satisfied: false,
            cause: Some(Complaint::Agencies),
        };
        assert_eq!(visit.last().await?.rating, Some(expected), "{kind:?}");
    }
    Ok(())
}

#[tokio::test]
async fn nobody_is_asked_without_the_attribute_or_before_consent() -> Result<()> {
    for attributes in ["", "data-rating data-consent=required"] {
        let site = Site::open()?;
        let collector = Collector::with_portal(PORTAL, &site.address)?;
        let tag = collector.tag(&format!("data-portal={PORTAL} {attributes}"));
        site.page("/", &tag, "<h1>Xong</h1>");
        let browser = Browser::open(Kind::Chromium).await?;
        browser.page.goto(&site.address).await?;
        tokio::time::sleep(SETTLED).await;
        browser.page.execute(DONE, vec![]).await?;
        tokio::time::sleep(SETTLED).await;
        let asked = "return !!document.querySelector('nhip-rating')";
        let asked = browser.page.execute(asked, vec![]).await?;
        browser.close().await?;
        assert_eq!(asked.json(), false, "{attributes}");
    }
    Ok(())
}

#[tokio::test]
async fn a_closed_question_is_no_answer_and_the_badges_menu_still_asks() -> Result<()> {
    let visit = Visit::open(
        Kind::Chromium,
        "data-rating data-badge=bottom-right",
        "<h1>Xong</h1>",
    )
    .await?;
    visit.run(DONE).await?;
    visit.wait(ASKED).await?;
    let apart = "const [one, other] = ['nhip-rating', 'nhip-badge'].map((name) => document.querySelector(name).getBoundingClientRect()); \
        return one.bottom <= other.top || one.right <= other.left";
    assert_eq!(visit.run(apart).await?, true, "beside the badge, not on it");
    // By the keyboard alone: past the badge, into the question, out of it.
    let inside = "return document.activeElement.localName";
    for _ in 0..4 {
        visit.press(Key::Tab).await?;
        if visit.run(inside).await? == "nhip-rating" {
            break;
        }
    }
    assert_eq!(visit.run(inside).await?, "nhip-rating");
    visit.press(Key::Escape).await?;
    let none = "return !document.querySelector('nhip-rating')";
    assert_eq!(visit.run(none).await?, true);
    visit.run(DONE).await?;
    tokio::time::sleep(SETTLED).await;
    assert_eq!(visit.run(none).await?, true, "once a view");

    visit.wait(OPEN).await?;
    let asked = "const done = arguments[0], root = document.querySelector('nhip-badge').shadowRoot; \
        const look = () => { \
          const yes = [...root.querySelectorAll('section [role=group] button')].find((one) => one.textContent == 'Hài lòng'); \
          if (!yes) return setTimeout(look, 50); \
          yes.click(); setTimeout(() => done(root.querySelector('section [role=group]').textContent), 200) }; \
        look()";
    assert_eq!(visit.wait(asked).await?, "Cảm ơn bạn.");
    assert_eq!(visit.last().await?.rating, Some(SATISFIED));
    Ok(())
}

#[tokio::test]
async fn it_is_never_in_the_way_of_a_form() -> Result<()> {
    // Fields in three of the corners; those below come to the fourth once somebody scrolls.
    let body = "<style>input{position:absolute;width:240px;height:30px}</style>\
        <h1 style='margin-top:120px'>Nộp hồ sơ</h1>\
        <input id=a style='right:20px;bottom:20px;position:fixed'><input id=b style='left:20px;bottom:20px;position:fixed'>\
        <input id=c style='right:20px;top:20px;position:fixed'>\
        <input id=d style='left:20px;top:1000px'><div style='height:3000px'></div>";
    let visit = Visit::open(Kind::Chromium, "data-rating", body).await?;
    visit.run("document.querySelector('#a').focus()").await?;
    visit.run(DONE).await?;
    tokio::time::sleep(SETTLED).await;
    let shown = "return !!document.querySelector('nhip-rating[shown]')";
    assert_eq!(visit.run(shown).await?, false, "somebody is typing");
    visit.run("document.activeElement.blur()").await?;
    visit.wait(ASKED).await?;
    let place = "const { left, top } = document.querySelector('nhip-rating').getBoundingClientRect(); return [left, top]";
    assert_eq!(
        visit.run(place).await?,
        json!([12, 12]),
        "the corner without a field"
    );
    let scroll = "const done = arguments[0]; scrollTo(0, 990); setTimeout(done, 1000)";
    visit.wait(scroll).await?;
    assert_eq!(visit.run(shown).await?, false, "a field is in each corner");
    visit.run("scrollTo(0, 2000)").await?;
    visit.wait(ASKED).await?;
    let last = visit.last().await?;
    assert_eq!(last.rating, None, "a question is no answer");
    assert_eq!(last.layout.cls, Some(Cls::from_ten_thousandths(0)));
    Ok(())
}

#[tokio::test]
async fn the_next_view_has_an_answer_of_its_own() -> Result<()> {
    let visit = Visit::open(Kind::Chromium, "data-rating", "<h1>Xong</h1>").await?;
    visit.run(DONE).await?;
    visit.wait(ASKED).await?;
    visit.run(&click("Chưa hài lòng")).await?;
    visit.run("nhip.view('khac')").await?;
    let last = |row: &StoredRow| row.report.page == "/" && row.report.kind == ReportKind::Final;
    let last = visit.collector.row("the first view's last", last).await?;
    let unhappy = Rating {
        satisfied: false,
        cause: None,
    };
    assert_eq!(last.report.rating, Some(unhappy));
    // The question of the view before is gone, and its causes with it.
    tokio::time::sleep(SETTLED).await;
    let none = "return !document.querySelector('nhip-rating')";
    assert_eq!(visit.run(none).await?, true);
    visit.browser.leave().await?;
    let other = |row: &StoredRow| row.report.page != "/" && row.report.kind == ReportKind::Final;
    let other = visit.collector.row("the next view's last", other).await?;
    assert_eq!(other.report.rating, None);
    visit.browser.close().await
}
