//! What the list of evidence is drawn from, and looks at files with.

use super::super::remark_on;
use super::is_picture;
use crate::part::read::read_fields;
use crate::paths;
use crate::wording::{photo as papers, wizard as words};
use domain::application::Target;
use domain::form::{Answers, When};
use domain::page::wizard::{Draft, FileKept};
use domain::paper::PaperSpec;
use domain::profile::{Requirement, Source, Step};
use serde::{Deserialize, Serialize};

/// A kept file, as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileShown {
    /// Its id.
    pub id: String,
    /// Key of its requirement.
    pub requirement: String,
    /// The name it had on the applicant's device.
    pub name: String,
    /// Size and pages, in words.
    pub about: String,
    /// Where it is looked at.
    pub href: String,
    /// Whether it can be shown as a picture.
    pub picture: bool,
}
read_fields!(FileShown { id, requirement, name, about, href, picture });

impl FileShown {
    /// How a kept file is shown.
    pub fn of(file: &FileKept) -> FileShown {
        FileShown {
            id: file.id.to_string(),
            requirement: file.requirement.clone(),
            name: file.name.clone(),
            about: words::file_facts(file.bytes, file.pages, !is_picture(file)),
            href: paths::file(file.id),
            picture: is_picture(file),
        }
    }
}

/// One requirement, as the list shows it and looks at files for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Need {
    pub key: String,
    pub label: String,
    pub examples: Vec<String>,
    pub required: bool,
    /// Asked only when this holds for the answers.
    pub show: Option<When>,
    /// Limits of one file.
    pub file: PaperSpec,
    /// The limits in words.
    pub limits: String,
    /// Formats as a file picker takes them.
    pub accept: String,
    /// Where files go.
    pub upload: String,
    /// Whether it takes changes.
    pub open: bool,
    /// The reviewer's words.
    pub remark: Option<String>,
}
read_fields!(Need { key, label, examples, required, show, file, limits, accept, upload, open, remark });

/// The list of requirements.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Evidence {
    /// The application.
    pub id: String,
    /// The word of the step it stands in.
    pub at: String,
    /// Requirements, in order.
    pub needs: Vec<Need>,
    /// Files handed in, in order.
    pub files: Vec<FileShown>,
    /// Lines below the list.
    pub notes: Vec<String>,
}
read_fields!(Evidence { id, at, needs, files, notes });

impl Evidence {
    /// What the procedure asks for, and what is there.
    pub fn of(draft: &Draft) -> Evidence {
        let asked = |wanted: &&Requirement| {
            wanted.source == Source::Upload && !draft.looked_up.contains(&wanted.unless_looked_up)
        };
        let needs = draft.profile.document.iter().filter(asked).map(|wanted| {
            let target = Target::Document(wanted.key.clone());
            let asked_now = wanted.show.as_ref().is_none_or(|when| when.holds(&draft.answers));
            Need {
                key: wanted.key.clone(),
                label: wanted.label.clone(),
                examples: examples(wanted),
                required: wanted.required,
                show: wanted.show.clone(),
                limits: papers::paper_limits(&wanted.file, wanted.max_files, wanted.merged_bytes_less_than),
                accept: wanted.file.formats.iter().map(|format| format.media_type()).collect::<Vec<_>>().join(","),
                upload: paths::upload_document(draft.id, &wanted.key, step_of(draft)),
                file: wanted.file.clone(),
                open: draft.may_change(&target) || !asked_now,
                remark: remark_on(draft, &target),
            }
        });
        Evidence {
            id: draft.id.to_string(),
            at: step_of(draft).slug().to_owned(),
            needs: needs.collect(),
            files: draft.files.iter().map(FileShown::of).collect(),
            notes: draft.profile.phrases.form_note.clone(),
        }
    }

    /// What is asked for under these answers and not among `files`, as lines of a summary.
    pub fn missing(&self, answers: &Answers, files: &[FileShown]) -> Vec<(String, String)> {
        self.needs
            .iter()
            .filter(|need| need.required && need.show.as_ref().is_none_or(|when| when.holds(answers)))
            .filter(|need| !files.iter().any(|file| file.requirement == need.key))
            .map(|need| (format!("doc-{}", need.key), words::document_missing(&need.label)))
            .collect()
    }
}

/// What belongs into it; where several proofs are enough each, that is said first.
fn examples(wanted: &Requirement) -> Vec<String> {
    let labels: Vec<&str> = wanted.any_of.iter().map(|one| one.label.as_str()).collect();
    let any = (labels.len() > 1).then(|| crate::wording::steps::any_of(&labels));
    any.into_iter().chain(wanted.examples.iter().cloned()).collect()
}

/// The step that shows the list.
pub fn step_of(draft: &Draft) -> Step {
    if draft.profile.documents_apart() { Step::Documents } else { Step::Form }
}
