//! The fields in the order of the form.

use super::fields::{FieldKind, FieldSpec, Section};
use FieldKind::{Area, Clock, Day, Line, Money, Number, Point, Procedure, Scope};
use Section::{Basics, Dates, Skill, Theory, Training};

const fn need(
    key: &'static str,
    label: &'static str,
    section: Section,
    kind: FieldKind,
    hint: &'static str,
) -> FieldSpec {
    FieldSpec { key, label, section, kind, required: true, hint }
}

const fn may(
    key: &'static str,
    label: &'static str,
    section: Section,
    kind: FieldKind,
    hint: &'static str,
) -> FieldSpec {
    FieldSpec { key, label, section, kind, required: false, hint }
}

/// Every field.
pub(super) static FIELDS: [FieldSpec; 52] = [
    need("procedure", "业务程序", Basics, Procedure, ""),
    need("scope", "工种专业和鉴定等级", Basics, Scope, "只列出本机构备案范围内、还在有效期的"),
    need("seats", "鉴定人数", Basics, Number(1, 100_000), ""),
    need("fee", "收费（元/人）", Basics, Money, "不收费填 0"),
    need("city", "考试所在市", Basics, Line(20), "如 衢州市"),
    may("county", "考试所在县（市、区）", Basics, Line(20), ""),
    need("site", "考试地点", Basics, Line(100), ""),
    may("contact", "联系人", Basics, Line(20), "空着用机构登记的"),
    may("contact_phone", "电话", Basics, Line(30), "空着用机构登记的"),
    may("qualification", "认定资格审查情况", Basics, Area(500), ""),
    may("instructions", "申报说明", Basics, Area(2000), "考生在计划页看到，一行一条"),
    may("conditions", "申报条件", Basics, Area(3000), "一行一条；空着用国家职业标准的"),
    need("theory_on", "认定日期", Theory, Day, "如 2027-01-17；改了可以按它重排全部时间点"),
    need("theory_from", "开始", Theory, Clock, "如 09:00"),
    need("theory_to", "结束", Theory, Clock, "如 10:30"),
    need("theory_place", "认定地点", Theory, Line(100), ""),
    need("theory_rooms", "试场个数", Theory, Number(1, 1000), ""),
    need("theory_invigilators", "监考人数", Theory, Number(2, 5000), "每个试场至少 2 人，每 15 名考生至少 1 人"),
    need("theory_markers", "判卷人数", Theory, Number(1, 1000), ""),
    need("theory_head", "负责人", Theory, Line(20), ""),
    need("theory_source", "试卷来源", Theory, Line(60), ""),
    may("theory_lead", "应知认定负责人", Theory, Line(20), ""),
    may("theory_phone", "应知认定电话", Theory, Line(30), ""),
    may("theory_other", "应知认定其它", Theory, Area(300), ""),
    need("skill_on", "认定日期", Skill, Day, ""),
    need("skill_from", "开始", Skill, Clock, "如 13:30"),
    need("skill_to", "结束", Skill, Clock, "如 17:00"),
    need("skill_place", "认定地点", Skill, Line(100), ""),
    need("skill_assessors", "考评员数", Skill, Number(3, 999), "至少 3 人，单数"),
    need("skill_head", "负责人", Skill, Line(20), ""),
    need("skill_source", "试卷来源", Skill, Line(60), ""),
    may("skill_lead", "应会认定负责人", Skill, Line(20), ""),
    may("skill_phone", "应会认定电话", Skill, Line(30), ""),
    may("skill_other", "应会认定其它", Skill, Area(300), ""),
    need("reg_open", "报名时间", Dates, Point, ""),
    need("reg_close", "报名截止时间", Dates, Point, "只写日期就到当天 23:59:59"),
    need("review_close", "初审截止时间", Dates, Point, ""),
    need("roster_pub_start", "报名公示时间", Dates, Point, ""),
    need("roster_pub_end", "报名公示截止时间", Dates, Point, ""),
    need("ticket_start", "准考证下载开始时间", Dates, Point, ""),
    need("ticket_end", "准考证下载结束时间", Dates, Point, ""),
    need("score_pub_start", "成绩开始公示时间", Dates, Point, ""),
    need("score_pub_end", "成绩公示结束时间", Dates, Point, ""),
    may("pay_deadline", "缴费截止时间", Dates, Point, ""),
    may("eform_due", "电子材料报送", Dates, Point, ""),
    may("plan_filed", "方案备案", Dates, Point, "提交备案时自动记下当天"),
    may("paper_due", "纸质材料报送", Dates, Point, ""),
    may("training_unit", "培训单位", Training, Line(60), ""),
    may("textbook", "培训教材", Training, Line(100), ""),
    may("training_from", "培训开始", Training, Day, ""),
    may("training_to", "培训结束", Training, Day, ""),
    may("training_hours", "培训学时", Training, Number(1, 2000), ""),
];
