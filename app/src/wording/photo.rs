//! Sentences about photos and papers: every rule with the measurement.

use domain::paper::{ActiveContent, PaperFault, PaperFormat, PaperSpec};
use domain::photo::{Background, Measurement, OtherFile, PhotoFault, PhotoFormat, PhotoSpec, PointKind, ReviewPoint};

/// The virus scanner found something.
pub const INFECTED: &str = "这个文件里有病毒，没有收下。请用杀毒软件查一下设备，重新拍照或导出后再传。";
/// The virus scanner does not answer.
pub const NOT_SCANNED: &str = "病毒检查暂时用不了，所以没有收下这个文件。原来的都还在，请过几分钟再传一次。";
/// The corners hold no paper.
pub const NOT_STRAIGHTENED: &str = "这四个角围不成一张纸，没有改动。请按左上、右上、右下、左下的顺序重新指一次。";

/// Line under the heading of the kept photo.
pub const MASTER_LEAD: &str = "存一张，以后每次报名都能用，系统会按每个计划的要求裁剪和压缩，不修图。原图也会保留。";
/// Hint of the choice of the kept photo.
pub const MASTER_HINT: &str = "近期正面免冠照，白底最好，JPG、PNG 或 WebP，不超过 25 MB";
/// The photo was kept.
pub const MASTER_KEPT: &str = "照片已存好。以后报名会自动带上，您可以再换。";
/// The photo was forgotten.
pub const MASTER_REMOVED: &str = "照片已删除。已经报的名不受影响。";
/// Line under the heading of making a picture straight.
pub const STRAIGHTEN_LEAD: &str = "拍歪了的证书、证明，点一下纸的四个角，就能拉成正的。不点也行，原图照样能用。";

/// Since when the kept photo is kept.
pub fn master_since(moment: &str) -> String {
    format!("{moment} 存的。换照片不影响已经报的名。")
}

/// A photo that was taken over, and from when it is.
pub fn taken_over(moment: &str) -> String {
    format!("沿用您 {moment} 存的照片，已按这次的要求处理好。不想用它，就在下面换一张。")
}

/// `38 KB`, `1.2 MB`, `1 MB`; 1024-based, as the procedures print it.
pub fn weight(bytes: u64) -> String {
    const MB: u64 = 1024 * 1024;
    if bytes < 1024 {
        format!("{bytes} 字节")
    } else if bytes < MB {
        format!("{} KB", bytes / 1024)
    } else if bytes.is_multiple_of(MB) {
        format!("{} MB", bytes / MB)
    } else {
        format!("{}.{} MB", bytes / MB, (bytes % MB) * 10 / MB)
    }
}

/// `30 KB`, and `30720 字节` where rounding would hide the difference.
fn exact_weight(bytes: u64, limit: u64) -> String {
    if bytes.abs_diff(limit) < 1024 { format!("{bytes} 字节") } else { weight(bytes) }
}

fn format_name(format: PhotoFormat) -> &'static str {
    match format {
        PhotoFormat::Jpeg => "JPG（JPEG）",
        PhotoFormat::Png => "PNG",
        PhotoFormat::Webp => "WebP",
        PhotoFormat::Gif => "GIF",
    }
}

fn paper_format_name(format: PaperFormat) -> &'static str {
    match format {
        PaperFormat::Pdf => "PDF",
        PaperFormat::Jpeg => "JPG",
        PaperFormat::Png => "PNG",
        PaperFormat::Webp => "WebP",
    }
}

fn listed(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join("、")
}

/// What format a photo must have.
pub fn formats(spec: &PhotoSpec) -> String {
    listed(spec.formats.iter().map(|format| format_name(*format)))
}

/// What size in pixels a photo must have; empty without a limit.
pub fn pixels(spec: &PhotoSpec) -> String {
    if let Some((width, height)) = spec.exact {
        return format!("正好 {width}×{height}");
    }
    let more = match (spec.width_more_than, spec.height_more_than) {
        (Some(width), Some(height)) => format!("大于 {width}×{height}"),
        (Some(width), None) => format!("宽大于 {width}"),
        (None, Some(height)) => format!("高大于 {height}"),
        (None, None) => String::new(),
    };
    let most = match (spec.max_width, spec.max_height) {
        (Some(width), Some(height)) => format!("不超过 {width}×{height}"),
        (Some(width), None) => format!("宽不超过 {width}"),
        (None, Some(height)) => format!("高不超过 {height}"),
        (None, None) => String::new(),
    };
    if more.is_empty() || most.is_empty() { more + &most } else { format!("{more}，{most}") }
}

/// The one exact size, which nobody's photo has by itself.
fn made(spec: &PhotoSpec) -> String {
    format!("{}，传更大的就行，系统会裁好", pixels(spec))
}

/// What ratio of width to height a photo must have; empty without a limit.
pub fn ratio(spec: &PhotoSpec) -> String {
    match (spec.ratio_min, spec.ratio_max) {
        (Some(low), Some(high)) if low == high => format!("{low}"),
        (Some(low), Some(high)) => format!("{low}–{high}"),
        (Some(low), None) => format!("不小于 {low}"),
        (None, Some(high)) => format!("不大于 {high}"),
        (None, None) => String::new(),
    }
}

/// How heavy a photo may be; empty without a limit.
pub fn bytes(spec: &PhotoSpec) -> String {
    let low = spec.bytes_more_than.map(|limit| format!("大于 {}", weight(limit)));
    let high = match (spec.bytes_less_than, spec.max_bytes) {
        (Some(limit), _) => Some(format!("小于 {}", weight(limit))),
        (None, Some(limit)) if spec.max_bytes_inclusive => Some(format!("不超过 {}", weight(limit))),
        (None, Some(limit)) => Some(format!("小于 {}", weight(limit))),
        (None, None) => None,
    };
    match (low, high) {
        (Some(low), Some(high)) => format!("{low}，{high}"),
        (low, high) => low.or(high).unwrap_or_default(),
    }
}

/// The background asked for; empty when any will do.
pub fn background(wanted: Option<Background>) -> &'static str {
    match wanted {
        Some(Background::White) => "白色",
        Some(Background::Blue) => "蓝色",
        Some(Background::Red) => "红色",
        Some(Background::Any) | None => "",
    }
}

/// Every limit of a photo as name and value, printed from the configuration that enforces them.
pub fn limits(spec: &PhotoSpec) -> Vec<(&'static str, String)> {
    let mut lines = vec![("格式", formats(spec))];
    for (name, value) in [
        ("像素（宽×高）", if spec.exact.is_some() { made(spec) } else { pixels(spec) }),
        ("宽高比", ratio(spec)),
        ("文件大小", bytes(spec)),
        ("背景", background(spec.background).to_owned()),
    ] {
        if !value.is_empty() {
            lines.push((name, value));
        }
    }
    lines
}

/// What is wrong with a photo: what was measured, what is needed.
pub fn fault(fault: &PhotoFault) -> String {
    match fault {
        PhotoFault::Empty => "文件是空的（0 字节）。请重新选一张。".into(),
        PhotoFault::Unreadable { seen } => unreadable(*seen),
        PhotoFault::Truncated { measured } => {
            format!("文件不完整，只有 {}，后面断了。请重新导出或重新拍一张。", weight(*measured))
        }
        PhotoFault::PixelBomb { measured, at_most } => {
            format!("像素太多：{} 万，最多 {} 万。请把相机调到普通分辨率再拍。", measured / 10_000, at_most / 10_000)
        }
        PhotoFault::Format { measured, allowed } => format!(
            "格式是 {}，要 {}。",
            format_name(*measured),
            listed(allowed.iter().map(|format| format_name(*format)))
        ),
        PhotoFault::PixelsExact { measured, required } => {
            format!("像素 {}×{}，要正好 {}×{}。", measured.0, measured.1, required.0, required.1)
        }
        PhotoFault::WidthMin { measured, more_than } => format!("宽 {measured} 像素，要大于 {more_than}。"),
        PhotoFault::HeightMin { measured, more_than } => format!("高 {measured} 像素，要大于 {more_than}。"),
        PhotoFault::WidthMax { measured, at_most } => format!("宽 {measured} 像素，最多 {at_most}。"),
        PhotoFault::HeightMax { measured, at_most } => format!("高 {measured} 像素，最多 {at_most}。"),
        PhotoFault::RatioMin { measured, at_least } => format!("宽高比 {measured}，不能小于 {at_least}，照片太窄。"),
        PhotoFault::RatioMax { measured, at_most } => format!("宽高比 {measured}，不能大于 {at_most}，照片太宽。"),
        PhotoFault::BytesMin { measured, more_than } => {
            format!("文件 {}，要大于 {}。", exact_weight(*measured, *more_than), exact_weight(*more_than, *measured))
        }
        PhotoFault::BytesMax { measured, at_most } => {
            format!("文件 {}，最多 {}。", exact_weight(*measured, *at_most), exact_weight(*at_most, *measured))
        }
        PhotoFault::Point(point) => format!("{}：{}", point_name(point.kind()), review_point(point)),
    }
}

fn unreadable(seen: Option<OtherFile>) -> String {
    match seen {
        Some(OtherFile::Heic) => {
            "这是 HEIC 照片，这个浏览器打不开。请在手机“设置、相机、格式”里选“兼容性最佳”再拍，或在相册里导出为 JPG。"
        }
        Some(OtherFile::Avif) => "这是 AVIF 图片，打不开。请在相册里导出为 JPG 再选。",
        Some(OtherFile::Svg) => "这是矢量图，不是照片。请选相机拍的 JPG 照片。",
        Some(OtherFile::Bmp | OtherFile::Tiff) => "这是 BMP 或 TIFF 图片，打不开。请用画图软件另存为 JPG 再选。",
        Some(OtherFile::Pdf) => "这是 PDF 文件，不是照片。请选 JPG 照片。",
        Some(OtherFile::Html) => "这是网页文件，不是照片。请选 JPG 照片。",
        None => "打不开这个文件，它不是照片，或者已经损坏。请换一张 JPG 照片。",
    }
    .to_owned()
}

/// What to do about a photo that was sent as it was chosen; none where the faults say it themselves.
#[cfg(feature = "ssr")]
pub fn next(faults: &[PhotoFault]) -> Option<&'static str> {
    let any = |of: fn(&PhotoFault) -> bool| faults.iter().any(of);
    if any(|fault| {
        matches!(fault, PhotoFault::WidthMin { .. } | PhotoFault::HeightMin { .. } | PhotoFault::BytesMin { .. })
    }) {
        return Some("照片太小，放大会模糊。请用相机重拍一张，或找照相馆要电子原片，不要用截图。");
    }
    if any(|fault| matches!(fault, PhotoFault::RatioMin { .. } | PhotoFault::RatioMax { .. })) {
        return Some("请在手机相册里裁成竖的证件照样子，头和肩膀都留着，再上传。");
    }
    any(|fault| matches!(fault, PhotoFault::Format { .. })).then_some("请在相册里导出为 JPG，再上传。")
}

/// The name of a measurable point, for lists of checks.
pub fn fault_name(fault: &PhotoFault) -> &'static str {
    match fault {
        PhotoFault::Empty | PhotoFault::Unreadable { .. } | PhotoFault::Truncated { .. } => "文件",
        PhotoFault::Format { .. } => "格式",
        PhotoFault::PixelBomb { .. }
        | PhotoFault::PixelsExact { .. }
        | PhotoFault::WidthMin { .. }
        | PhotoFault::HeightMin { .. }
        | PhotoFault::WidthMax { .. }
        | PhotoFault::HeightMax { .. } => "像素",
        PhotoFault::RatioMin { .. } | PhotoFault::RatioMax { .. } => "宽高比",
        PhotoFault::BytesMin { .. } | PhotoFault::BytesMax { .. } => "文件大小",
        PhotoFault::Point(point) => point_name(point.kind()),
    }
}

/// What to do about a photo that no crop can help.
pub fn too_small(spec: &PhotoSpec) -> String {
    format!("照片太小，放大会变模糊，所以不能用。像素要{}。请用相机重拍一张，或找照相馆要电子原片。", pixels(spec))
}

/// What a reviewer will look at, by its stored code.
pub fn point(code: &str) -> &'static str {
    match code {
        "background" => "背景颜色和要求不同，审核老师会看",
        "blank" => "照片几乎是空白的，审核老师会看",
        "uneven" => "背景不均匀，审核老师会看",
        "head_size" | "head_top" | "head_middle" => "头部的大小或位置和一般证件照不同，审核老师会看",
        "tilt" => "头有点歪，审核老师会看",
        "exposure" => "人像偏暗或偏亮，审核老师会看",
        "sharpness" => "照片有点模糊，审核老师会看",
        "unscanned" => "病毒检查当时没有运行，打开前请留意",
        "extension_mismatch" => "文件名的后缀和内容不同，已按内容处理",
        "exif_orientation" => "照片方向已转正",
        "gps" => "原图带有拍摄地点，用的照片里已去掉",
        "cmyk" => "印刷色照片，已转成屏幕颜色",
        "grayscale" => "这是黑白照片，审核老师会看",
        "trailing_data" => "文件末尾有多余内容，已去掉",
        "progressive" => "渐进式照片，可以使用",
        "alpha" => "透明的地方会当成白色",
        "animated" => "动图只用第一帧",
        "edited" => "文件里有修图软件的记录，审核老师会看",
        _ => "审核老师会看一下这张照片",
    }
}

/// A colour in a word, for people who stand before a wall.
pub fn colour([red, green, blue]: [u8; 3]) -> &'static str {
    let (low, high) = (red.min(green).min(blue), red.max(green).max(blue));
    match (low, high) {
        (235.., _) => "接近白色",
        (_, 0..=70) => "很暗",
        _ if high - low < 24 && high > 190 => "浅灰色",
        _ if high - low < 24 => "灰色",
        _ if blue == high => "偏蓝",
        _ if red == high && green > blue + 20 => "偏黄",
        _ if red == high => "偏红",
        _ => "偏绿",
    }
}

/// A soft point: what was seen, and what to do.
pub fn review_point(point: &ReviewPoint) -> String {
    match point {
        ReviewPoint::Background { required, .. } => format!(
            "请站到{}墙前重拍。系统不会替您换背景，修过的照片会被退回。确实拍不了，也可以先用，由审核老师看。",
            background(Some(*required))
        ),
        ReviewPoint::Blank => "照片里好像没有人。请看一下是不是选错了，或换一张。".into(),
        ReviewPoint::Measured(measurement) => advice(measurement).to_owned(),
    }
}

/// What a point is about, in a word or two.
pub fn point_name(kind: PointKind) -> &'static str {
    match kind {
        PointKind::Background => "背景",
        PointKind::Blank => "人像",
        PointKind::Uneven => "背景均匀",
        PointKind::HeadSize => "头部大小",
        PointKind::HeadTop => "头顶空白",
        PointKind::HeadMiddle => "头部左右",
        PointKind::Tilt => "头部端正",
        PointKind::Exposure => "亮度",
        PointKind::Sharpness => "清晰度",
    }
}

/// Measured and advised value: `占宽度 49%，建议 30%–78%`.
pub fn measured(measurement: &Measurement) -> String {
    let Measurement { kind, measured, low, high } = *measurement;
    let percent = |what: &str| format!("占{what} {}%，建议 {}%–{}%", measured / 10, low / 10, high / 10);
    match kind {
        PointKind::HeadSize | PointKind::HeadMiddle => percent("宽度"),
        PointKind::HeadTop => percent("高度"),
        PointKind::Tilt => format!("偏 {}°，建议不超过 {}°", measured.abs() / 10, high / 10),
        PointKind::Uneven => format!("{measured}，建议不超过 {high}"),
        PointKind::Sharpness => format!("{measured}，建议不小于 {low}"),
        _ => format!("{measured}，建议 {low}–{high}"),
    }
}

/// What to do about a measurement outside its range.
fn advice(measurement: &Measurement) -> &'static str {
    let small = measurement.measured < measurement.low;
    match measurement.kind {
        PointKind::Uneven => "背景有阴影或花纹。请离墙远一点，换一面平整的墙再拍。",
        PointKind::HeadSize if small => "头部太小。请放大一点，或走近些再拍。",
        PointKind::HeadSize => "头部太大。请缩小一点，或站远些再拍。",
        PointKind::HeadTop if small => "头顶碰到上边了。请往下移一点，或缩小一点。",
        PointKind::HeadTop => "头顶上面空得太多。请往上移一点，或放大一点。",
        PointKind::HeadMiddle => "人没有在中间。请左右移一下。",
        PointKind::Tilt => "头有点歪。请坐正再拍一张。",
        PointKind::Exposure if small => "人像有点暗。请面对窗户或灯再拍一张。",
        PointKind::Exposure => "人像有点过亮。请避开直射的光再拍一张。",
        _ => "有点模糊。请拿稳手机，对准脸再拍一张。",
    }
}

/// What one piece of evidence may be: `PDF、JPG、PNG，每份小于 20 MB，最多 20 份`.
pub fn paper_limits(spec: &PaperSpec, max_files: u32, merged_less_than: u64) -> String {
    let mut text = listed(spec.formats.iter().map(|format| paper_format_name(*format)));
    match (spec.bytes_less_than, spec.max_bytes) {
        (Some(limit), _) => text.push_str(&format!("，每份小于 {}", weight(limit))),
        (None, Some(limit)) => text.push_str(&format!("，每份不超过 {}", weight(limit))),
        (None, None) => {}
    }
    if let Some(pages) = spec.max_pages {
        text.push_str(&format!("，每份最多 {pages} 页"));
    }
    text.push_str(&format!(
        "，最多 {max_files} 份，合起来小于 {}。可以分几次传，新的不会覆盖旧的",
        weight(merged_less_than)
    ));
    text
}

/// What is wrong with a paper.
pub fn paper_fault(fault: &PaperFault) -> String {
    match fault {
        PaperFault::Empty => "文件是空的（0 字节）。请重新选。".into(),
        PaperFault::Format { measured, allowed } => {
            let allowed = listed(allowed.iter().map(|format| paper_format_name(*format)));
            match measured {
                Some(format) => format!("格式是 {}，要 {allowed}。", paper_format_name(*format)),
                None => format!(
                    "不认识这种文件，要 {allowed}。苹果手机的 HEIC 照片请先在相册里导出为 JPG，Word 文件请先另存为 PDF。"
                ),
            }
        }
        PaperFault::BytesMax { measured, allowed } => {
            format!(
                "文件 {}，最多 {}。请压缩或分成几份。",
                exact_weight(*measured, *allowed),
                exact_weight(*allowed, *measured)
            )
        }
        PaperFault::Encrypted => "PDF 加了密码或限制，审核老师打不开。请去掉密码，或打印成新的 PDF 再传。".into(),
        PaperFault::ActiveContent { measured } => format!(
            "PDF 里有会自己运行的内容（{}），为了安全不能收。请用“打印为 PDF”存一份再传。",
            listed(measured.iter().map(|kind| active_name(*kind)))
        ),
        PaperFault::Damaged => "文件损坏，打不开。请重新导出或重新拍一张。".into(),
        PaperFault::NoPages => "PDF 里一页也没有。请重新导出。".into(),
        PaperFault::PagesMax { measured, allowed } => format!("一共 {measured} 页，最多 {allowed} 页。请分成几份。"),
        PaperFault::Bomb { .. } => "文件展开后太大，不能打开。请用普通分辨率重新拍或扫描。".into(),
    }
}

fn active_name(kind: ActiveContent) -> &'static str {
    match kind {
        ActiveContent::JavaScript => "脚本",
        ActiveContent::OpenAction => "打开时的动作",
        ActiveContent::Launch => "启动程序",
        ActiveContent::EmbeddedFile => "夹带的文件",
        ActiveContent::AdditionalActions => "自动动作",
        ActiveContent::RichMedia => "音视频",
        ActiveContent::ActiveForm => "可编程表单",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_too_many_is_told_in_bytes() {
        let sentence = fault(&PhotoFault::BytesMin { measured: 30_720, more_than: 30_720 });
        assert_eq!(sentence, "文件 30720 字节，要大于 30720 字节。");
        assert_eq!(fault(&PhotoFault::BytesMin { measured: 9_000, more_than: 30_720 }), "文件 8 KB，要大于 30 KB。");
    }

    #[test]
    fn limits_are_printed_from_the_spec() {
        let spec = PhotoSpec {
            width_more_than: Some(215),
            height_more_than: Some(300),
            bytes_more_than: Some(30 * 1024),
            bytes_less_than: Some(1024 * 1024),
            background: Some(Background::White),
            ..PhotoSpec::default()
        };
        assert!(limits(&spec).contains(&("像素（宽×高）", "大于 215×300".into())));
        assert!(limits(&spec).contains(&("文件大小", "大于 30 KB，小于 1 MB".into())));
        assert_eq!(weight(1_258_292), "1.2 MB");
    }
}
