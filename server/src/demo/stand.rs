//! A stand beside the product: a simulated service with a port of its own.

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Answers until the guard is dropped. Nobody is kept waiting at the end: a demonstration that is over answers no more.
pub(super) fn open(listener: TcpListener, router: Router, name: &'static str) -> DropGuard {
    let closing = CancellationToken::new();
    let ending = closing.clone().cancelled_owned();
    tokio::spawn(async move {
        tokio::select! {
            () = ending => {}
            ended = axum::serve(listener, router).into_future() => {
                if let Err(why) = ended {
                    tracing::warn!("The simulated {name} ended: {why}");
                }
            }
        }
    });
    closing.drop_guard()
}
