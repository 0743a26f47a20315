//! 证书查询: a small form of its own beside the questions: number in, the rest filled in by the register. Plain, so
//! that it works without script; whoever does not use it types as before.

use crate::Failure;
#[cfg(feature = "ssr")]
use crate::paths;
use crate::ui::{TextField, icon};
use domain::ids::ApplicationId;
use domain::page::wizard::Draft;
#[cfg(feature = "ssr")]
use domain::profile::Step;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Looks the earlier certificate up and fills in what is known of it.
#[server(name = LookUpCertificate, endpoint = "apply/look-up")]
pub async fn look_up(
    /// The application.
    id: ApplicationId,
    /// 原证书编号
    #[server(default)]
    number: String,
) -> Result<(), Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let saved = records::certificate_lookup::look_up_prior(&records, account, id, &number).await;
        match saved.map_err(crate::failure::from_records)? {
            domain::page::wizard::Saved::Kept { .. } => Ok(()),
            domain::page::wizard::Saved::ChangedMeanwhile { .. } => Err(Failure::ChangedMeanwhile),
        }
    }
    .await;
    let form = paths::step(id, Step::Form);
    crate::again::ssr::settle(out, |()| format!("{form}#lookup"), &format!("{form}#lookup"), Vec::new())
}

/// The form, where the procedure knows documents that a lookup makes needless.
pub(super) fn section(draft: &Draft) -> Option<AnyView> {
    let key = draft.profile.document.iter().map(|one| one.unless_looked_up.as_str()).find(|key| !key.is_empty())?;
    let field = draft.profile.form.field(key)?;
    let documents: Vec<String> = draft
        .profile
        .document
        .iter()
        .filter(|document| document.unless_looked_up == key)
        .map(|document| document.label.clone())
        .collect();
    let found = draft.looked_up.iter().any(|known| known == key).then(|| {
        view! {
            <p class="banner" data-state="done" role="status">
                {icon("ok", "")}
                <span>{format!("系统查到了这本证书，已经填好，不用再传{}。改动查到的内容，就要自己上传。", documents.join("、"))}</span>
            </p>
        }
    });
    Some(
        view! {
            <section id="lookup" class="stack stack--3" aria-labelledby="lookup-title" tabindex="-1">
                <h2 id="lookup-title">"查询原证书"</h2>
                {found}
                <form method="post" action=LookUpCertificate::PATH class="stack stack--2">
                    <input type="hidden" name="id" value=draft.id.to_string()/>
                    <TextField
                        name="number"
                        id="lookup-number"
                        label=format!("要查的{}", field.label)
                        hint="有原证书的，输入编号查一下，查到就不用自己填。没有的、查不到的，照样在上面填。"
                        value=draft.answers.get(key).to_owned()
                        class="w-20 num"
                        maxlength=60
                    />
                    <p><button class="btn btn--quiet" type="submit">{icon("search", "")}<span>"查询证书"</span></button></p>
                </form>
            </section>
        }
        .into_any(),
    )
}
