//! Values that follow others, worked out at once.
//!
//! On the server one thread looks through a page for what it waits for, while another draws it. A memo that nobody has read
//! by then is worked out by both, and one takes the value away from under the other: the page ends in a fault, or never.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map, use_query_map};
use leptos_router::location::Location;
use leptos_router::params::ParamsMap;

/// A memo that has its value from the beginning.
pub fn memo<T>(work: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    at_once(Memo::new(work))
}

/// What stands behind `?` in the address.
pub fn query_map() -> Memo<ParamsMap> {
    at_once(use_query_map())
}

/// What the route has taken from the path.
pub fn params_map() -> Memo<ParamsMap> {
    at_once(use_params_map())
}

/// The address.
pub fn location() -> Location {
    let location = use_location();
    at_once(location.pathname);
    at_once(location.search);
    location
}

fn at_once<T: Send + Sync + 'static>(memo: Memo<T>) -> Memo<T> {
    memo.with_untracked(|_| ());
    memo
}
