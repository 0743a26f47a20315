//! What can come of an act besides success.

use domain::account::{MergeRefusal, RecoveryRefusal, SignInRefusal, SignUpRefusal, WayRefusal};
use domain::application::printing::PrintRefusal;
use domain::application::{ReviewRefusal, SiteRefusal, StartRefusal, SubmitRefusal, WithdrawRefusal};
use domain::certificate::CertificateRefusal;
use domain::message::MessageRefusal;
use domain::page::collecting::{ConfirmRefusal, LookupRefusal};
use domain::page::rooms::SeatingRefusal;
use domain::page::roster::RosterRefusal;
use domain::page::scores::ScoreRefusal;
use domain::payment::PaymentRefusal;
use domain::places::PlaceRefusal;
use domain::planner::PlannerRefusal;
use domain::refusal::{Refusal, SignatureRefusal, UploadRefusal};
use domain::roster::FileRefusal;

/// An act did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// There is no such thing, or the person may not know of it.
    #[error("not found")]
    NotFound,
    /// The person may not do this.
    #[error("forbidden")]
    Forbidden,
    /// The page was drawn from an older revision.
    #[error("changed meanwhile")]
    ChangedMeanwhile,
    /// A kept row makes no sense.
    #[error("bad row in {table} {id}: {why}")]
    BadRow {
        /// Table.
        table: &'static str,
        /// Its id.
        id: String,
        /// What is wrong with it.
        why: String,
    },
    /// The database failed.
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// The file store failed.
    #[error("files: {0}")]
    Files(#[from] object_store::Error),
    /// A disk operation failed.
    #[error("disk: {0}")]
    Disk(#[from] std::io::Error),
    /// A secret could not be used.
    #[error("secret: {0}")]
    Secret(&'static str),
    /// A configuration or import file is wrong; the text names file, line and key.
    #[error("{0}")]
    Configuration(String),
    /// A paper could not be made.
    #[error("paper: {0}")]
    Paper(String),
}

macro_rules! refusals {
    ($($kind:ty),+ $(,)?) => {$(
        impl From<$kind> for Error {
            fn from(refusal: $kind) -> Self {
                Error::Refused(refusal.into())
            }
        }
    )+};
}

refusals!(
    SignUpRefusal,
    SignInRefusal,
    WayRefusal,
    RecoveryRefusal,
    MergeRefusal,
    StartRefusal,
    SubmitRefusal,
    WithdrawRefusal,
    ReviewRefusal,
    SiteRefusal,
    PrintRefusal,
    PaymentRefusal,
    ConfirmRefusal,
    LookupRefusal,
    UploadRefusal,
    SignatureRefusal,
    FileRefusal,
    PlannerRefusal,
    RosterRefusal,
    ScoreRefusal,
    SeatingRefusal,
    PlaceRefusal,
    CertificateRefusal,
    MessageRefusal
);

impl Error {
    /// A row that makes no sense, by table and id.
    pub(crate) fn bad_row(table: &'static str, id: impl ToString, why: impl ToString) -> Self {
        Error::BadRow { table, id: id.to_string(), why: why.to_string() }
    }

    /// Whether the database refused a second row of the same unique key.
    pub(crate) fn is_duplicate(error: &sea_orm::DbErr) -> bool {
        matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
    }
}
