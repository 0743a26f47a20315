//! Nothing may leave its page: looked up on the finished frames.

use super::page_data::{self, PageData};
use super::press::compile;
use super::world::Desk;
use super::*;
use typst::layout::{Abs, Frame, FrameItem, Point};
use typst_layout::PagedDocument;

fn press() -> Press {
    Press::open(&Places { fonts: FontPlaces::usual(None), templates: None }).unwrap()
}

fn pages(press: &Press, template: &str, data: &PageData) -> PagedDocument {
    let files = data.files(&press.fonts.family);
    let desk: Desk<'_> = press.desk(press.fonts.usual(), press.main(template).unwrap(), &files);
    compile(&desk).unwrap()
}

/// Texts that begin or end outside the page, less its margin.
fn outside(document: &PagedDocument, margin: Abs) -> Vec<String> {
    let mut found = Vec::new();
    for page in document.pages() {
        look(&page.frame, Point::zero(), &mut |at, width, text| {
            let (left, right) = (margin, page.frame.width() - margin);
            let bottom = page.frame.height();
            if at.x < left || at.x + width > right || at.y < Abs::zero() || at.y > bottom {
                found.push(format!("{text} at {at:?}, {width:?} wide"));
            }
        });
    }
    found
}

fn look(frame: &Frame, at: Point, tell: &mut impl FnMut(Point, Abs, &str)) {
    for (place, item) in frame.items() {
        let here = at + *place;
        match item {
            FrameItem::Group(group) => look(&group.frame, here, tell),
            FrameItem::Text(text) => tell(here, text.width(), &text.text),
            _ => {}
        }
    }
}

/// Every value long, in every way a text can be long.
fn absurd(pattern: &str) -> FormSheet {
    let mut sheet = specimen_form();
    let long = |text: &mut String| *text = format!("{text}{pattern}");
    sheet.values.iter_mut().filter(|(key, _)| key != "subjects").for_each(|(_, text)| long(text));
    sheet.sections.iter_mut().flat_map(|section| &mut section.rows).for_each(|(_, text)| long(text));
    sheet.work_periods.iter_mut().for_each(|period| long(&mut period.employer));
    long(&mut sheet.conditions);
    sheet.opinions.iter_mut().flat_map(|opinion| &mut opinion.fields).for_each(|(_, text)| long(text));
    sheet
}

#[test]
fn absurd_values_stay_inside_and_take_two_pages_at_most() {
    let press = press();
    let patterns =
        ["W".repeat(60), "很长的单位名称".repeat(15), "a-b@c.example/".repeat(6), "第 1 行\n第 2 行\n第 3 行".into()];
    for pattern in patterns {
        let data = page_data::of_form(&absurd(&pattern)).unwrap();
        for name in FORMS {
            let document = pages(&press, name, &data);
            let found = outside(&document, Abs::mm(17.9));
            assert!(found.is_empty(), "{name} with {pattern}: {found:?}");
            assert!(document.pages().len() <= 2, "{name} with {pattern}: {} pages", document.pages().len());
        }
    }
}

#[test]
fn an_ordinary_form_fills_one_page() {
    let press = press();
    let data = page_data::of_form(&specimen_form()).unwrap();
    for name in FORMS {
        let document = pages(&press, name, &data);
        assert_eq!(document.pages().len(), 1, "{name}");
        assert!(outside(&document, Abs::mm(17.9)).is_empty(), "{name}");
    }
}

#[test]
fn a_full_ticket_keeps_to_its_page() {
    let press = press();
    let mut full = specimen_ticket();
    full.papers.extend(full.papers.clone());
    full.rules.extend(
        ["参加操作技能考核的考生请按规定穿戴劳动防护用品，自备符合要求的工具和量具，听从考场工作人员的安排。"; 6]
            .map(String::from),
    );
    full.person.iter_mut().for_each(|(_, text)| text.push_str("很长的内容"));
    for orientation in [Orientation::Landscape, Orientation::Portrait] {
        let sheet = TicketSheet { orientation, ..full.clone() };
        let document = pages(&press, "ticket", &page_data::of_tickets(&[sheet]).unwrap());
        assert_eq!(document.pages().len(), 1, "{orientation:?}");
        let found = outside(&document, Abs::mm(5.0));
        assert!(found.is_empty(), "{orientation:?}: {found:?}");
    }
}
