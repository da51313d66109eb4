//! Who is told: webhooks and e-mail, as the configuration file names them.

use std::fmt;

use lettre::message::Mailbox;
use serde::Deserialize;
use url::Url;

use crate::dashboard::Language;

/// Before the address: each is a receiver of its own, so that one that is refused costs the others nothing.
const MAIL: &str = "mail ";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notify {
    pub language: Option<Language>,
    /// Where this dashboard is seen, for links.
    pub dashboard: Option<Url>,
    pub webhooks: Vec<Webhook>,
    pub mail: Option<Mail>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    pub name: String,
    /// It often is a secret itself.
    pub url: Url,
    pub secret: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// `smtps://name:password@host`, or `smtp://host:587?tls=required`
    pub smtp: String,
    pub from: Mailbox,
    pub to: Vec<Mailbox>,
}

/// Neither a password nor a webhook's address belongs in a log.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({})", self.name)
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mail({} receivers)", self.to.len())
    }
}

impl Notify {
    /// Their names, as they are kept beside each message.
    pub fn receivers(&self) -> impl Iterator<Item = String> {
        let webhooks = self.webhooks.iter().map(|it| it.name.clone());
        let to = self.mail.iter().flat_map(|mail| &mail.to);
        webhooks.chain(to.map(|to| format!("{MAIL}{}", to.email)))
    }

    pub fn webhook(&self, name: &str) -> Option<&Webhook> {
        self.webhooks.iter().find(|it| it.name == name)
    }

    /// The server, and whom it is for.
    pub fn mail(&self, name: &str) -> Option<(&Mail, &Mailbox)> {
        let (mail, address) = (self.mail.as_ref()?, name.strip_prefix(MAIL)?);
        let to = mail.to.iter().find(|to| to.email.to_string() == address)?;
        Some((mail, to))
    }
}

/// `[notify]` of the file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    language: Option<String>,
    dashboard: Option<Url>,
    #[serde(default)]
    webhooks: Vec<WrittenWebhook>,
    mail: Option<WrittenMail>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWebhook {
    name: Option<String>,
    url: Url,
    secret: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMail {
    smtp: Option<String>,
    from: String,
    to: Vec<String>,
}

impl Written {
    /// `smtp`: from a flag or the environment, where a password is better kept than in the file.
    pub fn check(self, smtp: Option<String>) -> Result<Notify, String> {
        let language = match self.language.as_deref() {
            None => None,
            Some("vi") => Some(Language::Vietnamese),
            Some("en") => Some(Language::English),
            Some(got) => return Err(format!("notify.language: expected vi or en, got '{got}'")),
        };
        let mut webhooks: Vec<Webhook> = Vec::new();
        for written in self.webhooks {
            let webhook = webhook(written)?;
            if webhook.name.starts_with(MAIL) || webhooks.iter().any(|it| it.name == webhook.name) {
                return Err(format!(
                    "notify.webhooks: expected a name of its own for each, got '{}' again",
                    webhook.name
                ));
            }
            webhooks.push(webhook);
        }
        Ok(Notify {
            language,
            dashboard: self.dashboard,
            webhooks,
            mail: self.mail.map(|it| mail(it, smtp)).transpose()?,
        })
    }
}

fn webhook(written: WrittenWebhook) -> Result<Webhook, String> {
    let host = written.url.host_str().unwrap_or_default();
    if !["http", "https"].contains(&written.url.scheme()) || host.is_empty() {
        return Err("notify.webhooks: expected a url that begins with https:// or http://".into());
    }
    Ok(Webhook {
        name: written.name.unwrap_or_else(|| host.to_owned()),
        url: written.url,
        secret: written.secret,
    })
}

fn mail(written: WrittenMail, smtp: Option<String>) -> Result<Mail, String> {
    let mailbox = |field: &str, text: &str| {
        let mailbox = text.parse::<Mailbox>();
        mailbox.map_err(|_| format!("notify.mail.{field}: expected an address, got '{text}'"))
    };
    let smtp = smtp.or(written.smtp).ok_or(
        "notify.mail.smtp: expected a server, such as smtps://name:password@host, here, as --smtp or as NHIP_SMTP",
    )?;
    // What cannot be used is found at the start, not with the first alert.
    lettre::SmtpTransport::from_url(&smtp).map_err(|error| {
        format!("notify.mail.smtp: expected a server, such as smtps://name:password@host: {error}")
    })?;
    let to = written.to.iter().map(|text| mailbox("to", text));
    let to: Vec<Mailbox> = to.collect::<Result<_, _>>()?;
    if to.is_empty() {
        return Err("notify.mail.to: expected an address, got none".into());
    }
    Ok(Mail {
        smtp,
        from: mailbox("from", &written.from)?,
        to,
    })
}
