//! What happens to a case, and to whatever else has a history.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What; the sentence is made by `app::wording`.
    pub what: What,
    /// Who: a name of staff (for staff only), or empty.
    pub who: String,
    /// Further words: remarks, grounds, reasons.
    pub text: String,
}

/// Events of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The draft was begun.
    Started,
    /// A photo was uploaded.
    PhotoKept,
    /// A file was added.
    FileAdded,
    /// A file was removed.
    FileRemoved,
    /// It was signed.
    Signed,
    /// It was submitted.
    Submitted,
    /// A submission was taken back into a draft.
    Undone,
    /// It was withdrawn.
    Withdrawn,
    /// A reviewer took it.
    Claimed,
    /// A reviewer let it go.
    Released,
    /// Somebody was invited to the staff.
    StaffInvited,
    /// They accepted and set a password.
    StaffJoined,
    /// A member of staff was let in again.
    StaffLetIn,
    /// A member of staff was shut out.
    StaffShutOut,
    /// A member of staff changed the password.
    StaffPassword,
    /// A member of staff opened the full case.
    Opened,
    /// A full identity or mobile number was shown to staff.
    Revealed,
    /// It was approved.
    Approved,
    /// It was returned.
    Returned,
    /// It was rejected.
    Rejected,
    /// A decision was taken back.
    Reopened,
    /// Another way to sign in leads to the account.
    WayAdded,
    /// 报名序号 was shown again to somebody who knew identity and mobile number.
    NumberFound,
    /// Two accounts of one person became one.
    Merged,
    /// An agency prepared an account and got a one-time code.
    Preloaded,
    /// The one-time code was replaced.
    CodeRenewed,
    /// The one-time code was taken back.
    CodeRevoked,
    /// The one-time code was used.
    Activated,
    /// The counter looked at the document and gave a code for a new password.
    ResetCodeGiven,
    /// A code for a new password went to the mobile or the mail address of the account.
    PasswordCodeSent,
    /// The person set a new password with a code.
    PasswordReset,
    /// It stands on a list that was filed with the authority.
    Filed,
    /// The filing was taken back.
    FilingUndone,
    /// Originals were looked at, at the counter.
    OriginalsChecked,
    /// An opinion of the form was written.
    OpinionWritten,
    /// A seal was put under an opinion.
    OpinionSealed,
    /// Staff found the case by a number, at the counter.
    LookedUp,
    /// Staff printed the form or the ticket.
    Printed,
    /// The agency typed the data in.
    Collected,
    /// A link to confirm the data was made; an older one died.
    LinkMade,
    /// A link to confirm the data was sent to the person; an older one died.
    LinkSent,
    /// The person confirmed the collected data by the link.
    Confirmed,
    /// An earlier certificate was found by the lookup.
    CertificateFound,
    /// Another site was chosen.
    SiteChosen,
    /// Results of subjects were recorded.
    ResultsRecorded,
    /// A roster was uploaded and tried.
    RosterKept,
    /// The import of a roster was begun.
    RosterImported,
    /// The import of a roster was taken back.
    RosterUndone,
    /// Scores were imported from a sheet.
    ScoresImported,
    /// Scores were entered by hand.
    ScoresEntered,
    /// The scores of a plan were locked.
    ScoresLocked,
    /// They were unlocked, with a reason.
    ScoresUnlocked,
    /// They were released, or the moment was set.
    ScoresReleased,
    /// A score was corrected; the old one stays.
    ScoreCorrected,
    /// The candidate asked to look at a score again.
    RecheckAsked,
    /// That was answered.
    RecheckAnswered,
    /// The fee was paid.
    FeePaid,
    /// A list of certificates was prepared.
    CertificatesPrepared,
    /// The list was given up.
    CertificatesDropped,
    /// Certificates were issued.
    CertificateIssued,
    /// A certificate was corrected.
    CertificateCorrected,
    /// A certificate was printed anew because its paper was lost.
    CertificateReissued,
    /// A certificate was revoked.
    CertificateRevoked,
    /// The paper got its number.
    CertificateStocked,
    /// The paper was handed over or sent.
    CertificateDelivered,
    /// Certificates were taken out as a file.
    CertificatesExported,
    /// Nobody paid in time: the place was given up.
    FeeExpired,
    /// The fee was waived.
    FeeWaived,
    /// Money is going back.
    RefundAsked,
    /// Money went back.
    Refunded,
    /// Money came that was not due: too late, or a second time.
    PaidAgain,
    /// Rooms, sessions or staff of an exam were changed.
    RoomsChanged,
    /// Seats were given, or changed by hand.
    SeatsArranged,
    /// The ticket was given out.
    TicketIssued,
    /// The ticket was given out anew: time, room or seat changed.
    TicketReissued,
    /// How the person came to the exam was noted.
    Attended,
    /// A misconduct was noted.
    MisconductNoted,
    /// A room without stairs or extra time was granted.
    AdjustmentGranted,
    /// The candidate asked for a correction of the ticket or an adjustment.
    SeatAsked,
    /// That was answered.
    SeatAnswered,
    /// The person wants messages by other ways from now on; the particulars say which, and how it was said.
    MessageWays,
    /// Something was done with the plan itself; the particulars name the act.
    PlanActed,
    /// The plan was called off.
    PlanCancelled,
    /// Something was done with money beside a single order; the particulars name the act.
    MoneyActed,
}

impl What {
    /// Every event.
    pub const ALL: [What; 84] = [
        What::Started,
        What::PhotoKept,
        What::FileAdded,
        What::FileRemoved,
        What::Signed,
        What::Submitted,
        What::Undone,
        What::Withdrawn,
        What::Claimed,
        What::Released,
        What::Opened,
        What::Revealed,
        What::Approved,
        What::Returned,
        What::Rejected,
        What::Reopened,
        What::WayAdded,
        What::NumberFound,
        What::Merged,
        What::Preloaded,
        What::CodeRenewed,
        What::CodeRevoked,
        What::Activated,
        What::ResetCodeGiven,
        What::PasswordCodeSent,
        What::PasswordReset,
        What::Filed,
        What::FilingUndone,
        What::OriginalsChecked,
        What::OpinionWritten,
        What::OpinionSealed,
        What::LookedUp,
        What::Printed,
        What::Collected,
        What::LinkMade,
        What::LinkSent,
        What::Confirmed,
        What::CertificateFound,
        What::SiteChosen,
        What::ResultsRecorded,
        What::RosterKept,
        What::RosterImported,
        What::RosterUndone,
        What::ScoresImported,
        What::ScoresEntered,
        What::ScoresLocked,
        What::ScoresUnlocked,
        What::ScoresReleased,
        What::ScoreCorrected,
        What::RecheckAsked,
        What::RecheckAnswered,
        What::FeePaid,
        What::FeeExpired,
        What::FeeWaived,
        What::RefundAsked,
        What::Refunded,
        What::PaidAgain,
        What::RoomsChanged,
        What::SeatsArranged,
        What::TicketIssued,
        What::TicketReissued,
        What::Attended,
        What::MisconductNoted,
        What::AdjustmentGranted,
        What::SeatAsked,
        What::SeatAnswered,
        What::CertificatesPrepared,
        What::CertificatesDropped,
        What::CertificateIssued,
        What::CertificateCorrected,
        What::CertificateReissued,
        What::CertificateRevoked,
        What::CertificateStocked,
        What::CertificateDelivered,
        What::CertificatesExported,
        What::MessageWays,
        What::PlanActed,
        What::PlanCancelled,
        What::MoneyActed,
        What::StaffInvited,
        What::StaffJoined,
        What::StaffLetIn,
        What::StaffShutOut,
        What::StaffPassword,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            What::Started => "started",
            What::PhotoKept => "photo_kept",
            What::FileAdded => "file_added",
            What::FileRemoved => "file_removed",
            What::Signed => "signed",
            What::Submitted => "submitted",
            What::Undone => "undone",
            What::Withdrawn => "withdrawn",
            What::Claimed => "claimed",
            What::Released => "released",
            What::Opened => "opened",
            What::Revealed => "revealed",
            What::Approved => "approved",
            What::Returned => "returned",
            What::Rejected => "rejected",
            What::Reopened => "reopened",
            What::WayAdded => "way_added",
            What::NumberFound => "number_found",
            What::Merged => "merged",
            What::Preloaded => "preloaded",
            What::CodeRenewed => "code_renewed",
            What::CodeRevoked => "code_revoked",
            What::Activated => "activated",
            What::ResetCodeGiven => "reset_code_given",
            What::PasswordCodeSent => "password_code_sent",
            What::PasswordReset => "password_reset",
            What::Filed => "filed",
            What::FilingUndone => "filing_undone",
            What::OriginalsChecked => "originals_checked",
            What::OpinionWritten => "opinion_written",
            What::OpinionSealed => "opinion_sealed",
            What::LookedUp => "looked_up",
            What::Printed => "printed",
            What::Collected => "collected",
            What::LinkMade => "link_made",
            What::LinkSent => "link_sent",
            What::Confirmed => "confirmed",
            What::CertificateFound => "certificate_found",
            What::SiteChosen => "site_chosen",
            What::ResultsRecorded => "results_recorded",
            What::RosterKept => "roster_kept",
            What::RosterImported => "roster_imported",
            What::RosterUndone => "roster_undone",
            What::ScoresImported => "scores_imported",
            What::ScoresEntered => "scores_entered",
            What::ScoresLocked => "scores_locked",
            What::ScoresUnlocked => "scores_unlocked",
            What::ScoresReleased => "scores_released",
            What::ScoreCorrected => "score_corrected",
            What::RecheckAsked => "recheck_asked",
            What::RecheckAnswered => "recheck_answered",
            What::FeePaid => "fee_paid",
            What::FeeExpired => "fee_expired",
            What::FeeWaived => "fee_waived",
            What::RefundAsked => "refund_asked",
            What::Refunded => "refunded",
            What::PaidAgain => "paid_again",
            What::RoomsChanged => "rooms_changed",
            What::SeatsArranged => "seats_arranged",
            What::TicketIssued => "ticket_issued",
            What::TicketReissued => "ticket_reissued",
            What::Attended => "attended",
            What::MisconductNoted => "misconduct_noted",
            What::AdjustmentGranted => "adjustment_granted",
            What::SeatAsked => "seat_asked",
            What::SeatAnswered => "seat_answered",
            What::CertificatesPrepared => "certificates_prepared",
            What::CertificatesDropped => "certificates_dropped",
            What::CertificateIssued => "certificate_issued",
            What::CertificateCorrected => "certificate_corrected",
            What::CertificateReissued => "certificate_reissued",
            What::CertificateRevoked => "certificate_revoked",
            What::CertificateStocked => "certificate_stocked",
            What::CertificateDelivered => "certificate_delivered",
            What::CertificatesExported => "certificates_exported",
            What::MessageWays => "message_ways",
            What::PlanActed => "plan_acted",
            What::PlanCancelled => "plan_cancelled",
            What::MoneyActed => "money_acted",
            What::StaffInvited => "staff_invited",
            What::StaffJoined => "staff_joined",
            What::StaffLetIn => "staff_let_in",
            What::StaffShutOut => "staff_shut_out",
            What::StaffPassword => "staff_password",
        }
    }

    /// Reads the word of the database.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == word)
    }

    /// Whether the applicant sees it in the timeline (staff see everything).
    pub fn for_applicant(self) -> bool {
        !matches!(
            self,
            What::Opened
                | What::Revealed
                | What::Released
                | What::FileAdded
                | What::FileRemoved
                | What::PhotoKept
                | What::LookedUp
                | What::Printed
                | What::LinkMade
                | What::CertificateStocked
        )
    }
}
