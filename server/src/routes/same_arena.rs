//! Keeps a page's signals its own while it is rendered.
//!
//! Signals of one request live in one arena, which the framework sets for the thread whenever it works on the
//! page, but not for its last step, the head of the document. When the request has moved to another thread in
//! between, a title that reads a signal finds no arena there, or somebody else's.
//!
//! And a server function begins below whatever page the thread worked on last: what it does not find in its own
//! context it would look for in that of somebody else's page. It gets a root of its own.

use leptos::reactive::owner::{Owner, Sandboxed};
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

/// A server function that runs below nobody's page.
pub struct OwnRoot<F> {
    root: Owner,
    running: Pin<Box<F>>,
}

impl<F: Future> OwnRoot<F> {
    /// Wraps one call.
    pub fn new(running: F) -> Self {
        OwnRoot { root: Owner::new_root(None), running: Box::pin(running) }
    }
}

impl<F: Future> Future for OwnRoot<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let OwnRoot { root, running } = self.get_mut();
        root.with(|| running.as_mut().poll(context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{provide_context, use_context};

    /// Something that stands in the context of a page.
    #[derive(Clone)]
    struct OfThePage;

    #[tokio::test]
    async fn a_server_function_finds_nothing_of_the_page_before_it() {
        let page = Owner::new_root(None);
        page.with(|| provide_context(OfThePage));
        // As the framework begins a server function: below whatever was there last.
        let begun = async { Owner::new().with(|| use_context::<OfThePage>().is_some()) };
        page.set();
        assert!(begun.await, "without a root of its own it would");
        page.set();
        let begun = async { Owner::new().with(|| use_context::<OfThePage>().is_some()) };
        assert!(!OwnRoot::new(begun).await);
    }
}
