//! What a photo is called when it leaves the house.

use super::{PhotoFormat, PhotoSpec};

/// The extension of exported photos, with its dot: the profile's, else the usual one of the format.
pub fn extension(spec: &PhotoSpec, format: PhotoFormat) -> &str {
    let usual = if format == PhotoFormat::Jpeg { ".jpg" } else { format.extensions().first().copied().unwrap_or("") };
    spec.export_extension.as_deref().unwrap_or(usual)
}

/// The file name of an exported photo: the profile's pattern (`{id_no}{name}.JPG`), else the name of the person
/// and the extension. Signs that file systems refuse are left out, so that a name never leaves its folder.
pub fn export_name(spec: &PhotoSpec, id_no: &str, name: &str) -> String {
    let format = spec.output_format().unwrap_or(PhotoFormat::Jpeg);
    let plain = |text: &str| -> String {
        text.chars().filter(|ch| !ch.is_control() && !r#"\/:*?"<>|{}"#.contains(*ch)).collect()
    };
    let pattern = spec.file_name.as_deref().unwrap_or("{name}");
    let mut out = pattern.replace("{id_no}", &plain(id_no)).replace("{name}", &plain(name));
    let ended = out.rsplit_once('.').is_some_and(|(_, end)| {
        format.extensions().iter().any(|extension| extension.trim_start_matches('.').eq_ignore_ascii_case(end))
    });
    if !ended {
        out.push_str(extension(spec, format));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_profile() {
        let jiangxi = PhotoSpec {
            formats: vec![PhotoFormat::Jpeg],
            export_extension: Some(".jpg".into()),
            ..PhotoSpec::default()
        };
        assert_eq!(export_name(&jiangxi, "330106199003070012", "张三"), "张三.jpg");
        let quzhou = PhotoSpec { file_name: Some("{id_no}{name}.JPG".into()), ..jiangxi.clone() };
        assert_eq!(export_name(&quzhou, "330106199003070012", "李四"), "330106199003070012李四.JPG");
        let henan = PhotoSpec { file_name: Some("{name}_{id_no}".into()), ..jiangxi };
        assert_eq!(export_name(&henan, "1", "王·五"), "王·五_1.jpg");
    }

    #[test]
    fn a_name_never_leaves_its_folder() {
        assert_eq!(export_name(&PhotoSpec::default(), "", "../..\\etc/{id_no}\n"), "....etcid_no.jpg");
    }
}
