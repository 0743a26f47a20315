//! One question of a page, one answer: the shapes that cross the wire.

pub mod desk;
pub mod mine;
pub mod staff;
pub mod wizard;
