//! What stands below the people of a sheet: a sum, who filled it in, notes. It is nobody.

use super::column::plain;
use super::{Cell, Column, Layout};

/// Words with which such a line begins.
const WORDS: [&str; 23] = [
    "合计",
    "总计",
    "共计",
    "小计",
    "总人数",
    "填表",
    "填报",
    "制表",
    "填写",
    "经办人",
    "审核人",
    "复核人",
    "审核",
    "负责人",
    "联系人",
    "单位盖章",
    "单位(盖章)",
    "盖章",
    "(盖章)",
    "备注",
    "说明",
    "注意",
    "日期",
];

/// Whether a row below the headings is no person: it has no identity number, and its first words are those of a foot.
pub fn is_footing(cells: &[Cell], layout: &Layout) -> bool {
    let numbered = layout.place_of(Column::IdNo).and_then(|place| cells.get(place));
    if numbered.is_some_and(|cell| !cell.is_empty()) {
        return false;
    }
    let Some(first) = cells.iter().find(|cell| !cell.is_empty()) else { return false };
    let first = plain(&first.shown());
    let counted = first.strip_prefix('共').is_some_and(|rest| rest.starts_with(|ch: char| ch.is_ascii_digit()));
    // 注 is a foot with a sign or a number behind it alone.
    let noted = first.strip_prefix('注').is_some_and(|rest| !rest.starts_with(|ch: char| ch.is_alphabetic()));
    counted || noted || WORDS.iter().any(|word| first.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::Sheet;

    fn cells(texts: &[&str]) -> Vec<Cell> {
        texts.iter().map(|text| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) }).collect()
    }

    #[test]
    fn the_foot_of_a_sheet_is_nobody() {
        let rows = [
            (1, cells(&["序号", "姓名", "身份证号码", "电话"])),
            (2, cells(&["1", "张三", "330802199503120244", "13800004300"])),
        ];
        let layout = Layout::propose(&Sheet { name: String::new(), rows: rows.into(), ..Sheet::default() }).unwrap();
        for foot in [
            ["合计", "30人", "", ""],
            ["填表人：毛伟", "", "", "审核人：周敏"],
            ["", "制 表：", "", "2026年10月8日"],
            ["注：1.证件号码要和身份证一致", "", "", ""],
            ["注", "", "", ""],
            ["共30人", "", "", ""],
            ["单位（盖章）", "", "", ""],
        ] {
            assert!(is_footing(&cells(&foot), &layout), "{foot:?}");
        }
        for person in [
            ["2", "李四", "", "13800004301"],
            ["", "共青", "", "13800004301"],
            ["", "注月", "", ""],
            ["合计", "", "330802199503120244", ""],
            ["", "", "", ""],
        ] {
            assert!(!is_footing(&cells(&person), &layout), "{person:?}");
        }
    }
}
