//! Why a photo is refused, and what is worth telling about it.

use super::{Background, OtherFile, PhotoFormat, Ratio};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A broken hard rule, with the measured and the required value.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoFault {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// No picture that can be read; `seen` is what the content looks like.
    #[error("the file is no readable picture")]
    Unreadable {
        /// What the content looks like, when it is known.
        seen: Option<OtherFile>,
    },
    /// The data ends before the picture does.
    #[error("the picture is cut off after {measured} bytes")]
    Truncated {
        /// Bytes present.
        measured: u64,
    },
    /// More pixels than anyone needs; refused before decoding.
    #[error("the picture has {measured} pixels, at most {at_most} are read")]
    PixelBomb {
        /// Pixels the header announces.
        measured: u64,
        /// Largest number of pixels that is decoded.
        at_most: u64,
    },
    /// A readable picture of a format the plan does not accept.
    #[error("the format is {}", .measured.name())]
    Format {
        /// Format by content.
        measured: PhotoFormat,
        /// Formats accepted.
        allowed: Vec<PhotoFormat>,
    },
    /// Not the one size allowed.
    #[error("{}×{} px, {}×{} required", .measured.0, .measured.1, .required.0, .required.1)]
    PixelsExact {
        /// Width and height.
        measured: (u32, u32),
        /// Width and height required.
        required: (u32, u32),
    },
    /// Too narrow.
    #[error("{measured} px wide, more than {more_than} required")]
    WidthMin {
        /// Width.
        measured: u32,
        /// The width must be larger than this.
        more_than: u32,
    },
    /// Too low.
    #[error("{measured} px high, more than {more_than} required")]
    HeightMin {
        /// Height.
        measured: u32,
        /// The height must be larger than this.
        more_than: u32,
    },
    /// Too wide.
    #[error("{measured} px wide, at most {at_most} allowed")]
    WidthMax {
        /// Width.
        measured: u32,
        /// Largest width allowed.
        at_most: u32,
    },
    /// Too high.
    #[error("{measured} px high, at most {at_most} allowed")]
    HeightMax {
        /// Height.
        measured: u32,
        /// Largest height allowed.
        at_most: u32,
    },
    /// Too slim.
    #[error("width by height is {measured}, at least {at_least} required")]
    RatioMin {
        /// Width by height, rounded for reading.
        measured: Ratio,
        /// Smallest ratio allowed.
        at_least: Ratio,
    },
    /// Too broad.
    #[error("width by height is {measured}, at most {at_most} allowed")]
    RatioMax {
        /// Width by height, rounded for reading.
        measured: Ratio,
        /// Largest ratio allowed.
        at_most: Ratio,
    },
    /// Too light.
    #[error("{measured} bytes, more than {more_than} required")]
    BytesMin {
        /// Bytes of the file.
        measured: u64,
        /// The file must be heavier than this.
        more_than: u64,
    },
    /// Too heavy.
    #[error("{measured} bytes, at most {at_most} allowed")]
    BytesMax {
        /// Bytes of the file.
        measured: u64,
        /// Heaviest file allowed; one less than a printed 小于.
        at_most: u64,
    },
    /// A soft point that this plan does not leave to a person.
    #[error("{}", .0.code())]
    Point(ReviewPoint),
}

impl PhotoFault {
    /// A stable word for tests, history and the roster import.
    pub fn code(&self) -> &'static str {
        match self {
            PhotoFault::Empty => "empty",
            PhotoFault::Unreadable { .. } => "unreadable",
            PhotoFault::Truncated { .. } => "truncated",
            PhotoFault::PixelBomb { .. } => "pixel_bomb",
            PhotoFault::Format { .. } => "format",
            PhotoFault::PixelsExact { .. } => "pixels_exact",
            PhotoFault::WidthMin { .. } => "width_min",
            PhotoFault::HeightMin { .. } => "height_min",
            PhotoFault::WidthMax { .. } => "width_max",
            PhotoFault::HeightMax { .. } => "height_max",
            PhotoFault::RatioMin { .. } => "ratio_min",
            PhotoFault::RatioMax { .. } => "ratio_max",
            PhotoFault::BytesMin { .. } => "bytes_min",
            PhotoFault::BytesMax { .. } => "bytes_max",
            PhotoFault::Point(point) => point.code(),
        }
    }

    /// Whether the file cannot be used under any plan, so that no crop or re-encoding helps.
    pub fn is_of_the_file(&self) -> bool {
        matches!(
            self,
            PhotoFault::Empty
                | PhotoFault::Unreadable { .. }
                | PhotoFault::Truncated { .. }
                | PhotoFault::PixelBomb { .. }
        )
    }
}

/// A fact worth telling; never a reason to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoWarning {
    /// The name says another format than the content.
    ExtensionMismatch,
    /// The camera stored the picture turned; sizes are after turning it upright.
    ExifOrientation,
    /// The file tells where it was taken; renditions do not.
    Gps,
    /// Printing colours; renditions are RGB.
    Cmyk,
    /// No colours.
    Grayscale,
    /// Bytes after the end of the picture; renditions drop them.
    TrailingData,
    /// Stored in several passes.
    Progressive,
    /// Transparent parts; renditions put them on white.
    Alpha,
    /// More than one frame; the first one counts.
    Animated,
    /// An editor left its name in the file and the plan forbids edited pictures.
    Edited,
}

impl PhotoWarning {
    /// A stable word for tests and history.
    pub fn code(self) -> &'static str {
        match self {
            PhotoWarning::ExtensionMismatch => "extension_mismatch",
            PhotoWarning::ExifOrientation => "exif_orientation",
            PhotoWarning::Gps => "gps",
            PhotoWarning::Cmyk => "cmyk",
            PhotoWarning::Grayscale => "grayscale",
            PhotoWarning::TrailingData => "trailing_data",
            PhotoWarning::Progressive => "progressive",
            PhotoWarning::Alpha => "alpha",
            PhotoWarning::Animated => "animated",
            PhotoWarning::Edited => "edited",
        }
    }
}

/// What a soft point is about; a profile may name it in `refuse_points`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointKind {
    /// Colour of the background.
    Background,
    /// Nobody is in the picture.
    Blank,
    /// Evenness of the background: standard deviation of its lightness, in levels of 255.
    Uneven,
    /// Width of the head, in thousandths of the picture's width.
    HeadSize,
    /// Space above the head, in thousandths of the picture's height.
    HeadTop,
    /// Middle of the head from the left, in thousandths of the picture's width.
    HeadMiddle,
    /// Lean of the head, in tenths of a degree; to the right is positive.
    Tilt,
    /// Lightness of the person, 0 black to 255 white.
    Exposure,
    /// Sharpness: variance of the Laplacian of the lightness.
    Sharpness,
}

impl PointKind {
    /// A stable word for tests, history and profiles.
    pub const fn code(self) -> &'static str {
        match self {
            PointKind::Background => "background",
            PointKind::Blank => "blank",
            PointKind::Uneven => "uneven",
            PointKind::HeadSize => "head_size",
            PointKind::HeadTop => "head_top",
            PointKind::HeadMiddle => "head_middle",
            PointKind::Tilt => "tilt",
            PointKind::Exposure => "exposure",
            PointKind::Sharpness => "sharpness",
        }
    }
}

/// A soft point that a person has to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewPoint {
    /// The corners do not have the colour asked for. Never whitened silently.
    Background {
        /// Mean red, green, blue of the upper corners.
        measured: [u8; 3],
        /// Background the plan asks for.
        required: Background,
    },
    /// Next to nothing is in the picture.
    Blank,
    /// A measurement outside its advised range.
    Measured(Measurement),
}

/// A measurement beside the range that is advised for it, both ends allowed; units see [`PointKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measurement {
    /// What was measured.
    pub kind: PointKind,
    /// The value.
    pub measured: i32,
    /// Lowest value advised.
    pub low: i32,
    /// Highest value advised.
    pub high: i32,
}

impl Measurement {
    /// Whether the value lies outside the range.
    pub fn is_outside(&self) -> bool {
        self.measured < self.low || self.measured > self.high
    }
}

impl ReviewPoint {
    /// What it is about.
    pub fn kind(&self) -> PointKind {
        match self {
            ReviewPoint::Background { .. } => PointKind::Background,
            ReviewPoint::Blank => PointKind::Blank,
            ReviewPoint::Measured(measurement) => measurement.kind,
        }
    }

    /// A stable word for tests and history.
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }
}
