//! Beside its stage an application moves along three more axes: filing, money and exam. The official states and
//! labels of the procedures are a view over all four.

use super::{Stage, StageName};
use crate::ids::Fen;
use crate::profile::{Payer, PaymentRules, Standing};
use crate::time::Timestamp;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// 申报: whether it stands on a list that was filed with the authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filing {
    /// Not filed.
    #[default]
    None,
    /// 已提交申报
    Filed {
        /// When the agency filed it.
        at: Timestamp,
    },
}

/// 缴费, as far as it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Money {
    /// Nothing is due yet.
    #[default]
    None,
    /// 待缴费
    Due {
        /// Last second in time; none where the procedure sets no deadline.
        until: Option<Timestamp>,
    },
    /// 已缴费
    Paid,
    /// Not paid in time.
    Expired {
        /// When the time ended.
        until: Option<Timestamp>,
    },
    /// Nothing to pay.
    Waived,
    /// The agency pays for everybody, in one bill.
    Agency,
}

/// 考试, as far as it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exam {
    /// No seat yet.
    #[default]
    None,
    /// Room and seat are known.
    Seated,
    /// 成绩发布
    ScorePublic,
}

impl Exam {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Exam::None => "none",
            Exam::Seated => "seated",
            Exam::ScorePublic => "score_public",
        }
    }

    /// Reads the word of the database.
    pub fn parse(word: &str) -> Option<Self> {
        [Exam::None, Exam::Seated, Exam::ScorePublic].into_iter().find(|exam| exam.as_str() == word)
    }
}

impl Money {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Money::None => "none",
            Money::Due { .. } => "due",
            Money::Paid => "paid",
            Money::Expired { .. } => "expired",
            Money::Waived => "waived",
            Money::Agency => "agency",
        }
    }

    /// The deadline, where there is one.
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Money::Due { until } | Money::Expired { until } => until,
            _ => None,
        }
    }

    /// Reads the word of the database with its deadline.
    pub fn parse(word: &str, until: Option<Timestamp>) -> Option<Self> {
        match (word, until) {
            ("none", None) => Some(Money::None),
            ("due", until) => Some(Money::Due { until }),
            ("paid", None) => Some(Money::Paid),
            ("expired", until) => Some(Money::Expired { until }),
            ("waived", None) => Some(Money::Waived),
            ("agency", None) => Some(Money::Agency),
            _ => None,
        }
    }
}

/// The three axes beside the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Axes {
    /// 申报
    pub filing: Filing,
    /// 缴费
    pub money: Money,
    /// 考试
    pub exam: Exam,
}

impl Axes {
    /// The axes at `now`: what was due until a moment that has passed has expired, where the procedure says that
    /// an unpaid place is given up.
    pub fn at(self, rules: &PaymentRules, now: Timestamp) -> Axes {
        let money = match self.money {
            Money::Due { until: Some(until) } if rules.unpaid_gives_up && now > until => {
                Money::Expired { until: Some(until) }
            }
            money => money,
        };
        Axes { money, ..self }
    }
}

/// What approval makes of the money: due until the last second of the day that lies so many calendar days ahead,
/// nothing where nobody pays, the agency's business where the agency does.
pub fn money_after_approval(rules: &PaymentRules, fee: Fen, at: Timestamp) -> Money {
    match rules.payer {
        Payer::Agency => Money::Agency,
        Payer::Nobody => Money::Waived,
        Payer::Applicant if fee.0 == 0 => Money::Waived,
        Payer::Applicant => {
            let days = i64::from(rules.days);
            let until = (days > 0).then(|| Timestamp::end_of(at.plus(TimeDelta::days(days)).day()));
            Money::Due { until }
        }
    }
}

/// The official state: the labels and rights of a procedure hang on it.
pub fn standing(stage: StageName, axes: &Axes) -> Standing {
    match stage {
        StageName::Draft => Standing::Draft,
        StageName::Submitted => Standing::Submitted,
        StageName::Returned => Standing::Returned,
        StageName::Rejected => Standing::Rejected,
        StageName::Withdrawn => Standing::Withdrawn,
        StageName::Approved if axes.exam == Exam::ScorePublic => Standing::Scored,
        StageName::Approved if matches!(axes.filing, Filing::Filed { .. }) => Standing::Filed,
        StageName::Approved => Standing::Approved,
    }
}

/// Whether the place was given up because nobody paid.
pub fn is_given_up(stage: &Stage, axes: &Axes) -> bool {
    matches!(stage, Stage::Approved { .. }) && matches!(axes.money, Money::Expired { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_shanghai(text).unwrap()
    }

    #[test]
    fn a_fee_is_due_until_the_last_second_of_its_day() {
        let rules = PaymentRules { days: 3, unpaid_gives_up: true, ..PaymentRules::default() };
        let due = money_after_approval(&rules, Fen(28_000), at("2026-11-21 23:30:00"));
        assert_eq!(due, Money::Due { until: Some(at("2026-11-24 23:59:59")) });
        let axes = Axes { money: due, ..Axes::default() };
        assert_eq!(axes.at(&rules, at("2026-11-24 23:59:59")).money, due);
        assert_eq!(axes.at(&rules, at("2026-11-25 00:00:00")).money, Money::Expired { until: due.until() });
        let kept = PaymentRules { unpaid_gives_up: false, ..rules };
        assert_eq!(axes.at(&kept, at("2026-12-25 00:00:00")).money, due, "only where the procedure gives it up");
    }

    #[test]
    fn nobody_owes_what_costs_nothing_or_what_the_agency_pays() {
        let mut rules = PaymentRules::default();
        assert_eq!(money_after_approval(&rules, Fen(0), at("2026-11-21")), Money::Waived);
        assert_eq!(money_after_approval(&rules, Fen(100), at("2026-11-21")), Money::Due { until: None });
        rules.payer = Payer::Agency;
        assert_eq!(money_after_approval(&rules, Fen(100), at("2026-11-21")), Money::Agency);
        rules.payer = Payer::Nobody;
        assert_eq!(money_after_approval(&rules, Fen(100), at("2026-11-21")), Money::Waived);
    }

    #[test]
    fn the_official_state_is_a_view_over_the_axes() {
        let mut axes = Axes::default();
        assert_eq!(standing(StageName::Approved, &axes), Standing::Approved);
        axes.filing = Filing::Filed { at: at("2026-12-10") };
        assert_eq!(standing(StageName::Approved, &axes), Standing::Filed);
        axes.exam = Exam::ScorePublic;
        assert_eq!(standing(StageName::Approved, &axes), Standing::Scored);
        assert_eq!(standing(StageName::Submitted, &Axes::default()), Standing::Submitted);
    }

    #[test]
    fn money_comes_back_from_the_database_as_it_went() {
        for money in [
            Money::None,
            Money::Due { until: Some(at("2026-11-24 23:59:59")) },
            Money::Due { until: None },
            Money::Paid,
            Money::Expired { until: Some(at("2026-11-24")) },
            Money::Waived,
            Money::Agency,
        ] {
            assert_eq!(Money::parse(money.as_str(), money.until()), Some(money));
        }
        assert_eq!(Money::parse("paid", Some(at("2026-11-24"))), None, "a deadline belongs to what is due");
    }
}
