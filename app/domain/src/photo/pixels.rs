//! What the pixels show: background, emptiness, light, sharpness. Measuring only; nothing is
//! changed, and no number here refuses a photo.

use super::contour::{self, Head};
use super::{Background, Measurement, PhotoSpec, PointKind, ReviewPoint};
use serde::{Deserialize, Serialize};

/// Measurements of a decoded picture. Transparent parts count as white.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Looks {
    /// Mean red, green, blue of the two upper corners, a tenth wide and a twelfth high each.
    pub background_rgb: [u8; 3],
    /// Part of these corners that is nearly white, in thousandths.
    pub background_white_share: u16,
    /// Standard deviation of the lightness of these corners: shadows and patterns raise it.
    pub background_deviation: f32,
    /// All pixels are nearly alike: nobody is in the picture.
    pub blank: bool,
    /// Mean lightness, 0 black to 255 white.
    pub brightness: f32,
    /// Standard deviation of the lightness.
    pub contrast: f32,
    /// Variance of the Laplacian of the lightness; low values are blurred pictures.
    pub sharpness: f32,
    /// Mean lightness of what differs from the background.
    pub person_brightness: f32,
    /// The head, where the outline shows one.
    pub head: Option<Head>,
}

/// White means: the darkest channel of the mean at least this bright ...
const WHITE_FLOOR: u8 = 235;
/// ... and the channels at most this far apart.
const WHITE_SPREAD: u8 = 12;
/// A pixel of the corners counts as nearly white from here.
const NEARLY_WHITE: u8 = 225;
/// Standard deviation over all channels below which a picture is blank.
const BLANK_DEVIATION: f64 = 6.0;
/// Pixels looked at in a large picture; more make the answer slower, not better.
const MOST_SAMPLES: u64 = 600_000;

/// Measures `rgba`, four bytes per pixel in rows of `width`. Answers `None` when the buffer
/// does not hold `width` times `height` pixels, or none at all.
pub fn look_at(rgba: &[u8], width: u32, height: u32) -> Option<Looks> {
    let needed = u64::from(width).checked_mul(u64::from(height))?.checked_mul(4)?;
    if needed == 0 || rgba.len() as u64 != needed {
        return None;
    }
    let picture = Picture { rgba, width: width as usize, height: height as usize };
    let (background_rgb, background_white_share, background_deviation) = picture.background();
    let (deviation, brightness, contrast) = picture.spread();
    let (head, person_brightness) = contour::find(&picture, background_rgb, picture.step());
    Some(Looks {
        background_rgb,
        background_white_share,
        background_deviation,
        blank: deviation < BLANK_DEVIATION,
        brightness,
        contrast,
        sharpness: picture.sharpness(),
        person_brightness,
        head,
    })
}

/// The ranges advised, in the units of [`PointKind`]. They are wide on purpose: a point costs a reviewer's look.
/// Width of the head: 50 to 71 % of the width on identity cards, 64 to 73 % on the paper photos of 鉴定统考, less on
/// photos with shoulders. Its top: 2 to 5 % there; here up to a fifth, because frames differ. Lean: 8 degrees. Light:
/// faces of every complexion before a wall that is not blown out. Sharpness: 25, where eyes begin to blur.
const ADVISED: [(PointKind, i32, i32); 7] = [
    (PointKind::Uneven, 0, 16),
    (PointKind::HeadSize, 300, 780),
    (PointKind::HeadTop, 10, 220),
    (PointKind::HeadMiddle, 400, 600),
    (PointKind::Tilt, -80, 80),
    (PointKind::Exposure, 45, 225),
    (PointKind::Sharpness, 25, i32::MAX),
];

/// Every measurement with the range advised; those of the head only where one was found.
pub fn measurements(looks: &Looks) -> impl Iterator<Item = Measurement> {
    ADVISED.into_iter().filter_map(|(kind, low, high)| {
        let head = looks.head;
        let measured = match kind {
            PointKind::Uneven => looks.background_deviation as i32,
            PointKind::HeadSize => head?.width.into(),
            PointKind::HeadTop => head?.top.into(),
            PointKind::HeadMiddle => head?.middle.into(),
            PointKind::Tilt => head?.tilt.into(),
            PointKind::Exposure => looks.person_brightness as i32,
            _ => looks.sharpness as i32,
        };
        Some(Measurement { kind, measured, low, high })
    })
}

/// Soft points of a picture under a plan, for a person to decide.
pub fn review_points(looks: &Looks, spec: &PhotoSpec) -> Vec<ReviewPoint> {
    let mut points = Vec::new();
    let measured = looks.background_rgb;
    if let Some(required) = spec.background
        && !shows(measured, required)
    {
        points.push(ReviewPoint::Background { measured, required });
    }
    if looks.blank {
        // Of nobody there is nothing to measure.
        points.push(ReviewPoint::Blank);
        return points;
    }
    points.extend(measurements(looks).filter(Measurement::is_outside).map(ReviewPoint::Measured));
    points
}

fn shows([red, green, blue]: [u8; 3], background: Background) -> bool {
    let (low, high) = (red.min(green).min(blue), red.max(green).max(blue));
    match background {
        Background::Any => true,
        Background::White => low >= WHITE_FLOOR && high - low <= WHITE_SPREAD,
        // Official blues run from 67,142,219 to 0,191,243; official red is about 220,0,0.
        Background::Blue => blue == high && blue >= 120 && blue - red >= 40,
        Background::Red => red == high && red >= 120 && red - green.max(blue) >= 60,
    }
}

pub(super) struct Picture<'a> {
    rgba: &'a [u8],
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Picture<'_> {
    pub(super) fn rgb(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * self.width + x) * 4;
        match self.rgba.get(at..at + 4) {
            Some(&[red, green, blue, 255]) => [red, green, blue],
            Some(&[red, green, blue, alpha]) => [red, green, blue].map(|channel| on_white(channel, alpha)),
            _ => [255; 3],
        }
    }

    /// Mean colour of the upper corners, how much of them is nearly white, and how their lightness varies.
    fn background(&self) -> ([u8; 3], u16, f32) {
        let rows = (self.height / 12).max(2).min(self.height);
        let columns = (self.width / 10).max(2).min(self.width);
        let (mut sums, mut white, mut count) = ([0u64; 3], 0u64, 0u64);
        let mut light = Sums::default();
        for y in 0..rows {
            for x in (0..columns).chain(self.width - columns..self.width) {
                let pixel = self.rgb(x, y);
                for (sum, channel) in sums.iter_mut().zip(pixel) {
                    *sum += u64::from(channel);
                }
                light.add(lightness(pixel));
                white += u64::from(pixel.iter().all(|channel| *channel >= NEARLY_WHITE));
                count += 1;
            }
        }
        (sums.map(|sum| ((sum + count / 2) / count) as u8), (white * 1000 / count) as u16, light.deviation() as f32)
    }

    fn step(&self) -> usize {
        let mut step = 1;
        while (self.width as u64 * self.height as u64) / (step * step) > MOST_SAMPLES {
            step += 1;
        }
        step as usize
    }

    /// Standard deviation over all channels, mean lightness, standard deviation of lightness.
    fn spread(&self) -> (f64, f32, f32) {
        let step = self.step();
        let (mut all, mut light) = (Sums::default(), Sums::default());
        for y in (0..self.height).step_by(step) {
            for x in (0..self.width).step_by(step) {
                let pixel = self.rgb(x, y);
                for channel in pixel {
                    all.add(channel.into());
                }
                light.add(lightness(pixel));
            }
        }
        (all.deviation(), light.mean() as f32, light.deviation() as f32)
    }

    fn sharpness(&self) -> f32 {
        let step = self.step();
        if self.width < 3 || self.height < 3 {
            return 0.0;
        }
        let at = |x: usize, y: usize| i64::from(lightness(self.rgb(x, y)));
        let (mut sum, mut squares, mut count) = (0i64, 0i64, 0i64);
        for y in (1..self.height - 1).step_by(step) {
            for x in (1..self.width - 1).step_by(step) {
                let edge = 4 * at(x, y) - at(x - 1, y) - at(x + 1, y) - at(x, y - 1) - at(x, y + 1);
                sum += edge;
                squares += edge * edge;
                count += 1;
            }
        }
        let mean = sum as f64 / count as f64;
        (squares as f64 / count as f64 - mean * mean) as f32
    }
}

#[derive(Default)]
pub(super) struct Sums {
    sum: u64,
    squares: u64,
    count: u64,
}

impl Sums {
    pub(super) fn add(&mut self, value: u32) {
        self.sum += u64::from(value);
        self.squares += u64::from(value) * u64::from(value);
        self.count += 1;
    }

    pub(super) fn mean(&self) -> f64 {
        self.sum as f64 / self.count.max(1) as f64
    }

    fn deviation(&self) -> f64 {
        let mean = self.mean();
        (self.squares as f64 / self.count.max(1) as f64 - mean * mean).max(0.0).sqrt()
    }
}

fn on_white(channel: u8, alpha: u8) -> u8 {
    let (channel, alpha) = (u32::from(channel), u32::from(alpha));
    ((channel * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// Lightness by the weights of television, 0 to 255.
pub(super) fn lightness([red, green, blue]: [u8; 3]) -> u32 {
    (u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114 + 500) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(pixel: [u8; 4]) -> Vec<u8> {
        pixel.repeat(40 * 60)
    }

    #[test]
    fn transparent_is_white_and_blank() {
        let looks = look_at(&plain([0, 0, 0, 0]), 40, 60).unwrap();
        assert_eq!((looks.background_rgb, looks.background_white_share), ([255; 3], 1000));
        assert!(looks.blank);
    }

    #[test]
    fn each_background_is_told_apart() {
        for (pixel, background) in [
            ([250, 250, 250, 255], Background::White),
            ([67, 142, 219, 255], Background::Blue),
            ([0, 191, 243, 255], Background::Blue),
            ([220, 10, 10, 255], Background::Red),
        ] {
            let looks = look_at(&plain(pixel), 40, 60).unwrap();
            for asked in [Background::White, Background::Blue, Background::Red] {
                let spec = PhotoSpec { background: Some(asked), ..PhotoSpec::default() };
                let accepted = !review_points(&looks, &spec).iter().any(|p| p.code() == "background");
                assert_eq!(accepted, asked == background, "{pixel:?} asked {asked:?}");
            }
        }
    }

    #[test]
    fn a_buffer_of_another_size_is_not_measured() {
        assert!(look_at(&plain([0; 4]), 41, 60).is_none());
        assert!(look_at(&[], 0, 0).is_none());
        assert!(look_at(&[0; 4], u32::MAX, u32::MAX).is_none());
    }
}
