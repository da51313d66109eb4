//! A message as a POST of JSON, signed where the receiver shares a secret.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use ureq::Agent;

use super::receivers::Webhook;

/// A receiver that takes longer is away.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tells `message`, JSON. Blocks. A receiver that is asked twice knows it by the same `key`.
pub fn post(webhook: &Webhook, key: &str, message: &str) -> Result<(), String> {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        // What is told is told to whom the file names.
        .max_redirects(0)
        .user_agent(concat!("nhip/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let mut request = agent
        .post(webhook.url.as_str())
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    if let Some(secret) = &webhook.secret {
        request = request.header("x-nhip-signature", sign(secret, message));
    }
    // Without the address: it often is a secret.
    let answer = request.send(message).map_err(|error| match error {
        ureq::Error::BadUri(_) => "the address is not understood".to_owned(),
        error => error.to_string(),
    })?;
    match answer.status().as_u16() {
        200..300 => Ok(()),
        status => Err(format!("it answered {status}")),
    }
}

/// `sha256=`, HMAC-SHA-256 of the body in hexadecimal digits.
pub fn sign(secret: &str, message: &str) -> String {
    // Never refused: HMAC takes keys of any length.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let Ok(mut mac) = mac else {
        return String::new();
    };
    mac.update(message.as_bytes());
    let digest = mac.finalize().into_bytes();
    let digits: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={}", digits.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_signature_is_hmac_sha_256() {
        assert_eq!(
            sign("Jefe", "what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
