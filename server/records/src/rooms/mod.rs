//! 考场与准考证: rooms, sessions, seats, tickets, staff of rooms, the exam day.
//!
//! Every change of a plan's exam holds its row in `seating`, so that two clerks never arrange at once. Once tickets are
//! out, every change gives a new version to those whose ticket would say something else.

mod arranging;
mod asking;
mod board;
mod day;
mod door;
mod ground;
mod hands;
mod keeping;
mod mine;
mod noting;
mod tickets;
mod watching;

pub use arranging::{Arranged, Mode, arrange};
pub use asking::{Proof, answer, ask};
pub use board::page;
pub use day::page as day;
pub use door::{decide as decide_at_door, hand_in, list as door_list, photo as door_photo};
pub use hands::{fix, move_to, swap};
pub use keeping::{RoomTyped, SessionTyped, drop_room, drop_session, grant, keep_route, save_room, save_session};
pub use noting::{absent, check_in, merge, misconduct, take_back};
pub use tickets::publish;
pub use watching::{post, relieve, replace};

pub(crate) use asking::requests;
pub(crate) use mine::{PaperSeat, TicketSeats, by_seat, seats_of, stand, stands_of};
pub(crate) use tickets::reissue;
