//! News for open pages.

use crate::cast::*;
use domain::account::{Role, Viewer};
use records::{applications, desk, live};
use testkit::both_databases;

both_databases! {
    async fn everybody_concerned_hears_of_a_submission_and_nobody_else(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = ready(world, &plan, &li).await;
        let before = live::newest(&world.records).await.unwrap();
        let mut bell = world.records.hub().subscribe();
        submits(world, &li, id).await;
        bell.changed().await.unwrap();
        for topic in [format!("account:{}", li.id), format!("application:{id}"), format!("agency:{}", plan.agency), "region:330000".into()] {
            let news = live::since(&world.records, before, std::slice::from_ref(&topic), 100).await.unwrap();
            let heard: Vec<_> = news.iter().filter(|one| one.id > before).map(|one| (one.kind.as_str(), one.entity.as_str())).collect();
            assert_eq!(heard, [("submitted", id.to_string().as_str())], "{topic}");
        }
        let public = live::since(&world.records, before, &[format!("plan:{}", plan.id)], 100).await.unwrap();
        assert_eq!((public[0].kind.as_str(), public[0].entity.clone()), ("seats", plan.id.to_string()), "who applied is nobody's business");
        assert!(live::since(&world.records, before, &["region:340000".into()], 100).await.unwrap().is_empty());

        desk::claim(&world.records, &wang, id).await.unwrap();
        let news = live::since(&world.records, before, &[format!("account:{}", li.id)], 100).await.unwrap();
        assert_eq!(news.last().unwrap().kind, "claimed", "the applicant's page takes the undo button away");
    }

    async fn a_refused_act_makes_no_news(world) {
        let (plan, li, zhao) = (world.plan_with(|new| new.capacity = 1).await, world.applicant("李强").await, world.applicant("赵敏").await);
        let id = ready(world, &plan, &li).await;
        submitted(world, &plan, &zhao).await;
        let before = live::newest(&world.records).await.unwrap();
        assert!(applications::submit(&world.records, li.id, id, "key").await.is_err());
        assert_eq!(live::newest(&world.records).await.unwrap(), before);
    }

    async fn nobody_listens_to_what_is_not_theirs(world) {
        let (plan, li, wang, eve) =
            (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await, world.applicant("钱七").await);
        let id = ready(world, &plan, &li).await;
        let request = applications::request_signature(&world.records, li.id, id, "").await.unwrap();
        submits(world, &li, id).await;
        let viewer = |who: &testkit::Applicant| Viewer::Applicant { id: who.id, name: who.name.clone() };
        let (own, other, reviewer) = (viewer(&li), viewer(&eve), Viewer::Staff(wang));
        let authority = Viewer::Staff(world.staff("省厅", Role::Authority, "").await);
        for (topic, listeners) in [
            (format!("account:{}", li.id), vec![&own]),
            (format!("application:{id}"), vec![&own, &reviewer, &authority]),
            (format!("agency:{}", plan.agency), vec![&reviewer]),
            (format!("signature:{}", request.id), vec![&own]),
            ("region:330000".to_owned(), vec![&authority]),
            ("region:340000".to_owned(), vec![]),
            ("history:all".to_owned(), vec![]),
            ("application:nonsense".to_owned(), vec![]),
        ] {
            for viewer in [&own, &other, &reviewer, &authority, &Viewer::Guest] {
                let may = live::may_listen(&world.records, viewer, &topic).await.unwrap();
                assert_eq!(may, listeners.contains(&viewer), "{topic} {viewer:?}");
            }
        }
        assert!(live::may_listen(&world.records, &Viewer::Guest, &format!("plan:{}", plan.id)).await.unwrap());
    }

    async fn a_tail_tells_everything_once(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let mut tail = live::Tail::after(live::newest(&world.records).await.unwrap());
        let topics = [format!("account:{}", li.id)];
        let id = ready(world, &plan, &li).await;
        let first = tail.next(&world.records, &topics).await.unwrap();
        assert!(first.len() >= 4);
        submits(world, &li, id).await;
        let second = tail.next(&world.records, &topics).await.unwrap();
        assert_eq!(second.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>(), ["submitted"]);
        assert!(tail.next(&world.records, &topics).await.unwrap().is_empty());
        world.pass(24 * 60 + 1);
        assert!(live::forget_old(&world.records).await.unwrap() > 0);
    }

    /// On PostgreSQL a transaction may take its id early and commit late. SQLite has one writer, so ids cannot overtake.
    async fn news_that_was_overtaken_is_still_told(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        ready(world, &plan, &li).await;
        let topics = [format!("account:{}", li.id)];
        let late = live::newest(&world.records).await.unwrap() + 1;
        let database = sea_orm::Database::connect(world.database_url()).await.unwrap();
        let write = |id: i64| {
            let at = world.records.now().0;
            let text = format!("INSERT INTO outbox (id, at, topic, entity, version, kind) VALUES ({id}, {at}, '{}', 'x', 1, 'test')", topics[0]);
            let database = database.clone();
            async move { sea_orm::ConnectionTrait::execute_unprepared(&database, &text).await.unwrap() }
        };
        let mut tail = live::Tail::after(late - 1);
        tail.next(&world.records, &topics).await.unwrap();
        write(late + 1).await;
        assert_eq!(tail.next(&world.records, &topics).await.unwrap().len(), 1);
        if world.database_url().starts_with("postgres") {
            write(late).await;
            let news = tail.next(&world.records, &topics).await.unwrap();
            assert_eq!(news.iter().map(|one| one.id).collect::<Vec<_>>(), [late]);
        }
        assert!(tail.next(&world.records, &topics).await.unwrap().is_empty());
        database.close().await.unwrap();
    }
}
