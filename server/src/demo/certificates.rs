//! Certificates that the demonstration's lookup knows. The people are invented, and so are these.

use records::certificate_lookup::{Certificate, Source};

/// The list, in place of a register.
pub fn certificates() -> Source {
    let known = |certificate_no: &str, name: &str, occupation: &str, level: u8, issued_on: &str| Certificate {
        certificate_no: certificate_no.into(),
        name: name.into(),
        occupation: occupation.into(),
        level,
        issued_on: issued_on.into(),
        issuer: "浙江省生态与环境修复技术协会".into(),
        kind: "skill_level".into(),
    };
    Source::Demo(vec![
        known("Y000033000001235000123", "罗青", "碳排放核算员", 5, "2022-05-30"),
        known("Y000033000001234000456", "陈立", "碳排放核算员", 4, "2023-06-18"),
    ])
}
