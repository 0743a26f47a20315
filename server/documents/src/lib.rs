//! Photos and papers on the server: decoding within limits, renditions, the whole check of
//! evidence, merging it into one PDF, and printing forms and tickets. What a browser can know is in `domain`; this crate
//! adds what needs the pixels or the inside of a PDF.
//!
//! Every function here is pure work on bytes and may take seconds: call it off the async threads.

pub mod forms;
pub mod papers;
pub mod photos;
