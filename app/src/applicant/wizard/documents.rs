//! Beside the list of files: which of several proofs it is, and what is shown as an original instead.

use crate::ui::icon;
use crate::wording::steps as words;
use crate::{Failure, paths};
use domain::application::Stage;
use domain::ids::ApplicationId;
use domain::page::wizard::Draft;
#[cfg(feature = "ssr")]
use domain::profile::Step;
use domain::profile::{Download, Printable, Requirement, Source, Standing};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Says which of several proofs was handed in.
#[server(name = ChooseProof, endpoint = "apply/proof")]
pub async fn choose_proof(
    /// The application.
    id: ApplicationId,
    /// Key of the document.
    document: String,
    /// The proof; empty when it is not said.
    #[server(default)]
    proof: String,
) -> Result<(), Failure> {
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::applications::choose_proof(&records, account, id, &document, &proof)
            .await
            .map_err(crate::failure::from_records)
    }
    .await;
    let back = format!("{}#proof-{}", paths::step(id, Step::Documents), paths::encode(&document));
    crate::again::ssr::settle(outcome, |()| back.clone(), &back, Vec::new())
}

/// The form that is printed, signed, stamped and handed in again: its download, before the list that asks for it.
pub(super) fn to_print(draft: &Draft) -> Option<AnyView> {
    let rules = &draft.profile.print;
    let standing = match draft.stage {
        Stage::Returned { .. } => Standing::Returned,
        _ => Standing::Draft,
    };
    let printed = |one: &Download| one.what == Printable::ApplicationForm && one.when.contains(&standing);
    let back = draft.profile.document.iter().find(|wanted| wanted.key == rules.returns_as)?;
    draft.profile.download.iter().any(printed).then(|| {
        let href = paths::my_print(draft.id, Printable::ApplicationForm);
        view! {
            <section class="panel panel__b stack stack--2" aria-labelledby="to-print">
                <h2 id="to-print" class="h-s">{words::print_first(&back.label)}</h2>
                <p class="soft">{words::PRINT_AGAIN}</p>
                <p>
                    <a class="btn btn--quiet" href=href rel="external">
                        {icon("download", "")}
                        <span>{format!("下载{}（PDF）", rules.title)}</span>
                    </a>
                </p>
            </section>
        }
        .into_any()
    })
}

/// Originals to bring along, and the proofs to choose from.
pub(super) fn beside(draft: &Draft) -> AnyView {
    let paper: Vec<String> = draft
        .profile
        .documents_for(&draft.answers)
        .filter(|wanted| wanted.source == Source::Paper)
        .map(|wanted| wanted.label.clone())
        .collect();
    let bring = (!paper.is_empty()).then(|| view! { <p class="soft">{words::bring(&paper)}</p> });
    let proofs = draft
        .profile
        .uploads_for(&draft.answers, &draft.looked_up)
        .filter(|wanted| wanted.any_of.len() > 1)
        .map(|wanted| proof(draft, wanted))
        .collect_view();
    view! {
        {bring}
        {proofs}
    }
    .into_any()
}

fn proof(draft: &Draft, wanted: &Requirement) -> AnyView {
    let said = draft.proofs.get(&wanted.key);
    let options = wanted
        .any_of
        .iter()
        .map(|one| {
            let chosen = said == Some(&one.value);
            view! { <option value=one.value.clone() selected=chosen>{one.label.clone()}</option> }
        })
        .collect_view();
    let id = format!("proof-{}", wanted.key);
    view! {
        <form method="post" action=ChooseProof::PATH class="row">
            <input type="hidden" name="id" value=draft.id.to_string()/>
            <input type="hidden" name="document" value=wanted.key.clone()/>
            <label for=id.clone()>{format!("“{}”传的是哪一种（可以不选）", wanted.label)}</label>
            <select class="select" name="proof" id=id>
                <option value="">"请选择"</option>
                {options}
            </select>
            <button class="btn btn--quiet btn--small" type="submit">"记下"</button>
        </form>
    }
    .into_any()
}
