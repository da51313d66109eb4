//! A message as an e-mail, in plain text.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{SmtpTransport, Transport};

use super::Message;
use super::receivers::Mail;

/// A server that takes longer is away.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends it. Blocks. Whoever gets it twice knows it by the same id, made of `key`.
pub fn post(mail: &Mail, to: &Mailbox, key: &str, message: &Message) -> Result<(), String> {
    let told = |error: &dyn std::error::Error| error.to_string();
    let host = mail.from.email.domain();
    let email = lettre::Message::builder()
        .from(mail.from.clone())
        .subject(format!("[Nhịp] {}", message.subject))
        .message_id(Some(format!("<{key}@{host}>")))
        .to(to.clone())
        .header(ContentType::TEXT_PLAIN)
        .body(message.text.clone())
        .map_err(|error| told(&error))?;
    SmtpTransport::from_url(&mail.smtp)
        .map_err(|error| told(&error))?
        .timeout(Some(PATIENCE))
        .build()
        .send(&email)
        .map_err(|error| told(&error))?;
    Ok(())
}
