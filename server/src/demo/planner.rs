//! The register of agencies and plans on their way: through the same acts as everybody's.

use chrono::{Datelike, Days};
use domain::account::{Role, StaffMember};
use domain::form::Answers;
use domain::ids::{AgencyId, PlanId, Revision};
use domain::occupation::SkillLevel;
use domain::planner::FilingOutcome;
use records::planner::{self, Dates, Entry};
use records::{Error, Records};
use std::collections::BTreeMap;

/// The agency whose plans are on their way.
const AGENCY: &str = "S000033000809";
/// Procedure of its plans.
const PROCEDURE: &str = "qz-institution";

/// What was seen on site: drawn, not taken.
const SITE: [&[u8]; 2] = [include_bytes!("../../demo/site-1.png"), include_bytes!("../../demo/site-2.png")];

/// Fills register and plans, as far as they are not there.
pub(super) async fn play(records: &Records) -> Result<(), Error> {
    let staff = records::staff::demo_staff(records).await?;
    let find = |wanted: &dyn Fn(&&StaffMember) -> bool| staff.iter().find(wanted).cloned().ok_or(Error::NotFound);
    let administrator = find(&|member| member.role == Role::Administrator)?;
    if planner::register(records, &administrator).await?.agencies.iter().any(|card| !card.scopes.is_empty()) {
        return Ok(());
    }
    register(records, &administrator).await?;
    let agency = records::agencies::by_filing(records, AGENCY).await?.ok_or(Error::NotFound)?.id;
    let boss = find(&|member| member.role == Role::Manager && member.agency == Some(agency))?;
    let centre = find(&|member| member.role == Role::Authority && member.body.contains("认定中心"))?;
    let authority = find(&|member| member.role == Role::Authority && member.body.contains("管理服务中心"))?;
    contacts(records, &boss, agency).await?;

    // A draft that the agency has only begun.
    draft(records, &boss, 96, &[("seats", ""), ("skill_head", ""), ("theory_source", "")]).await?;
    // One that waits for the centre, one that came back, one that waits for the authority.
    let waiting = draft(records, &boss, 75, &[]).await?;
    file(records, &boss, waiting).await?;
    let returned = draft(records, &boss, 82, &[("scope", "4-10-01-05/3")]).await?;
    file(records, &boss, returned).await?;
    decide(records, &centre, returned, FilingOutcome::Return, "实操考评员只列了 1 人，请补足 3 人并写明胸卡号。")
        .await?;
    let examined = draft(records, &boss, 68, &[]).await?;
    file(records, &boss, examined).await?;
    decide(records, &centre, examined, FilingOutcome::Approve, "方案齐全，同意上报。").await?;
    planner::inspect(
        records,
        &authority,
        examined,
        records.now().day(),
        true,
        "机房 2 间共 64 个机位，监控能回看 30 天。",
    )
    .await?;
    let visit = planner::view(records, &authority, examined).await?.inspections.pop().ok_or(Error::NotFound)?;
    for picture in SITE {
        planner::add_photo(records, &authority, examined, &visit.id, picture.to_vec()).await?;
    }
    // One that is public, filed and approved in every stage.
    let public = draft(records, &boss, 60, &[]).await?;
    file(records, &boss, public).await?;
    decide(records, &centre, public, FilingOutcome::Approve, "同意上报。").await?;
    decide(records, &authority, public, FilingOutcome::Approve, "同意按方案实施。").await?;
    let seen = planner::view(records, &boss, public).await?.revision;
    planner::publish(records, &boss, public, seen).await?;
    // A change of it that waits for both desks.
    let shown = planner::view(records, &boss, public).await?;
    let mut form = shown.form;
    form.set("theory_place", "三衢技师学院 2 号楼机房");
    planner::amend(records, &boss, public, shown.revision, &form, "1 号楼机房更换设备", "").await.map(drop)
}

/// Every agency is filed for what its plans of the demonstration examine.
async fn register(records: &Records, by: &StaffMember) -> Result<(), Error> {
    let mut filed: BTreeMap<(AgencyId, String), (String, String, Vec<u8>)> = BTreeMap::new();
    for plan in records::plans::all(records).await? {
        if let Some(level) = plan.level {
            let entry = filed
                .entry((plan.agency, plan.code.clone()))
                .or_insert_with(|| (plan.occupation.clone(), plan.trade.clone(), Vec::new()));
            entry.2.push(level.number());
        }
    }
    // The demonstration may be opened in any year.
    let until = format!("{}-12-31", records.now().day().year() + 2);
    for ((agency, code), (occupation, trade, levels)) in filed {
        let levels = levels.into_iter().filter_map(SkillLevel::from_number).map(SkillLevel::name);
        let entry = Entry::Scope {
            occupation,
            trade,
            code,
            levels: levels.collect::<Vec<_>>().join("、"),
            from: "2020-01-01".into(),
            until: until.clone(),
            document: "（演示）技评备〔2020〕1 号".into(),
        };
        planner::add(records, by, agency, &entry).await?;
    }
    Ok(())
}

async fn contacts(records: &Records, boss: &StaffMember, agency: AgencyId) -> Result<(), Error> {
    for (region, topic, name, phone) in [
        ("市本级、柯城", "报名和方案", "毛伟", "0570-00008091"),
        ("常山、开化", "报名和方案", "郑小满", "0570-00008092"),
        ("衢江、江山、龙游", "报名和方案", "程一帆", "0570-00008093"),
        ("", "证书", "毛伟", "0570-00008090"),
    ] {
        let entry =
            Entry::Contact { region: region.into(), topic: topic.into(), name: name.into(), phone: phone.into() };
        planner::add(records, boss, agency, &entry).await?;
    }
    for (station, name, address) in
        [(false, "三衢技师学院培训处", "柯城区学院路 1 号"), (true, "龙游站点", "龙游县文化路 8 号")]
    {
        planner::add(records, boss, agency, &Entry::Unit { station, name: name.into(), address: address.into() })
            .await?;
    }
    Ok(())
}

async fn draft(records: &Records, boss: &StaffMember, days: u64, change: &[(&str, &str)]) -> Result<PlanId, Error> {
    let exam = records.now().day().checked_add_days(Days::new(days)).unwrap_or_default().to_string();
    let mut form = Answers::default();
    for (key, value) in [
        ("procedure", PROCEDURE),
        ("scope", "4-10-01-05/4"),
        ("seats", "60"),
        ("fee", "0"),
        ("city", "衢州市"),
        ("county", "柯城区"),
        ("site", "三衢技师学院"),
        ("contact", "毛伟"),
        ("contact_phone", "0570-00008091"),
        ("qualification", "按报名资料逐人审查，名单另附。"),
        ("instructions", "资料由机构填写，收到链接后请核对并确认。"),
        ("theory_on", exam.as_str()),
        ("theory_from", "09:00"),
        ("theory_to", "10:30"),
        ("theory_place", "三衢技师学院 1 号楼机房"),
        ("theory_rooms", "2"),
        ("theory_invigilators", "4"),
        ("theory_markers", "2"),
        ("theory_head", "毛伟"),
        ("theory_source", "市技能人才评价管理服务中心"),
        ("skill_on", exam.as_str()),
        ("skill_from", "13:30"),
        ("skill_to", "17:30"),
        ("skill_place", "三衢技师学院 3 号楼实训室"),
        ("skill_assessors", "3"),
        ("skill_head", "程一帆"),
        ("skill_source", "市技能人才评价管理服务中心"),
        ("training_unit", "三衢技师学院培训处"),
        ("textbook", "养老护理员（中级）"),
        ("training_hours", "120"),
        ("assessor.0.name", "方敏"),
        ("assessor.0.gender", "女"),
        ("assessor.0.age", "45"),
        ("assessor.0.unit", "三衢市中心医院"),
        ("assessor.0.title", "主管护师"),
        ("assessor.0.card", "Z33-00081"),
        ("assessor.1.name", "徐立"),
        ("assessor.1.gender", "男"),
        ("assessor.1.age", "52"),
        ("assessor.1.unit", "三衢市福利院"),
        ("assessor.1.title", "高级技师"),
        ("assessor.1.card", "Z33-00082"),
        ("assessor.2.name", "姜云"),
        ("assessor.2.gender", "女"),
        ("assessor.2.age", "39"),
        ("assessor.2.unit", "龙游县养老服务中心"),
        ("assessor.2.title", "技师"),
        ("assessor.2.card", "Z33-00083"),
    ] {
        form.set(key, value);
    }
    for (key, value) in change {
        form.set(key, value);
    }
    planner::save(records, boss, None, Revision(0), &form, Dates::Propose).await
}

async fn file(records: &Records, boss: &StaffMember, id: PlanId) -> Result<(), Error> {
    let seen = planner::view(records, boss, id).await?.revision;
    planner::file(records, boss, id, seen).await
}

async fn decide(
    records: &Records,
    by: &StaffMember,
    id: PlanId,
    outcome: FilingOutcome,
    words: &str,
) -> Result<(), Error> {
    let seen = planner::view(records, by, id).await?.revision;
    planner::decide(records, by, id, seen, outcome, words).await.map(drop)
}
