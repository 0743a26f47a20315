//! A plan with everything in it that somebody could learn from: applications, seats, marks, certificates, lists,
//! objections, money, a roster and a draft; and somebody of every kind who might look.

use crate::common::{Site, site};
use domain::account::{Role, StaffMember};
use domain::ids::ApplicationId;
use domain::page::desk::Decision;
use domain::page::staff::NewStaff;
use domain::planner::NoticeKind;
use domain::profile::{Download, Printable, Standing};
use domain::timeline::TimePoint;
use records::rooms::{self, Mode, RoomTyped, SessionTyped};
use records::{applications, certificates, desk, planner, scores, staff};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use std::collections::BTreeMap;
use testkit::{Applicant, PASSWORD, World, ZYNL, shanghai};

const QZ: &str = include_str!("../../../profiles/qz-institution.toml");
/// The letters of the kinds of people, in the order of a row.
pub const KINDS: &str = "gocrmxabd";
/// How a person who objected can be reached: for nobody before it is revealed.
pub const CONTACT: &str = "13700009876";

/// The scene, with what stands for `@word` in a row.
pub struct Scene {
    pub _world: World,
    pub site: Site,
    /// A cookie for each of [`KINDS`].
    pub people: Vec<(char, String)>,
    pub owner: Applicant,
    words: BTreeMap<&'static str, String>,
    db: DatabaseConnection,
}

impl Scene {
    pub async fn set() -> Scene {
        let world = World::sqlite().await;
        let records = world.records.clone();
        let site = site(&world).await;
        let (owner, other) = (world.applicant("欧阳静澜").await, world.applicant("上官云舟").await);
        let (reviewer, boss) = (world.reviewer("周敏").await, world.manager("赵明").await);
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        let authority = world.staff("叶舟", Role::Authority, "").await;
        let administrator = world.staff("管理", Role::Administrator, "").await;
        let elsewhere = far_authority(&world).await;

        let mut profile = records::profiles::parse(ZYNL, "zynl.toml").unwrap();
        profile.name = "seen".into();
        profile.payment.gate = false;
        profile.download = vec![
            Download { what: Printable::Ticket, when: vec![Standing::Approved] },
            Download { what: Printable::ApplicationForm, when: vec![Standing::Approved] },
        ];
        records::profiles::publish(&records, &profile).await.unwrap();
        records::profiles::publish(&records, &records::profiles::parse(QZ, "qz-institution.toml").unwrap())
            .await
            .unwrap();
        let plan = world.plan_with(|new| new.profile = "seen".into()).await;
        let collected = world
            .plan_with(|new| {
                new.profile = "qz-institution".into();
                new.code = "4-09-07-04-99".into();
                new.conditions = vec!["满一年".into(), "有证书".into(), "毕业生".into()];
                new.fee = domain::ids::Fen(0);
            })
            .await;
        let draft = applications::start(&records, owner.id, collected.id).await.unwrap();
        let mut ids = Vec::new();
        for who in [&owner, &other] {
            ids.push(approved(&world, &plan, who, &reviewer).await);
        }
        let cookie = site.staff(&boss).await;
        let roster = roster_of(&site, &cookie, &collected.id.to_string()).await;
        seat(&world, &boss, &plan).await;
        let now = records.now().day();
        let until = now.checked_add_days(chrono::Days::new(12)).unwrap();
        let window = Some((TimePoint::Day(now), TimePoint::Day(until)));
        planner::open_notice(&records, &boss, plan.id, NoticeKind::Roster, window).await.unwrap();
        let db = Database::connect(world.database_url()).await.unwrap();
        let notice = text(&db, "SELECT id FROM notice").await;
        planner::object(&records, &notice, Some(1), "司徒敬之", CONTACT, "工作年限不够。", None).await.unwrap();

        world.at("2027-01-20 10:00:00");
        let typed: Vec<_> = ids.iter().flat_map(|id| [(*id, 0, "80".to_owned()), (*id, 1, "80".to_owned())]).collect();
        for member in [&reviewer, &boss] {
            scores::enter(&records, member, plan.id, &typed).await.unwrap();
        }
        scores::lock(&records, &boss, plan.id).await.unwrap();
        scores::release(&records, &boss, plan.id, records.now()).await.unwrap();
        certificates::issue(&records, &boss, plan.id).await.unwrap();
        let certificate = certificates::mine(&records, owner.id).await.unwrap().remove(0).line.id;

        let mut words = BTreeMap::new();
        words.insert("@plan", plan.id.to_string());
        words.insert("@collected", collected.id.to_string());
        words.insert("@app", ids[0].to_string());
        words.insert("@draft", draft.to_string());
        words.insert(
            "@file",
            text(&db, &format!("SELECT id FROM file WHERE application_id = '{}' AND kind = 'evidence'", ids[0])).await,
        );
        words.insert("@cert", certificate);
        words.insert("@notice", notice);
        words.insert("@objection", text(&db, "SELECT id FROM objection").await);
        words.insert("@room", text(&db, "SELECT id FROM exam_room").await);
        words.insert("@session", text(&db, "SELECT id FROM exam_session ORDER BY starts_at LIMIT 1").await);
        words.insert(
            "@order",
            text(&db, &format!("SELECT number FROM payment_order WHERE application_id = '{}'", ids[0])).await,
        );
        words.insert("@agency", plan.agency.to_string());
        words.insert("@account", owner.id.to_string());
        words.insert("@second", other.id.to_string());
        words.insert("@staff", reviewer.id.to_string());
        words.insert("@roster", roster);
        words.insert("@nobody", "01900000-0000-7000-8000-000000000000".into());
        let mut people = vec![('g', String::new())];
        people.push(('o', site.applicant(owner.id).await));
        people.push(('c', site.applicant(other.id).await));
        for (letter, member) in [
            ('r', &reviewer),
            ('m', &boss),
            ('x', &stranger),
            ('a', &authority),
            ('b', &elsewhere),
            ('d', &administrator),
        ] {
            people.push((letter, site.staff(member).await));
        }
        Scene { _world: world, site, people, owner, words, db }
    }

    /// A row with the ids of this scene in it.
    pub fn filled(&self, row: &str) -> String {
        let mut row = row.to_owned();
        for (word, value) in self.words.iter().rev() {
            row = row.replace(word, value);
        }
        row
    }

    /// What an answer tells: `F` a full number, `P` a name, `o` nothing of anybody; where it gives nothing, why not.
    pub fn told(&self, status: u16, location: &str, text: &str) -> char {
        match status {
            200..=299
                if text.contains(&self.owner.id_no) || text.contains(&self.owner.mobile) || text.contains(CONTACT) =>
            {
                'F'
            }
            200..=299 if text.contains(&self.owner.name) => 'P',
            200..=299 => 'o',
            301..=399 if location.contains("sign-in") => 's',
            301..=399 => 'r',
            400 => '0',
            401 => '1',
            403 => '3',
            404 => '4',
            422 => '2',
            _ => '!',
        }
    }

    /// Changes what is kept behind the back of every act.
    pub async fn run(&self, statement: &str) {
        self.db.execute_unprepared(statement).await.expect(statement);
    }

    /// The cookie of a kind of person.
    pub fn cookie(&self, kind: char) -> &str {
        self.people.iter().find(|(letter, _)| *letter == kind).map_or("", |(_, cookie)| cookie)
    }

    /// Everything that is kept, table by table, but for what looking itself leaves behind and what the post does by itself.
    pub async fn kept(&self) -> BTreeMap<String, String> {
        const LOOKING: [&str; 6] = ["login", "outbox", "attempt", "checkpoint", "seaql_migrations", "message_delivery"];
        let tables = "SELECT group_concat(name) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let tables = text(&self.db, tables).await;
        let mut all = BTreeMap::new();
        for table in tables.split(',').filter(|table| !LOOKING.contains(table)) {
            let columns = text(
                &self.db,
                &format!("SELECT group_concat('quote(\"' || name || '\")', '||') FROM pragma_table_info('{table}') WHERE name <> 'planned'"),
            )
            .await;
            let rows = format!(
                "SELECT COALESCE(group_concat(line, '\n'), '') FROM (SELECT {columns} AS line FROM \"{table}\")"
            );
            all.insert(table.to_owned(), text(&self.db, &rows).await);
        }
        all
    }
}

async fn text(db: &DatabaseConnection, question: &str) -> String {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), question)).await.unwrap();
    row.expect(question).try_get_by_index(0).expect(question)
}

async fn far_authority(world: &World) -> StaffMember {
    let new = NewStaff {
        login_name: "far".into(),
        name: "外省".into(),
        role: Role::Authority,
        agency: None,
        region: "34".into(),
        body: "外省人力社保厅".into(),
    };
    let token = staff::invite(&world.records, new).await.unwrap();
    let id = staff::accept_invite(&world.records, &token, PASSWORD).await.unwrap();
    staff::member(&world.records, id).await.unwrap()
}

async fn approved(world: &World, plan: &domain::plan::Plan, who: &Applicant, reviewer: &StaffMember) -> ApplicationId {
    let records = &world.records;
    let id = testkit::complete_draft(records, who.id, plan.id).await.unwrap();
    applications::submit(records, who.id, id, "key").await.unwrap();
    desk::claim(records, reviewer, id).await.unwrap();
    let seen = desk::case(records, reviewer, id).await.unwrap().line.revision;
    desk::decide(records, reviewer, id, seen, Decision::Approve).await.unwrap();
    id
}

async fn seat(world: &World, boss: &StaffMember, plan: &domain::plan::Plan) {
    let records = &world.records;
    let room = RoomTyped { name: "3".into(), rows: 2, columns: 3, count: 1, ..RoomTyped::default() };
    rooms::save_room(records, boss, plan.id, &room).await.unwrap();
    for (subject, hour) in plan.subjects.iter().zip([9, 14]) {
        let typed = SessionTyped {
            subject: subject.clone(),
            from: shanghai(&format!("2027-01-17 {hour:02}:00:00")),
            to: shanghai(&format!("2027-01-17 {:02}:00:00", hour + 2)),
            entry_minutes: 30,
            late_minutes: 15,
            ..SessionTyped::default()
        };
        rooms::save_session(records, boss, plan.id, &typed).await.unwrap();
    }
    let seen = rooms::page(records, boss, plan.id, None).await.unwrap().revision;
    rooms::arrange(records, boss, plan.id, seen, Mode::Anew, 1).await.unwrap();
    rooms::publish(records, boss, plan.id, None).await.unwrap();
}

/// A sheet of thirty people, tried.
async fn roster_of(site: &Site, cookie: &str, plan: &str) -> String {
    let path = format!("{}/rosters/tests/fixtures/报名信息表_30.xlsx", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(path).unwrap();
    let sheet = format!("/office/plans/{plan}/roster/sheet");
    let kept = site.post(&sheet).cookie(cookie).files(&[("file", "x.xlsx", &bytes)]).send().await;
    let here = kept.header("location").to_owned();
    here.split("roster=").nth(1).expect("a roster").split('&').next().unwrap().to_owned()
}
