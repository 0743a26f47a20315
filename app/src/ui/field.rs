use super::icon::icon;
use leptos::prelude::*;

/// Ids of hint and error for `aria-describedby`: `tel-h tel-e`.
pub fn describedby(id: &str, has_hint: bool, has_error: bool) -> Option<String> {
    match (has_hint, has_error) {
        (false, false) => None,
        (true, false) => Some(format!("{id}-h")),
        (false, true) => Some(format!("{id}-e")),
        (true, true) => Some(format!("{id}-h {id}-e")),
    }
}

/// Label, hint and error of a control whose id is `id`; the children are the control.
#[component]
pub fn Field(
    /// Id of the control.
    id: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// A line under the label.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong; may change while typing.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Marks the field 选填. Required is the norm and unmarked.
    #[prop(default = false)]
    optional: bool,
    /// The control.
    children: Children,
) -> impl IntoView {
    field_shell(id, label, hint, error, optional, children().into_any())
}

/// The same as [`Field`], for plain functions.
pub fn field_shell(
    id: String,
    label: String,
    hint: String,
    error: Signal<Option<String>>,
    optional: bool,
    control: AnyView,
) -> AnyView {
    let error_id = format!("{id}-e");
    let hint = (!hint.is_empty()).then(|| {
        let id = format!("{id}-h");
        view! { <p class="hint" id=id>{hint}</p> }
    });
    view! {
        <div class="field" class:field--bad=move || error.get().is_some()>
            <label for=id>
                <span>{label}</span>
                {optional.then(|| view! { <span class="opt">" 选填"</span> })}
            </label>
            {hint}
            {error_line(error_id, error)}
            {control}
        </div>
    }
    .into_any()
}

/// The error above a control, with its id; nothing while there is none.
pub fn error_line(id: String, error: Signal<Option<String>>) -> AnyView {
    (move || {
        let id = id.clone();
        error.get().map(|sentence| {
            view! {
                <p class="err" id=id>
                    {icon("alert", "s")}
                    <span><span class="vh">"错误："</span><span>{sentence}</span></span>
                </p>
            }
        })
    })
    .into_any()
}

/// One line of text with label, hint and error.
#[component]
pub fn TextField(
    /// Name that the form sends.
    #[prop(into)]
    name: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// Id; the name where it is not given.
    #[prop(optional, into)]
    id: String,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// A line under the label.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong; may change while typing.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Marks the field 选填.
    #[prop(default = false)]
    optional: bool,
    /// `text`, `password`, `tel`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// `numeric`, `tel`, ….
    #[prop(optional)]
    inputmode: &'static str,
    /// What the browser may fill in.
    #[prop(optional, into)]
    autocomplete: String,
    /// Width: `w-4 w-8 w-12 w-20`, and `num` for numbers.
    #[prop(optional)]
    class: &'static str,
    /// Most characters; 0 for none.
    #[prop(default = 0)]
    maxlength: u32,
    /// Called with the text when the person leaves the field.
    #[prop(optional)]
    on_leave: Option<Callback<String>>,
) -> impl IntoView {
    let id = if id.is_empty() { name.clone() } else { id };
    let control = text_control(TextControl {
        name,
        id: id.clone(),
        value,
        kind,
        inputmode,
        autocomplete,
        class,
        maxlength,
        has_hint: !hint.is_empty(),
        error,
        on_leave,
        tidy: None,
    });
    field_shell(id, label, hint, error, optional, control)
}

/// What a person types as a day (or, with `month`, as a month): one box that takes `2024-3-5`, `2024.3.5`,
/// `2024年3月5日` or `20240305` and shows it as `2024-03-05` afterwards.
#[component]
pub fn DateField(
    /// Name that the form sends.
    #[prop(into)]
    name: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// Id; the name where it is not given.
    #[prop(optional, into)]
    id: String,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// A line under the label; an example where it is not given.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong; may change while typing.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Marks the field 选填.
    #[prop(default = false)]
    optional: bool,
    /// A month instead of a day.
    #[prop(default = false)]
    month: bool,
    /// What the browser may fill in.
    #[prop(optional, into)]
    autocomplete: String,
    /// Called with the text when the person leaves the field.
    #[prop(optional)]
    on_leave: Option<Callback<String>>,
) -> impl IntoView {
    let id = if id.is_empty() { name.clone() } else { id };
    let hint = if hint.is_empty() { crate::wording::form::date_hint(month).to_owned() } else { hint };
    let tidy: fn(&str) -> Option<String> = if month { tidy_month } else { tidy_day };
    let control = text_control(TextControl {
        name,
        id: id.clone(),
        value,
        kind: "text",
        inputmode: "numeric",
        autocomplete,
        class: "w-12 num",
        maxlength: 20,
        has_hint: true,
        error,
        on_leave,
        tidy: Some(tidy),
    });
    field_shell(id, label, hint, error, optional, control)
}

/// `2024-03-05` for any way of typing that day.
pub fn tidy_day(text: &str) -> Option<String> {
    domain::form::check::day(text).map(|day| day.to_string())
}

/// `2024-03` for any way of typing that month.
pub fn tidy_month(text: &str) -> Option<String> {
    domain::form::check::month(text)
}

struct TextControl {
    name: String,
    id: String,
    value: String,
    kind: &'static str,
    inputmode: &'static str,
    autocomplete: String,
    class: &'static str,
    maxlength: u32,
    has_hint: bool,
    error: Signal<Option<String>>,
    on_leave: Option<Callback<String>>,
    tidy: Option<fn(&str) -> Option<String>>,
}

fn text_control(control: TextControl) -> AnyView {
    let TextControl {
        name,
        id,
        value,
        kind,
        inputmode,
        autocomplete,
        class,
        maxlength,
        has_hint,
        error,
        on_leave,
        tidy,
    } = control;
    let described = id.clone();
    view! {
        <input
            class=format!("input {class}")
            type=kind
            name=name
            id=id
            value=value
            inputmode=(!inputmode.is_empty()).then_some(inputmode)
            autocomplete=(!autocomplete.is_empty()).then_some(autocomplete)
            maxlength=(maxlength > 0).then_some(maxlength)
            aria-invalid=move || error.get().is_some().then_some("true")
            aria-describedby=move || describedby(&described, has_hint, error.get().is_some())
            on:change=move |changed| {
                let mut text = event_target_value(&changed);
                if let Some(tidied) = tidy.and_then(|tidy| tidy(&text)) {
                    set_input_value(&changed, &tidied);
                    text = tidied;
                }
                if let Some(on_leave) = on_leave {
                    after_the_press(move || on_leave.run(text));
                }
            }
        />
    }
    .into_any()
}

/// Runs `then` once the press that left a field is over: a line that came or went under the finger would move the
/// button away before it is let go, and the press would be lost.
pub fn after_the_press(then: impl FnOnce() + 'static) {
    set_timeout(then, std::time::Duration::from_millis(300));
}

#[cfg(feature = "hydrate")]
fn set_input_value(event: &leptos::ev::Event, text: &str) {
    use wasm_bindgen::JsCast;
    if let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        input.set_value(text);
    }
}

// Events only happen in a browser.
#[cfg(not(feature = "hydrate"))]
fn set_input_value(_event: &leptos::ev::Event, _text: &str) {}

/// A native list with label, hint and error. For six choices or fewer, [`RadioCards`] are kinder.
#[component]
pub fn SelectField(
    /// Name that the form sends.
    #[prop(into)]
    name: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// Value and words of every choice, in order. Add `("", "请选择")` where nothing is chosen at first.
    options: Vec<(String, String)>,
    /// Id; the name where it is not given.
    #[prop(optional, into)]
    id: String,
    /// The chosen value.
    #[prop(optional, into)]
    value: String,
    /// A line under the label.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Marks the field 选填.
    #[prop(default = false)]
    optional: bool,
    /// Called with the new value.
    #[prop(optional)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let id = if id.is_empty() { name.clone() } else { id };
    let described = id.clone();
    let has_hint = !hint.is_empty();
    let control = view! {
        <select
            class="select"
            name=name
            id=id.clone()
            aria-invalid=move || error.get().is_some().then_some("true")
            aria-describedby=move || describedby(&described, has_hint, error.get().is_some())
            on:change=move |changed| {
                if let Some(on_change) = on_change {
                    on_change.run(event_target_value(&changed));
                }
            }
        >
            {options_view(options, &value)}
        </select>
    };
    field_shell(id, label, hint, error, optional, control.into_any())
}

/// The options of a list, the chosen one marked.
pub fn options_view(options: Vec<(String, String)>, chosen: &str) -> AnyView {
    options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect_view()
        .into_any()
}

/// One of [`RadioCards`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RadioCard {
    /// What is sent.
    pub value: String,
    /// What is said.
    pub label: String,
    /// A line under it; the reason where it cannot be chosen.
    pub hint: String,
    /// Whether it cannot be chosen.
    pub off: bool,
}

impl RadioCard {
    /// A card of a value and its words.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        RadioCard { value: value.into(), label: label.into(), ..Default::default() }
    }
}

/// A choice among a few, each a card. The first card has the id of the group, so that a link of the
/// error summary leads to it.
#[component]
pub fn RadioCards(
    /// Name that the form sends.
    #[prop(into)]
    name: String,
    /// The question.
    #[prop(into)]
    legend: String,
    /// The cards, in order.
    cards: Vec<RadioCard>,
    /// Id of the first card; the name where it is not given.
    #[prop(optional, into)]
    id: String,
    /// The chosen value.
    #[prop(optional, into)]
    value: String,
    /// A line under the question.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Marks the field 选填.
    #[prop(default = false)]
    optional: bool,
    /// Cards side by side where there is room: 1, 2 or 3.
    #[prop(default = 1)]
    columns: u8,
    /// Called with the chosen value.
    #[prop(optional)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let id = if id.is_empty() { name.clone() } else { id };
    let described = id.clone();
    let has_hint = !hint.is_empty();
    let class = match columns {
        2 => "choices choices--2",
        3 => "choices choices--3",
        _ => "choices",
    };
    let hint = has_hint.then(|| view! { <p class="hint" id=format!("{id}-h")>{hint}</p> });
    let error_id = format!("{id}-e");
    let cards = cards
        .into_iter()
        .enumerate()
        .map(|(at, card)| {
            let id = if at == 0 { id.clone() } else { format!("{id}-{}", at + 1) };
            let checked = !card.off && card.value == value;
            view! {
                <label class="choice" data-off=card.off.then_some("")>
                    <input
                        type="radio"
                        name=name.clone()
                        id=id
                        value=card.value
                        checked=checked
                        disabled=card.off
                        on:change=move |changed| {
                            if let Some(on_change) = on_change {
                                on_change.run(event_target_value(&changed));
                            }
                        }
                    />
                    <b>{card.label}</b>
                    {(!card.hint.is_empty()).then(|| view! { <small>{card.hint}</small> })}
                </label>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <fieldset
            class="cq stack stack--2"
            class:field--bad=move || error.get().is_some()
            aria-describedby=move || describedby(&described, has_hint, error.get().is_some())
        >
            <legend class="label">
                <span>{legend}</span>
                {optional.then(|| view! { <span class="opt">" 选填"</span> })}
            </legend>
            {hint}
            {error_line(error_id, error)}
            <div class=class>{cards}</div>
        </fieldset>
    }
    .into_any()
}
