//! People that do not exist.

use crate::World;
use domain::account::{Role, SignUp, StaffMember};
use domain::ids::AccountId;
use domain::page::staff::NewStaff;
use records::{accounts, staff};

/// The password of everyone here.
pub const PASSWORD: &str = "kite-over-lake";

/// A candidate with an account.
#[derive(Debug, Clone)]
pub struct Applicant {
    /// Account.
    pub id: AccountId,
    /// 姓名
    pub name: String,
    /// 证件号码, in full.
    pub id_no: String,
    /// 手机号码, in full.
    pub mobile: String,
}

/// A resident's number with its right check character: `id_number("330106", "19900307", 12)`.
pub fn id_number(county: &str, birth: &str, sequence: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!("{county}{birth}{sequence:03}");
    let sum: u32 = body.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).expect("digits") * weight).sum();
    let check = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize];
    format!("{body}{check}")
}

impl World {
    /// What `name` would type to sign up: born 1990-03-07 in Hangzhou, numbers used by nobody else here.
    pub fn sign_up_of(&self, name: &str) -> SignUp {
        let sequence = self.next_person();
        SignUp {
            name: name.into(),
            id_kind: "RIC".into(),
            id_no: id_number("330106", "19900307", sequence),
            mobile: format!("1380000{sequence:04}"),
            password: PASSWORD.into(),
            password_again: PASSWORD.into(),
            agreed: "yes".into(),
            ..SignUp::default()
        }
    }

    /// Someone who has just signed up.
    pub async fn applicant(&self, name: &str) -> Applicant {
        let typed = self.sign_up_of(name);
        accounts::sign_up(&self.records, &typed).await.expect("signing up");
        let id = accounts::sign_in(&self.records, &typed.id_no, PASSWORD).await.expect("signing in");
        Applicant { id, name: typed.name, id_no: typed.id_no, mobile: typed.mobile }
    }

    /// A reviewer of the first agency.
    pub async fn reviewer(&self, name: &str) -> StaffMember {
        self.staff(name, Role::Reviewer, crate::plans::FIRST_AGENCY).await
    }

    /// A manager of the first agency.
    pub async fn manager(&self, name: &str) -> StaffMember {
        self.staff(name, Role::Manager, crate::plans::FIRST_AGENCY).await
    }

    /// Someone of the office who has accepted the invitation; `agency` is a filing code, or "" for none.
    pub async fn staff(&self, name: &str, role: Role, agency: &str) -> StaffMember {
        let agency = records::agencies::by_filing(&self.records, agency).await.expect("agencies are read");
        let new = NewStaff {
            login_name: format!("staff{}", self.next_person()),
            name: name.into(),
            role,
            agency: agency.map(|agency| agency.id),
            region: if role == Role::Authority { "33".into() } else { String::new() },
            body: if role == Role::Authority { "省人力社保厅".into() } else { String::new() },
        };
        let token = staff::invite(&self.records, new).await.expect("inviting");
        let id = staff::accept_invite(&self.records, &token, PASSWORD).await.expect("accepting");
        staff::member(&self.records, id).await.expect("a member")
    }
}
