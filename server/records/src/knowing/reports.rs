//! Reports: tables that become xlsx and PDF. They count people and name none.

use super::cockpit::{Counted, counted};
use crate::desk::access::Scope;
use crate::entity::{agency, plan};
use crate::{Error, Records};
use domain::account::{Role, StaffMember};
use domain::ids::PlanId;
use domain::occupation::SkillLevel;
use domain::page::knowing::{Funnel, Group, Report, Table};
use domain::time::official_moment;
use sea_orm::EntityTrait;

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

/// `60.0%`; `—` where nobody was marked.
fn rate(passed: u64, of: u64) -> String {
    if of == 0 {
        return "—".into();
    }
    let permille = (passed * 1_000 + of / 2) / of;
    format!("{}.{}%", permille / 10, permille % 10)
}

fn steps(funnel: &Funnel) -> Table {
    let steps = [
        ("开始填报", funnel.begun),
        ("提交", funnel.submitted),
        ("审核通过", funnel.approved),
        ("费用结清", funnel.paid),
        ("排好座位", funnel.seated),
        ("到考", funnel.present),
        ("全部科目合格", funnel.passed),
        ("核发证书", funnel.certificates),
    ];
    Table {
        title: "从填报到证书".into(),
        headings: words(&["环节", "人数", "占提交"]),
        rows: steps
            .iter()
            .map(|(word, count)| vec![(*word).to_owned(), count.to_string(), rate(*count, funnel.submitted)])
            .collect(),
    }
}

fn level(plan: &plan::Model) -> String {
    let level = plan.level.and_then(|level| u8::try_from(level).ok()).and_then(SkillLevel::from_number);
    level.map_or("专项职业能力", SkillLevel::name).to_owned()
}

fn per_plan(counted: &[Counted]) -> Table {
    let row = |one: &Counted| {
        let funnel = &one.funnel;
        vec![
            one.plan.number.clone(),
            one.agency.clone(),
            domain::plan::occupation_and_trade(&one.plan.occupation, &one.plan.trade),
            level(&one.plan),
            one.plan.exam_on.clone(),
            funnel.submitted.to_string(),
            funnel.approved.to_string(),
            funnel.present.to_string(),
            funnel.passed.to_string(),
            rate(funnel.passed, one.marked),
            funnel.certificates.to_string(),
        ]
    };
    Table {
        title: "各计划".into(),
        headings: words(&[
            "计划编号",
            "机构",
            "职业（工种）",
            "等级",
            "考试日期",
            "提交",
            "通过",
            "到考",
            "合格",
            "合格率",
            "证书",
        ]),
        rows: counted.iter().map(row).collect(),
    }
}

fn subjects(counted: &[Counted]) -> Table {
    let mut rows: Vec<(String, u64, u64)> = Vec::new();
    for one in counted.iter().flat_map(|one| &one.subjects) {
        match rows.iter_mut().find(|row| row.0 == one.subject) {
            Some(row) => (row.1, row.2) = (row.1 + one.sat, row.2 + one.passed),
            None => rows.push((one.subject.clone(), one.sat, one.passed)),
        }
    }
    Table {
        title: "各科目合格率（已发布的成绩）".into(),
        headings: words(&["科目", "有成绩", "合格", "合格率"]),
        rows: rows
            .into_iter()
            .map(|(subject, sat, passed)| vec![subject, sat.to_string(), passed.to_string(), rate(passed, sat)])
            .collect(),
    }
}

fn sum(counted: &[Counted]) -> Funnel {
    let mut funnel = Funnel::default();
    for one in counted {
        funnel.add(&one.funnel);
    }
    funnel
}

/// The report of one plan, for whoever's agency or region it is.
pub async fn plan_report(records: &Records, member: &StaffMember, id: PlanId) -> Result<Report, Error> {
    let scope = Scope::of(records, member).await?;
    let found = plan::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    let agency = agency::Entity::find_by_id(&found.agency_id).one(records.read()).await?.ok_or(Error::NotFound)?;
    if !scope.holds(&agency.id, &agency.region) {
        return Err(Error::NotFound);
    }
    let year = found.exam_on.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    let own: Vec<Counted> = counted(records, &Scope::Agency(agency.id.clone()), year)
        .await?
        .into_iter()
        .filter(|one| one.plan.id == found.id)
        .collect();
    Ok(Report {
        title: found.title.clone(),
        head: vec![
            ("计划编号".into(), found.number.clone()),
            ("评价机构".into(), agency.name),
            ("职业（工种）".into(), domain::plan::occupation_and_trade(&found.occupation, &found.trade)),
            ("等级".into(), level(&found)),
            ("考试日期".into(), found.exam_on.clone()),
            ("名额".into(), format!("{}，已用 {}", found.capacity, found.taken)),
            ("统计时间".into(), official_moment(records.now())),
        ],
        tables: vec![steps(&sum(&own)), subjects(&own)],
    })
}

/// An agency's year.
pub async fn agency_year(records: &Records, member: &StaffMember, year: i32) -> Result<Report, Error> {
    let scope = Scope::of(records, member).await?;
    let Scope::Agency(id) = &scope else { return Err(Error::Forbidden) };
    let agency = agency::Entity::find_by_id(id).one(records.read()).await?.ok_or(Error::NotFound)?;
    let own = counted(records, &scope, year).await?;
    Ok(Report {
        title: format!("{}　{year} 年评价工作情况", agency.name),
        head: vec![
            ("备案编码".into(), agency.filing_code),
            ("计划".into(), own.len().to_string()),
            ("统计时间".into(), official_moment(records.now())),
        ],
        tables: vec![steps(&sum(&own)), subjects(&own), per_plan(&own)],
    })
}

fn by(title: &str, groups: &[Group]) -> Table {
    let row = |group: &Group| {
        vec![
            group.name.clone(),
            group.plans.to_string(),
            group.funnel.submitted.to_string(),
            group.funnel.approved.to_string(),
            group.funnel.passed.to_string(),
            rate(group.funnel.passed, group.marked),
            group.funnel.certificates.to_string(),
        ]
    };
    Table {
        title: title.into(),
        headings: words(&["名称", "计划", "提交", "通过", "合格", "合格率", "证书"]),
        rows: groups.iter().map(row).collect(),
    }
}

/// An authority's statistics of a year.
pub async fn region_year(records: &Records, member: &StaffMember, year: i32) -> Result<Report, Error> {
    if member.role != Role::Authority {
        return Err(Error::Forbidden);
    }
    let cockpit = super::cockpit(records, member, year, "").await?;
    let ages = Table {
        title: "按年龄（考试当天）".into(),
        headings: words(&["年龄", "提交", "通过", "有成绩", "合格", "合格率"]),
        rows: cockpit
            .ages
            .iter()
            .map(|group| {
                let (funnel, marked) = (&group.funnel, group.marked);
                vec![
                    group.name.clone(),
                    funnel.submitted.to_string(),
                    funnel.approved.to_string(),
                    marked.to_string(),
                    funnel.passed.to_string(),
                    rate(funnel.passed, marked),
                ]
            })
            .collect(),
    };
    Ok(Report {
        title: format!("{year} 年职业技能评价统计"),
        head: vec![
            ("单位".into(), member.body.clone()),
            ("计划".into(), cockpit.all.plans.to_string()),
            ("统计时间".into(), official_moment(cockpit.now)),
        ],
        tables: vec![
            steps(&cockpit.all.funnel),
            by("按地区", &cockpit.regions),
            by("按机构", &cockpit.agencies),
            by("按职业（工种）", &cockpit.occupations),
            by("按等级", &cockpit.levels),
            ages,
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn rates_are_rounded_and_nobody_is_no_rate() {
        assert_eq!(rate(2, 3), "66.7%");
        assert_eq!(rate(0, 5), "0.0%");
        assert_eq!(rate(5, 5), "100.0%");
        assert_eq!(rate(0, 0), "—");
    }
}
