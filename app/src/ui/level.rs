use domain::occupation::SkillLevel;
use leptos::prelude::*;

/// Five bars filled up to the level, with the words 四级 中级工 beside them.
#[component]
pub fn LevelTag(
    /// The level; none for special capabilities.
    #[prop(into)]
    level: Option<SkillLevel>,
) -> impl IntoView {
    let words = match level {
        Some(level) => format!("{} {}", level.short(), level.title()),
        None => "专项能力".to_owned(),
    };
    view! { <span class="lv lv--s">{bars(level)}<span>{words}</span></span> }.into_any()
}

/// The same as a tile in front of a row.
#[component]
pub fn LevelTile(
    /// The level; none for special capabilities.
    #[prop(into)]
    level: Option<SkillLevel>,
) -> impl IntoView {
    let words = level.map_or("专项", SkillLevel::short);
    view! { <span class="lv">{bars(level)}<span>{words}</span></span> }.into_any()
}

fn bars(level: Option<SkillLevel>) -> AnyView {
    // Levels without an examination have no bars of their own; special capabilities show the certificate.
    let href = match level.map(SkillLevel::number) {
        Some(number @ 1..=5) => format!("/icons.svg#level-{number}"),
        _ => return super::icon::icon("cert", ""),
    };
    view! {
        <svg aria-hidden="true">
            <use href=href></use>
        </svg>
    }
    .into_any()
}
