//! Every address of the product, in one place. Redirects go to these and nowhere else.

use domain::ids::{ApplicationId, FileId, PlanId};
use domain::profile::Step;

/// Home and plan search.
pub const HOME: &str = "/";
/// Sign-up.
pub const SIGN_UP: &str = "/sign-up";
/// 我的报名.
pub const MINE: &str = "/my";
/// Profile of the signed-in candidate.
pub const PROFILE: &str = "/profile";
/// What becomes of personal data.
pub const PRIVACY: &str = "/privacy";
/// The desk.
pub const OFFICE: &str = "/office";

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

/// Sign-in of the desk.
pub fn office_sign_in() -> String {
    "/office/sign-in".into()
}

/// A step of the wizard.
pub fn step(id: ApplicationId, step: Step) -> String {
    format!("/apply/{id}/{}", step.slug())
}

/// One's own application.
pub fn my_case(id: ApplicationId) -> String {
    format!("/my/{id}")
}

/// A case on the desk.
pub fn case(id: ApplicationId) -> String {
    format!("/office/cases/{id}")
}

/// Upload of a photo (multipart POST: `photo` the used picture, `original` the chosen one).
pub fn upload_photo(id: ApplicationId) -> String {
    format!("/upload/{id}/photo")
}

/// Upload of evidence (multipart POST: `file`, any number).
pub fn upload_document(id: ApplicationId, requirement: &str) -> String {
    format!("/upload/{id}/documents/{}", encode(requirement))
}

/// Upload of a signature drawn on this screen (multipart POST: `signature`).
pub fn upload_signature(id: ApplicationId) -> String {
    format!("/upload/{id}/signature")
}

/// The page on the phone: signing by a single-use link.
pub fn sign_by_link(token: &str) -> String {
    format!("/sign/{}", encode(token))
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
