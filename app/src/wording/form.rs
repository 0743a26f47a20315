//! Sentences for refusals and field faults: what is there, what is wanted.

use domain::account::{SignInRefusal, SignUpRefusal};
use domain::application::{ReviewRefusal, StageName, StartRefusal, SubmitRefusal, WithdrawRefusal};
use domain::contact::{MobileFault, NameFault};
use domain::credit_code::CreditCodeFault;
use domain::form::{FieldFault, Problem};
use domain::id_document::{IdFault, IdKind};
use domain::refusal::{FileRefused, Refusal, SignatureRefusal, UploadRefusal};
use domain::time::{Timestamp, chinese_moment};

/// Heading of an error summary.
pub fn faults_title(count: usize) -> String {
    format!("有 {count} 处要改，改好就能继续")
}

/// Hint of a box for a day or a month.
pub fn date_hint(month: bool) -> &'static str {
    if month {
        "例如 2024-03，也可以只打数字 202403"
    } else {
        "例如 2024-03-05，也可以只打数字 20240305"
    }
}

/// Anchor and sentence of every fault, for the error summary.
pub fn faults(faults: &[FieldFault]) -> Vec<(String, String)> {
    faults.iter().map(|one| (one.key.clone(), fault(one))).collect()
}

/// The sentence of the fault of `key`, for the field.
pub fn fault_of(faults: &[FieldFault], key: &str) -> Option<String> {
    faults.iter().find(|one| one.key == key).map(fault)
}

/// The sentence of one fault.
pub fn fault(fault: &FieldFault) -> String {
    // Beginning and end of work are months.
    let month = fault.key.ends_with(".from") || fault.key.ends_with(".to");
    match fault.problem {
        Problem::NotADate if month => format!("“{}”没有这个年月。请写成 2024-03 这样。", fault.label),
        _ => problem(&fault.label, &fault.problem),
    }
}

/// What is wrong with the answer to `label`.
pub fn problem(label: &str, problem: &Problem) -> String {
    match problem {
        Problem::Missing => format!("“{label}”还没填。"),
        Problem::TooLong { length, limit } => format!("“{label}”现在 {length} 个字，最多 {limit} 个字。"),
        Problem::TooShort { length, needed } => format!("“{label}”现在 {length} 位，至少要 {needed} 位。"),
        Problem::NotOffered => format!("“{label}”请从给出的选项里选一个。"),
        Problem::NotYears { limit } => format!("“{label}”要填整年数，0 到 {limit}，例如 3，不是年份。"),
        Problem::NotADate => format!("“{label}”没有这一天。请写成 2024-03-05 这样。"),
        Problem::InFuture => format!("“{label}”还没到。请填今天或以前的日期。"),
        Problem::BeforeStart => format!("“{label}”比开始还早。请核对开始和结束。"),
        Problem::BeforeBirth => format!("“{label}”比出生日期还早。请核对年份。"),
        Problem::Name(fault) => name_fault(*fault).to_owned(),
        Problem::Mobile(fault) => mobile_fault(*fault, "").to_owned(),
        Problem::Id(fault) => id_fault(*fault, None, "").to_owned(),
        Problem::CreditCode(fault) => credit_code_fault(*fault).to_owned(),
        Problem::PasswordsDiffer => "两次输入的密码不一样。请把密码再输一遍。".to_owned(),
        Problem::PasswordGuessable => {
            "这个密码容易被猜到：它很常见，或者含有证件号码、手机号。请换一个，比如几个不相干的词连在一起。".to_owned()
        }
        Problem::Unknown => "这张表里没有这一项。请刷新页面后再填，填过的还在。".to_owned(),
        Problem::Ladder(fault) => super::steps::ladder(fault),
        Problem::TooManySubjects { chosen, limit } => super::steps::too_many_subjects(*chosen, *limit),
        Problem::NotFailed => super::steps::NOT_FAILED.to_owned(),
        Problem::NotAgreed => "还没有勾选同意。请先看说明，同意后勾选。".to_owned(),
    }
}

/// Names.
pub fn name_fault(fault: NameFault) -> &'static str {
    match fault {
        NameFault::Missing => "姓名还没填。请按证件上的写。",
        NameFault::Formula => "姓名开头有 = + - @ 这样的符号。请按证件上的写。",
        NameFault::Length => "姓名要 2 到 50 个字。请按证件上的写全。",
        NameFault::Chars => "姓名里有证件上不会有的字符，比如数字。请按证件上的写，少数民族姓名中间的点写成“·”。",
    }
}

/// Mobile numbers; `typed` lets the sentence say how many digits there are.
pub fn mobile_fault(fault: MobileFault, typed: &str) -> String {
    let digits = domain::contact::Mobile::normalise(typed).chars().count();
    match fault {
        MobileFault::Charset if digits == 0 => "手机号还没填。审核结果会发到这个号码。".to_owned(),
        MobileFault::Charset => "手机号里有数字以外的字符。请只填 11 位数字。".to_owned(),
        MobileFault::Length if digits > 0 => format!("现在是 {digits} 位，手机号要 11 位。"),
        MobileFault::Length => "手机号要 11 位。请核对少了还是多了。".to_owned(),
        MobileFault::Prefix => "手机号要以 13 到 19 开头。请核对前两位。".to_owned(),
    }
}

/// Identity numbers; `kind` and `typed` let the sentence say more.
pub fn id_fault(fault: IdFault, kind: Option<IdKind>, typed: &str) -> String {
    let length = typed.chars().filter(|letter| !letter.is_whitespace()).count();
    let what = kind.map_or("证件", IdKind::label);
    match (fault, kind) {
        (IdFault::Length, _) if length == 0 && kind.is_some() => format!("{what}号码还没填。"),
        (IdFault::Length, Some(IdKind::Resident15)) => format!("现在是 {length} 位，{what}号码要 15 位。"),
        (IdFault::Length, Some(kind)) if kind.tells_birth_and_gender() => {
            format!("现在是 {length} 位，{what}号码要 18 位。")
        }
        (IdFault::Length, _) => format!("{what}号码的位数不对。请对照证件核对少了还是多了。"),
        (IdFault::Charset, Some(kind)) if kind.tells_birth_and_gender() => {
            format!("{what}号码里有不该有的字符。前 17 位是数字，最后一位是数字或 X。")
        }
        (IdFault::Charset, _) => format!("{what}号码里有不该有的字符。请只填证件上印的字母和数字。"),
        (IdFault::Address, Some(IdKind::HongKongMacaoResidence)) => {
            "港澳居民居住证号码以 810000 或 820000 开头。请核对证件类型和前 6 位。".to_owned()
        }
        (IdFault::Address, Some(IdKind::TaiwanResidence)) => {
            "台湾居民居住证号码以 830000 开头。请核对证件类型和前 6 位。".to_owned()
        }
        (IdFault::Address, Some(IdKind::ForeignerPermanent2023)) => {
            "外国人永久居留身份证号码以 9 开头。请核对证件类型和前几位。".to_owned()
        }
        (IdFault::Address, _) => format!("{what}号码的前 6 位（地区）不存在。请核对前 6 位和证件类型。"),
        (IdFault::Date, _) => format!("{what}号码里的出生日期不存在。请核对第 7 到 14 位。"),
        (IdFault::TooOld, _) => format!("{what}号码里的出生年份早于 1900 年。请核对第 7 到 10 位。"),
        (IdFault::Future, _) => format!("{what}号码里的出生日期还没到。请核对第 7 到 14 位。"),
        (IdFault::Check, _) => format!("{what}号码的最后一位和前面对不上，多半有一位写错了。请对照证件逐位核对。"),
        (IdFault::Pattern, _) => format!("这不像{what}的号码。请核对证件类型和号码。"),
    }
}

/// 统一社会信用代码.
pub fn credit_code_fault(fault: CreditCodeFault) -> &'static str {
    match fault {
        CreditCodeFault::Length => "统一社会信用代码要 18 位。请对照营业执照核对。",
        CreditCodeFault::Charset => "统一社会信用代码里有不该有的字符：没有字母 I、O、S、V、Z，第 3 到 8 位是数字。",
        CreditCodeFault::Check => "统一社会信用代码的最后一位和前面对不上，多半有一位写错了。请对照营业执照核对。",
    }
}

/// A stage in the words of the product, inside a sentence.
pub fn stage(stage: StageName) -> &'static str {
    match stage {
        StageName::Draft => "还是草稿",
        StageName::Submitted => "等机构审核",
        StageName::Returned => "退回补正中",
        StageName::Approved => "已审核通过",
        StageName::Rejected => "审核不通过",
        StageName::Withdrawn => "已撤回",
    }
}

/// A moment inside a refusal. The year is written: the reader's today is not known here.
fn moment(at: Timestamp) -> String {
    chinese_moment(at, chrono::NaiveDate::MIN)
}

/// The sentence of a refusal.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::SignUp(refusal) => sign_up(refusal),
        Refusal::SignIn(refusal) => sign_in(refusal),
        Refusal::Way(refusal) => super::account::way(*refusal).to_owned(),
        Refusal::Recovery(refusal) => super::recovery::refusal(*refusal),
        Refusal::Merge(refusal) => super::account::merge(refusal),
        Refusal::Start(refusal) => start(refusal),
        Refusal::Submit(refusal) => submit(refusal),
        Refusal::Withdraw(refusal) => withdraw(refusal),
        Refusal::Site(refusal) => super::steps::site_refusal(refusal),
        Refusal::Review(refusal) => review(refusal),
        Refusal::Answers(faults) => all_faults(faults),
        Refusal::Photo(faults) => faults.iter().map(super::photo::fault).collect::<Vec<_>>().join(""),
        Refusal::Paper(faults) => faults.iter().map(super::photo::paper_fault).collect::<Vec<_>>().join(""),
        Refusal::Upload(refusal) => upload(refusal),
        Refusal::Payment(refusal) => super::money::refusal(refusal),
        Refusal::Print(refusal) => super::printing::refusal(refusal),
        Refusal::Confirm(refusal) => super::collecting::refusal(refusal),
        Refusal::Lookup(refusal) => super::collecting::lookup(refusal).to_owned(),
        Refusal::Signature(refusal) => signature(refusal).to_owned(),
        Refusal::Planner(refusal) => super::planner::refusal(refusal),
        Refusal::Sheet(refusal) => super::scores::file(refusal),
        Refusal::Roster(refusal) => super::rosters::refusal(refusal),
        Refusal::Certificates(refusal) => super::certificates::refusal(refusal),
        Refusal::Messages(refusal) => super::messages::refusal(refusal),
        Refusal::Scores(refusal) => super::scores::refusal(refusal),
        Refusal::Places(refusal) => super::places::refusal(refusal),
        Refusal::Seating(refusal) => super::rooms::refusal(refusal),
        Refusal::Sampling(refusal) => super::knowing::not_drawn(refusal),
    }
}

fn all_faults(faults: &[FieldFault]) -> String {
    faults.iter().map(fault).collect::<Vec<_>>().join("")
}

fn sign_up(refusal: &SignUpRefusal) -> String {
    match refusal {
        SignUpRefusal::Faults(faults) => all_faults(faults),
        SignUpRefusal::NotOpened => {
            "用这些资料没有注册成功。如果您以前注册过，请直接登录；忘了密码，请在登录页点“重设密码”。".to_owned()
        }
    }
}

fn sign_in(refusal: &SignInRefusal) -> String {
    match refusal {
        SignInRefusal::NoMatch => "证件号码和密码对不上。请核对后再试；还没注册过，请先注册。".to_owned(),
        SignInRefusal::Locked { minutes } => {
            format!("这个号码连续试错次数太多，为了安全先停 {minutes} 分钟。到时再试，填过的报名都还在。")
        }
        SignInRefusal::Busy { seconds } => format!("现在登录的人很多，请 {seconds} 秒后再点一次。"),
    }
}

fn start(refusal: &StartRefusal) -> String {
    match refusal {
        StartRefusal::WindowClosed { closed } => format!("{}已截止报名。可以看同职业的其他计划。", moment(*closed)),
        StartRefusal::NotOpenYet { opens } => format!("还没开始报名，{}开始。到时再来这一页。", moment(*opens)),
        StartRefusal::WrongPlace { text, go } => format!("{text}{go}"),
        StartRefusal::NotReady { missing } => super::steps::not_ready(missing.len()),
        StartRefusal::SameTrade { plan, since, stage: now, .. } => format!(
            "同一时间段不能报考同一工种。您{}已经报过“{plan}”，{}。可以接着办那一份，或放弃它再报这一份。",
            moment(*since),
            stage(*now)
        ),
    }
}

fn submit(refusal: &SubmitRefusal) -> String {
    match refusal {
        SubmitRefusal::WindowClosed { closed } => {
            format!("没有提交：{}已截止报名。填过的都还在，可以看同职业的其他计划。", moment(*closed))
        }
        SubmitRefusal::NotOpenYet { opens } => {
            format!("还没开始报名，{}开始。填过的都已保存，到时再提交。", moment(*opens))
        }
        SubmitRefusal::Full { capacity } => {
            format!("没有提交：{capacity} 个名额已经报满。填过的都还在；有人放弃时名额会放出来，也可以看其他计划。")
        }
        SubmitRefusal::PlanCancelled => super::planner::CANCELLED.to_owned(),
        SubmitRefusal::PhotoMissing => "没有提交：还没有证件照。请点下面列出的那一条，去上传。".to_owned(),
        SubmitRefusal::FormFaults(faults) => all_faults(faults),
        SubmitRefusal::DocumentsMissing(labels) => {
            format!("没有提交：还缺材料：{}。请点下面列出的那几条，去上传。", labels.join("、"))
        }
        SubmitRefusal::NotSigned => "没有提交：还没有签名。请点下面列出的那一条，去签名。".to_owned(),
        SubmitRefusal::SignedOtherText => {
            "没有提交：签名以后内容改过，原来的签名不算了。请点下面列出的那一条，再签一次。".to_owned()
        }
        SubmitRefusal::NotADraft(now) => format!("这份报名{}，不用再提交。", stage(*now)),
        SubmitRefusal::CorrectionOver { until } => {
            format!("补正的期限{}已过。请联系机构，看能不能再退回一次。", moment(*until))
        }
        SubmitRefusal::WrongPlace { text, go } => format!("没有提交：{text}{go}"),
        SubmitRefusal::NoticeUnread => format!("没有提交：{}", super::steps::NOTICE_UNREAD),
        SubmitRefusal::SiteMissing => super::steps::SITE_MISSING.to_owned(),
        SubmitRefusal::SiteFull { site, capacity } => super::steps::site_full(site, *capacity),
        SubmitRefusal::ConsentMissing(titles) => super::steps::consent_missing(titles),
        SubmitRefusal::NothingCorrected => "没有提交：退回的几项还没有改动。请先按要求改好，再提交。".to_owned(),
    }
}

fn withdraw(refusal: &WithdrawRefusal) -> String {
    match refusal {
        WithdrawRefusal::Claimed { until } => {
            format!("老师正在审核这份报名，现在不能撤。{}以后可以再试，或等审核结果。", moment(*until))
        }
        WithdrawRefusal::AlreadyClosed(now) => format!("这份报名{}，不用再撤。", stage(*now)),
        WithdrawRefusal::NoMoreChanges(now @ (StageName::Approved | StageName::Rejected)) => {
            format!("机构已经审核完，这份报名{}，不能再改。发现填错了，请打机构电话说明。", stage(*now))
        }
        WithdrawRefusal::NoMoreChanges(StageName::Submitted) => {
            "这是补正以后再次提交的，不能再撤回来改。请等审核结果；发现填错了，请打机构电话说明。".to_owned()
        }
        WithdrawRefusal::NoMoreChanges(now) => format!("这份报名{}，不用再撤。", stage(*now)),
        WithdrawRefusal::WindowClosed { closed } => {
            format!("{}已截止报名。撤回来改就交不上去了，所以没有撤。发现填错了，请打机构电话说明。", moment(*closed))
        }
        WithdrawRefusal::Filed => "机构已经把您报给主管部门，不能自己撤。要退出，请打机构电话。".to_owned(),
        WithdrawRefusal::Scored => "成绩已经发布，这次考试办完了，不用撤。对成绩有疑问，请打机构电话。".to_owned(),
    }
}

fn review(refusal: &ReviewRefusal) -> String {
    match refusal {
        ReviewRefusal::NotUnderReview(now) => format!("这份报名{}，现在不能决定。请刷新看最新情况。", stage(*now)),
        ReviewRefusal::ClaimedBy(claim) => format!("{}正在审，到{}。请先看下一件。", claim.name, moment(claim.until)),
        ReviewRefusal::NotClaimed => "还没有领取这一件，或者领取已过时。请先领取，再决定。".to_owned(),
        ReviewRefusal::NoRemark => "退回要写明哪一项、怎么改。请至少写一条。".to_owned(),
        ReviewRefusal::NoGrounds => "不通过要写明原因，申报人会看到。请选一条或自己写。".to_owned(),
        ReviewRefusal::DeadlineOutOfBounds { latest, .. } => {
            format!("补正期限要在现在以后，最晚{}。请改期限。", moment(*latest))
        }
        ReviewRefusal::NothingToReopen(now) => format!("这份报名{}，没有可以恢复的决定。", stage(*now)),
        ReviewRefusal::RulesNotPassed => "这一件有规则没有通过，不能批量通过。请打开单独看。".to_owned(),
        ReviewRefusal::Full { capacity } => format!("{capacity} 个名额已经用完，不能恢复。请先调整名额。"),
        ReviewRefusal::OriginalsUnchecked(labels) => {
            format!("还有原件没有核对：{}。请到现场审查那一页逐项核对后再通过。", labels.join("、"))
        }
        ReviewRefusal::OpinionsMissing(titles) => {
            format!("申报表上还缺{}（含印章）。请先填好意见、盖好章，再决定。", titles.join("、"))
        }
        ReviewRefusal::NothingToFile => "这个计划没有等着申报的人：审核通过的都已提交申报，或还没有人通过。".to_owned(),
        ReviewRefusal::NothingFiled => "这个计划还没有提交申报，没有可以收回的。".to_owned(),
        ReviewRefusal::FiledAlready => "这一件已提交申报，不能再改。请机构管理员先收回申报。".to_owned(),
        ReviewRefusal::NoSuchCase => {
            "本机构没有这个号码的报名。请核对报名号、报名序号或证件号码；草稿要等申报人提交以后才能查到。".to_owned()
        }
    }
}

/// Heading where some of several files were not kept.
pub fn partly_title(refused: usize) -> String {
    format!("有 {refused} 个文件没有收下")
}

/// What became of several files: a line for each that was not kept, and one for those that were.
pub fn partly(refused: &[FileRefused], kept: &[String]) -> Vec<String> {
    let named = |name: &str| if name.is_empty() { "没有名字的文件".to_owned() } else { format!("“{name}”") };
    let why = |one: &FileRefused| format!("{}没有收下：{}", named(&one.name), refusal(&one.why));
    let rest = match kept {
        [] => "这次一个文件也没有收下，请改好后再传一次。".to_owned(),
        kept => {
            let names: Vec<String> = kept.iter().map(|name| named(name)).collect();
            format!("已经收好 {} 个，不用再传：{}。", kept.len(), names.join("、"))
        }
    };
    refused.iter().map(why).chain([rest]).collect()
}

fn upload(refusal: &UploadRefusal) -> String {
    match refusal {
        UploadRefusal::TooLarge { limit } => {
            format!("文件太大，上传最多 {}。请压缩或换一个。", super::photo::weight(*limit))
        }
        UploadRefusal::NoFile => "没有选文件。请先选一个，再上传。".to_owned(),
        UploadRefusal::BrokenOff => super::failure::BROKEN_OFF.to_owned(),
        UploadRefusal::TooMany { limit } => format!("这一项最多 {limit} 份，已经满了。请先删掉一份。"),
        UploadRefusal::MergedTooLarge { bytes: measured, limit } => format!(
            "合成一份后有 {}，要小于 {}。请删掉一份，或把图片压小些。",
            super::photo::weight(*measured),
            super::photo::weight(*limit)
        ),
        UploadRefusal::Partly { refused, kept } => partly(refused, kept).join(""),
        UploadRefusal::NotOpen => "这份报名现在不能改这一项。请回到“我的报名”看进度。".to_owned(),
        UploadRefusal::UnknownDocument => "这个计划不收这种材料。请刷新页面再试。".to_owned(),
        UploadRefusal::Infected => super::photo::INFECTED.to_owned(),
        UploadRefusal::NotScanned => super::photo::NOT_SCANNED.to_owned(),
        UploadRefusal::NotStraightened => super::photo::NOT_STRAIGHTENED.to_owned(),
    }
}

/// A signature that cannot be read.
pub const NOT_A_PICTURE: &str = "签名没有读懂。请清空后重写一次。";

fn signature(refusal: &SignatureRefusal) -> &'static str {
    match refusal {
        SignatureRefusal::LinkOver => "这个签名链接已经用过或过期。请在电脑上那一页重新生成二维码，再扫一次。",
        SignatureRefusal::Empty => "签名框还是空的。请先在框里写上姓名。",
        SignatureRefusal::NotAPicture => NOT_A_PICTURE,
        SignatureRefusal::NotAgreed => "还没有勾选承诺。请先读承诺书，同意后勾选。",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_files_each_that_was_refused_is_named_and_so_are_the_others() {
        let heavy = domain::paper::PaperFault::BytesMax { measured: 33 * 1024 * 1024, allowed: 20_971_519 };
        let refused = [FileRefused { name: "证明 三.pdf".into(), why: Box::new(Refusal::Paper(vec![heavy])) }];
        let kept = ["一.pdf", "二.jpg"].map(str::to_owned);
        assert_eq!(
            partly(&refused, &kept),
            [
                "“证明 三.pdf”没有收下：文件 33 MB，最多 19.9 MB。请压缩或分成几份。",
                "已经收好 2 个，不用再传：“一.pdf”、“二.jpg”。",
            ]
        );
        assert!(partly(&refused, &[])[1].contains("一个文件也没有收下"));
    }

    #[test]
    fn a_short_mobile_number_says_how_short() {
        assert_eq!(mobile_fault(MobileFault::Length, "138 0000 000"), "现在是 10 位，手机号要 11 位。");
    }
}
