//! The collector of Nhịp.
//!
//! The path of one report: `POST /v1/reports` ([`routes`]) reads a body with an end ([`body`]);
//! [`intake`] narrows bytes to a valid report or one reason against it, asking the registry
//! ([`portals`]) last; [`names`] hides what may be a person's; [`store`] has it on disk before 204
//! goes out; [`outcome`] counts what was refused. [`roller`] groups the rows of an hour into views and views
//! into aggregates ([`rollup`]), and keeps them. A [`question`] merges hours, grades them ([`summary`]), and shows
//! that as JSON ([`routes`]) or on a page ([`dashboard`]); [`alerts`] ask by themselves.
//!
//! [`server`] holds all of it together; [`widget`] is what portals embed; [`demo`] are three portals
//! to try it on.

mod assets;
mod digest;
mod idle;
mod locks;

pub mod access;
pub mod agent;
pub mod alerts;
pub mod app;
pub mod audit;
pub mod body;
pub mod browser_reports;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod custody;
pub mod dashboard;
pub mod demo;
pub mod export;
pub mod federation;
pub mod first_seen;
pub mod intake;
pub mod league;
pub mod limits;
pub mod metrics;
pub mod monitoring;
pub mod months;
pub mod moving;
pub mod names;
pub mod notes;
pub mod outcome;
pub mod portals;
pub mod question;
pub mod registry;
pub mod roller;
pub mod rollup;
pub mod routes;
pub mod series;
pub mod server;
pub mod store;
pub mod summary;
pub mod tokens;
pub mod upkeep;
pub mod verify;
pub mod widget;
