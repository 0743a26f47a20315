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
}

impl ReviewPoint {
    /// A stable word for tests and history.
    pub fn code(&self) -> &'static str {
        match self {
            ReviewPoint::Background { .. } => "background",
            ReviewPoint::Blank => "blank",
        }
    }
}
