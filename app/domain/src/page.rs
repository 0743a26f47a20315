//! One question of a page, one answer: the shapes that cross the wire.

pub mod bills;
pub mod certificates;
pub mod collecting;
pub mod desk;
pub mod door;
pub mod knowing;
pub mod messages;
pub mod mine;
pub mod money;
pub mod opinion;
pub mod people;
pub mod planner;
pub mod rooms;
pub mod roster;
pub mod scores;
pub mod sheet;
pub mod staff;
pub mod wizard;
