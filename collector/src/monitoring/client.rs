//! OpenTelemetry's way to a receiver: the client that sends alerts, too.

use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::sync::oneshot;
use ureq::Agent;

/// A receiver that takes longer is away.
const PATIENCE: Duration = Duration::from_secs(10);

/// More of an answer is not read.
const MOST_ANSWER: u64 = 64 * 1024;

#[derive(Debug)]
pub struct Client(Agent);

impl Default for Client {
    fn default() -> Client {
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("nhip/", env!("CARGO_PKG_VERSION")));
        Client(config.build().into())
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (agent, (answer, answered)) = (self.0.clone(), oneshot::channel());
        // A thread of its own: the runtime's would be waited for when the collector stops.
        std::thread::Builder::new()
            .name("otlp".to_owned())
            .spawn(move || {
                // Nobody waits any more if the collector is stopping.
                let _ = answer.send(send(&agent, request));
            })?;
        let response = answered.await??;
        Ok(response)
    }
}

fn send(agent: &Agent, request: Request<Bytes>) -> Result<Response<Bytes>, ureq::Error> {
    let sent = agent.run(request.map(Vec::from)).and_then(|response| {
        let (parts, mut body) = response.into_parts();
        let body = body.with_config().limit(MOST_ANSWER).read_to_vec()?;
        Ok(Response::from_parts(parts, body.into()))
    });
    // The error that comes of it says no more than that there was one.
    sent.inspect_err(|error| tracing::debug!(%error, "OTLP: the receiver cannot be reached"))
}
