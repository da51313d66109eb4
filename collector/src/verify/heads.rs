//! Heads of answers, as the browser tells them.

use std::time::Duration;

use chromiumoxide::cdp::browser_protocol::network::{EventResponseReceived, RequestId};
use chromiumoxide::listeners::EventStream;
use futures_util::{FutureExt, StreamExt};

use super::Ran;

/// An event that the browser sent before another is here by then.
const MOMENT: Duration = Duration::from_millis(500);

/// The status of the report's answer, if its head is among those that wait to be looked at.
pub fn drain(
    came: &mut EventStream<EventResponseReceived>,
    report: Option<&RequestId>,
    ran: &mut Ran,
) -> Option<u16> {
    let mut status = None;
    while let Some(event) = came.next().now_or_never().flatten() {
        if Some(&event.request_id) == report {
            status = Some(status_of(&event));
        } else {
            ran.scripts.extend(script_of(&event));
        }
    }
    status
}

/// The same, if it comes in a moment; 0: it does not.
pub async fn late_head(
    came: &mut EventStream<EventResponseReceived>,
    report: &RequestId,
    ran: &mut Ran,
) -> u16 {
    let head = async {
        while let Some(event) = came.next().await {
            if event.request_id == *report {
                return status_of(&event);
            }
            ran.scripts.extend(script_of(&event));
        }
        0
    };
    tokio::time::timeout(MOMENT, head).await.unwrap_or(0)
}

pub fn status_of(event: &EventResponseReceived) -> u16 {
    u16::try_from(event.response.status).unwrap_or_default()
}

/// The address of a script of the widget.
pub fn script_of(event: &EventResponseReceived) -> Option<String> {
    let path = event.response.url.split('?').next().unwrap_or_default();
    let is_ours = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with("nhip"));
    is_ours.then(|| path.to_owned())
}
