//! The whole of a procedure, for a clerk to read before it is published.

use super::{gate, kind, printable, standing, step_name, way_in, when};
use crate::wording::photo;
use chrono::NaiveDate;
use domain::form::{Field, FieldKind, When};
use domain::page::sheet::{Part, Sheet};
use domain::profile::rehearse::{labels, number};
use domain::profile::{EditUntil, LateMoney, Payer, Profile, Requirement, ReviewMode, SignatureMode, Source, Step};

/// The sheet.
pub fn show(profile: &Profile, today: NaiveDate) -> Sheet {
    let mut sheet = Sheet {
        title: format!("{}（{} 第 {} 版）", profile.title, profile.name, profile.version),
        ..Sheet::default()
    };
    sheet.add(overview(profile));
    sheet.add(steps(profile));
    sheet.add(entry(profile));
    for section in &profile.form.section {
        sheet.add(fields(profile, &format!("报名表：{}", section.title), &section.field, section.show.as_ref()));
    }
    sheet.add(photo_limits(profile));
    sheet.add(documents(profile));
    sheet.add(agreed(profile));
    sheet.add(levels(profile));
    sheet.add(review(profile));
    for opinion in &profile.opinion {
        let mut part = fields(profile, &format!("意见栏：{}", opinion.title), &opinion.field, None);
        part.line("盖章", if opinion.seal { "要，扫描章或电子章" } else { "不用" });
        part.line("缺了能否审核通过", if opinion.required { "不能" } else { "能" });
        sheet.add(part);
    }
    sheet.add(prints(profile));
    sheet.add(payment(profile));
    sheet.add(scores(profile));
    sheet.add(certificates(profile));
    sheet.add(deadlines(profile));
    sheet.add(words(profile, today));
    sheet.add(numbers(profile, today));
    sheet.add(help(profile));
    sheet
}

fn joined<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    all.into_iter().collect::<Vec<_>>().join("、")
}

fn overview(profile: &Profile) -> Part {
    let mut part = Part::new("概况");
    part.line("用途", profile.summary.as_str());
    for line in &profile.notice {
        part.say(line.as_str());
    }
    part.line("登录方式", joined(profile.sign_in.iter().map(|way| way_in(*way))));
    part.line("开始报名前要备齐", joined(profile.gate.iter().map(|one| gate(*one))));
    if profile.collecting.by_agency {
        part.line("资料由谁填", format!("机构填写，本人用链接确认，链接 {} 天内有效", profile.collecting.link_days));
    }
    part.line("计划公告", profile.plan_notice.as_str());
    part
}

fn steps(profile: &Profile) -> Part {
    let mut part = Part::new("步骤");
    for (place, step) in profile.wizard.iter().enumerate() {
        let note = profile.step_note(*step).concat();
        let name = format!("{} {}", place + 1, step_name(profile, *step));
        part.line(name, if note.is_empty() { own_note(*step) } else { note.as_str() });
    }
    if profile.wizard.contains(&Step::Site) {
        part.line(profile.site.title.as_str(), profile.site.note.as_str());
        part.line("谁来初审", profile.site.reviewer_label.as_str());
    }
    part
}

fn own_note(step: Step) -> &'static str {
    match step {
        Step::Entry => "先确认是不是在这里报名",
        Step::Notice => "看过须知再往下",
        Step::Site => "选一个报名机构",
        Step::Photo => "传证件照，可以裁剪",
        Step::Form => "填表，边填边存",
        Step::Documents => "传材料",
        Step::Sign => "在屏幕上或用手机签名",
        Step::Preview => "核对后提交",
    }
}

/// Who may register, in words; also on the candidates' page.
pub fn entry(profile: &Profile) -> Part {
    let mut part = Part::new("谁可以在这里报名");
    match &profile.entry {
        None => part.say("不限，符合计划的申报条件就可以。"),
        Some(entry) => {
            for field in &entry.field {
                part.line("先问", format!("{}（{}）", field.label, asked_how(field)));
            }
            for wrong in &entry.refusal {
                part.line(
                    format!("{}时，不在这里报", when(profile, &wrong.when)),
                    format!("{}{}", wrong.text, wrong.go),
                );
            }
        }
    }
    part
}

fn asked_how(field: &Field) -> String {
    match field.kind {
        FieldKind::Choice => joined(field.choices.iter().map(|choice| choice.label.as_str())),
        other => kind(other).to_owned(),
    }
}

fn fields(profile: &Profile, title: &str, all: &[Field], show: Option<&When>) -> Part {
    let mut part = Part::new(title);
    if let Some(show) = show {
        part.say(format!("只在{}时填。", when(profile, show)));
    }
    for field in all {
        part.line(field.label.as_str(), in_words(profile, field));
    }
    part
}

fn in_words(profile: &Profile, field: &Field) -> String {
    let mut said = Vec::new();
    match field.kind {
        FieldKind::Preset => {
            for case in &field.case {
                said.push(format!("{}时是“{}”", when(profile, &case.when), case.value));
            }
            said.push(format!(
                "{}“{}”，不用填",
                if field.case.is_empty() { "定为" } else { "其他时候是" },
                field.value
            ));
        }
        FieldKind::Choice => said.push(format!("选一项：{}", asked_how(field))),
        other => said.push(kind(other).to_owned()),
    }
    if !field.required && !field.is_given() {
        said.push("选填".into());
    }
    if field.max > 0 {
        said.push(format!("最多 {} 个字", field.max));
    }
    if let Some(show) = &field.show {
        said.push(format!("只在{}时填", when(profile, show)));
    }
    if !field.not_applicable.is_empty() {
        said.push(format!("不用填时记“{}”", field.not_applicable));
    }
    said.join("；")
}

/// Limits of the photo, printed from the configuration that enforces them; also on the candidates' page.
pub fn photo_limits(profile: &Profile) -> Part {
    let spec = &profile.photo.spec;
    let mut part = Part::new("证件照");
    for (name, value) in photo::limits(spec) {
        part.line(name, value);
    }
    for advice in &profile.photo.advice {
        part.say(advice.as_str());
    }
    if spec.processed_forbidden {
        part.line("修图", "不收，只可以裁剪、转正、重新压缩");
    }
    if let Some(extension) = &spec.export_extension {
        part.line("导出的文件名", format!("以 {extension} 结尾；考生上传时大小写都收"));
    }
    part.line("导出时叫作", spec.file_name.clone().unwrap_or_default());
    part
}

/// Documents; also on the candidates' page.
pub fn documents(profile: &Profile) -> Part {
    let mut part = Part::new("材料");
    for document in &profile.document {
        part.line(document.label.as_str(), document_in_words(profile, document));
    }
    part
}

fn document_in_words(profile: &Profile, document: &Requirement) -> String {
    let mut said = Vec::new();
    if !document.any_of.is_empty() {
        let any = document.any_of.iter().map(|one| one.label.as_str()).collect::<Vec<_>>().join("或");
        said.push(format!("{any}，有一样就行"));
    }
    if !document.examples.is_empty() {
        said.push(joined(document.examples.iter().map(String::as_str)));
    }
    if let Some(show) = &document.show {
        said.push(format!("只在{}时要", when(profile, show)));
    }
    if !document.required {
        said.push("可以不交".into());
    }
    if !document.unless_looked_up.is_empty() {
        said.push("系统查到证书的不用交".into());
    }
    match document.source {
        Source::Paper => said.push("现场交验原件，不用上传".into()),
        Source::Preloaded => said.push("由机构提交".into()),
        Source::Upload => {}
    }
    if document.source != Source::Paper {
        said.push(photo::paper_limits(&document.file, document.max_files, document.merged_bytes_less_than));
    }
    said.join("；")
}

fn agreed(profile: &Profile) -> Part {
    let mut part = Part::new("同意和签名");
    for consent in &profile.consent {
        part.line(format!("《{}》第 {} 版", consent.title, consent.version), consent.text.concat());
    }
    let mode = match profile.signature {
        SignatureMode::Screen => "在屏幕上或用手机签",
        SignatureMode::Paper => "打印后手写",
        SignatureMode::None => "不用签",
    };
    part.line("签名", mode);
    let declaration = &profile.declaration;
    if !declaration.clauses.is_empty() {
        let clauses: Vec<String> =
            declaration.clauses.iter().zip(1..).map(|(text, at)| format!("{at}.{text}")).collect();
        part.line(
            format!("《{}》第 {} 版", declaration.title, declaration.version),
            format!("{}{}", declaration.lead, clauses.concat()),
        );
    }
    part
}

fn levels(profile: &Profile) -> Part {
    let mut part = Part::new("等级和科目");
    if let Some(ladder) = &profile.ladder {
        let label = profile.form.field(&ladder.field).map_or("现有等级", |field| field.label.as_str());
        let entry: Vec<String> =
            ladder.entry.iter().map(|level| super::value_word("plan.level", None, &level.to_string())).collect();
        part.line("逐级申报", format!("看“{label}”，一次升一级；还没有等级的可以报{}", entry.join("、")));
    }
    if let Some(papers) = &profile.papers {
        for (level, subjects) in papers.by_level.iter().rev() {
            let level = super::value_word("plan.level", None, level);
            part.line(level, joined(subjects.iter().map(String::as_str)));
        }
        if !papers.exam_kind.is_empty() {
            let most = match papers.resit_most {
                0 => "只选上次没过的科目".to_owned(),
                most => format!("只选上次没过的科目，最多 {most} 科"),
            };
            part.line("补考", format!("{most}；考过的科目保留 {} 个月", papers.valid_months));
        }
    }
    part
}

fn review(profile: &Profile) -> Part {
    let review = &profile.review;
    let mut part = Part::new("审核");
    part.line("怎么审", review.title.as_str());
    let place = match review.mode {
        ReviewMode::Desk => "在审核台看上传的材料",
        ReviewMode::Counter => "在现场看原件，逐件打勾",
    };
    part.line("在哪里审", place);
    let until = match review.edit_until {
        EditUntil::Claim => "审核开始以前",
        EditUntil::Decision => "审核有结果以前",
    };
    part.line("考生可以撤回修改到", until);
    part.line(
        "退回补正",
        format!("一般给 {} 天，最多 {} 天，不超过考试前一天", review.correction_days, review.correction_days_max),
    );
    if review.answer_days > 0 {
        part.line("多久有结果", format!("{} 个工作日内", review.answer_days));
    }
    part.line("不通过的原因", joined(review.reject_reason.iter().map(|reason| reason.label.as_str())));
    part
}

fn prints(profile: &Profile) -> Part {
    let mut part = Part::new("打印");
    for download in &profile.download {
        let when = joined(download.when.iter().map(|at| standing(*at)));
        part.line(printable(profile, download.what), format!("在这些状态可以打印：{when}"));
    }
    if let Some(document) = profile.requirement(&profile.print.returns_as) {
        part.line("签字盖章后", format!("作为“{}”上传", document.label));
    }
    part
}

fn payment(profile: &Profile) -> Part {
    let payment = &profile.payment;
    let mut part = Part::new("缴费");
    let who = match payment.payer {
        Payer::Applicant => "考生，审核通过后",
        Payer::Agency => "机构，统一缴费开票",
        Payer::Nobody => "不收费",
    };
    part.line("谁来缴", who);
    if payment.payer == Payer::Applicant {
        part.line("不缴费能不能打印准考证", if payment.gate { "不能" } else { "能，支付状态单独一栏" });
        let deadline = match payment.days {
            0 => "没有设".to_owned(),
            days => format!("审核通过后第 {days} 天的 23:59:59"),
        };
        part.line("缴费期限", deadline);
        if payment.unpaid_gives_up {
            part.line("过期没缴", "视为自动弃考，名额放出");
            let late = match payment.late_money {
                LateMoney::Restores => "还有名额、没人候补、名单没有确定，就恢复报名；不然原路退回",
                LateMoney::GoesBack => "一律原路退回",
            };
            part.line("过期以后到的钱", late);
        }
    }
    part.line("报满以后", format!("可以候补；名额放出来，给排在最前的人留 {} 小时", profile.places.offer_hours));
    part
}

fn scores(profile: &Profile) -> Part {
    let score = &profile.score;
    let mut part = Part::new("成绩");
    part.line("每科合格", format!("{} 分", score.pass));
    for (subject, points) in &score.pass_by_subject {
        part.line(subject.as_str(), format!("{points} 分"));
    }
    let recheck = match score.recheck_days {
        0 => "不设".to_owned(),
        days => format!("成绩发布后 {days} 天以内"),
    };
    part.line("申请复核", recheck);
    part
}

fn certificates(profile: &Profile) -> Part {
    let rules = &profile.certificate;
    let mut part = Part::new("证书");
    part.line("证书编号", rules.number.as_str());
    part.line("专项能力证书编号", rules.special_number.as_str());
    part.line("谁来发", if rules.two_persons { "一人准备，另一人签发" } else { "机构管理员签发" });
    let wait = match rules.wait_days {
        0 => "成绩发布后就能发".to_owned(),
        days => format!("成绩发布 {days} 天以后"),
    };
    part.line("什么时候发", wait);
    part.line("分享链接最长", format!("{} 天", rules.share_days));
    part.line("上报表的列", rules.columns.iter().map(|column| column.label()).collect::<Vec<_>>().join("、"));
    for query in &rules.queries {
        part.line(query.label.as_str(), query.url.as_str());
    }
    part
}

fn deadlines(profile: &Profile) -> Part {
    let times = &profile.times;
    let mut part = Part::new("时间要求");
    let days = |days: Option<u16>, before: &str, after: &str| {
        days.map_or_else(String::new, |days| format!("{before} {days} {after}"))
    };
    part.line("名单公示", days(times.pub_min_days, "不少于", "天"));
    part.line("准考证打印时间", days(times.ticket_min_days, "不少于", "天"));
    part.line("准考证从什么时候能打印", days(times.ticket_offset, "考前", "天"));
    if times.ticket_ends_on_exam_day {
        part.line("准考证打印到", "考试当天");
    }
    part.line("电子材料", days(times.eform_lead, "考前", "天"));
    part.line("方案备案", days(times.filing_lead, "考前", "天"));
    part.line("纸质材料", days(times.paper_lead, "考前", "天"));
    if profile.ticket.opens_days_before > 0 && times.ticket_offset.is_none() {
        part.line("准考证从什么时候能打印", format!("考前 {} 天", profile.ticket.opens_days_before));
    }
    if profile.ticket.landscape {
        part.line("准考证纸张", "横向");
    }
    for rule in &profile.ticket.rules {
        part.say(rule.as_str());
    }
    part
}

/// Payment and ticket, for candidates.
pub fn dates(profile: &Profile) -> Part {
    let mut part = Part::new("缴费和准考证");
    part.lines = payment(profile).lines;
    let ticket = deadlines(profile).lines.into_iter().filter(|(name, _)| name.starts_with("准考证"));
    part.lines.extend(ticket);
    part
}

fn words(profile: &Profile, today: NaiveDate) -> Part {
    let mut part = Part::new("考生看到的状态");
    for (at, label, payment) in labels(profile, today) {
        let payment = if payment.is_empty() { String::new() } else { format!("；支付状态“{payment}”") };
        part.line(standing(at), format!("“{label}”{payment}"));
    }
    let phrases = &profile.phrases;
    for (name, words) in [
        ("提交按钮", &phrases.submit),
        ("保存报名表的按钮", &phrases.save_form),
        ("保存以后", &phrases.draft_saved),
        ("还缺材料时", &phrases.complete_draft),
        ("审核通过时", &phrases.approved_line),
        ("过期没缴费", &phrases.unpaid),
        ("同工种重复报名", &phrases.same_trade),
    ] {
        part.line(name, words.as_str());
    }
    part
}

fn numbers(profile: &Profile, today: NaiveDate) -> Part {
    let (plan, application, registration) = number(&profile.numbering, today);
    let mut part = Part::new("编号（例子）");
    part.line("计划编号", plan);
    part.line("报名号", application);
    part.line("报名序号", registration);
    part
}

fn help(profile: &Profile) -> Part {
    let mut part = Part::new("咨询电话");
    for line in &profile.help {
        part.line(line.topic.as_str(), joined(line.phone.iter().map(String::as_str)));
    }
    part
}
