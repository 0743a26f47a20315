//! `jikao profile`: the procedures that come with the product, as clerks and managers read them.

use std::process::Command;

const NAMES: [&str; 5] = ["zj-daily", "jx-gongqin", "zhhn", "zynl", "qz-institution"];

/// Runs `jikao profile …`: the exit code, what it printed, what it complained.
fn profile(arguments: &[&str]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_jikao")).arg("profile").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

fn printed(arguments: &[&str]) -> String {
    let (code, out, why) = profile(arguments);
    assert_eq!(code, 0, "{arguments:?}: {why}");
    out
}

/// The lines under one heading.
fn part(text: &str, heading: &str) -> String {
    let rest = text.split_once(&format!("【{heading}】")).unwrap_or_else(|| panic!("no {heading} in {text}")).1;
    rest.split_once("\n【").map_or(rest, |(part, _)| part).to_owned()
}

#[test]
fn every_procedure_is_shown_whole() {
    for name in NAMES {
        let text = printed(&["show", name]);
        for heading in [
            "概况",
            "步骤",
            "谁可以在这里报名",
            "证件照",
            "同意和签名",
            "审核",
            "打印",
            "缴费",
            "考生看到的状态",
            "编号（例子）",
        ] {
            assert!(!part(&text, heading).trim().is_empty(), "{name}: {heading}");
        }
    }
}

#[test]
fn limits_and_labels_are_those_of_the_guides() {
    let zynl = printed(&["show", "zynl"]);
    assert!(part(&zynl, "证件照").contains("大于 30 KB，小于 1 MB"), "{zynl}");
    let zhhn = printed(&["show", "zhhn"]);
    let states = part(&zhhn, "考生看到的状态");
    for label in ["待处理", "申请不通过", "申请通过", "已提交申报", "成绩发布", "支付状态“待支付”"]
    {
        assert!(states.contains(label), "{label} in {states}");
    }
    let daily = printed(&["show", "zj-daily"]);
    assert!(part(&daily, "材料").contains("学生证或教务处所出学历证明"), "{daily}");
    assert!(
        part(&daily, "材料")
            .contains("职业资格证书信息：本人该工种四级证书，有照片和编号的一页；只在报考等级是三级/高级工时要"),
        "{daily}"
    );
    assert!(part(&daily, "缴费").contains("视为自动弃考"), "{daily}");
    let jiangxi = printed(&["show", "jx-gongqin"]);
    assert!(part(&jiangxi, "咨询电话").contains("0791-88332258、0791-88301905"), "{jiangxi}");
    assert!(part(&jiangxi, "等级和科目").contains("二级/技师：理论、实操、综合"), "{jiangxi}");
    let quzhou = printed(&["show", "qz-institution"]);
    assert!(part(&quzhou, "意见栏：培训单位意见").contains("学时"), "{quzhou}");
    assert!(part(&quzhou, "时间要求").contains("方案备案：考前 15 天"), "{quzhou}");
}

#[test]
fn invented_people_meet_what_the_procedure_says() {
    let jiangxi = printed(&["rehearse", "jx-gongqin"]);
    let wrong = part(&jiangxi, "走错地方的人");
    assert!(wrong.contains("不能。林业及地质勘探行业特有工种不在此报名。"), "{wrong}");
    let student = part(&jiangxi, "学生（应届，没有证书）");
    assert!(student.contains("逐级申报："), "{student}");
    assert!(!student.contains("逐级申报：通过"), "a person without a level cannot take the fourth: {student}");
    let worker = part(&jiangxi, "在职职工（有四级证书）");
    assert!(worker.contains("逐级申报：通过") && worker.contains("考试类别“理论实操”"), "{worker}");
    let resit = part(&jiangxi, "补考的人（上次一科没过）");
    assert!(resit.contains("考试类别“单项”") && resit.contains("补考科目"), "{resit}");

    let zynl = printed(&["rehearse", "zynl"]);
    let student = part(&zynl, "学生（应届，没有证书）");
    assert!(student.contains("所在单位（记“无工作单位”）"), "{student}");
    assert!(part(&zynl, "补考的人（上次一科没过）").contains("没有补考"));
    assert!(part(&zynl, "走错地方的人").contains("谁都可以报"));

    let daily = printed(&["rehearse", "zj-daily"]);
    let worker = part(&daily, "在职职工（有四级证书）");
    assert!(worker.contains("职业资格证书信息") && worker.contains("收件人"), "{worker}");
    assert!(!part(&daily, "学生（应届，没有证书）").contains("职业资格证书信息"), "{daily}");
}

#[test]
fn two_profiles_are_compared_key_by_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("next.toml");
    let text = include_str!("../../profiles/zynl.toml");
    let next = text.replacen("version = 1", "version = 2", 1).replacen("correction_days = 5", "correction_days = 7", 1);
    std::fs::write(&file, next.replacen("label = \"从事岗位\"", "label = \"岗位\"", 1)).unwrap();
    let told = printed(&["compare", "zynl", file.to_str().unwrap()]);
    assert!(told.contains("补正天数：原来 5 ，现在 7 "), "{told}");
    assert!(told.contains("显示的名称：原来“从事岗位”，现在“岗位”"), "{told}");
    assert!(printed(&["compare", "zynl", "zynl"]).contains("两份完全一样。"));
}

#[test]
fn a_mistake_or_an_unknown_name_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.toml");
    let bad = include_str!("../../profiles/zhhn.toml").replacen("max_files = 4", "max_files = 0", 1);
    std::fs::write(&file, bad).unwrap();
    let (code, _, why) = profile(&["check", file.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(why.contains("bad.toml:") && why.contains("document[id_card].max_files: is 0, must be 1 to 50"), "{why}");
    let (code, _, why) = profile(&["show", "nowhere"]);
    assert_eq!(code, 1);
    assert!(why.contains("no profile \"nowhere\"; there are zj-daily"), "{why}");
}

#[test]
fn the_smallest_file_of_the_manual_is_right_and_walks() {
    let manual = include_str!("../../../docs/profiles.md");
    let rest = manual.split_once("## The smallest file").unwrap().1.split_once("```toml\n").unwrap().1;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my-city.toml");
    std::fs::write(&file, rest.split_once("```").unwrap().0).unwrap();
    let file = file.to_str().unwrap();
    assert!(printed(&["check", file]).contains("my-city"));
    assert!(printed(&["rehearse", file]).contains("步骤"));
}
