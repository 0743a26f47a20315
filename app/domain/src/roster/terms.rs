//! Words for 文化程度 and 考生来源 that people write beside those that are kept: 中专, 大专毕业, 学生.

use super::lists::UNSCHOOLED;
use super::{EDUCATIONS, SOURCES};
use crate::text::fold_char;

/// What stands before and behind the word itself.
const BEFORE: [&str; 6] = ["全日制", "非全日制", "在职", "成人", "函授", "自考"];
const BEHIND: [&str; 6] = ["毕业", "学历", "文化程度", "文化", "程度", "在读"];

/// 文化程度, as it is written and as it is kept.
const SCHOOLS: [(&str, &str); 19] = [
    ("中专", "中等专业学校"),
    ("中技", "技工学校"),
    ("技校", "技工学校"),
    ("技工", "技工学校"),
    ("高技", "高级技工学校"),
    ("职高", "中等职业学校"),
    ("职中", "中等职业学校"),
    ("中职", "中等职业学校"),
    ("高职", "高等职业学校"),
    ("专科", "大专"),
    ("大学专科学校", "大学专科"),
    ("学士", "大学本科"),
    ("大本", "大学本科"),
    ("硕士", "硕士研究生"),
    ("博士", "博士研究生"),
    ("高级中学", "高中"),
    ("初级中学", "初中"),
    ("文盲", UNSCHOOLED),
    ("半文盲", UNSCHOOLED),
];

/// 考生来源, as it is written and as it is kept.
const FROM: [(&str, &str); 13] = [
    ("学生", "在校学生"),
    ("在校生", "在校学生"),
    ("在校", "在校学生"),
    ("企业员工", "企业职工"),
    ("企业在职", "企业职工"),
    ("企业在职职工", "企业职工"),
    ("企业人员", "企业职工"),
    ("社会考生", "社会人员"),
    ("社会人士", "社会人员"),
    ("事业单位人员", "事业单位"),
    ("军人", "军队人员"),
    ("现役军人", "军队人员"),
    ("其它", "其他"),
];

/// 文化程度 that is evidently meant.
pub(super) fn school(text: &str) -> Option<&'static str> {
    let plain = plain(text);
    let known = |word: &str| {
        let kept = EDUCATIONS.iter().find(|kept| **kept == word).copied();
        kept.or_else(|| SCHOOLS.iter().find(|(written, _)| *written == word).map(|(_, kept)| *kept))
    };
    let before = BEFORE.iter().find_map(|word| plain.strip_prefix(word)).unwrap_or(&plain);
    let bare = BEHIND.iter().find_map(|word| before.strip_suffix(word)).unwrap_or(before);
    known(&plain).or_else(|| known(before)).or_else(|| known(bare))
}

/// 考生来源 that is evidently meant.
pub(super) fn source(text: &str) -> Option<&'static str> {
    let plain = plain(text);
    let kept = SOURCES.iter().find(|kept| **kept == plain).copied();
    kept.or_else(|| FROM.iter().find(|(written, _)| *written == plain).map(|(_, kept)| *kept))
}

fn plain(text: &str) -> String {
    text.chars().map(fold_char).filter(|ch| !ch.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_everyday_are_those_that_are_kept() {
        for (written, kept) in [
            ("中专", Some("中等专业学校")),
            ("大专毕业", Some("大专")),
            ("全日制本科", Some("本科")),
            ("本科学历", Some("本科")),
            ("高 中", Some("高中")),
            ("初中文化程度", Some("初中")),
            ("函授大专学历", Some("大专")),
            ("硕士", Some("硕士研究生")),
            ("文盲", Some("文盲或半文盲")),
            ("大学", None),
            ("高中/中专", None),
            ("无", None),
            ("", None),
        ] {
            assert_eq!(school(written), kept, "{written}");
        }
        for (written, kept) in [
            ("学生", Some("在校学生")),
            (" 企业 员工", Some("企业职工")),
            ("社会考生", Some("社会人员")),
            ("农民", None),
            ("", None),
        ] {
            assert_eq!(source(written), kept, "{written}");
        }
        assert!(SCHOOLS.iter().all(|(_, kept)| *kept == UNSCHOOLED || EDUCATIONS.contains(kept)));
        assert!(FROM.iter().all(|(_, kept)| SOURCES.contains(kept)));
    }
}
