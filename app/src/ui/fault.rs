use super::NotFoundPage;
use crate::{Failure, paths, wording};
use leptos::prelude::*;

/// What stands in place of a page that could not be made; not found answers with status 404.
pub fn fault_page(failure: &Failure) -> AnyView {
    if *failure == Failure::NotFound {
        return view! { <div class="wrap page"><NotFoundPage/></div> }.into_any();
    }
    let way_out = match failure {
        Failure::SignInNeeded => (paths::sign_in(""), "去登录"),
        _ => (paths::HOME.to_owned(), "回到查考试计划"),
    };
    view! {
        <div class="wrap page fault">
            <h1>"这一页现在打不开"</h1>
            <p class="lead">{wording::failure(failure)}</p>
            <p class="row"><a class="btn" href=way_out.0>{way_out.1}</a></p>
        </div>
    }
    .into_any()
}
