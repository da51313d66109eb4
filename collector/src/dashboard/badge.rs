//! `/badge/{code}.svg`: a portal's grade for other pages, with its count and window. Words and a letter on grey, so
//! that nobody takes it for an official label.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::Asked;
use super::language::Language;
use super::overview::name;
use super::strings::Strings;
use crate::access::{Access, Part};
use crate::app::App;
use crate::routes::{Problem, find, require};
use crate::store::Unreadable;

/// Pages that show it are many, and it moves slowly.
const FRESH: &str = "public, max-age=300";

/// Characters of a name that the picture has room for.
const ROOM: usize = 30;

#[derive(Template)]
#[template(path = "dashboard/badge.svg", escape = "html")]
struct Badge {
    strings: &'static Strings,
    title: String,
    name: String,
    letter: Option<&'static str>,
    line: String,
}

#[utoipa::path(
    get,
    path = "/badge/{file}",
    tag = "answers",
    params(("file" = String, Path, description = "A portal's code with .svg, such as vn-hn.svg"), ("lang" = Option<String>, Query, description = "vi or en; vi")),
    responses((status = 200, body = String, content_type = "image/svg+xml"), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn badge(
    State(app): State<Arc<App>>,
    access: Access,
    Path(file): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let registry = app.registry()?;
    let code = file
        .strip_suffix(".svg")
        .ok_or_else(|| Problem::not_found(format!("expected a code with .svg, got '{file}'")))?;
    let entry = find(&registry, code)?;
    require(&access, Part::Badge, Some(&entry.code))?;
    let grade = app.grade(entry).await?;
    // What a browser prefers is not asked: the same picture stands in many caches.
    let language = Language::asked(asked.lang.as_deref());
    let t = language.strings();
    let views = language.count(grade.sample);
    let line = match grade.grade {
        Some(_) => format!("{views} {} · {}", t.n_views, t.badge_window),
        None => format!("{views} {}: {}", t.n_views, t.not_enough),
    };
    let name = name(entry, language);
    let title = match grade.grade {
        Some(letter) => format!("{name}: {letter}. {line}. {}", t.badge_note),
        None => format!("{name}. {line}. {}", t.badge_note),
    };
    let badge = Badge {
        strings: t,
        title,
        name: cut(&name),
        letter: grade.grade,
        line,
    };
    let svg = badge
        .render()
        .map_err(|error| Problem::from(Unreadable(error.to_string())))?;
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, FRESH)];
    Ok((headers, svg).into_response())
}

fn cut(name: &str) -> String {
    if name.chars().count() <= ROOM {
        return name.to_owned();
    }
    let cut: String = name.chars().take(ROOM - 1).collect();
    format!("{}…", cut.trim_end())
}
