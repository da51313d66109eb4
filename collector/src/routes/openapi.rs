//! `GET /openapi.json`: the API as the code has it. Paths and answers are the handlers' own; the report's schema is the
//! protocol's (docs/report.schema.json).

use std::sync::Arc;

use axum::extract::Extension;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};
use utoipa::openapi::{OpenApi as Document, RefOr, Schema};
use utoipa::{OpenApi, PartialSchema, ToSchema};

/// What every path shares.
#[derive(OpenApi)]
#[openapi(info(
    title = "Nhịp",
    description = "Portals measured in their visitors' browsers. Times are RFC 3339; what nobody could tell is null. \
        Parts that are not public take `Authorization: Bearer TOKEN`."
))]
pub struct Api;

/// `docs/report.schema.json`, put in as it is.
const REPORT: &str = include_str!("../../../docs/report.schema.json");

/// Stands for the protocol's report.
pub struct Report;

impl PartialSchema for Report {
    fn schema() -> RefOr<Schema> {
        utoipa::openapi::Object::new().into()
    }
}

impl ToSchema for Report {}

/// The document as it is served.
#[derive(Clone)]
pub struct Served(Arc<str>);

impl Served {
    /// # Errors
    ///
    /// What the document cannot be written as, or the report's schema read.
    pub fn new(document: &Document) -> serde_json::Result<Served> {
        let mut document = serde_json::to_value(document)?;
        let mut report: Value = serde_json::from_str(REPORT)?;
        let definitions = report
            .as_object_mut()
            .and_then(|fields| fields.remove("$defs"));
        let schemas = &mut document["components"]["schemas"];
        schemas["Report"] = report;
        if let Some(Value::Object(definitions)) = definitions {
            for (name, definition) in definitions {
                schemas[format!("Report.{name}")] = definition;
            }
        }
        point(schemas);
        let schemes: Map<String, Value> = [(
            "token".to_owned(),
            json!({"type": "http", "scheme": "bearer"}),
        )]
        .into_iter()
        .collect();
        document["components"]["securitySchemes"] = Value::Object(schemes);
        document["security"] = json!([{}, {"token": []}]);
        Ok(Served(document.to_string().into()))
    }
}

/// From the report's own definitions to where they lie now.
fn point(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.remove("$schema");
            for (name, value) in fields {
                match value {
                    Value::String(target) if name == "$ref" => {
                        *target = target.replace("#/$defs/", "#/components/schemas/Report.");
                    }
                    _ => point(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(point),
        _ => {}
    }
}

pub async fn openapi(Extension(Served(document)): Extension<Served>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], document.to_string())
}
