//! `GET /v1/portals/{code}/reports`: a portal's raw rows, a JSON object a line, as they are read.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use nhip_protocol::code::Code;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Sender};

use super::Problem;
use super::access::require;
use super::league::Question;
use super::portals::find;
use super::window::window;
use crate::access::{Access, Part};
use crate::app::App;
use crate::clock::UnixMs;
use crate::export::{scan, write_row};
use crate::store::{Store, Unreadable};

/// So many bytes are sent together.
const CHUNK: usize = 64 * 1024;

/// Chunks that wait for a slow reader.
const WAITING: usize = 2;

/// A reader that takes nothing for so long is gone.
const PATIENCE: Duration = Duration::from_secs(30);

type Chunk = Result<Bytes, Unreadable>;

#[utoipa::path(
    get,
    path = "/v1/portals/{code}/reports",
    tag = "answers",
    params(("code" = String, Path, description = "A portal's code, such as vn-hn"), Question),
    responses((status = 200, body = String, content_type = "application/x-ndjson"), (status = "4XX", body = Problem, content_type = "application/problem+json"), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
pub async fn rows(
    State(app): State<Arc<App>>,
    access: Access,
    Path(code): Path<String>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = question.map_err(|e| Problem::bad_parameter(e.body_text()))?;
    let registry = app.registry()?;
    let portal = find(&registry, &code)?.code.clone();
    require(&access, Part::Reports, Some(&portal))?;
    let window = window(&app, asked.from.as_deref(), asked.to.as_deref())?;
    // Readers may be slow: they have places of their own, so that no page waits for them.
    let Ok(permit) = Arc::clone(&app.exports).try_acquire_owned() else {
        let busy = "others read raw rows now; come again later";
        return Err(Problem::unavailable(busy.to_owned()));
    };
    let (chunks, mut receiver) = mpsc::channel::<Chunk>(WAITING);
    let store = Arc::clone(&app.store);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let mut reader = Reader {
            runtime,
            chunks,
            bytes: Vec::with_capacity(CHUNK),
            is_gone: false,
        };
        let read = reader.read(&*store, &portal, &window);
        let rest = reader.take();
        reader.send(read.map(|()| rest));
    });
    let chunks = stream::poll_fn(move |context| receiver.poll_recv(context));
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// Whoever reads the answer.
struct Reader {
    runtime: Handle,
    chunks: Sender<Chunk>,
    bytes: Vec<u8>,
    is_gone: bool,
}

impl Reader {
    fn read(
        &mut self,
        store: &dyn Store,
        portal: &Code,
        window: &Range<UnixMs>,
    ) -> Result<(), Unreadable> {
        let mut written = Ok(());
        scan(store, Some(portal), window, &mut |row| {
            written = write_row(row, &mut self.bytes);
            if self.bytes.len() >= CHUNK {
                let chunk = self.take();
                self.send(Ok(chunk));
            }
            written.is_ok() && !self.is_gone
        })?;
        written.map_err(|error| Unreadable(error.to_string()))
    }

    fn take(&mut self) -> Bytes {
        std::mem::take(&mut self.bytes).into()
    }

    fn send(&mut self, chunk: Chunk) {
        if let Err(error) = &chunk {
            // The answer breaks off: its reader sees that it is not whole.
            tracing::error!(%error);
        }
        let sent = tokio::time::timeout(PATIENCE, self.chunks.send(chunk));
        self.is_gone |= !matches!(self.runtime.block_on(sent), Ok(Ok(())));
    }
}
