//! What is counted by view, not by weight.

use nhip_protocol::report::{ReadyState, Skipped};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Numbers of views (of rows where it says so), not weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ViewCounts {
    /// measured + abandoned + blocked
    pub began: u64,
    /// The last snapshot has a load reading.
    pub measured: u64,
    /// Part of `measured`: no `final` ever came.
    pub unfinished: u64,
    pub abandoned: u64,
    pub blocked: u64,
    /// Views of which a report came more than an hour after they began.
    pub late: u64,
    /// Rows that repeated a view's sequence number.
    pub duplicate: u64,
    /// Rows that a later snapshot of their view took the place of.
    pub superseded: u64,
    /// Views of which a report came with `Origin: null`: a strict referrer policy, or a sandboxed page.
    pub null_origin: u64,
    /// Reports, not views, that waited in browsers and were lost there.
    pub queue_lost: u64,
    /// Views of automated browsers. Part of `began` only where the portal counts them.
    pub automated: u64,
    /// Views beyond what one address may be of a portal's hour. No part of `began`.
    pub surplus: u64,
}

impl ViewCounts {
    pub fn merge(&mut self, other: &ViewCounts) {
        self.began += other.began;
        self.measured += other.measured;
        self.unfinished += other.unfinished;
        self.abandoned += other.abandoned;
        self.blocked += other.blocked;
        self.late += other.late;
        self.duplicate += other.duplicate;
        self.superseded += other.superseded;
        self.null_origin += other.null_origin;
        self.queue_lost += other.queue_lost;
        self.automated += other.automated;
        self.surplus += other.surplus;
    }
}

/// How far the document had come in the views that were abandoned or blocked; of those that told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct LostAt {
    /// Still being read.
    pub loading: u64,
    /// Read; images and styles were still on their way.
    pub interactive: u64,
    /// Loaded.
    pub complete: u64,
}

impl LostAt {
    pub fn push(&mut self, phase: Option<ReadyState>) {
        match phase {
            Some(ReadyState::Loading) => self.loading += 1,
            Some(ReadyState::Interactive) => self.interactive += 1,
            Some(ReadyState::Complete) => self.complete += 1,
            None => {}
        }
    }

    pub fn merge(&mut self, other: &LostAt) {
        self.loading += other.loading;
        self.interactive += other.interactive;
        self.complete += other.complete;
    }

    /// `None` where no lost view told: that is not nobody.
    pub fn told(self) -> Option<LostAt> {
        (self != LostAt::default()).then_some(self)
    }
}

/// Views in which the widget left something out: to spare the visitor's data, or on a 2G network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct SkippedViews {
    pub audit: u64,
    pub badge: u64,
}

impl SkippedViews {
    pub fn push(&mut self, skipped: &[Skipped]) {
        for skipped in skipped {
            match skipped {
                Skipped::Audit => self.audit += 1,
                Skipped::Badge => self.badge += 1,
            }
        }
    }

    pub fn merge(&mut self, other: &SkippedViews) {
        self.audit += other.audit;
        self.badge += other.badge;
    }
}
