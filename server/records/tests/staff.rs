//! Staff are invited by a one-time link.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a play that cannot go on has failed")]

use domain::account::{Role, SignInRefusal, Viewer};
use domain::page::mine::What;
use domain::page::staff::NewStaff;
use domain::refusal::Refusal;
use records::{Error, agencies, history, logins, staff};
use testkit::{PASSWORD, both_databases};

fn new(login_name: &str, role: Role, agency: Option<domain::ids::AgencyId>) -> NewStaff {
    NewStaff {
        login_name: login_name.into(),
        name: "王芳".into(),
        role,
        agency,
        region: String::new(),
        body: String::new(),
    }
}

both_databases! {
    async fn an_invitation_is_used_once_and_lasts_three_days(world) {
        let records = &world.records;
        let agency = agencies::by_filing(records, "S000033000123").await.unwrap().unwrap();
        let first = staff::invite(records, new("Wang.Fang", Role::Reviewer, Some(agency.id))).await.unwrap();
        let token = staff::invite(records, new("wang.fang", Role::Reviewer, Some(agency.id))).await.unwrap();
        assert!(matches!(staff::invited(records, &first).await, Err(Error::NotFound)), "the later link replaces the earlier");
        assert_eq!(staff::invited(records, &token).await.unwrap(), "王芳");
        let nothing = staff::sign_in(records, "wang.fang", "").await;
        assert!(matches!(nothing, Err(Error::Refused(Refusal::SignIn(SignInRefusal::NoMatch)))), "{nothing:?}");

        assert!(matches!(staff::accept_invite(records, &token, "wang.fang1").await, Err(Error::Refused(Refusal::SignUp(_)))));
        let id = staff::accept_invite(records, &token, PASSWORD).await.unwrap();
        assert!(matches!(staff::accept_invite(records, &token, PASSWORD).await, Err(Error::NotFound)));
        assert_eq!(staff::sign_in(records, " WANG.fang ", PASSWORD).await.unwrap(), id);
        let member = staff::member(records, id).await.unwrap();
        assert_eq!((member.body.as_str(), member.role), (agency.name.as_str(), Role::Reviewer));

        let taken = staff::invite(records, new("wang.fang", Role::Reviewer, Some(agency.id))).await;
        assert!(matches!(taken, Err(Error::Refused(Refusal::Answers(_)))), "{taken:?}");

        let late = staff::invite(records, new("late", Role::Reviewer, Some(agency.id))).await.unwrap();
        world.pass(72 * 60);
        assert!(matches!(staff::accept_invite(records, &late, PASSWORD).await, Err(Error::NotFound)));
    }

    async fn who_may_invite_and_see_whom(world) {
        let records = &world.records;
        let own = world.manager("周敏").await;
        let reviewer = world.reviewer("王芳").await;
        let administrator = world.staff("管理员", Role::Administrator, "").await;
        let other = agencies::by_filing(records, "S000033000208").await.unwrap().unwrap();
        let elsewhere = staff::invite_by(records, &own, new("a", Role::Reviewer, Some(other.id))).await;
        assert!(matches!(elsewhere, Err(Error::Forbidden)));
        let above = staff::invite_by(records, &own, new("b", Role::Administrator, None)).await;
        assert!(matches!(above, Err(Error::Forbidden)));
        assert!(matches!(staff::invite_by(records, &reviewer, new("c", Role::Reviewer, own.agency)).await, Err(Error::Forbidden)));
        staff::invite_by(records, &own, new("d", Role::Reviewer, own.agency)).await.unwrap();
        let waiting = staff::invite_by(records, &administrator, new("e", Role::Manager, Some(other.id))).await.unwrap();
        // The invitation of another agency is not replaced by who guesses its login name.
        let guessed = staff::invite_by(records, &own, new("e", Role::Reviewer, own.agency)).await;
        assert!(matches!(guessed, Err(Error::Refused(Refusal::Answers(_)))), "{guessed:?}");
        assert_eq!(staff::invited(records, &waiting).await.unwrap(), "王芳");

        assert_eq!(staff::list(records, &own).await.unwrap().len(), 3);
        let all = staff::list(records, &administrator).await.unwrap();
        assert_eq!(all.len(), 5);
        assert_eq!(all.iter().filter(|line| line.invited).count(), 2);
        assert!(matches!(staff::list(records, &reviewer).await, Err(Error::Forbidden)));
    }

    async fn whoever_is_shut_out_is_out_at_once(world) {
        let records = &world.records;
        let manager = world.manager("周敏").await;
        let reviewer = world.reviewer("王芳").await;
        let token = logins::start_staff(records, reviewer.id).await.unwrap();
        assert_eq!(logins::viewer(records, Some(&token)).await.unwrap(), Viewer::Staff(reviewer.clone()));
        assert!(matches!(staff::set_active(records, &reviewer, manager.id, false).await, Err(Error::Forbidden)));
        assert!(matches!(staff::set_active(records, &manager, manager.id, false).await, Err(Error::Forbidden)));

        staff::set_active(records, &manager, reviewer.id, false).await.unwrap();
        assert_eq!(logins::viewer(records, Some(&token)).await.unwrap(), Viewer::Guest);
        let line = staff::list(records, &manager).await.unwrap().into_iter().find(|line| line.id == reviewer.id).unwrap();
        assert!(!line.active);
        let out = staff::sign_in(records, &line.login_name, PASSWORD).await;
        assert!(matches!(out, Err(Error::Refused(Refusal::SignIn(SignInRefusal::NoMatch)))));

        staff::set_active(records, &manager, reviewer.id, true).await.unwrap();
        assert_eq!(staff::sign_in(records, &line.login_name, PASSWORD).await.unwrap(), reviewer.id);
        let kept = staff::history(records, &manager, reviewer.id).await.unwrap();
        let kept: Vec<_> = kept.iter().map(|line| (line.what, line.who.as_str())).collect();
        assert_eq!(kept[..2], [(What::StaffInvited, ""), (What::StaffJoined, "王芳")]);
        assert_eq!(kept[2..], [(What::StaffShutOut, "周敏"), (What::StaffLetIn, "周敏")]);
        assert!(matches!(staff::history(records, &reviewer, manager.id).await, Err(Error::Forbidden)));
        assert!(history::verify(records, &reviewer.id.to_string()).await.unwrap().is_ok());
    }

    async fn a_staff_login_idles_a_quarter_of_an_hour(world) {
        let reviewer = world.reviewer("王芳").await;
        let token = logins::start_staff(&world.records, reviewer.id).await.unwrap();
        world.pass(15);
        assert_ne!(logins::viewer(&world.records, Some(&token)).await.unwrap(), Viewer::Guest);
        world.pass(16);
        assert_eq!(logins::viewer(&world.records, Some(&token)).await.unwrap(), Viewer::Guest);
    }
}
