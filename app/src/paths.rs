//! Every address of the product, in one place. Redirects go to these and nowhere else.

use domain::ids::{ApplicationId, FileId, PlanId, RoomId, SessionId};
use domain::payment::Channel;
use domain::profile::{Printable, Step};

/// Home and plan search.
pub const HOME: &str = "/";
/// Sign-up.
pub const SIGN_UP: &str = "/sign-up";
/// 我的报名.
pub const MINE: &str = "/my";
/// Opening an account that an agency prepared.
pub const ACTIVATE: &str = "/activate";
/// A forgotten password: a code goes out, and sets a new one.
pub const FORGOT: &str = "/forgot";
/// Profile of the signed-in candidate.
pub const PROFILE: &str = "/profile";
/// The photo that a candidate keeps for all applications.
pub const PROFILE_PHOTO: &str = "/profile/photo";
/// Upload of that photo (multipart POST: `photo`).
pub const UPLOAD_PROFILE_PHOTO: &str = "/upload/profile/photo";
/// What becomes of personal data.
pub const PRIVACY: &str = "/privacy";
/// 证书查验, for anybody.
pub const VERIFY: &str = "/verify";
/// Lists that are public for their days.
pub const NOTICES: &str = "/notices";
/// The page that proves codes without network.
pub const VERIFY_OFFLINE: &str = "/verify/offline";
/// 我的证书.
pub const MY_CERTIFICATES: &str = "/my/certificates";
/// 我的消息.
pub const MESSAGES: &str = "/my/messages";
/// Where messages are sent to, and which ways not.
pub const MESSAGES_WAYS: &str = "/my/messages/ways";
/// Confirming a mail address: the secret of the link follows.
pub const CONFIRM_MAIL: &str = "/mail";
/// Switching mails off by the link in one of them: its secret follows.
pub const STOP_MAIL: &str = "/unsubscribe";
/// Where an application stands, for who cannot sign in.
pub const STATUS: &str = "/status";
/// 消息 at the desk.
pub const OFFICE_MESSAGES: &str = "/office/messages";
/// 各机构收费, for whoever oversees a region.
pub const REGION_SETTLEMENT: &str = "/office/reports/money";
/// 成绩 at the desk.
pub const SCORES: &str = "/office/scores";
/// The desk.
pub const OFFICE: &str = "/office";

/// The upload of that photo, coming back to the page with the way on to `next`.
pub fn upload_profile_photo(next: &str) -> String {
    if next.is_empty() { UPLOAD_PROFILE_PHOTO.into() } else { format!("{UPLOAD_PROFILE_PHOTO}?next={}", encode(next)) }
}

/// One plan at the desk.
pub fn office_plan(id: PlanId) -> String {
    format!("/office/plans/{id}")
}

/// One's own certificate.
pub fn my_certificate(id: &str) -> String {
    format!("{MY_CERTIFICATES}/{}", encode(id))
}

/// A file of one's own certificate: `certificate.pdf`, `face.svg`, `credential.json`, `credential.jwt`.
pub fn my_certificate_file(id: &str, name: &str) -> String {
    format!("{MY_CERTIFICATES}/{}/{name}", encode(id))
}

/// The certificates of a plan, at the desk.
pub fn plan_certificates(id: PlanId) -> String {
    format!("/office/plans/{id}/certificates")
}

/// One certificate at the desk.
pub fn office_certificate(id: &str) -> String {
    format!("/office/certificates/{}", encode(id))
}

/// Plan page.
pub fn plan(id: PlanId) -> String {
    format!("/plans/{id}")
}

/// "Am I eligible?" for a plan.
pub fn eligibility(id: PlanId) -> String {
    format!("/plans/{id}/eligibility")
}

/// Sign-in, going on to `next` afterwards (a path of this site).
pub fn sign_in(next: &str) -> String {
    if next.is_empty() { "/sign-in".into() } else { format!("/sign-in?next={}", encode(next)) }
}

/// Sign-in with a portal or an identity provider of the configuration.
pub fn sign_in_with(key: &str, next: &str) -> String {
    let next = if next.is_empty() { String::new() } else { format!("?next={}", encode(next)) };
    format!("/sign-in/with/{}{next}", encode(key))
}

/// Where that provider sends people back to.
pub fn sign_in_back(key: &str) -> String {
    format!("/sign-in/with/{}/back", encode(key))
}

/// Sign-in by another way of our own: `number`, `find` or `activate`.
pub fn sign_in_way(way: &str, next: &str) -> String {
    let page = sign_in(next);
    format!("{page}{}way={way}", if page.contains('?') { '&' } else { '?' })
}

/// 报名序号 of the signed-in candidate, shown large; afterwards on to `next`.
pub fn registration_number(next: &str) -> String {
    if next.is_empty() { "/registration-number".into() } else { format!("/registration-number?next={}", encode(next)) }
}

/// The profile with a word about what is to be looked at first (`mobile`, `linked`); afterwards on to `next`.
pub fn profile_first(what: &str, next: &str) -> String {
    format!("{PROFILE}?first={what}&next={}", encode(next))
}

/// A forgotten password, going on to `next` afterwards; with `code` the page on which the code is typed.
pub fn forgot(code: bool, next: &str) -> String {
    let step = if code { "?step=code" } else { "" };
    match next.is_empty() {
        true => format!("{FORGOT}{step}"),
        false => format!("{FORGOT}{step}{}next={}", if code { '&' } else { '?' }, encode(next)),
    }
}

/// The page on which a person confirms what an agency collected.
pub fn confirm_link(secret: &str) -> String {
    format!("/confirm/{secret}")
}

/// Sign-in of the desk.
pub fn office_sign_in() -> String {
    "/office/sign-in".into()
}

/// A step of the wizard.
pub fn step(id: ApplicationId, step: Step) -> String {
    format!("/apply/{id}/{}", step.slug())
}

/// The step of a draft that comes next, wherever that is: `Step::from_slug` knows no such step.
pub fn go_on(id: ApplicationId) -> String {
    format!("/apply/{id}/{GO_ON}")
}

/// The word of that address.
pub const GO_ON: &str = "next";

/// One's own application.
pub fn my_case(id: ApplicationId) -> String {
    format!("/my/{id}")
}

/// The sessions of one's ticket as a calendar file.
pub fn exam_calendar(id: ApplicationId) -> String {
    format!("/my/{id}/exam.ics")
}

/// The deadline of one's payment as a calendar file.
pub fn payment_calendar(id: ApplicationId) -> String {
    format!("/my/{id}/payment.ics")
}

/// The page on which the fee of one's own application is paid.
pub fn pay(id: ApplicationId) -> String {
    format!("/my/{id}/pay")
}

/// Begins to pay by a channel (POST), or with `check` asks whether it was paid.
pub fn pay_by(id: ApplicationId, channel: &str) -> String {
    format!("/my/{id}/pay/{channel}")
}

/// Goes to 微信 to learn who pays, from inside it; it leads back to [`PAY_INSIDE_BACK`].
pub fn pay_inside(id: ApplicationId) -> String {
    format!("/my/{id}/pay/inside")
}

/// Where 微信 sends people back to who pay inside it.
pub const PAY_INSIDE_BACK: &str = "/pay/wechat/back";

/// Where a channel sends payers back to. What stands in the address behind it is not read: the channel is asked.
pub fn pay_back(id: ApplicationId) -> String {
    format!("/my/{id}/pay/back")
}

/// 缴费凭证 of one's own application, as PDF.
pub fn receipt(id: ApplicationId) -> String {
    format!("/my/{id}/receipt.pdf")
}

/// The agency's bill of a plan, at the desk.
pub fn plan_bill(id: PlanId) -> String {
    format!("/office/plans/{id}/bill")
}

/// Where a channel tells what was paid.
pub fn pay_notify(channel: Channel) -> String {
    format!("/pay/notify/{}", channel.as_str())
}

/// A form or a ticket of one's own, as PDF.
pub fn my_print(id: ApplicationId, what: Printable) -> String {
    format!("/my/{id}/print/{}", sheet_name(what))
}

/// A form or a ticket of a case, as PDF, for the desk.
pub fn office_print(id: ApplicationId, what: Printable) -> String {
    format!("/office/cases/{id}/print/{}", sheet_name(what))
}

/// The forms of a plan's applications in one state, as one PDF.
pub fn office_plan_forms(id: PlanId, standing: &str) -> String {
    format!("/office/plans/{id}/forms.pdf?standing={standing}")
}

/// The tickets of a plan's applications in one state, as one PDF.
pub fn office_plan_tickets(id: PlanId, standing: &str) -> String {
    format!("/office/plans/{id}/tickets.pdf?standing={standing}")
}

/// 考场与准考证 of a plan.
pub fn office_rooms(id: PlanId) -> String {
    format!("/office/plans/{id}/rooms")
}

/// The same, with the seat map of a room during a session.
pub fn office_seat_map(id: PlanId, session: SessionId, room: RoomId) -> String {
    format!("/office/plans/{id}/rooms?session={session}&room={room}")
}

/// 考试日 of a plan: the door.
pub fn office_day(id: PlanId) -> String {
    format!("/office/plans/{id}/day")
}

/// The same, with somebody found by a number.
pub fn office_day_for(id: PlanId, code: &str) -> String {
    format!("/office/plans/{id}/day?code={}", encode(code))
}

/// Where a request about one's own ticket goes, with its proof.
pub fn my_seat_request(id: ApplicationId) -> String {
    format!("/my/{id}/seat")
}

/// One's own ticket as a page that also opens without a network once it is kept.
pub fn my_ticket(id: ApplicationId) -> String {
    format!("/my/{id}/ticket")
}

/// Reading a procedure from its file (multipart POST: `file`).
pub const UPLOAD_PROFILE_FILE: &str = "/office/profiles/file";

/// The last part of a print-out's address.
pub fn sheet_name(what: Printable) -> &'static str {
    match what {
        Printable::ApplicationForm => "application-form.pdf",
        Printable::Ticket => "ticket.pdf",
    }
}

/// 成绩 of a plan at the desk.
pub fn scores(id: PlanId) -> String {
    format!("{SCORES}?plan={id}")
}

/// Upload of a sheet of scores (multipart POST: `file`).
pub fn score_sheet(id: PlanId) -> String {
    format!("{SCORES}/{id}/sheet")
}

/// A sheet of scores to fill in.
pub fn score_sheet_blank(id: PlanId) -> String {
    format!("{SCORES}/{id}/sheet.xlsx")
}

/// The photo of a case under its official name, for the desk.
pub fn office_photo(id: ApplicationId) -> String {
    format!("/office/cases/{id}/photo")
}

/// 意见栏 of a case.
pub fn opinions(id: ApplicationId) -> String {
    format!("/office/cases/{id}/opinions")
}

/// Upload of the scan of a seal (multipart POST: `file`).
pub fn upload_seal(id: ApplicationId, opinion: &str) -> String {
    format!("/office/cases/{id}/opinions/{}/seal", encode(opinion))
}

/// The counter, with one case open.
pub fn counter(id: ApplicationId) -> String {
    format!("/office/counter?case={id}")
}

/// The link that switches mails off.
pub fn stop_mail(token: &str) -> String {
    format!("{STOP_MAIL}/{}", encode(token))
}

/// The page of a link to confirm collected data.
pub fn confirm(token: &str) -> String {
    format!("/confirm/{}", encode(token))
}

/// The page of a procedure.
pub fn procedure(name: &str) -> String {
    format!("/p/{}", encode(name))
}

/// A case on the desk.
pub fn case(id: ApplicationId) -> String {
    format!("/office/cases/{id}")
}

/// Upload of a photo (multipart POST: `photo` the used picture, `original` the chosen one).
pub fn upload_photo(id: ApplicationId) -> String {
    format!("/upload/{id}/photo")
}

/// Upload of evidence (multipart POST: `file`, any number) from the list of a step.
pub fn upload_document(id: ApplicationId, requirement: &str, at: Step) -> String {
    format!("/upload/{id}/documents/{}?at={}", encode(requirement), at.slug())
}

/// Upload of a signature drawn on this screen (multipart POST: `signature`).
pub fn upload_signature(id: ApplicationId) -> String {
    format!("/upload/{id}/signature")
}

/// The page on the phone: signing by a single-use link.
pub fn sign_by_link(token: &str) -> String {
    format!("/sign/{}", encode(token))
}

/// Making a photo of a paper straight.
pub fn straighten(id: ApplicationId, file: FileId) -> String {
    format!("/apply/{id}/documents/{file}/straighten")
}

/// What it would become.
pub fn straight_preview(id: ApplicationId, file: FileId, corners: &domain::paper::Corners) -> String {
    format!("/apply/{id}/documents/{file}/straight.jpg?corners={corners}")
}

/// A kept file.
pub fn file(id: FileId) -> String {
    format!("/files/{id}")
}

/// A kept file, for the desk.
pub fn office_file(id: FileId) -> String {
    format!("/office/files/{id}")
}

/// All files of a requirement as one PDF, for the desk.
pub fn office_merged(id: ApplicationId, requirement: &str) -> String {
    format!("/office/cases/{id}/documents/{}.pdf", encode(requirement))
}

/// Whether `path` is a path of this site that one may be sent on to: no scheme, no host, no line breaks.
pub fn is_ours(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.starts_with("/\\")
        && path.len() <= 300
        && path.bytes().all(|byte| (0x21..0x7f).contains(&byte))
}

/// The plan that a path of ours is about.
pub fn plan_in(path: &str) -> Option<PlanId> {
    path.strip_prefix("/plans/")?.split(['/', '?', '#']).next()?.parse().ok()
}

/// Percent-encodes everything but unreserved characters and `/`.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(byte as char),
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(HEX[usize::from(byte >> 4)] as char);
                out.push(HEX[usize::from(byte & 15)] as char);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for foreign in ["https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x", "evil"] {
            assert!(!is_ours(foreign), "{foreign}");
        }
        assert!(is_ours("/plans/1?again=x"));
    }

    #[test]
    fn encoding_keeps_paths_readable() {
        assert_eq!(encode("/my?a=张"), "/my%3Fa%3D%E5%BC%A0");
    }
}
