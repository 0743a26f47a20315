//! QR codes as one vector path.

use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};
use std::fmt::Write;

/// Most bytes of a QR code: readable by a phone at 18 mm on paper.
pub(super) const MOST_BYTES: usize = 300;

/// Most bytes of a code that is printed 30 mm wide: modules of more than a third of a millimetre.
pub(super) const MOST_LARGE: usize = 480;

/// White around the code, in modules (ISO/IEC 18004: four; the paper gives the rest).
const QUIET: usize = 1;

/// An SVG of the text. None when it is longer than `most` bytes.
pub(super) fn svg_within(text: &str, most: usize) -> Option<String> {
    if text.len() > most {
        return None;
    }
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (row, line) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        while let Some(colour) = line.get(column) {
            let run = line.iter().skip(column).take_while(|next| *next == colour).count();
            if *colour == Color::Dark {
                // Neighbours in one path leave no hair between them.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", column + QUIET, row + QUIET);
            }
            column += run;
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{side}\" height=\"{side}\"><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_reads_what_was_written() {
        for text in ["2026-S-001286-0017", "https://jikao.example/t/2701286030017.MEUCIQDx3k2u7l0", "申请编号 0017"]
        {
            let svg = svg_within(text, MOST_LARGE).unwrap();
            let side: usize = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
            let path = svg.split("d=\"M").nth(1).unwrap().split("z\"").next().unwrap();
            let mut dark = vec![false; side * side];
            for run in path.split("zM") {
                let (place, rest) = run.split_once('h').unwrap();
                let (x, y) = place.split_once(' ').unwrap();
                let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
                let length: usize = rest.split('v').next().unwrap().parse().unwrap();
                dark[y * side + x..y * side + x + length].fill(true);
            }
            // Five pixels a module, and the white of the paper around it.
            let (scale, edge) = (5, 20);
            let width = side * scale + 2 * edge;
            let mut seen = rqrr::PreparedImage::prepare_from_greyscale(width, width, |x, y| {
                let inside = |at: usize| at.checked_sub(edge).map(|at| at / scale).filter(|at| *at < side);
                match (inside(x), inside(y)) {
                    (Some(column), Some(row)) if dark[row * side + column] => 0,
                    _ => 255,
                }
            });
            let grids = seen.detect_grids();
            assert_eq!(grids.len(), 1, "{text}");
            assert_eq!(grids[0].decode().unwrap().1, text);
        }
    }

    #[test]
    fn too_much_for_paper_is_refused() {
        for most in [MOST_BYTES, MOST_LARGE] {
            assert!(svg_within(&"x".repeat(most), most).is_some());
            assert_eq!(svg_within(&"x".repeat(most + 1), most), None);
        }
    }
}
