//! Sentences of the door without a network. What the script of the page shows stands in [`SCRIPT`], so that a page drawn
//! here and one that a device kept say the same.

use domain::page::door::DoorOutcome;

/// Key and sentence; `{…}` is filled in by the script.
pub const SCRIPT: &[(&str, &str)] = &[
    ("title", "在这台设备上签到（断网也能用）"),
    ("offer", "把名单存到这台设备上，断网时也能签到，有网了自动补交。"),
    ("keep", "存名单到这台设备"),
    ("keeping", "正在存名单，照片 {done}/{all}"),
    ("none_yet", "考试前一天起可以把名单存到设备上。现在还没有要开考的场次，或者准考证还没有发布。"),
    ("until", "已存 {people} 人。名单和照片加密存放，{until}自动删除；退出登录也会删除。"),
    ("wipe", "现在就从这台设备删除"),
    ("wiped", "名单已从这台设备删除。"),
    ("unsent_stays", "没交上去的 {count} 条登记还在这台设备上，登录后才能打开和补交。"),
    ("online", "网络正常"),
    ("offline", "没有网络，照常签到，有网了自动补交"),
    ("skew_fast", "这台设备的时钟比服务器快 {by}，已按服务器时间算。"),
    ("skew_slow", "这台设备的时钟比服务器慢 {by}，已按服务器时间算。"),
    ("find", "准考证号末几位、姓名，或考场和座位（如 3-12）"),
    ("find_button", "查找"),
    ("scan", "扫准考证上的二维码"),
    ("scan_stop", "停止扫码"),
    ("scan_no", "这台设备不能用摄像头扫码，请输入号码末几位。"),
    ("nobody", "名单上没有“{code}”。请核对号码；还是没有，请找考务负责人。"),
    ("many", "有 {count} 人符合，请选一位，或多输几位。"),
    ("photo_of", "{name}的证件照"),
    ("ticket", "准考证号"),
    ("id_no", "证件号码"),
    ("extra", "延长 {minutes} 分钟"),
    ("seat", "{subject}　考场 {room}　座位 {seat} 号"),
    ("rule", "{opens} 开始进场，{closes} 后不能进。请对照证件和照片。"),
    ("come", "是本人，{subject}签到"),
    ("too_early", "还没到进场时间，{opens} 开始。"),
    ("too_late", "已经过了 {closes}，不能进场。"),
    ("absent", "{subject}登记缺考"),
    ("misconduct", "登记违纪"),
    ("misconduct_what", "经过"),
    ("no_words", "请写明经过，看的人才知道为什么。"),
    ("present_at", "{at} 签到"),
    ("late_at", "{at} 签到，迟到"),
    ("absent_at", "{at} 登记缺考"),
    ("wrong", "记错了，撤掉这条"),
    ("queue", "还没交上去的"),
    ("queue_none", "都交上去了。"),
    ("queue_count", "还有 {count} 条没有交上去"),
    ("note_came", "{name} {at} 签到"),
    ("note_absent", "{name} {at} 缺考"),
    ("note_misconduct", "{name} {at} 违纪"),
    ("not_sent", "未交"),
    ("send", "现在补交"),
    ("sent", "刚交上去的"),
    ("sign_in", "登录已到期，登记都还在。请登录后补交。"),
    ("sign_in_link", "去登录"),
    ("locked", "这台设备上存着名单，要连上网络登录后才能打开。没交上去的登记都还在。"),
    ("empty", "这台设备上没有名单。请连上网络打开这一页，再存名单。"),
    ("other", "还有 {count} 条是别人登录时登记的，要由本人登录补交。"),
    ("cannot", "这个浏览器不能离线签到（要用 https 打开，并允许存储）。请用下面的表格。"),
    ("conflicts", "有登记互相矛盾，请在本页“要判断的”里决定。"),
    ("reload", "刷新本页看汇总"),
];

/// What came of a note.
pub fn outcome(outcome: DoorOutcome) -> &'static str {
    match outcome {
        DoorOutcome::Taken => "已收到",
        DoorOutcome::EarlierKept => "另一处更早登记过，按早的算",
        DoorOutcome::EarlierTaken => "已收到，比另一处早，按这条算",
        DoorOutcome::Mended => "原来统一登记的是缺考，已改为到场",
        DoorOutcome::Conflict => "两处说法不一样，要有人判断",
        DoorOutcome::Decided => "这个人已经判断过，没有改",
        DoorOutcome::TooEarly => "时间不对，没有收：还没到能登记的时候",
        DoorOutcome::TooLate => "时间不对，没有收：过了能进场的时间",
        DoorOutcome::Unknown => "没有收：这个计划里没有这个人或座位",
    }
}

/// Everything that the script says, as JSON for the page: no `<` stands in it.
pub fn script_json() -> String {
    let outcomes = DoorOutcome::ALL.into_iter().map(|one| (format!("outcome_{}", one.as_str()), outcome(one)));
    let all: std::collections::BTreeMap<String, &str> =
        SCRIPT.iter().map(|(key, text)| ((*key).to_owned(), *text)).chain(outcomes).collect();
    serde_json::to_string(&all).unwrap_or_default().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_script_is_there_and_breaks_no_page() {
        let json = script_json();
        assert!(json.contains("\"outcome_conflict\"") && json.contains("\"come\"") && !json.contains('<'));
        let keys: std::collections::BTreeSet<_> = SCRIPT.iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), SCRIPT.len(), "no key twice");
    }
}
