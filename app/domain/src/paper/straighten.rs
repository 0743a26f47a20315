//! A photo of a paper, taken at an angle, made straight by its four corners.

use serde::{Deserialize, Serialize};

/// The corners of the paper in thousandths of the picture's width and height: upper left, upper right, lower right,
/// lower left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corners(pub [(u16, u16); 4]);

/// Smallest part of the picture that the paper may take, in thousandths: less is a slip of the finger.
const LEAST_AREA: i64 = 50;

impl Corners {
    /// The corners of the picture itself.
    pub const WHOLE: Corners = Corners([(0, 0), (1000, 0), (1000, 1000), (0, 1000)]);

    /// Reads `0,0,1000,0,1000,1000,0,1000`; `None` when a number is missing or above 1000.
    pub fn parse(text: &str) -> Option<Corners> {
        let mut numbers = text.split(',').map(|part| part.trim().parse::<u16>().ok().filter(|number| *number <= 1000));
        let mut next = || Some((numbers.next()??, numbers.next()??));
        let corners = Corners([next()?, next()?, next()?, next()?]);
        numbers.next().is_none().then_some(corners)
    }

    /// Whether a paper can lie between them: in order, no angle turned inwards, and not too small.
    pub fn are_usable(&self) -> bool {
        let mut area = 0;
        for at in 0..4 {
            let ((x0, y0), (x1, y1), (x2, y2)) = (self.wide(at), self.wide(at + 1), self.wide(at + 2));
            if (x1 - x0) * (y2 - y1) - (y1 - y0) * (x2 - x1) <= 0 {
                return false;
            }
            area += x0 * y1 - x1 * y0;
        }
        area >= 2 * LEAST_AREA * 1000
    }

    /// The size in pixels that keeps the paper's proportions, in a picture of `width` by `height`: the longer one of
    /// each pair of edges.
    pub fn size(&self, width: u32, height: u32) -> (u32, u32) {
        let edge = |from: usize, to: usize| {
            let ((x0, y0), (x1, y1)) = (self.wide(from), self.wide(to));
            let across = (x1 - x0) as f64 * f64::from(width) / 1000.0;
            let down = (y1 - y0) as f64 * f64::from(height) / 1000.0;
            across.hypot(down)
        };
        (edge(0, 1).max(edge(3, 2)).round().max(1.0) as u32, edge(0, 3).max(edge(1, 2)).round().max(1.0) as u32)
    }

    fn wide(&self, at: usize) -> (i64, i64) {
        let (x, y) = self.0[at % 4];
        (i64::from(x), i64::from(y))
    }
}

/// `0,0,1000,0,1000,1000,0,1000`
impl std::fmt::Display for Corners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c, d] = self.0;
        write!(f, "{},{},{},{},{},{},{},{}", a.0, a.1, b.0, b.1, c.0, c.1, d.0, d.1)
    }
}

/// Draws what lies between the corners as a rectangle of `out_width` by `out_height`. `rgba` holds four bytes per pixel
/// in rows of `width`. `None` when it does not, when a side is zero or when the corners are not usable.
pub fn straighten(
    rgba: &[u8],
    width: u32,
    height: u32,
    corners: &Corners,
    out_width: u32,
    out_height: u32,
) -> Option<Vec<u8>> {
    let pixels = u64::from(width).checked_mul(u64::from(height))?.checked_mul(4)?;
    let out = u64::from(out_width).checked_mul(u64::from(out_height))?.checked_mul(4)?;
    if pixels == 0 || out == 0 || pixels != rgba.len() as u64 || !corners.are_usable() {
        return None;
    }
    let (last_x, last_y) = ((width - 1) as f32, (height - 1) as f32);
    let [p0, p1, p2, p3] = corners.0.map(|(x, y)| (f32::from(x) / 1000.0 * last_x, f32::from(y) / 1000.0 * last_y));
    // From the unit square to the four corners (Heckbert, Fundamentals of Texture Mapping, 1989, section 2.2.3).
    let (dx1, dy1, dx2, dy2) = (p1.0 - p2.0, p1.1 - p2.1, p3.0 - p2.0, p3.1 - p2.1);
    let (sx, sy) = (p0.0 - p1.0 + p2.0 - p3.0, p0.1 - p1.1 + p2.1 - p3.1);
    let whole = dx1 * dy2 - dx2 * dy1;
    let (g, h) = ((sx * dy2 - dx2 * sy) / whole, (dx1 * sy - sx * dy1) / whole);
    let (a, b) = (p1.0 - p0.0 + g * p1.0, p3.0 - p0.0 + h * p3.0);
    let (d, e) = (p1.1 - p0.1 + g * p1.1, p3.1 - p0.1 + h * p3.1);
    let mut straight = Vec::with_capacity(usize::try_from(out).ok()?);
    let step = |at: u32, all: u32| if all > 1 { at as f32 / (all - 1) as f32 } else { 0.5 };
    for row in 0..out_height {
        let v = step(row, out_height);
        for column in 0..out_width {
            let u = step(column, out_width);
            let depth = g * u + h * v + 1.0;
            let x = ((a * u + b * v + p0.0) / depth).clamp(0.0, last_x);
            let y = ((d * u + e * v + p0.1) / depth).clamp(0.0, last_y);
            straight.extend_from_slice(&between(rgba, width as usize, x, y)?);
        }
    }
    Some(straight)
}

/// The colour at a place between four pixels.
fn between(rgba: &[u8], width: usize, x: f32, y: f32) -> Option<[u8; 4]> {
    let (left, top) = (x as usize, y as usize);
    let (right_part, low_part) = (x - left as f32, y - top as f32);
    let pixel = |x: usize, y: usize| -> Option<&[u8]> { rgba.get((y * width + x) * 4..(y * width + x) * 4 + 4) };
    let at = pixel(left, top)?;
    // At the last column and row there is no neighbour, and its part is nothing.
    let right = pixel(left + usize::from(right_part > 0.0), top)?;
    let low = pixel(left, top + usize::from(low_part > 0.0))?;
    let both = pixel(left + usize::from(right_part > 0.0), top + usize::from(low_part > 0.0))?;
    let mut out = [255; 4];
    for (channel, out) in out.iter_mut().enumerate() {
        let upper = f32::from(at[channel]) * (1.0 - right_part) + f32::from(right[channel]) * right_part;
        let lower = f32::from(low[channel]) * (1.0 - right_part) + f32::from(both[channel]) * right_part;
        *out = (upper * (1.0 - low_part) + lower * low_part + 0.5) as u8;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grey ramp: lightness is the column, red the row.
    fn ramp(width: u32, height: u32) -> Vec<u8> {
        (0..height).flat_map(|y| (0..width).flat_map(move |x| [y as u8, x as u8, x as u8, 255])).collect()
    }

    #[test]
    fn the_corners_of_the_picture_change_nothing() {
        let picture = ramp(60, 80);
        assert_eq!(straighten(&picture, 60, 80, &Corners::WHOLE, 60, 80), Some(picture));
        assert_eq!(Corners::WHOLE.size(60, 80), (60, 80));
    }

    #[test]
    fn every_corner_comes_to_its_place() {
        let corners = Corners([(100, 200), (800, 100), (900, 900), (200, 700)]);
        let straight = straighten(&ramp(201, 201), 201, 201, &corners, 50, 70).unwrap();
        let at = |x: usize, y: usize| {
            let at = (y * 50 + x) * 4;
            (straight[at + 1], straight[at])
        };
        assert_eq!([at(0, 0), at(49, 0), at(49, 69), at(0, 69)], [(20, 40), (160, 20), (180, 180), (40, 140)]);
    }

    #[test]
    fn lines_stay_straight_in_perspective() {
        // A chessboard seen from below: the far edge is half as wide. Its middle line must become the middle column.
        let corners = Corners([(250, 0), (750, 0), (1000, 1000), (0, 1000)]);
        let straight = straighten(&ramp(201, 201), 201, 201, &corners, 101, 101).unwrap();
        for y in 0..101 {
            assert_eq!(straight[(y * 101 + 50) * 4 + 1], 100, "row {y}");
        }
        // The far half takes more of the paper: the middle row comes from below a third of the way up.
        let middle = straight[(50 * 101 + 50) * 4];
        assert!((60..=75).contains(&middle), "{middle}");
    }

    #[test]
    fn corners_that_hold_no_paper_are_refused() {
        for bad in [
            Corners([(0, 0), (1000, 1000), (1000, 0), (0, 1000)]),
            Corners([(1000, 0), (0, 0), (0, 1000), (1000, 1000)]),
            Corners([(0, 0), (1000, 0), (300, 300), (0, 1000)]),
            Corners([(0, 0), (100, 0), (100, 100), (0, 100)]),
            Corners([(0, 0); 4]),
        ] {
            assert!(!bad.are_usable(), "{bad}");
            assert_eq!(straighten(&ramp(20, 20), 20, 20, &bad, 20, 20), None);
        }
        assert_eq!(straighten(&ramp(20, 20), 20, 21, &Corners::WHOLE, 20, 20), None);
        assert_eq!(straighten(&ramp(20, 20), 20, 20, &Corners::WHOLE, 0, 20), None);
    }

    #[test]
    fn corners_are_read_as_they_are_written() {
        let corners = Corners([(10, 20), (990, 0), (1000, 1000), (0, 980)]);
        assert_eq!(Corners::parse(&corners.to_string()), Some(corners));
        for bad in ["", "1,2,3", "0,0,1001,0,1000,1000,0,1000", "0,0,1,0,1,1,0,1,1", "a,b,c,d,e,f,g,h"] {
            assert_eq!(Corners::parse(bad), None, "{bad}");
        }
    }
}
