//! Accounts: signing up, in and out; the profile; the notice on personal data.

mod privacy;
mod profile;
mod sign_in;
pub(super) mod sign_up;

pub use privacy::PrivacyPage;
pub use profile::{ChangePassword, FetchProfile, ProfilePage, UpdateProfile, change_password, profile, update_profile};
pub use sign_in::{FetchPersonas, SignIn, SignInPage, SignOut, personas, sign_in, sign_out};
pub use sign_up::{OpenAccount, SignUpPage, open_account};

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
