//! Sentences about the register of agencies.

use domain::page::planner::{ContactLine, ScopeLine, UnitLine};
use domain::planner::{PlanFault, label};

/// What was done, by the word in the address.
pub fn said(done: &str) -> Option<&'static str> {
    match done {
        "added" => Some("已登记。"),
        "changed" => Some("已改好。"),
        "removed" => Some("已删除。"),
        _ => None,
    }
}

/// Nothing to delete or to change any more.
pub const GONE: &str = "这一条已经不在名册里，可能别处刚删除过。下面是最新的名册。";

/// Where a contact is there for.
pub fn place(region: &str) -> &str {
    if region.is_empty() { "全部地区" } else { region }
}

/// The question before a contact is deleted.
pub fn remove_contact(line: &ContactLine) -> String {
    format!(
        "要删除联系人“{}，{}，{} {}”吗？删除以后考生马上看不到，也不能恢复。只是换了人或电话，请改成“修改”。",
        line.topic,
        place(&line.region),
        line.name,
        line.phone
    )
}

/// The question before a training unit or a station is deleted.
pub fn remove_unit(line: &UnitLine) -> String {
    let kind = if line.station { "站点" } else { "培训单位" };
    let address = if line.address.is_empty() { String::new() } else { format!("，{}", line.address) };
    format!("要删除{kind}“{}{address}”吗？删除以后不能恢复，要用得重新登记。", line.name)
}

/// The question before a filing is deleted.
pub fn remove_scope(line: &ScopeLine) -> String {
    let levels = line.levels.iter().map(|level| level.name()).collect::<Vec<_>>().join("、");
    format!(
        "要删除备案“{} {}，{levels}，{} 至 {}”吗？删除以后不能恢复，这个机构也不能再按它提交计划。",
        domain::plan::occupation_and_trade(&line.occupation, &line.trade),
        line.code,
        line.from,
        line.until
    )
}

/// What is wrong with a field of an entry; `what` is the kind of entry. The fields are not those of a plan.
pub fn fault(what: &str, fault: &PlanFault) -> String {
    let name = match (what, fault.key.as_str()) {
        (_, "code") => return "编码不对。请照 4-09-07-04 或 4-09-07-04-03 的样子填。".to_owned(),
        (_, "occupation") => "职业",
        (_, "levels") => "等级",
        (_, "from") => "有效期开始",
        (_, "until") => "有效期截止",
        (_, "topic") => "事项",
        ("unit", "name") => "名称",
        (_, "name") => "姓名",
        (_, "phone") => "电话",
        (_, other) => other,
    };
    let sentence = super::planner::fault(fault);
    sentence.strip_prefix(&label(&fault.key)).map_or(sentence.clone(), |rest| format!("{name}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::planner::PlanFaultWhy;

    #[test]
    fn an_empty_field_is_named_as_it_is_called_in_its_form() {
        let missing = |what: &str, key: &str| fault(what, &PlanFault { key: key.into(), why: PlanFaultWhy::Missing });
        assert_eq!(missing("contact", "topic"), "事项还没有填。");
        assert_eq!(missing("contact", "name"), "姓名还没有填。");
        assert_eq!(missing("edit", "phone"), "电话还没有填。");
        assert_eq!(missing("unit", "name"), "名称还没有填。");
        assert_eq!(missing("scope", "occupation"), "职业还没有填。");
    }
}
