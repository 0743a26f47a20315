//! The candidates' side and everything public.

pub mod account;
pub mod confirm;
pub mod eligibility;
pub mod frame;
pub mod home;
pub mod messages;
pub mod mine;
pub mod notices;
pub mod places;
pub mod plan;
pub mod procedure;
pub mod sign_link;
pub mod status;
pub mod stop_mail;
pub mod straighten;
#[cfg(feature = "ssr")]
pub mod ticket;
pub mod verify;
pub mod wizard;

use crate::ui::NotFoundPage;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// Takes over every part of this page. Called once, when the code has arrived.
#[cfg(feature = "applicant")]
pub fn awake() {
    crate::part::browser::begin(|name, props, place| match name {
        "follow" => crate::part::follow::take_over(props, place),
        "sign-up" => account::sign_up::take_over(props, place),
        "countdown" => mine::countdown::take_over(props, place),
        _ => wizard::take_over(name, props, place),
    });
}

/// Root of the public pages and the candidates' pages.
#[component]
pub fn ApplicantApp() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <frame::Frame>
                <Routes fallback=|| view! { <NotFoundPage/> }>
                    <Route path=path!("/") view=home::HomePage ssr=SsrMode::Async/>
                    <Route path=path!("/plans/:id") view=plan::PlanPage ssr=SsrMode::Async/>
                    <Route path=path!("/plans/:id/eligibility") view=eligibility::EligibilityPage ssr=SsrMode::Async/>
                    <Route path=path!("/p/:name") view=procedure::ProcedurePage ssr=SsrMode::Async/>
                    <Route path=path!("/sign-up") view=account::SignUpPage ssr=SsrMode::Async/>
                    <Route path=path!("/sign-in") view=account::SignInPage ssr=SsrMode::Async/>
                    <Route path=path!("/registration-number") view=account::RegistrationNumberPage ssr=SsrMode::Async/>
                    <Route path=path!("/activate") view=account::ActivatePage ssr=SsrMode::Async/>
                    <Route path=path!("/forgot") view=account::ForgotPage ssr=SsrMode::Async/>
                    <Route path=path!("/profile") view=account::ProfilePage ssr=SsrMode::Async/>
                    <Route path=path!("/profile/photo") view=account::ProfilePhotoPage ssr=SsrMode::Async/>
                    <Route path=path!("/apply/:id/documents/:file/straighten") view=straighten::StraightenPage ssr=SsrMode::Async/>
                    <Route path=path!("/privacy") view=account::PrivacyPage ssr=SsrMode::Async/>
                    <Route path=path!("/apply/:id/:step") view=wizard::WizardPage ssr=SsrMode::Async/>
                    <Route path=path!("/notices") view=notices::NoticesPage ssr=SsrMode::Async/>
                    <Route path=path!("/notices/:id") view=notices::NoticePage ssr=SsrMode::Async/>
                    <Route path=path!("/my") view=mine::MinePage ssr=SsrMode::Async/>
                    <Route path=path!("/my/messages") view=messages::MessagesPage ssr=SsrMode::Async/>
                    <Route path=path!("/my/messages/ways") view=messages::MessageWaysPage ssr=SsrMode::Async/>
                    <Route path=path!("/mail/:token") view=messages::ConfirmMailPage ssr=SsrMode::Async/>
                    <Route path=path!("/unsubscribe/:token") view=stop_mail::StopMailPage ssr=SsrMode::Async/>
                    <Route path=path!("/status") view=status::StatusPage ssr=SsrMode::Async/>
                    <Route path=path!("/my/certificates") view=mine::MyCertificatesPage ssr=SsrMode::Async/>
                    <Route path=path!("/my/certificates/:id") view=mine::MyCertificatePage ssr=SsrMode::Async/>
                    <Route path=path!("/verify") view=verify::VerifyPage ssr=SsrMode::Async/>
                    <Route path=path!("/my/:id") view=mine::MyCasePage ssr=SsrMode::Async/>
                    <Route path=path!("/my/:id/pay") view=mine::PaymentPage ssr=SsrMode::Async/>
                    <Route path=path!("/confirm/:token") view=confirm::ConfirmLinkPage ssr=SsrMode::Async/>
                    <Route path=path!("/sign/:token") view=sign_link::SignLinkPage ssr=SsrMode::Async/>
                </Routes>
            </frame::Frame>
        </Router>
    }
}
