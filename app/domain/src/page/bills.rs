//! The bill of an agency, its invoices, and payment codes of the treasury.

use crate::ids::{ApplicationId, Fen, PlanId, Revision};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $kind:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$each])* $kind,)+ }

        impl $name {
            /// Every one.
            pub const ALL: &[$name] = &[$($name::$kind),+];

            /// The word in the database.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$kind => $word,)+ }
            }

            /// Reads the word.
            pub fn parse(word: &str) -> Option<Self> {
                $name::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// Where the bill of an agency stands.
    BillState {
        /// Nothing has arrived.
        Open = "open",
        /// Some has arrived.
        Partly = "partly",
        /// All has arrived.
        Paid = "paid",
    }
}

words! {
    /// Where a payment code of the treasury stands.
    FiscalState {
        /// 待缴
        Due = "due",
        /// 已缴
        Paid = "paid",
        /// 作废
        Void = "void",
    }
}

words! {
    /// What the payer of a bill is asked for.
    BillField {
        /// 缴费单位
        Title = "title",
        /// 税号
        TaxNo = "tax_no",
        /// 开户行
        Bank = "bank",
        /// 账号
        Account = "account",
        /// 联系人
        Contact = "contact",
        /// 联系人电话
        Phone = "phone",
    }
}

/// Who pays, as the invoice says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BillData {
    /// 缴费单位
    pub title: String,
    /// 税号
    pub tax_no: String,
    /// 开户行
    pub bank: String,
    /// 账号; may stay empty.
    pub account: String,
    /// 联系人
    pub contact: String,
    /// 联系人电话
    pub phone: String,
}

impl BillData {
    /// Most characters of a field.
    pub const MAX: usize = 100;

    /// A field.
    pub fn get(&self, field: BillField) -> &str {
        match field {
            BillField::Title => &self.title,
            BillField::TaxNo => &self.tax_no,
            BillField::Bank => &self.bank,
            BillField::Account => &self.account,
            BillField::Contact => &self.contact,
            BillField::Phone => &self.phone,
        }
    }

    /// With spaces at the ends taken away and the tax number in its own letters.
    pub fn tidied(&self) -> BillData {
        let tidy = |text: &str| text.trim().to_owned();
        BillData {
            title: tidy(&self.title),
            tax_no: crate::credit_code::CreditCode::normalise(&self.tax_no),
            bank: tidy(&self.bank),
            account: tidy(&self.account),
            contact: tidy(&self.contact),
            phone: tidy(&self.phone),
        }
    }

    /// The first field that cannot stand as it is: empty, too long, a tax number that is none, a telephone without digits.
    pub fn fault(&self) -> Option<BillField> {
        BillField::ALL.iter().copied().find(|field| {
            let text = self.get(*field);
            let missing = text.is_empty() && *field != BillField::Account;
            let digits = text.chars().filter(char::is_ascii_digit).count();
            let wrong = match field {
                BillField::TaxNo => crate::credit_code::CreditCode::parse(text).is_err(),
                BillField::Phone => !(7..=20).contains(&digits),
                BillField::Account => !text.is_empty() && !(6..=32).contains(&digits),
                _ => false,
            };
            missing || wrong || text.chars().count() > Self::MAX
        })
    }
}

/// Money that arrived for a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillPayment {
    /// Id; also of its voucher.
    pub id: String,
    /// How much.
    pub amount: Fen,
    /// Date and number of the bank's slip.
    pub voucher: String,
    /// Whether it went back rather than came.
    pub returned: bool,
    /// Whether the slip was uploaded.
    pub has_file: bool,
    /// When it was confirmed.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// One invoice of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Invoice {
    /// 发票抬头
    pub title: String,
    /// 税号
    pub tax_no: String,
    /// 项目: 考试费
    pub item: String,
    /// How much.
    pub amount: Fen,
    /// 发票号码, once it is issued.
    pub number: String,
}

/// The bill of an agency for a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyBill {
    /// Number.
    pub number: String,
    /// Where it stands.
    pub state: BillState,
    /// What is to be paid.
    pub amount: Fen,
    /// What has arrived, less what went back.
    pub received: Fen,
    /// What of it pays whole orders.
    pub covered: Fen,
    /// People on it, and of these who are paid.
    pub people: (u64, u64),
    /// Who pays.
    pub data: BillData,
    /// What arrived, oldest first.
    pub payments: Vec<BillPayment>,
    /// Its invoices; empty means one for all.
    pub invoices: Vec<Invoice>,
    /// When it was made.
    pub since: Timestamp,
    /// By whom.
    pub by: String,
    /// Counts every change.
    pub revision: Revision,
}

/// The page of a plan's bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillPage {
    /// Server time.
    pub now: Timestamp,
    /// Plan.
    pub plan: PlanId,
    /// Its title.
    pub plan_title: String,
    /// Its number.
    pub plan_number: String,
    /// Who issues it.
    pub agency: String,
    /// The bill; none where none was made.
    pub bill: Option<AgencyBill>,
    /// Orders that stand on no bill yet, and their sum.
    pub loose: (u64, Fen),
    /// Whether the member confirms money.
    pub may_decide: bool,
}

/// One person on a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillPerson {
    /// Number of the order.
    pub order: String,
    /// 姓名
    pub name: String,
    /// 报名号
    pub application_number: String,
    /// Fee.
    pub amount: Fen,
    /// Whether it is paid.
    pub paid: bool,
}

/// A payment code of the treasury.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiscalLine {
    /// 缴款码
    pub code: String,
    /// Number of the order.
    pub order: String,
    /// The application.
    pub application: ApplicationId,
    /// 姓名
    pub name: String,
    /// How much.
    pub amount: Fen,
    /// Where it stands.
    pub state: FiscalState,
    /// 财政票据 code and number, once paid.
    pub receipt: String,
    /// When it was issued.
    pub since: Timestamp,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
}

/// The codes of an agency.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FiscalList {
    /// Server time.
    pub now: Timestamp,
    /// Codes, newest first.
    pub lines: Vec<FiscalLine>,
    /// How many are in which state.
    pub counts: Vec<(FiscalState, u64, Fen)>,
    /// Whether the member confirms and voids.
    pub may_decide: bool,
}

/// What came of the treasury's file of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FiscalFile {
    /// Codes that are paid now.
    pub paid: u64,
    /// Codes that were paid before.
    pub known: u64,
    /// Lines that could not be taken: number of the line, what stands there, why.
    pub wrong: Vec<(u32, String, FiscalFault)>,
}

words! {
    /// Why a line of the treasury's file was not taken.
    FiscalFault {
        /// No such code.
        Unknown = "unknown",
        /// Another amount than the order's.
        Amount = "amount",
        /// The order had ended: the money is there and goes back.
        Late = "late",
        /// Paid by other means before: the money is there and goes back.
        Double = "double",
        /// A cell is empty or cannot be read.
        Unreadable = "unreadable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_pays_is_known_completely() {
        let mut data = BillData {
            title: "衢州某某职业学院".into(),
            tax_no: " 9133 0100ma27xabc2l ".into(),
            bank: "某某银行衢州分行".into(),
            account: String::new(),
            contact: "周敏".into(),
            phone: "0570-3012345".into(),
        };
        data = data.tidied();
        assert_eq!((data.tax_no.as_str(), data.fault()), ("91330100MA27XABC2L", None));
        data.tax_no = "91330100MA27XABC2M".into();
        assert_eq!(data.fault(), Some(BillField::TaxNo));
        data = BillData { tax_no: "91330100MA27XABC2L".into(), phone: "找周老师".into(), ..data };
        assert_eq!(data.fault(), Some(BillField::Phone));
    }

    #[test]
    fn words_are_read_back() {
        for state in BillState::ALL {
            assert_eq!(BillState::parse(state.as_str()), Some(*state));
        }
        for state in FiscalState::ALL {
            assert_eq!(FiscalState::parse(state.as_str()), Some(*state));
        }
    }
}
