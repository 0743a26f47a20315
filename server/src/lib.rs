//! The server: router, uploads, live streams, command line.

pub mod bundle;
pub mod check;
pub mod cli;
pub mod config;
pub mod demo;
mod elsewhere;
pub mod live;
pub mod pay;
pub mod post;
pub mod purpose;
pub mod routes;
pub mod running;
pub mod serve;
pub mod shield;
pub mod state;
pub mod upkeep;

use crate::shield::answers::Incident;
use crate::state::App;
use ::app::Failure;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use records::Error;

/// What came of an act, as it may be told; a fault is logged and numbered.
pub(crate) fn failure(app: &App, error: Error) -> Failure {
    match error {
        Error::Refused(refusal) => Failure::Refused(refusal),
        Error::NotFound => Failure::NotFound,
        Error::Forbidden => Failure::Forbidden,
        Error::ChangedMeanwhile => Failure::ChangedMeanwhile,
        broken => Failure::Broken(Incident::record(app, &broken.to_string()).0),
    }
}

/// The status that goes with a failure.
pub(crate) fn status_of(failure: &Failure) -> StatusCode {
    match failure {
        Failure::Refused(_) | Failure::Told(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Failure::SignInNeeded => StatusCode::UNAUTHORIZED,
        Failure::Forbidden => StatusCode::FORBIDDEN,
        Failure::NotFound => StatusCode::NOT_FOUND,
        Failure::ChangedMeanwhile => StatusCode::CONFLICT,
        Failure::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        Failure::Network => StatusCode::SERVICE_UNAVAILABLE,
        Failure::Malformed => StatusCode::BAD_REQUEST,
    }
}

/// An answer without words yet: the layer of answers finds them for whoever reads.
pub(crate) fn refused(app: &App, error: Error) -> Response<Body> {
    let failure = failure(app, error);
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status_of(&failure);
    if let Failure::Broken(number) = failure {
        answer.extensions_mut().insert(Incident(number));
    }
    answer
}
