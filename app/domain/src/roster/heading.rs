//! Which rows of a sheet are its headings: proposed, or said by a person. Sheets have lines of title above, and headings
//! over two rows where one word stands over several columns (考核信息 over 理论 and 技能).

use super::layout::{Layout, LayoutRefusal, facts, kind_of};
use super::{Cell, Column, Sheet};

/// Rows from the top in which headings are looked for.
pub const LOOKED_AT: usize = 30;
/// Most rows that headings take.
pub const HIGHEST: u32 = 3;
/// Known headings that make a row the row of headings.
const ENOUGH: usize = 3;
/// Texts that a row must have at least to be taken for headings nobody knows.
const PLAUSIBLE: usize = 3;
/// Most characters of a word in a second row of headings.
const SHORT: usize = 12;

type Row<'a> = (u32, &'a [Cell]);

/// The words over each column, from the upper row to the lower. A word that stands over several columns (merged cells
/// keep it in the first one alone) goes over each of them that has a word of its own below.
fn words(rows: &[&[Cell]]) -> Vec<Vec<String>> {
    let width = rows.iter().map(|cells| cells.len()).max().unwrap_or(0);
    let text = |row: usize, column: usize| rows[row].get(column).map(Cell::shown).unwrap_or_default();
    let below = |row: usize, column: usize| (row + 1..rows.len()).any(|lower| !text(lower, column).is_empty());
    (0..width)
        .map(|column| {
            let mut over: Vec<String> = Vec::new();
            for row in 0..rows.len() {
                let mut word = text(row, column);
                if word.is_empty() && below(row, column) {
                    let left = (0..column).rev().find(|left| !text(row, *left).is_empty());
                    word = left.filter(|left| below(row, *left)).map(|left| text(row, left)).unwrap_or_default();
                }
                if !word.is_empty() && over.last() != Some(&word) {
                    over.push(word);
                }
            }
            over
        })
        .collect()
}

/// What the words over a column mean: the lowest one says most.
fn meaning(over: &[String]) -> Option<Column> {
    let lowest = over.last()?;
    Column::of_heading(lowest).or_else(|| Column::of_heading(&over.concat()))
}

/// Columns with what they are taken for. Where two mean the same, the one whose words stand alone is meant: 联系电话 and
/// 紧急联系人 over 电话.
fn columns(rows: &[&[Cell]]) -> Vec<(String, Option<Column>)> {
    let words = words(rows);
    let mut columns: Vec<(String, Option<Column>)> = words.iter().map(|over| (over.join(" "), meaning(over))).collect();
    for place in 0..columns.len() {
        let Some(known) = columns[place].1 else { continue };
        let plainer =
            (0..columns.len()).any(|other| columns[other].1 == Some(known) && words[other].len() < words[place].len());
        if plainer {
            columns[place].1 = None;
        }
    }
    columns
}

/// The rows from `from` on that stand right below each other.
fn block<'a>(rows: &[Row<'a>], from: usize, high: usize) -> Option<Vec<&'a [Cell]>> {
    let some = rows.get(from..from + high)?;
    let adjoin = some.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1);
    adjoin.then(|| some.iter().map(|(_, cells)| *cells).collect())
}

fn known(rows: &[&[Cell]]) -> usize {
    let mut known: Vec<Column> = columns(rows).into_iter().filter_map(|(_, column)| column).collect();
    known.sort_unstable();
    known.dedup();
    known.len()
}

/// Whether the row below goes on with the headings: short words under one that stands over several columns, and nobody
/// under name and number.
fn goes_on(first: &[Cell], next: &[Cell]) -> bool {
    let shown = |cells: &[Cell], place: usize| cells.get(place).map(Cell::shown).unwrap_or_default();
    let person = columns(&[first]).iter().enumerate().any(|(place, (_, column))| {
        matches!(column, Some(Column::Name | Column::IdNo)) && !shown(next, place).is_empty()
    });
    let is_word = |cell: &Cell| match cell {
        Cell::Text(text) => text.chars().count() <= SHORT && !text.chars().any(|ch| ch.is_ascii_digit()),
        other => other.is_empty(),
    };
    let under_group =
        (0..next.len()).any(|place| !shown(next, place).is_empty() && shown(first, place).is_empty() && place > 0);
    !person && under_group && next.iter().all(is_word)
}

impl Layout {
    /// Proposes a layout: the row or two among the first with most known headings.
    pub fn propose(sheet: &Sheet) -> Result<Layout, LayoutRefusal> {
        let top: Vec<Row> =
            sheet.rows.iter().take(LOOKED_AT).map(|(number, cells)| (*number, cells.as_slice())).collect();
        let mut best: Option<(usize, usize, usize)> = None;
        for high in [1, 2] {
            for from in 0..top.len() {
                let Some(rows) = block(&top, from, high) else { continue };
                let count = known(&rows);
                // One row before two, and the first of the best: a second row of the same words is data of somebody's
                // making.
                if count >= ENOUGH && best.is_none_or(|(most, ..)| count > most) {
                    best = Some((count, from, high));
                }
            }
        }
        let Some((_, from, mut high)) = best else {
            return Err(LayoutRefusal::NoHeadings { looked_at: u32::try_from(top.len()).unwrap_or(u32::MAX) });
        };
        if high == 1 && block(&top, from, 2).is_some_and(|rows| goes_on(rows[0], rows[1])) {
            high = 2;
        }
        Ok(Layout::at(sheet, top[from].0, u32::try_from(high).unwrap_or(1)))
    }

    /// Where nothing is known: the first row with several texts, for a person to say better. None where no row can be
    /// one of headings.
    pub fn guess(sheet: &Sheet) -> Option<Layout> {
        let texts =
            |cells: &[Cell]| cells.iter().filter(|cell| matches!(cell, Cell::Text(_)) && !cell.is_empty()).count();
        let above = sheet.rows.len().checked_sub(1)?;
        let found = sheet.rows.iter().take(LOOKED_AT.min(above)).find(|(_, cells)| texts(cells) >= PLAUSIBLE)?;
        Some(Layout::at(sheet, found.0, 1))
    }

    /// The layout that a person means: headings begin in row `row` and are `high` rows high.
    pub fn said(sheet: &Sheet, row: u32, high: u32) -> Result<Layout, LayoutRefusal> {
        if !(1..=HIGHEST).contains(&high) {
            return Err(LayoutRefusal::Height { high, highest: HIGHEST });
        }
        let last = sheet.rows.last().map_or(0, |(number, _)| *number);
        let is_there = |number: &u32| sheet.rows.binary_search_by_key(number, |(number, _)| *number).is_ok();
        if row == 0 || !is_there(&row) {
            return Err(LayoutRefusal::NoSuchRow { row, last });
        }
        Ok(Layout::at(sheet, row, high))
    }

    fn at(sheet: &Sheet, row: u32, high: u32) -> Layout {
        let within = |number: u32| number >= row && number - row < high;
        let rows: Vec<&[Cell]> = sheet
            .rows
            .iter()
            .skip_while(|(number, _)| *number < row)
            .take_while(|(number, _)| within(*number))
            .map(|(_, cells)| cells.as_slice())
            .collect();
        let columns = columns(&rows);
        let above = sheet.rows.iter().take_while(|(number, _)| *number < row);
        Layout {
            kind: kind_of(&columns),
            headings_at: row,
            headings_high: high,
            facts: above.flat_map(|(_, cells)| facts(cells)).collect(),
            columns,
            by_hand: Vec::new(),
            kind_by_hand: false,
        }
    }

    /// Takes over what a person said about columns when the sheet was read otherwise, where it still makes sense: the
    /// column is there, and no other one is what was said. `same` tells whether it is the same sheet; of another one,
    /// only columns under the same words are taken over.
    #[must_use]
    pub fn with_hand(mut self, earlier: &Layout, same: bool) -> Layout {
        for place in earlier.by_hand.iter().copied() {
            let at = usize::try_from(place).unwrap_or(usize::MAX);
            let (Some(old), Some(new)) = (earlier.columns.get(at), self.columns.get(at)) else { continue };
            let alike = old.0 == new.0;
            let holds = match old.1 {
                None => alike,
                Some(said) => {
                    let elsewhere = self.columns.iter().enumerate().any(|(p, (_, c))| p != at && *c == Some(said));
                    (same || alike) && !elsewhere
                }
            };
            if holds {
                self.columns[at].1 = old.1;
                self.by_hand.push(place);
            }
        }
        if same && earlier.kind_by_hand {
            (self.kind, self.kind_by_hand) = (earlier.kind, true);
        }
        self
    }

    /// Puts what a person says in the place of what was proposed, and remembers that it was said.
    pub fn say(&mut self, place: usize, column: Option<Column>) {
        let Some(known) = self.columns.get_mut(place) else { return };
        if known.1 != column {
            known.1 = column;
            if let Ok(place) = u32::try_from(place)
                && !self.by_hand.contains(&place)
            {
                self.by_hand.push(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::SheetKind;

    fn sheet(rows: &[(u32, &[&str])]) -> Sheet {
        let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
        let rows = rows.iter().map(|(number, cells)| (*number, cells.iter().map(cell).collect())).collect();
        Sheet { name: "表".into(), rows, ..Sheet::default() }
    }

    fn known(layout: &Layout) -> Vec<Option<Column>> {
        layout.columns.iter().map(|(_, column)| *column).collect()
    }

    #[test]
    fn lines_of_title_stand_above() {
        let sheet = sheet(&[
            (1, &["培训班学员花名册"]),
            (2, &["班别：第3期", "", "学时：40"]),
            (4, &["姓名", "身份证号码", "电话"]),
            (5, &["张三", "330802199503120244", "13800004300"]),
        ]);
        let layout = Layout::propose(&sheet).unwrap();
        assert_eq!((layout.headings_at, layout.headings_high, layout.begins_at()), (4, 1, 5));
        assert_eq!((layout.fact("班别"), layout.fact("学时")), (Some("第3期"), Some("40")));
    }

    #[test]
    fn one_word_stands_over_several_columns() {
        let merged = sheet(&[
            (3, &["序号", "姓名", "身份证号码", "联系方式", "", "考核信息", "", "备注"]),
            (4, &["", "", "", "手机", "邮箱", "理论", "技能", ""]),
            (5, &["1", "张三", "330802199503120244", "13800004300", "a@example.cn", "合格", "合格", ""]),
        ]);
        let layout = Layout::propose(&merged).unwrap();
        assert_eq!((layout.headings_at, layout.headings_high, layout.begins_at()), (3, 2, 5));
        let words: Vec<&str> = layout.columns.iter().map(|(words, _)| words.as_str()).collect();
        assert_eq!(
            words,
            ["序号", "姓名", "身份证号码", "联系方式 手机", "联系方式 邮箱", "考核信息 理论", "考核信息 技能", "备注"]
        );
        assert_eq!(
            known(&layout)[..5],
            [Some(Column::Number), Some(Column::Name), Some(Column::IdNo), Some(Column::Mobile), Some(Column::Email)]
        );
        // The second row knows nothing, and is one of headings all the same.
        let scores = sheet(&[
            (1, &["姓名", "身份证号码", "性别", "考核信息", ""]),
            (2, &["", "", "", "理论", "技能"]),
            (3, &["张三", "330802199503120244", "女", "", ""]),
        ]);
        assert_eq!(Layout::propose(&scores).unwrap().begins_at(), 3);
        // A row of data without a name is none of headings: it has a number.
        let nameless = sheet(&[(1, &["姓名", "身份证号码", "性别", ""]), (2, &["", "330802199503120244", "女", "早"])]);
        assert_eq!(Layout::propose(&nameless).unwrap().begins_at(), 2);
    }

    #[test]
    fn groups_above_full_headings_change_nothing() {
        let sheet = sheet(&[
            (1, &["基本信息", "", "", "考核信息"]),
            (2, &["姓名", "身份证号码", "性别", "理论"]),
            (3, &["张三", "330802199503120244", "女", ""]),
        ]);
        let layout = Layout::propose(&sheet).unwrap();
        assert_eq!((layout.headings_at, layout.headings_high), (2, 1));
    }

    #[test]
    fn of_two_telephones_the_plain_one_is_meant() {
        let sheet = sheet(&[
            (1, &["姓名", "身份证号码", "电话", "紧急联系人", ""]),
            (2, &["", "", "", "称呼", "电话"]),
            (3, &["张三", "330802199503120244", "13800004300", "母亲", "13800004301"]),
        ]);
        let layout = Layout::propose(&sheet).unwrap();
        assert_eq!(known(&layout), [Some(Column::Name), Some(Column::IdNo), Some(Column::Mobile), None, None]);
    }

    #[test]
    fn what_a_person_says_is_done_or_refused_with_numbers() {
        let sheet = sheet(&[(2, &["甲", "乙", "丙"]), (3, &["张三", "330802199503120244", "女"])]);
        assert_eq!(Layout::propose(&sheet), Err(LayoutRefusal::NoHeadings { looked_at: 2 }));
        assert_eq!(Layout::guess(&sheet).unwrap().headings_at, 2);
        assert_eq!(Layout::said(&sheet, 9, 1), Err(LayoutRefusal::NoSuchRow { row: 9, last: 3 }));
        assert_eq!(Layout::said(&sheet, 1, 1), Err(LayoutRefusal::NoSuchRow { row: 1, last: 3 }));
        assert_eq!(Layout::said(&sheet, 2, 4), Err(LayoutRefusal::Height { high: 4, highest: 3 }));
        let said = Layout::said(&sheet, 2, 1).unwrap();
        assert_eq!(known(&said), [None, None, None]);
        assert_eq!(
            Layout::guess(&Sheet { name: String::new(), rows: sheet.rows[..1].to_vec(), ..Sheet::default() }),
            None,
            "nobody below"
        );
    }

    #[test]
    fn what_was_said_stays_where_it_still_makes_sense() {
        let sheet = sheet(&[
            (1, &["说明", "随便", "写写", ""]),
            (2, &["姓名", "号", "性别", "手机"]),
            (3, &["张三", "330802199503120244", "女", "13800004300"]),
        ]);
        let mut first = Layout::said(&sheet, 1, 1).unwrap();
        first.say(1, Some(Column::IdNo));
        first.say(0, Some(Column::Mobile));
        first.say(9, Some(Column::Email));
        assert_eq!(first.by_hand, [1, 0]);
        let second = Layout::said(&sheet, 2, 1).unwrap().with_hand(&first, true);
        assert_eq!(
            known(&second),
            [Some(Column::Name), Some(Column::IdNo), Some(Column::Gender), Some(Column::Mobile)],
            "the number stays; the mobile stands elsewhere now"
        );
        assert_eq!((second.by_hand.as_slice(), second.kind), ([1].as_slice(), SheetKind::Registration));
        let other = Layout::said(&sheet, 2, 1).unwrap().with_hand(&first, false);
        assert_eq!(known(&other)[1], None, "of another sheet, only what stands under the same words");
    }
}
