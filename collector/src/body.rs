//! Request bodies with an end.

use axum::body::Body;
use http_body_util::BodyExt;

/// How much of a body that is too long is still taken off the wire: a client that is cut off while
/// it sends never reads the answer that says why.
const PATIENCE: usize = 1024 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub enum Unread {
    /// Longer than allowed; `got` is what came before nobody listened any more.
    TooLong { got: usize },
    /// The connection or its framing failed.
    Broken,
}

/// The whole body, where it has at most `limit` bytes.
pub async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    let got = each_chunk(body, limit + PATIENCE, |chunk| {
        if bytes.len() <= limit {
            bytes.extend_from_slice(chunk);
        }
    })
    .await?;
    if got > limit {
        return Err(Unread::TooLong { got });
    }
    Ok(bytes)
}

/// Takes up to `limit` bytes and keeps none.
pub async fn discard(body: Body, limit: usize) -> Result<(), Unread> {
    let got = each_chunk(body, limit, |_| ()).await?;
    if got > limit {
        return Err(Unread::TooLong { got });
    }
    Ok(())
}

async fn each_chunk(
    mut body: Body,
    limit: usize,
    mut each: impl FnMut(&[u8]),
) -> Result<usize, Unread> {
    let mut got = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        if let Some(chunk) = frame.data_ref() {
            got += chunk.len();
            each(chunk);
        }
        if got > limit {
            break;
        }
    }
    Ok(got)
}
