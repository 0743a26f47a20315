//! Where the head is, by the outline of whatever differs from the background.

use super::pixels::{Picture, Sums, lightness};
use serde::{Deserialize, Serialize};

/// A head above a neck. Found only where the outline narrows below it: long hair over the shoulders shows no neck,
/// and a wrong measurement would be worse than none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Space above it, in thousandths of the picture's height.
    pub top: u16,
    /// Its width, in thousandths of the picture's width.
    pub width: u16,
    /// Its middle from the left, in thousandths of the picture's width.
    pub middle: u16,
    /// How far it leans to the right, in tenths of a degree.
    pub tilt: i16,
}

/// A channel this far from the background's belongs to the person.
const DIFFERENT: u8 = 36;
/// A row belongs to the person from this part of its pixels on: one in so many.
const ROW_PART: usize = 25;

/// The head, and the mean lightness of the person (of the whole picture when nothing stands out).
pub(super) fn find(picture: &Picture<'_>, background: [u8; 3], step: usize) -> (Option<Head>, f32) {
    let columns = picture.width.div_ceil(step);
    let mut person = Sums::default();
    let mut outline = Outline::default();
    let mut head = None;
    for (row, y) in (0..picture.height).step_by(step).enumerate() {
        let (mut count, mut places) = (0usize, 0usize);
        for (column, x) in (0..picture.width).step_by(step).enumerate() {
            let pixel = picture.rgb(x, y);
            if pixel.iter().zip(background).any(|(channel, back)| channel.abs_diff(back) > DIFFERENT) {
                count += 1;
                places += column;
                person.add(lightness(pixel));
            }
        }
        if head.is_none() && count * ROW_PART >= columns {
            head = outline.row(row, count, places as f32 / count as f32).then(|| outline.head(columns, picture, step));
        }
    }
    (head, person.mean() as f32)
}

/// The rows from the crown down.
#[derive(Default)]
struct Outline {
    top: Option<usize>,
    rows: f32,
    widest: usize,
    /// Sums of the middles of rows, of their depths, and of their products: the lean is a regression.
    middles: f32,
    depths: f32,
    squares: f32,
    products: f32,
}

impl Outline {
    /// Takes a row; whether it is the neck.
    fn row(&mut self, row: usize, count: usize, middle: f32) -> bool {
        let depth = row - *self.top.get_or_insert(row);
        if count * 5 < self.widest * 4 && depth * 2 > self.widest {
            return true;
        }
        self.widest = self.widest.max(count);
        let depth = depth as f32;
        self.rows += 1.0;
        self.middles += middle;
        self.depths += depth;
        self.squares += depth * depth;
        self.products += depth * middle;
        false
    }

    fn head(&self, columns: usize, picture: &Picture<'_>, step: usize) -> Head {
        let thousandths = |part: f32, all: usize| (part * 1000.0 / all.max(1) as f32) as u16;
        let spread = self.squares * self.rows - self.depths * self.depths;
        let slope = (self.products * self.rows - self.depths * self.middles) / spread.max(1.0);
        Head {
            top: thousandths((self.top.unwrap_or(0) * step) as f32, picture.height),
            width: thousandths(self.widest as f32, columns),
            middle: thousandths(self.middles / self.rows.max(1.0), columns),
            // The crown lies to the right when the middles go left on the way down. 573 tenths of a degree are
            // one radian; heads lean little enough for the tangent to be the angle.
            tilt: (-slope * 573.0) as i16,
        }
    }
}
