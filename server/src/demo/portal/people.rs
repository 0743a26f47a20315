//! Invented people of the simulated portal, and how the portal behaves towards each.

/// What goes wrong for a person, so that every failure can be seen and tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Nothing.
    Fine,
    /// The portal does not know the document of this person.
    NoDocument,
    /// The portal knows the person only by a mobile number.
    NotAssured,
    /// The ticket is too old when it is asked about.
    Expired,
    /// The identity is signed by somebody else; tickets get an answer that is none.
    Forged,
    /// The portal takes its time, longer than anybody waits.
    Slow,
    /// The portal accepts the same ticket again and again.
    Forgetful,
    /// The person says no.
    Declines,
}

/// Somebody invented, with what the portal tells of them and how the portal behaves.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// What the portal calls the person.
    pub subject: &'static str,
    /// 姓名
    pub name: &'static str,
    /// The portal's word for the kind of document: 10 for residents, 14 for travel permits of Hong Kong and Macao.
    pub id_type: &'static str,
    /// 证件号码
    pub id_no: &'static str,
    /// 手机号码, or empty.
    pub mobile: &'static str,
    /// Born on, where the number does not tell.
    pub birth: &'static str,
    /// 性别, as GB/T 2261.1 counts.
    pub sex: &'static str,
    /// What goes wrong.
    pub mood: Mood,
    /// What the page of the simulator says about the person.
    pub about: &'static str,
}

const fn resident(
    subject: &'static str,
    name: &'static str,
    id_no: &'static str,
    mood: Mood,
    about: &'static str,
) -> Person {
    Person { subject, name, id_type: "10", id_no, mobile: "13900000008", birth: "", sex: "", mood, about }
}

/// Everybody. Numbers carry a right check character and belong to nobody.
pub const PEOPLE: [Person; 11] = [
    resident("sim-1", "陈一鸣", "330106199203050210", Mood::Fine, "居民身份证，资料齐全"),
    Person {
        mobile: "",
        ..resident("sim-2", "何晓", "330106199304110227", Mood::Fine, "居民身份证，门户里没有手机号")
    },
    Person {
        id_type: "14",
        birth: "1990-03-07",
        sex: "2",
        ..resident("sim-3", "黄嘉欣", "H8765432101", Mood::Fine, "港澳居民来往内地通行证")
    },
    Person {
        id_type: "14",
        birth: "1990-03-07",
        sex: "2",
        ..resident("sim-4", "黄嘉欣", "H8765432102", Mood::Fine, "同一个人，通行证换发以后")
    },
    resident("sim-5", "无证件", "", Mood::NoDocument, "门户没有证件号码"),
    resident("sim-6", "未实名", "330106199203050237", Mood::NotAssured, "只用手机号注册，没有实名"),
    resident("sim-7", "票据过期", "330106199203050253", Mood::Expired, "查验时票据已经过期"),
    resident("sim-8", "签名不对", "33010619920305027X", Mood::Forged, "发回的内容签名不对"),
    resident("sim-9", "没有回应", "330106199203050296", Mood::Slow, "门户迟迟不回应"),
    resident("sim-10", "重复使用", "330106199203050317", Mood::Forgetful, "门户允许同一张票据用两次"),
    resident("sim-11", "取消登录", "330106199203050333", Mood::Declines, "在门户里点了取消"),
];

/// The person of a subject.
pub fn person(subject: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.subject == subject)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id_document::{IdKind, IdNumber};

    #[test]
    fn their_numbers_are_right_and_each_is_found() {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        for one in &PEOPLE {
            assert_eq!(person(one.subject).unwrap().name, one.name);
            if !one.id_no.is_empty() {
                let number =
                    IdNumber::parse(None, one.id_no, today).unwrap_or_else(|why| panic!("{}: {why:?}", one.id_no));
                assert_eq!(number.kind() == IdKind::HongKongMacaoPass, one.id_type == "14");
            }
        }
    }
}
