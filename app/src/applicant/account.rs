//! Accounts: signing up, in and out; the profile; the notice on personal data.

mod activate;
mod forgot;
mod photo;
mod privacy;
mod profile;
mod sign_in;
pub(super) mod sign_up;
mod ways;

pub use activate::{
    ActivatePage, FetchWelcome, FinishActivation, OpenActivation, activation, finish_activation, open_activation,
};
pub use forgot::{AskCode, FetchForgot, Forgot, ForgotPage, SetForgotten, ask_code, forgotten, set_forgotten};
pub use photo::{FetchMasterPhoto, ProfilePhotoPage, RemoveMasterPhoto, master_photo, remove_master_photo};
pub use privacy::PrivacyPage;
pub use profile::{ChangePassword, FetchProfile, ProfilePage, UpdateProfile, change_password, profile, update_profile};
pub use sign_in::{FetchPersonas, SignIn, SignInPage, SignOut, personas, sign_in, sign_out};
pub use sign_up::{OpenAccount, SignUpPage, open_account};
pub use ways::{
    FetchRegistrationNumber, FetchWaysOffered, FindNumber, RegistrationNumberPage, SignInByNumber, find_number,
    registration_number, sign_in_by_number, ways_offered,
};

/// The two halves of a profile: what is known about the person, and the pictures.
fn tabs(here: &'static str) -> leptos::prelude::AnyView {
    use leptos::prelude::*;
    let tab = |to: &'static str, word: &'static str| {
        view! { <a href=to aria-current=(to == here).then_some("page")>{word}</a> }.into_any()
    };
    view! {
        <nav class="tabs" aria-label="个人资料">
            {tab(crate::paths::PROFILE, "基础信息")}
            {tab(crate::paths::PROFILE_PHOTO, "证件信息")}
        </nav>
    }
    .into_any()
}

/// Starts a login in this browser, whichever way the person came.
#[cfg(feature = "ssr")]
pub(crate) async fn begin_login(
    records: &records::Records,
    account: domain::ids::AccountId,
) -> Result<(), crate::Failure> {
    use crate::failure::from_records;
    use crate::signed_in::ssr;
    let site = ssr::site()?;
    // A fresh token for every sign-in: whoever knew the old one is out.
    if let Some(old) = ssr::cookie(site.applicant_cookie()) {
        records::logins::end(records, &old).await.map_err(from_records)?;
    }
    let token = records::logins::start_applicant(records, account).await.map_err(from_records)?;
    ssr::answer_with_cookie(&site.set_cookie(site.applicant_cookie(), &token));
    crate::applicant::eligibility::remembered::take_over(records, &site, account).await
}

/// The notice on personal data, as headings and paragraphs.
fn notice() -> leptos::prelude::AnyView {
    use leptos::prelude::*;
    crate::wording::account::privacy()
        .into_iter()
        .map(|(title, texts)| {
            let texts = texts.iter().map(|text| view! { <p>{*text}</p> }).collect_view();
            view! { <section class="stack stack--2"><h2 class="h-s">{title}</h2>{texts}</section> }
        })
        .collect_view()
        .into_any()
}
