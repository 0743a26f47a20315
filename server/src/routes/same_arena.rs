//! Keeps a page's signals its own while it is rendered.
//!
//! Signals of one request live in one arena, which the framework sets for the thread whenever it works on the
//! page, but not for its last step, the head of the document. When the request has moved to another thread in
//! between, a title that reads a signal finds no arena there, or somebody else's.

use leptos::reactive::owner::Sandboxed;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A request being rendered; every poll after the first happens in the arena that the first one opened.
pub enum SameArena<F> {
    /// Not begun: the request opens its arena in its first poll.
    First(Option<Pin<Box<F>>>),
    /// Waiting, with its arena at hand.
    Then(Sandboxed<Pin<Box<F>>>),
}

impl<F: Future> SameArena<F> {
    /// Wraps the rendering of one request.
    pub fn new(rendering: F) -> Self {
        SameArena::First(Some(Box::pin(rendering)))
    }
}

impl<F: Future> Future for SameArena<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        if let SameArena::First(rendering) = this {
            let Some(mut rendering) = rendering.take() else { return Poll::Pending };
            if let Poll::Ready(answer) = rendering.as_mut().poll(context) {
                return Poll::Ready(answer);
            }
            // The thread still has the arena of what was polled last.
            *this = SameArena::Then(Sandboxed::new(rendering));
            return Poll::Pending;
        }
        match this {
            SameArena::Then(rendering) => Pin::new(rendering).poll(context),
            SameArena::First(_) => Poll::Pending,
        }
    }
}
