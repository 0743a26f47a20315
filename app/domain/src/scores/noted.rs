//! What the exam room noted, held against the marks. It never bars anything: a note may be wrong, and a person decides.

use super::Mark;
use serde::{Deserialize, Serialize};

/// What was noted in the exam room about somebody in one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noted {
    /// Came, in time or late.
    Came,
    /// 缺考
    Absent,
    /// Came, and a misconduct was noted.
    Misconduct,
}

impl Noted {
    /// Whether a mark says something else than the room. A misconduct may end with a warning: then the mark stays, and
    /// somebody has looked.
    pub fn contradicts(self, mark: Mark) -> bool {
        match (self, mark) {
            (_, Mark::Blank | Mark::Carried(_)) => false,
            (Noted::Came, mark) => mark == Mark::Absent,
            (Noted::Absent, mark) => mark != Mark::Absent,
            (Noted::Misconduct, mark) => mark != Mark::Disciplined,
        }
    }

    /// The mark that follows from the note alone; the work of others has to be read first.
    pub fn mark(self) -> Mark {
        match self {
            Noted::Absent => Mark::Absent,
            Noted::Came | Noted::Misconduct => Mark::Blank,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_for_who_came_and_absent_for_who_did_not() {
        let zero = Mark::Score(0);
        assert!(!Noted::Came.contradicts(zero) && Noted::Came.contradicts(Mark::Absent));
        assert!(Noted::Absent.contradicts(zero) && !Noted::Absent.contradicts(Mark::Absent));
        assert!(Noted::Misconduct.contradicts(Mark::Score(880)) && !Noted::Misconduct.contradicts(Mark::Disciplined));
        for noted in [Noted::Came, Noted::Absent, Noted::Misconduct] {
            assert!(
                !noted.contradicts(Mark::Blank) && !noted.contradicts(Mark::Carried(Some(850))),
                "nothing is said yet"
            );
        }
        assert_eq!((Noted::Absent.mark(), Noted::Misconduct.mark()), (Mark::Absent, Mark::Blank));
    }
}
