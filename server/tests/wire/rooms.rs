//! Tickets over HTTP: as PDF, as a page that needs nothing beside itself, all of a plan in one file; and the desk's pages.

use crate::common::site;
use domain::page::desk::Decision;
use domain::profile::{Download, Printable, Standing};
use records::rooms::{self, Mode, RoomTyped, SessionTyped};
use records::{applications, desk};
use testkit::{World, ZYNL, shanghai};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ticket_is_a_page_and_a_pdf_and_the_desk_sees_every_seat() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let mut profile = records::profiles::parse(ZYNL, "zynl.toml").unwrap();
    profile.name = "seated".into();
    profile.payment.gate = false;
    profile.download = vec![Download { what: Printable::Ticket, when: vec![Standing::Approved] }];
    records::profiles::publish(&world.records, &profile).await.unwrap();
    let plan = world.plan_with(|new| new.profile = "seated".into()).await;
    let (li, luo) = (world.applicant("李强").await, world.applicant("罗青").await);
    let (wang, zhou) = (world.reviewer("王芳").await, world.manager("周敏").await);
    let mut ids = Vec::new();
    for who in [&li, &luo] {
        let id = testkit::complete_draft(&world.records, who.id, plan.id).await.unwrap();
        applications::submit(&world.records, who.id, id, "key").await.unwrap();
        desk::claim(&world.records, &wang, id).await.unwrap();
        let seen = desk::case(&world.records, &wang, id).await.unwrap().line.revision;
        desk::decide(&world.records, &wang, id, seen, Decision::Approve).await.unwrap();
        ids.push(id);
    }
    let room = RoomTyped { name: "3".into(), rows: 2, columns: 3, count: 1, ..RoomTyped::default() };
    rooms::save_room(&world.records, &zhou, plan.id, &room).await.unwrap();
    for (subject, hour) in plan.subjects.iter().zip([9, 14]) {
        let typed = SessionTyped {
            subject: subject.clone(),
            from: shanghai(&format!("2027-01-17 {hour:02}:00:00")),
            to: shanghai(&format!("2027-01-17 {:02}:00:00", hour + 2)),
            note: "<b>机考".into(),
            entry_minutes: 30,
            late_minutes: 15,
            ..SessionTyped::default()
        };
        rooms::save_session(&world.records, &zhou, plan.id, &typed).await.unwrap();
    }
    let (own, other) = (site.applicant(li.id).await, site.applicant(luo.id).await);
    let (manager, reviewer) = (site.staff(&zhou).await, site.staff(&wang).await);
    let page = format!("/my/{}/ticket", ids[0]);
    let early = site.get(&page).cookie(&own).send().await;
    assert_eq!(early.status.as_u16(), 303, "before the seats, back to the case with the sentence");
    let seen = rooms::page(&world.records, &zhou, plan.id, None).await.unwrap().revision;
    rooms::arrange(&world.records, &zhou, plan.id, seen, Mode::Anew, 1).await.unwrap();
    rooms::publish(&world.records, &zhou, plan.id, None).await.unwrap();

    let shown = site.get(&page).cookie(&own).send().await;
    assert_eq!(shown.status.as_u16(), 200);
    assert!(shown.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(shown.header("cache-control"), "private, no-store");
    let html = shown.text();
    assert!(html.contains("data:image/jpeg;base64,") && html.contains("&lt;b&gt;机考") && !html.contains("<b>机考"));
    assert!(html.contains("8:30 开始进场，9:15 后不能进") && html.contains("第 1 版"));
    let kept = site.get(&format!("{page}?keep=1")).cookie(&own).send().await;
    assert!(kept.header("content-disposition").starts_with("attachment"));
    assert!(!kept.text().contains("href="), "what is kept leads nowhere");
    assert_eq!(site.get(&page).cookie(&other).send().await.status.as_u16(), 404, "nobody else's");
    assert_eq!(site.get(&page).send().await.status.as_u16(), 303, "a guest signs in first");

    let printed = site.get(&format!("/my/{}/print/ticket.pdf", ids[0])).cookie(&own).send().await;
    assert!(printed.body.starts_with(b"%PDF-"));
    let all = format!("/office/plans/{}/tickets.pdf", plan.id);
    let printed = site.get(&all).cookie(&manager).send().await;
    assert!(printed.body.starts_with(b"%PDF-"));
    assert_eq!(site.get(&all).cookie(&reviewer).script().send().await.status.as_u16(), 403);

    let desk = site.get(&format!("/office/plans/{}/rooms", plan.id)).cookie(&manager).send().await.text();
    assert!(
        desk.contains("准考证已发布") && desk.contains("座位图") && desk.contains("监考 0 人，至少要 2 人"),
        "{desk}"
    );
    let door = site.get(&format!("/office/plans/{}/day", plan.id)).cookie(&reviewer).send().await.text();
    assert!(door.contains("各场到场") && door.contains("0 / 2 人"));
    let stranger = world.staff("沈嘉", domain::account::Role::Manager, "S000033000208").await;
    let stranger = site.staff(&stranger).await;
    for page in ["rooms", "day"] {
        let answer = site.get(&format!("/office/plans/{}/{page}", plan.id)).cookie(&stranger).send().await;
        assert_eq!(answer.status.as_u16(), 404, "{page}");
    }

    // The ticket was left at home: a name opens the door. Who stayed away stands beside the marks.
    world.at("2027-01-17 09:40:00");
    let session = rooms::page(&world.records, &zhou, plan.id, None).await.unwrap().sessions[0].session.id;
    rooms::absent(&world.records, &wang, plan.id, session).await.unwrap();
    let reviewer = site.staff(&wang).await;
    let door = site.get(&app::paths::office_day_for(plan.id, "李强")).cookie(&reviewer).send().await.text();
    assert!(door.contains("已登记缺考") && door.contains("是本人") && !door.contains("没有找到"), "{door}");
    world.at("2027-01-20 10:00:00");
    let reviewer = site.staff(&wang).await;
    let scores = site.get(&app::paths::scores(plan.id)).cookie(&reviewer).send().await.text();
    assert_eq!((scores.matches("value=\"缺考\"").count(), scores.matches("考场登记缺考").count()), (2, 2), "{scores}");
    let (id, cell) = (plan.id.to_string(), format!("marks[m{}.0]", ids[0]));
    let typed = [("plan", id.as_str()), ("page", "1"), (cell.as_str(), "0")];
    for member in [&wang, &zhou] {
        let cookie = site.staff(member).await;
        let answer = site.post("/api/office/scores-enter").cookie(&cookie).form(&typed).send().await;
        assert_eq!(answer.status.as_u16(), 302, "{}", answer.text());
    }
    let scores = site.get(&app::paths::scores(plan.id)).cookie(&reviewer).send().await.text();
    assert!(scores.contains("和考场登记对不上的 1 处"), "{scores}");
    site.running.stop().await;
}

/// What a clerk types and pastes at the desk is read as it is meant, or told where it stands; never taken for something else.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_typed_at_the_desk_is_read_as_it_is_meant() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let plan = world.plan().await;
    let (zhou, id) = (world.manager("周敏").await, plan.id.to_string());
    let cookie = site.staff(&zhou).await;
    let posts = async |path: &str, form: &[(&str, &str)]| {
        let form: Vec<_> = std::iter::once(("plan", id.as_str())).chain(form.iter().copied()).collect();
        let done = site.post(path).cookie(&cookie).form(&form).send().await;
        site.get(done.header("location")).cookie(&cookie).send().await.text()
    };
    let room = [("name", "机房"), ("rows", "３"), ("columns", " 2 "), ("capacity", "５"), ("count", "１")];
    let page = posts("/api/office/rooms-save", &room).await;
    assert!(page.contains("考场已保存。") && page.contains("3 排 × 2，5 个"), "{page}");
    let subject = plan.subjects[0].as_str();
    let session = |day, from| {
        [("subject", subject), ("day", day), ("from", from), ("to", "11点半"), ("entry", "30"), ("late", "15")]
    };
    for (day, from, told) in [("", "9:00", "“日期”还没填。"), ("2027年1月17日", "早上", "“开始”没有这个时间。")]
    {
        let page = posts("/api/office/sessions-save", &session(day, from)).await;
        assert!(page.contains(told) && page.contains("11点半"), "{told}: {page}");
    }
    let page = posts("/api/office/sessions-save", &session("2027年1月17日", "９：００")).await;
    assert!(page.contains("场次已保存。") && page.contains("9:00–11:30"), "{page}");
    let page = posts("/api/office/rooms-hand", &[("seen", "0"), ("act", "move"), ("seat", "1")]).await;
    assert!(page.contains("“谁”还没填。"), "{page}");

    // A mark of nobody, and a list drawn by a seed that is none.
    let page = posts("/api/office/scores-correct", &[("mark", "80"), ("reason", "漏加")]).await;
    assert!(page.contains("“谁的哪一科”还没填。"), "{page}");
    let authority = site.staff(&world.staff("叶舟", domain::account::Role::Authority, "").await).await;
    let form =
        [("title", "抽查"), ("percent", "５"), ("least", "2"), ("from", "2027年1月1日"), ("until", "2027-03-31")];
    for (seed, told) in [("一二三", "“种子”要填 0 到"), ("", "还没有审核通过的人")] {
        let form: Vec<_> = form.iter().copied().chain([("seed", seed)]).collect();
        let done = site.post("/api/office/sampling-draw").cookie(&authority).form(&form).send().await;
        let page = site.get(done.header("location")).cookie(&authority).send().await.text();
        assert!(page.contains(told) && page.contains("2027年1月1日"), "{told}: {page}");
    }
    site.running.stop().await;
}
