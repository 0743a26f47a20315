//! Who may reach what: every page, every raw route and every server function, for every kind of person. The lists of
//! addresses come from the router itself, so a new one without a row fails.

mod acts;
mod inputs;
mod pages;
mod scene;
