//! Subject and text of every kind in English.

use domain::message::MessageKind;

/// Subject and text of a kind.
pub(super) fn template(kind: MessageKind) -> (&'static str, &'static str) {
    use MessageKind as Kind;
    match kind {
        Kind::Submitted => (
            "Application submitted: {trade}",
            "Dear {name},\nyour application for “{plan}” was submitted. Your number is {application}.\nIt is now being reviewed; we will tell you the result.\n{link}",
        ),
        Kind::Approved => (
            "Application approved: {trade}",
            "Dear {name},\nyour application for “{plan}” was approved. Your number is {application}.\n{link}",
        ),
        Kind::PaymentDue => (
            "Application approved, please pay: {trade}",
            "Dear {name},\nyour application for “{plan}” was approved. Your number is {application}.\nPlease pay the fee of {amount} yuan.\nDeadline: {until}.\n{link}",
        ),
        Kind::Returned => (
            "Please correct your application: {trade}",
            "Dear {name},\nyour application for “{plan}” needs corrections:\n{words}\nPlease submit it again before {until}; your seat is kept.\nQuestions: {phone}.\n{link}",
        ),
        Kind::Rejected => (
            "Application rejected: {trade}",
            "Dear {name},\nyour application for “{plan}” was rejected.\nReason: {words}\nQuestions: {phone}.\n{link}",
        ),
        Kind::Reopened => (
            "Application under review again: {trade}",
            "Dear {name},\nyour application for “{plan}” is under review again.\nReason: {words}\n{link}",
        ),
        Kind::Paid => (
            "Payment received: {trade}",
            "Dear {name},\nwe received {amount} yuan for “{plan}”, order {number}.\n{link}",
        ),
        Kind::FeeWaived => (
            "Nothing to pay: {trade}",
            "Dear {name},\nthe fee of {amount} yuan for “{plan}” was waived. Your application stands as it is.\n{link}",
        ),
        Kind::PaymentExpired => (
            "Payment overdue: {trade}",
            "Dear {name},\nthe fee for “{plan}” was not paid in time and your seat was given up.\nQuestions: {phone}.\n{link}",
        ),
        Kind::PlaceRestored => (
            "Payment received, your place is back: {trade}",
            "Dear {name},\n{amount} yuan for “{plan}” arrived after the deadline. A seat was still free: your place is back and nothing else is to be done.\nOrder {number}.\n{link}",
        ),
        Kind::LateReturned => (
            "Payment came too late and goes back: {trade}",
            "Dear {name},\n{amount} yuan for “{plan}” came too late to be used.\nReason: {words}\nAll of it goes back the way it came; you need not ask for it.\nQuestions: {phone}.\n{link}",
        ),
        Kind::Refunded => {
            ("Refund: {trade}", "Dear {name},\n{amount} yuan for “{plan}” were paid back the way they came.\n{link}")
        }
        Kind::PlaceOffered => (
            "A seat is free: {trade}",
            "Dear {name},\na seat for “{plan}” is held for you.\nPlease submit before {until}, or it goes to the next person.\n{link}",
        ),
        Kind::PlaceSoon => (
            "The seat held for you runs out soon: {trade}",
            "Dear {name},\nthe seat for “{plan}” that is held for you is not used yet. It is held until {until}; then it goes to the next person.\nWhat you filled in is still there: open it, finish it and submit.\nQuestions: {phone}.\n{link}",
        ),
        Kind::PlacePassed => (
            "The seat held for you has passed on: {trade}",
            "Dear {name},\nthe seat for “{plan}” was not used in time and went to the next person.\n{words}\n{link}",
        ),
        Kind::PlaceEnded => (
            "The waiting list has ended: {trade}",
            "Dear {name},\nthe waiting list of “{plan}” has ended and no seat came to you.\nWhat you filled in is kept for the next plan.\nQuestions: {phone}.\n{link}",
        ),
        Kind::TicketPublished => (
            "Admission ticket: {trade}",
            "Dear {name},\nyour room and seat for “{plan}” are set, ticket {number}.\nIt can be printed from {at}.\n{link}",
        ),
        Kind::TicketChanged => (
            "Your admission ticket has changed: {trade}",
            "Dear {name},\ntime, place, room, seat or the way to “{plan}” have changed. Please print ticket {number} again.\n{link}",
        ),
        Kind::PlanChanged => (
            "The exam has changed: {trade}",
            "Dear {name},\n“{plan}” has changed:\n{words}\nQuestions: {phone}.\n{link}",
        ),
        Kind::PlanCancelled => (
            "The exam was called off: {trade}",
            "Dear {name},\nwe are sorry: “{plan}” was called off.\nReason: {words}\nWhat you paid goes back the way it came. Questions: {phone}.\n{link}",
        ),
        Kind::SeatAnswered => (
            "Your request was answered: {trade}",
            "Dear {name},\nyour request about the ticket or adjustments of “{plan}” was answered. Please sign in to read it.\n{link}",
        ),
        Kind::ScoresReleased => (
            "Scores released: {trade}",
            "Dear {name},\nthe scores of “{plan}” are out. They are shown after signing in only.\n{link}",
        ),
        Kind::ScoreCorrected => (
            "A score was corrected: {trade}",
            "Dear {name},\na score of “{plan}” ({title}) was corrected. Please sign in to see it.\nReason: {words}\n{link}",
        ),
        Kind::RecheckAnswered => (
            "Answer to your recheck: {trade}",
            "Dear {name},\nthe recheck of “{plan}” ({title}) was answered: {words}\n{link}",
        ),
        Kind::CertificateIssued => {
            ("Certificate issued: {trade}", "Dear {name},\nyour certificate was issued, number {number}.\n{link}")
        }
        Kind::CertificateCorrected => (
            "Certificate {number}: a new edition",
            "Dear {name},\nyour certificate {number} was corrected or reissued. Please use the new edition.\nReason: {words}\n{link}",
        ),
        Kind::CertificateSent => (
            "Certificate {number} is on its way",
            "Dear {name},\nyour paper certificate {number} was sent.\nCarrier: {title}\nTracking number: {words}\n{link}",
        ),
        Kind::CertificateRevoked => (
            "Certificate {number} was revoked",
            "Dear {name},\nyour certificate {number} was revoked and must not be used any more.\nReason: {words}\nQuestions: {phone}.\n{link}",
        ),
        Kind::ObjectionAnswered => (
            "Your objection was answered",
            "Your objection concerning “{plan}” was answered by {agency}:\n{words}\nQuestions: {phone}.",
        ),
        Kind::Notice => ("{title}", "{words}\n{link}"),
        Kind::CorrectionSoon => (
            "Correction due soon: {trade}",
            "Dear {name},\nyour application for “{plan}” still waits to be corrected. Deadline: {until}.\n{link}",
        ),
        Kind::PaymentSoon => (
            "Payment due soon: {trade}",
            "Dear {name},\nthe fee for “{plan}” is not paid yet. Deadline: {until}.\nAmount: {amount} yuan.\n{link}",
        ),
        Kind::TicketOpens => (
            "Your ticket can be printed: {trade}",
            "Dear {name},\nfrom today on the ticket for “{plan}” can be printed. Bring it and your identity card.\n{link}",
        ),
        Kind::ExamSoon => (
            "Exam soon: {trade}",
            "Dear {name},\n“{plan}” begins at {at}. Bring your ticket and your identity card.\n{link}",
        ),
        Kind::MailConfirm => (
            "Please confirm your mail address",
            "Dear {name},\nsomebody, probably you, gave this address to Jikao.\nPlease open this link and confirm. It counts for 24 hours; nothing else is sent here before.\n{link}",
        ),
        Kind::SmsCode | Kind::MailCode => (
            "Your code for a new password",
            "Dear {name},\nyour code is {number}. It counts once and until {until}.\nType it on the page where you asked for it and tell nobody, not even the office.\nIf you did not ask for it, do nothing: your password is as it was.",
        ),
        Kind::ConfirmAsked => (
            "Please confirm what {agency} filled in for you",
            "Dear {name},\n{agency} filled in your application for “{plan}”. It counts once you have looked at it and confirmed it.\nPlease open this link before {until}.\nQuestions: {phone}.\n{link}",
        ),
        Kind::MilestoneDue => ("Due today: {title}", "“{title}” is due today, {until} at the latest.\n{link}"),
        Kind::MilestoneSoon => ("Due soon: {title}", "“{title}” is due by {until}.\n{link}"),
        Kind::PlanDecided => ("Decided: {title}", "“{title}” was decided: {words}\n{link}"),
        Kind::BillReady => ("Bill: {title}", "{title}\n{amount} yuan.\nDeadline: {until}.\n{words}\n{link}"),
    }
}
