//! Cells that were merged downwards: one 单位 for a whole class stands in the first row, and is meant for all.

use super::{Cell, Column, Layout, Sheet};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Most characters of a text that is meant for many: longer ones are no unit and no address, and would fill the memory.
const SHARED_MAX: usize = 100;

/// Cells of one column, merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The row in which something stands.
    pub first: u32,
    /// The last row of them.
    pub last: u32,
    /// The column, from 0.
    pub column: u32,
}

impl Sheet {
    /// The sheet with what was merged downwards written into each of its rows, below the headings. Names and numbers are
    /// one person's: those stay where they are, and their empty cells are told.
    pub fn spread(&self, layout: &Layout) -> Cow<'_, Sheet> {
        let begins = layout.begins_at();
        let shared = |merged: &&Merged| {
            let place = usize::try_from(merged.column).unwrap_or(usize::MAX);
            let column = layout.columns.get(place).and_then(|(_, column)| *column);
            let read = |column: Column| layout.place_of(column) == Some(place) && !is_ones_own(column);
            merged.first >= begins && column.is_some_and(read)
        };
        let mut shared = self.merged.iter().filter(shared).peekable();
        if shared.peek().is_none() {
            return Cow::Borrowed(self);
        }
        let mut whole = self.clone();
        for merged in shared {
            let place = usize::try_from(merged.column).unwrap_or(usize::MAX);
            let from = whole.rows.partition_point(|(number, _)| *number < merged.first);
            let until = whole.rows.partition_point(|(number, _)| *number <= merged.last);
            let some = whole.rows.get_mut(from..until).unwrap_or_default();
            let Some(((_, cells), below)) = some.split_first_mut() else { continue };
            let short = |cell: &&Cell| !cell.is_empty() && cell.shown().chars().count() <= SHARED_MAX;
            let Some(text) = cells.get(place).filter(short).cloned() else { continue };
            for (_, cells) in below {
                if cells.len() <= place {
                    cells.resize(place + 1, Cell::Empty);
                }
                if cells[place].is_empty() {
                    cells[place] = text.clone();
                }
            }
        }
        Cow::Owned(whole)
    }
}

const fn is_ones_own(column: Column) -> bool {
    use Column::{Birth, BirthMonth, Email, Gender, IdNo, Mobile, Name, Number, PriorNo};
    matches!(column, Number | Name | IdNo | Gender | Birth | BirthMonth | Mobile | Email | PriorNo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unit_stands_for_a_whole_class_and_one_name_for_nobody_else() {
        let rows: [(u32, [&str; 4]); 5] = [
            (2, ["姓名", "身份证号码", "工作单位", "备注"]),
            (3, ["张三", "330802199503120244", "市一建", "甲"]),
            (4, ["", "330802199503120260", "", ""]),
            (6, ["王五", "330802199503120287", "自己的", ""]),
            (7, ["赵六", "330802199503120308", "", ""]),
        ];
        let cell = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
        let rows: Vec<(u32, Vec<Cell>)> =
            rows.into_iter().map(|(number, cells)| (number, cells.into_iter().map(cell).collect())).collect();
        let merged = |first, last, column| Merged { first, last, column };
        let sheet = Sheet {
            name: String::new(),
            rows,
            merged: vec![merged(1, 2, 2), merged(3, 7, 2), merged(3, 4, 0), merged(3, 4, 3), merged(9, 12, 2)],
        };
        let layout = Layout::propose(&sheet).unwrap();
        let whole = sheet.spread(&layout);
        let column =
            |place: usize| -> Vec<String> { whole.rows.iter().map(|(_, cells)| cells[place].shown()).collect() };
        assert_eq!(column(2), ["工作单位", "市一建", "市一建", "自己的", "市一建"], "what was typed stays");
        assert_eq!(column(0)[2], "", "a name is one person's");
        assert_eq!(column(3)[2], "", "nobody reads this column");
        let plain = Sheet { merged: Vec::new(), ..sheet.clone() };
        assert!(matches!(plain.spread(&layout), Cow::Borrowed(_)));
    }
}
