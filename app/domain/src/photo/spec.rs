//! What a plan asks of a photo, as a profile writes it.

use super::{PointKind, ReviewPoint};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A picture format that can be read and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoFormat {
    /// JPG, JPEG
    #[serde(alias = "jpg")]
    Jpeg,
    /// PNG
    Png,
    /// WebP: in no seed's list, but can be converted
    Webp,
    /// GIF: in no seed's list
    Gif,
}

impl PhotoFormat {
    /// The word a profile uses: `jpeg`, `png`, `webp`, `gif`.
    pub fn name(self) -> &'static str {
        match self {
            PhotoFormat::Jpeg => "jpeg",
            PhotoFormat::Png => "png",
            PhotoFormat::Webp => "webp",
            PhotoFormat::Gif => "gif",
        }
    }

    /// The media type to serve it under.
    pub fn media_type(self) -> &'static str {
        match self {
            PhotoFormat::Jpeg => "image/jpeg",
            PhotoFormat::Png => "image/png",
            PhotoFormat::Webp => "image/webp",
            PhotoFormat::Gif => "image/gif",
        }
    }

    /// Extensions people use for it, lower case, with the dot.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            PhotoFormat::Jpeg => &[".jpg", ".jpeg"],
            PhotoFormat::Png => &[".png"],
            PhotoFormat::Webp => &[".webp"],
            PhotoFormat::Gif => &[".gif"],
        }
    }
}

/// A background a plan may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Background {
    /// 白底
    White,
    /// 蓝底
    Blue,
    /// 红底
    Red,
    /// Any background will do.
    Any,
}

/// Width by height in thousandths: 0.65 is 650. Compared by whole numbers, because 0.8 has no
/// exact binary form and 480×600 must be allowed at `0.8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio(pub u32);

impl Ratio {
    /// The ratio of a picture, rounded to thousandths: for sentences, never for comparing.
    pub fn of(width: u32, height: u32) -> Ratio {
        let height = u64::from(height.max(1));
        let thousandths = (u64::from(width) * 1000 + height / 2) / height;
        Ratio(u32::try_from(thousandths).unwrap_or(u32::MAX))
    }

    /// Whether the picture is narrower than this ratio.
    pub fn is_above(self, width: u32, height: u32) -> bool {
        u64::from(width) * 1000 < u64::from(self.0) * u64::from(height)
    }

    /// Whether the picture is wider than this ratio.
    pub fn is_below(self, width: u32, height: u32) -> bool {
        u64::from(width) * 1000 > u64::from(self.0) * u64::from(height)
    }

    /// Reads `0.65`, `.8`, `1`: at most three decimals, at most 99 before the point.
    pub fn parse(text: &str) -> Option<Ratio> {
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        if whole.len() > 2 || fraction.len() > 3 || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
        let mut thousandths = 0;
        for byte in whole.bytes() {
            thousandths = thousandths * 10 + digit(byte)?;
        }
        for place in 0..3 {
            thousandths = thousandths * 10 + fraction.as_bytes().get(place).map_or(Some(0), |b| digit(*b))?;
        }
        Some(Ratio(thousandths))
    }
}

/// `0.65`, without trailing zeros.
impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, fraction) = (self.0 / 1000, self.0 % 1000);
        match fraction {
            0 => write!(f, "{whole}"),
            _ if fraction % 100 == 0 => write!(f, "{whole}.{}", fraction / 100),
            _ if fraction % 10 == 0 => write!(f, "{whole}.{:02}", fraction / 10),
            _ => write!(f, "{whole}.{fraction:03}"),
        }
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RatioVisitor)
    }
}

struct RatioVisitor;

impl Visitor<'_> for RatioVisitor {
    type Value = Ratio;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a ratio such as 0.65, with at most three decimals")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Ratio, E> {
        Ratio::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Ratio, E> {
        let thousandths = (number * 1000.0).round();
        // Written with more than three decimals, the limit would silently become another one.
        if !(0.0..100_000.0).contains(&thousandths) || (number * 1000.0 - thousandths).abs() > 1e-6 {
            return Err(E::invalid_value(de::Unexpected::Float(number), &self));
        }
        Ok(Ratio(thousandths as u32))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Ratio, E> {
        match u32::try_from(number) {
            Ok(whole) if whole < 100 => Ok(Ratio(whole * 1000)),
            _ => Err(E::invalid_value(de::Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Ratio, E> {
        match u64::try_from(number) {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(E::invalid_value(de::Unexpected::Signed(number), &self)),
        }
    }
}

/// What a plan asks of a photo. Every limit is optional; sizes are pixels after EXIF
/// orientation, weights are bytes. The seeds print K and M; 1024-based is assumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PhotoSpec {
    /// Formats accepted, judged by the content, never by the name.
    pub formats: Vec<PhotoFormat>,
    /// 大于: the width must be strictly larger.
    pub width_more_than: Option<u32>,
    /// 大于: the height must be strictly larger.
    pub height_more_than: Option<u32>,
    /// 以内: largest width, itself allowed.
    pub max_width: Option<u32>,
    /// 以内: largest height, itself allowed.
    pub max_height: Option<u32>,
    /// The only size allowed, width and height.
    pub exact: Option<(u32, u32)>,
    /// Smallest width by height, itself allowed.
    pub ratio_min: Option<Ratio>,
    /// Largest width by height, itself allowed.
    pub ratio_max: Option<Ratio>,
    /// 大于: the file must be strictly heavier.
    pub bytes_more_than: Option<u64>,
    /// 小于: the file must be strictly lighter.
    pub bytes_less_than: Option<u64>,
    /// 以内: heaviest file, itself allowed unless `max_bytes_inclusive` says otherwise.
    pub max_bytes: Option<u64>,
    /// Whether a file of exactly `max_bytes` is allowed.
    pub max_bytes_inclusive: bool,
    /// Background asked for; another one is a point for the reviewer, not a refusal.
    pub background: Option<Background>,
    /// 拒绝使用扫描、PS等处理过的图片: crop, rotation and re-encoding only.
    pub processed_forbidden: bool,
    /// Resolution written into renditions, in dots per inch.
    pub dpi: Option<u16>,
    /// Extension of exported renditions, such as `.jpg`.
    pub export_extension: Option<String>,
    /// How exported files are named, such as `{id_no}{name}.JPG`.
    pub file_name: Option<String>,
    /// Soft points that refuse a photo here; elsewhere they go to the reviewer.
    pub refuse_points: Vec<PointKind>,
    /// Size the photo studio renders to when the picture is large enough.
    pub aim: Option<(u32, u32)>,
    /// A remark of whoever wrote the profile.
    pub note: Option<String>,
}

impl Default for PhotoSpec {
    fn default() -> Self {
        PhotoSpec {
            formats: vec![PhotoFormat::Jpeg, PhotoFormat::Png],
            width_more_than: None,
            height_more_than: None,
            max_width: None,
            max_height: None,
            exact: None,
            ratio_min: None,
            ratio_max: None,
            bytes_more_than: None,
            bytes_less_than: None,
            max_bytes: None,
            max_bytes_inclusive: true,
            background: None,
            processed_forbidden: false,
            dpi: None,
            export_extension: None,
            file_name: None,
            refuse_points: Vec::new(),
            aim: None,
            note: None,
        }
    }
}

impl PhotoSpec {
    /// Whether a soft point refuses a photo under this plan.
    pub fn refuses(&self, point: &ReviewPoint) -> bool {
        self.refuse_points.contains(&point.kind())
    }

    /// Fewest bytes allowed, itself included; `None` without a lower limit.
    pub fn fewest_bytes(&self) -> Option<u64> {
        self.bytes_more_than.map(|more_than| more_than.saturating_add(1))
    }

    /// Most bytes allowed, itself included; `None` without an upper limit.
    pub fn most_bytes(&self) -> Option<u64> {
        let strict = self.bytes_less_than.map(|less_than| less_than.saturating_sub(1));
        let loose = self.max_bytes.map(|max| max.saturating_sub(u64::from(!self.max_bytes_inclusive)));
        match (strict, loose) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Whether a picture of this size meets every limit on pixels and ratio.
    pub fn allows_size(&self, width: u32, height: u32) -> bool {
        self.exact.is_none_or(|exact| exact == (width, height))
            && self.width_more_than.is_none_or(|limit| width > limit)
            && self.height_more_than.is_none_or(|limit| height > limit)
            && self.max_width.is_none_or(|limit| width <= limit)
            && self.max_height.is_none_or(|limit| height <= limit)
            && self.ratio_min.is_none_or(|limit| !limit.is_above(width, height))
            && self.ratio_max.is_none_or(|limit| !limit.is_below(width, height))
    }

    /// The format renditions are written in: JPEG where allowed, else PNG.
    pub fn output_format(&self) -> Option<PhotoFormat> {
        [PhotoFormat::Jpeg, PhotoFormat::Png].into_iter().find(|format| self.formats.contains(format))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_reads_from_text_and_number_and_refuses_more_decimals() {
        let spec: PhotoSpec = toml::from_str("ratio_min = \"0.65\"\nratio_max = 0.8").unwrap();
        assert_eq!((spec.ratio_min, spec.ratio_max), (Some(Ratio(650)), Some(Ratio(800))));
        assert!(toml::from_str::<PhotoSpec>("ratio_min = 0.6543").is_err());
        assert!(toml::from_str::<PhotoSpec>("ratio_min = \"0,65\"").is_err());
        assert_eq!(toml::from_str::<PhotoSpec>("ratio_max = 1").unwrap().ratio_max, Some(Ratio(1000)));
        for text in ["0.65", "0.8", "1", "0.125", "12.05"] {
            assert_eq!(Ratio::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(toml::from_str::<PhotoSpec>("max_widht = 500").is_err());
    }

    #[test]
    fn strict_and_inclusive_limits_meet_at_one_byte() {
        let strict = PhotoSpec { bytes_less_than: Some(100), ..PhotoSpec::default() };
        let loose = PhotoSpec { max_bytes: Some(100), ..PhotoSpec::default() };
        assert_eq!((strict.most_bytes(), loose.most_bytes()), (Some(99), Some(100)));
    }

    #[test]
    fn a_spec_survives_the_way_over_the_wire() {
        let spec = PhotoSpec { ratio_min: Some(Ratio(650)), exact: Some((90, 120)), ..PhotoSpec::default() };
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<PhotoSpec>(&text).unwrap(), spec);
    }
}
