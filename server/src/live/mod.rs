//! `GET /live`: server-sent events. One reader of the outbox per server tells every open page that listens
//! to a topic that something changed; the page then asks again through its ordinary doorway.

mod exchange;
mod stream;

pub use exchange::Exchange;
pub use stream::live;
