//! Fonts from disk. One Chinese family sets everything; further fonts are opened only when a
//! character is missing from it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

/// The package of the font in a folder of installed tools, and the weights used.
const PACKAGED: [&str; 2] =
    ["node_modules/@expo-google-fonts/noto-sans-sc/400Regular", "node_modules/@expo-google-fonts/noto-sans-sc/700Bold"];

/// Where Debian's `fonts-noto-cjk` and `fonts-hanazono` put theirs.
const SYSTEM: [&str; 4] = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf",
    "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
];

/// Characters a font must have to set a Chinese form.
const NEEDED: &str = "申报职业技能等级认定准考证，。（）";

/// Folders and files that may hold fonts, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FontPlaces(pub Vec<PathBuf>);

impl FontPlaces {
    /// A folder set by hand (`JIKAO_FONTS`) first, then: `fonts` beside the program and in the
    /// working folder, the packaged Noto Sans SC in a folder above either, the system's Noto Sans CJK.
    pub fn usual(chosen: Option<&Path>) -> FontPlaces {
        let mut places: Vec<PathBuf> = chosen.map(Path::to_path_buf).into_iter().collect();
        let program = env::current_exe().ok().and_then(|file| file.parent().map(Path::to_path_buf));
        let bases: Vec<PathBuf> = program.into_iter().chain(env::current_dir().ok()).collect();
        places.extend(bases.iter().map(|base| base.join("fonts")));
        for base in &bases {
            for above in base.ancestors() {
                places.extend(PACKAGED.map(|folder| above.join(folder)));
            }
        }
        places.extend(SYSTEM.map(PathBuf::from));
        let mut unique: Vec<PathBuf> = Vec::with_capacity(places.len());
        for place in places {
            if !unique.contains(&place) {
                unique.push(place);
            }
        }
        FontPlaces(unique)
    }
}

/// Fonts in use, read when first needed.
#[derive(Debug)]
pub(super) struct Shelf {
    book: LazyHash<FontBook>,
    faces: Vec<Face>,
}

#[derive(Debug)]
struct Face {
    file: PathBuf,
    index: u32,
    info: FontInfo,
    font: OnceLock<Option<Font>>,
}

/// The fonts found: the family that sets everything, and files that may know rarer characters.
#[derive(Debug)]
pub(super) struct Fonts {
    pub(super) family: String,
    usual: Shelf,
    usual_files: Vec<PathBuf>,
    further_files: Vec<PathBuf>,
    wide: OnceLock<Shelf>,
}

impl Fonts {
    /// Takes the first file with a Chinese font, and all others of its family in the same place.
    /// None when there is no such file.
    pub(super) fn find(places: &FontPlaces) -> Option<Fonts> {
        let files: Vec<PathBuf> = places.0.iter().flat_map(|place| files_at(place, 2)).collect();
        let mut further: Vec<PathBuf> = Vec::new();
        let mut family: Option<String> = None;
        let mut faces: Vec<Face> = Vec::new();
        let mut used: Vec<PathBuf> = Vec::new();
        for file in files {
            // Once both weights are there, the rest is opened when it is needed.
            let complete = faces.iter().any(is_bold) && faces.iter().any(|face| !is_bold(face));
            let found = if complete { Vec::new() } else { chinese_faces(&file, family.as_deref()) };
            if found.is_empty() {
                further.push(file);
                continue;
            }
            if let Some(face) = found.first() {
                family.get_or_insert_with(|| face.info.family.clone());
            }
            faces.extend(found);
            used.push(file);
        }
        Some(Fonts {
            family: family?,
            usual: Shelf::of(faces),
            usual_files: used,
            further_files: further,
            wide: OnceLock::new(),
        })
    }

    /// The fonts that set nearly everything.
    pub(super) fn usual(&self) -> &Shelf {
        &self.usual
    }

    /// The same and all further fonts, if there are any.
    pub(super) fn wide(&self) -> Option<&Shelf> {
        if self.further_files.is_empty() {
            return None;
        }
        Some(self.wide.get_or_init(|| {
            let kept = self.usual_files.iter().flat_map(|file| chinese_faces(file, Some(&self.family)));
            let further = self.further_files.iter().flat_map(|file| faces_in(file));
            Shelf::of(kept.chain(further).collect())
        }))
    }
}

impl Shelf {
    fn of(faces: Vec<Face>) -> Shelf {
        Shelf { book: LazyHash::new(FontBook::from_infos(faces.iter().map(|face| face.info.clone()))), faces }
    }

    pub(super) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(super) fn font(&self, index: usize) -> Option<Font> {
        let face = self.faces.get(index)?;
        face.font.get_or_init(|| Font::new(Bytes::new(fs::read(&face.file).ok()?), face.index)).clone()
    }
}

fn is_bold(face: &Face) -> bool {
    face.info.variant.weight.to_number() >= 600
}

/// Font files at a place: the file itself, or those in a folder, by name.
fn files_at(place: &Path, depth: u8) -> Vec<PathBuf> {
    if place.is_file() {
        let kind = place.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let is_font = matches!(kind.as_deref(), Some("ttf" | "otf" | "ttc" | "otc"));
        return if is_font { vec![place.to_path_buf()] } else { Vec::new() };
    }
    let Some(entries) = fs::read_dir(place).ok().filter(|_| depth > 0) else {
        return Vec::new();
    };
    let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    inside.sort();
    inside.iter().flat_map(|path| files_at(path, depth - 1)).collect()
}

fn faces_in(file: &Path) -> Vec<Face> {
    let Ok(data) = fs::read(file) else { return Vec::new() };
    FontInfo::iter(&data)
        .zip(0..)
        .map(|(info, index)| Face { file: file.to_path_buf(), index, info, font: OnceLock::new() })
        .collect()
}

/// The faces of a file that can set a Chinese form: of this family, or of the best one in the file.
fn chinese_faces(file: &Path, family: Option<&str>) -> Vec<Face> {
    let mut faces = faces_in(file);
    faces.retain(|face| NEEDED.chars().all(|needed| face.info.coverage.contains(needed as u32)));
    // A collection holds one family for each region; this country's is called SC.
    let simplified =
        |face: &Face| face.info.family.split(' ').any(|word| word == "SC") && !face.info.family.contains("Mono");
    let best = family
        .map(str::to_owned)
        .or_else(|| faces.iter().find(|face| simplified(face)).or(faces.first()).map(|face| face.info.family.clone()));
    faces.retain(|face| Some(&face.info.family) == best.as_ref());
    faces
}
