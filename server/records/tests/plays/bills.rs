//! The agency pays in one bill, in parts; codes of the treasury are paid once, whatever its file says how often.

use crate::cast::*;
use crate::variant::plan_under;
use domain::account::{Role, StaffMember};
use domain::application::axes::Money;
use domain::ids::{ApplicationId, Fen, Revision};
use domain::page::bills::{AgencyBill, BillData, BillField, BillState, FiscalFault, FiscalState, Invoice};
use domain::page::desk::Decision;
use domain::payment::{Channel, Notice, OrderState, Outcome, PaymentRefusal};
use domain::plan::Plan;
use domain::profile::{LateMoney, Payer};
use records::{applications, payments};
use testkit::{Applicant, World, both_databases};

const FEE: i64 = 28_000;

async fn billed(world: &World) -> Plan {
    plan_under(world, "bill", |profile| {
        profile.payment.payer = Payer::Agency;
        profile.payment.gate = false;
    })
    .await
}

async fn fiscal(world: &World) -> Plan {
    plan_under(world, "treasury", |profile| {
        profile.payment.days = 3;
        profile.payment.unpaid_gives_up = true;
        profile.payment.late_money = LateMoney::GoesBack;
        profile.payment.fiscal_code = "{region}{yy}{seq:12}".into();
    })
    .await
}

async fn approved(world: &World, plan: &Plan, name: &str, wang: &StaffMember) -> (Applicant, ApplicationId) {
    let who = world.applicant(name).await;
    let id = submitted(world, plan, &who).await;
    decides(world, wang, id, Decision::Approve).await;
    (who, id)
}

fn payer() -> BillData {
    BillData {
        title: "衢州某某职业学院".into(),
        tax_no: "91330100MA27XABC2L".into(),
        bank: "某某银行衢州分行".into(),
        account: "6222020000000000018".into(),
        contact: "周老师".into(),
        phone: "0570-3012345".into(),
    }
}

async fn bill(world: &World, member: &StaffMember, plan: &Plan) -> AgencyBill {
    payments::bill_page(&world.records, member, plan.id).await.unwrap().bill.unwrap()
}

async fn arrives(
    world: &World,
    boss: &StaffMember,
    plan: &Plan,
    seen: Revision,
    fen: i64,
    slip: &str,
) -> Result<(), records::Error> {
    payments::confirm_bill_payment(&world.records, boss, plan.id, seen, Fen(fen), slip, testkit::pdf(1)).await
}

async fn all_well(world: &World) {
    assert_eq!(applications::broken_promises(&world.records).await.unwrap(), [""; 0]);
}

both_databases! {
    async fn one_bill_is_paid_in_parts_and_pays_its_people_in_order(world) {
        let plan = billed(world).await;
        let (wang, boss) = (world.reviewer("王芳").await, world.manager("周敏").await);
        let nothing = refused(payments::prepare_bill(&world.records, &wang, plan.id, &payer()).await);
        assert_eq!(nothing, PaymentRefusal::NothingToBill.into());
        let mut people = Vec::new();
        for name in ["李强", "赵敏", "孙悦"] {
            people.push(approved(world, &plan, name, &wang).await);
        }
        let wrong = BillData { tax_no: "91330100MA27XABC2M".into(), ..payer() };
        let wrong = refused(payments::prepare_bill(&world.records, &wang, plan.id, &wrong).await);
        assert_eq!(wrong, PaymentRefusal::BillData(BillField::TaxNo).into());
        let number = payments::prepare_bill(&world.records, &wang, plan.id, &payer()).await.unwrap();
        let again = payments::prepare_bill(&world.records, &wang, plan.id, &payer()).await.unwrap();
        assert_eq!(number, again, "one bill per plan and agency");
        let made = bill(world, &wang, &plan).await;
        assert_eq!((made.state, made.amount, made.people), (BillState::Open, Fen(3 * FEE), (3, 0)));

        assert!(matches!(arrives(world, &wang, &plan, made.revision, FEE, "回单 1").await, Err(records::Error::Forbidden)));
        let much = refused(arrives(world, &boss, &plan, made.revision, 3 * FEE + 1, "回单 1").await);
        assert_eq!(much, PaymentRefusal::BillTooMuch { most: Fen(3 * FEE) }.into());
        let none = payments::confirm_bill_payment(&world.records, &boss, plan.id, made.revision, Fen(FEE), "回单 1", Vec::new()).await;
        assert_eq!(refused(none), PaymentRefusal::NoVoucher.into());
        arrives(world, &boss, &plan, made.revision, FEE + 10_000, "回单 1").await.unwrap();
        arrives(world, &boss, &plan, made.revision, FEE + 10_000, "回单 1").await.unwrap();
        let partly = bill(world, &wang, &plan).await;
        assert_eq!((partly.state, partly.received, partly.covered, partly.people), (BillState::Partly, Fen(FEE + 10_000), Fen(FEE), (3, 1)));
        let listed = payments::bill_people(&world.records, &wang, plan.id).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.paid).collect::<Vec<_>>(), [true, false, false]);
        let case = applications::case_of(&world.records, people[0].0.id, people[0].1).await.unwrap();
        assert_eq!((case.axes.money, case.order.unwrap().state), (Money::Agency, OrderState::Paid));
        all_well(world).await;
        // What stands on the bill is paid with the bill.
        let line = payments::list(&world.records, &boss, Some(OrderState::ByAgency), "", Some(plan.id)).await.unwrap();
        assert_eq!(line.lines.len(), 2);
        let single = payments::confirm_transfer(&world.records, &boss, &line.lines[0].number, line.lines[0].revision, "电汇").await;
        assert_eq!(refused(single), PaymentRefusal::NotNow(OrderState::ByAgency).into());

        // Somebody leaves: the bill gets smaller. Somebody comes later: it gets bigger when it is made anew.
        applications::withdraw(&world.records, people[2].0.id, people[2].1).await.unwrap();
        approved(world, &plan, "周明", &wang).await;
        let page = payments::bill_page(&world.records, &wang, plan.id).await.unwrap();
        assert_eq!((page.bill.unwrap().amount, page.loose), (Fen(2 * FEE), (1, Fen(FEE))));
        payments::prepare_bill(&world.records, &wang, plan.id, &payer()).await.unwrap();
        let seen = bill(world, &boss, &plan).await;
        assert_eq!(seen.amount, Fen(3 * FEE));
        arrives(world, &boss, &plan, seen.revision, 2 * FEE - 10_000, "回单 2").await.unwrap();
        let paid = bill(world, &boss, &plan).await;
        assert_eq!((paid.state, paid.covered, paid.people), (BillState::Paid, Fen(3 * FEE), (3, 3)));
        all_well(world).await;
        assert_eq!(payments::cover_bills(&world.records).await.unwrap(), 0);
        let (kind, bytes) = payments::voucher(&world.records, &wang, plan.id, &paid.payments[0].id).await.unwrap();
        assert_eq!((kind, &bytes[..4]), ("application/pdf", b"%PDF".as_slice()));
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(payments::bill_page(&world.records, &stranger, plan.id).await));
        assert!(is_not_found(payments::voucher(&world.records, &stranger, plan.id, &paid.payments[0].id).await));
    }

    async fn invoices_add_up_to_the_bill_and_credit_goes_back(world) {
        let plan = billed(world).await;
        let (wang, boss) = (world.reviewer("王芳").await, world.manager("周敏").await);
        approved(world, &plan, "李强", &wang).await;
        approved(world, &plan, "赵敏", &wang).await;
        payments::prepare_bill(&world.records, &wang, plan.id, &payer()).await.unwrap();
        let seen = bill(world, &wang, &plan).await.revision;
        let invoice = |title: &str, fen| Invoice { title: title.into(), tax_no: payer().tax_no, item: "考试费".into(), amount: Fen(fen), number: String::new() };
        let less = payments::set_invoices(&world.records, &wang, plan.id, seen, &[invoice("一", FEE), invoice("二", FEE - 1)]).await;
        assert_eq!(refused(less), PaymentRefusal::InvoiceSum { sum: Fen(2 * FEE - 1), bill: Fen(2 * FEE) }.into());
        let empty = payments::set_invoices(&world.records, &wang, plan.id, seen, &[invoice("一", FEE), invoice(" ", FEE)]).await;
        assert_eq!(refused(empty), PaymentRefusal::InvoiceLine { line: 2 }.into());
        payments::set_invoices(&world.records, &wang, plan.id, seen, &[invoice("一", 50_000), invoice("二", 6_000)]).await.unwrap();
        assert!(matches!(payments::set_invoices(&world.records, &wang, plan.id, seen, &[]).await, Err(records::Error::ChangedMeanwhile)));
        let split = bill(world, &wang, &plan).await;
        assert_eq!(split.invoices.iter().map(|one| one.amount.0).sum::<i64>(), split.amount.0);

        arrives(world, &boss, &plan, split.revision, FEE + 20_000, "回单 1").await.unwrap();
        let numbers = payments::bill_people(&world.records, &wang, plan.id).await.unwrap();
        assert!(numbers[0].paid && !numbers[1].paid);
        // The one who is not paid yet goes: what arrived is more than the bill.
        let cases = payments::list(&world.records, &boss, Some(OrderState::ByAgency), "", None).await.unwrap();
        let left = cases.lines[0].application;
        let seen_case = revision(world, &wang, left).await;
        records::desk::reopen(&world.records, &wang, left, seen_case, "重审").await.unwrap();
        decides(world, &wang, left, rejecting("不符合")).await;
        let over = bill(world, &boss, &plan).await;
        assert_eq!((over.amount, over.received), (Fen(FEE), Fen(FEE + 20_000)));
        payments::return_credit(&world.records, &boss, plan.id, over.revision, "退款单 1").await.unwrap();
        let done = bill(world, &boss, &plan).await;
        assert_eq!((done.received, done.covered, done.state), (Fen(FEE), Fen(FEE), BillState::Paid));
        assert_eq!(done.payments.iter().filter(|one| one.returned).count(), 1);
        all_well(world).await;
    }

    async fn a_code_of_the_treasury_is_drawn_once_and_paid_once(world) {
        let plan = fiscal(world).await;
        let (wang, boss) = (world.reviewer("王芳").await, world.manager("周敏").await);
        let (li, id) = approved(world, &plan, "李强", &wang).await;
        let code = payments::fiscal_code(&world.records, li.id, id).await.unwrap();
        assert_eq!(payments::fiscal_code(&world.records, li.id, id).await.unwrap(), code);
        assert!(code.ends_with("26000000000001") && code.len() == 20, "{code}");
        let wrong = payments::confirm_fiscal(&world.records, &boss, "33000000", "33080126 0000000001").await;
        assert_eq!(refused(wrong), PaymentRefusal::NoCode.into());
        assert!(matches!(payments::confirm_fiscal(&world.records, &wang, &code, "1").await, Err(records::Error::Forbidden)));
        for _ in 0..2 {
            payments::confirm_fiscal(&world.records, &boss, &code, "33080126 0000000001").await.unwrap();
        }
        let case = applications::case_of(&world.records, li.id, id).await.unwrap();
        let order = case.order.unwrap();
        assert_eq!((case.axes.money, order.state, order.channel), (Money::Paid, OrderState::Paid, Some(Channel::Fiscal)));
        let list = payments::fiscal_codes(&world.records, &wang, Some(FiscalState::Paid), "").await.unwrap();
        assert_eq!((list.lines.len(), list.lines[0].receipt.as_str()), (1, "33080126 0000000001"));
        let void = payments::void_fiscal(&world.records, &boss, &code).await;
        assert_eq!(refused(void), PaymentRefusal::CodeNotNow(FiscalState::Paid).into());
        all_well(world).await;
    }

    async fn the_file_of_the_day_pays_once_and_names_what_is_wrong(world) {
        let plan = fiscal(world).await;
        let (wang, boss) = (world.reviewer("王芳").await, world.manager("周敏").await);
        let mut codes = Vec::new();
        let mut orders = Vec::new();
        for name in ["李强", "赵敏", "孙悦", "周明"] {
            let (who, id) = approved(world, &plan, name, &wang).await;
            codes.push(payments::fiscal_code(&world.records, who.id, id).await.unwrap());
            orders.push(applications::case_of(&world.records, who.id, id).await.unwrap().order.unwrap().number);
        }
        // One of them pays by phone before, one code is void, one pays too little.
        let notice = Notice { order: orders[1].clone(), transaction: "t1".into(), amount: Fen(FEE), success: true };
        payments::take_notice(&world.records, Channel::Wechat, "e1", "", &notice).await.unwrap();
        payments::void_fiscal(&world.records, &boss, &codes[3]).await.unwrap();
        payments::void_fiscal(&world.records, &boss, &codes[3]).await.unwrap();
        let list = payments::fiscal_codes(&world.records, &boss, None, "").await.unwrap();
        let states: Vec<FiscalState> = codes.iter().map(|code| list.lines.iter().find(|line| line.code == *code).unwrap().state).collect();
        assert_eq!(states, [FiscalState::Due, FiscalState::Void, FiscalState::Due, FiscalState::Void]);
        let line = |code: &str, yuan: &str, receipt: &str| (code.to_owned(), yuan.to_owned(), receipt.to_owned());
        let file = vec![
            line(&codes[0], "280.00", "33080126 0000000001"),
            line(&codes[1], "280.00", "33080126 0000000002"),
            line(&codes[2], "279.99", "33080126 0000000003"),
            line("3300", "280.00", "33080126 0000000004"),
            line(&codes[0], "zwei", ""),
        ];
        let told = payments::fiscal_file(&world.records, &boss, &file).await.unwrap();
        assert_eq!((told.paid, told.known), (1, 0));
        let faults: Vec<(u32, FiscalFault)> = told.wrong.iter().map(|(line, _, fault)| (*line, *fault)).collect();
        assert_eq!(faults, [(2, FiscalFault::Double), (3, FiscalFault::Amount), (4, FiscalFault::Unknown), (5, FiscalFault::Unreadable)]);
        let again = payments::fiscal_file(&world.records, &boss, &file[..1]).await.unwrap();
        assert_eq!((again.paid, again.known), (0, 1));
        let back = payments::list(&world.records, &boss, None, "", None).await.unwrap().refunds;
        assert_eq!(back.iter().filter(|one| one.channel == Channel::Fiscal).count(), 1, "paid twice goes back");
        all_well(world).await;
        // Whoever pays after the deadline gets it back.
        world.at("2026-11-25 00:00:00");
        assert!(payments::expire(&world.records, &orders[2]).await.unwrap());
        let late = payments::fiscal_file(&world.records, &boss, &[line(&codes[2], "280.00", "33080126 0000000009")]).await.unwrap();
        assert_eq!(late.wrong[0].2, FiscalFault::Late);
        all_well(world).await;
    }

    async fn who_only_reads_takes_no_money_out_and_others_learn_nothing_of_refunds(world) {
        let plan = fiscal(world).await;
        let (wang, boss) = (world.reviewer("王芳").await, world.manager("周敏").await);
        let (li, id) = approved(world, &plan, "李强", &wang).await;
        let order = applications::case_of(&world.records, li.id, id).await.unwrap().order.unwrap();
        let day = world.records.now().day();
        let authority = world.staff("钱进", Role::Authority, "").await;
        assert!(matches!(payments::money_rows(&world.records, &authority, None).await, Err(records::Error::Forbidden)));
        assert!(matches!(payments::day_of_channel(&world.records, &authority, Channel::Wechat, day).await, Err(records::Error::Forbidden)));
        assert!(matches!(payments::reconcile(&world.records, &authority, Channel::Wechat, day, Vec::new()).await, Err(records::Error::Forbidden)));
        assert_eq!(payments::money_rows(&world.records, &boss, Some(plan.id)).await.unwrap().len(), 1);
        let other = plan_under(world, "other", |_| {}).await;
        assert!(payments::money_rows(&world.records, &boss, Some(other.id)).await.unwrap().is_empty());

        let seen = payments::list(&world.records, &boss, None, &order.number, None).await.unwrap().lines[0].revision;
        payments::pay_cash(&world.records, &boss, &order.number, seen, "0001").await.unwrap();
        decides_back(world, &wang, id).await;
        let refund = payments::list(&world.records, &boss, None, "", None).await.unwrap().refunds.remove(0);
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        for _ in 0..2 {
            assert!(is_not_found(payments::refund_paid_out(&world.records, &stranger, &refund.number, "领款单").await));
            payments::refund_paid_out(&world.records, &boss, &refund.number, "领款单").await.unwrap();
        }
        all_well(world).await;
        let late = Notice { order: order.number.clone(), transaction: "t9".into(), amount: Fen(FEE), success: true };
        assert_eq!(payments::take_notice(&world.records, Channel::Wechat, "e9", "", &late).await.unwrap(), Outcome::Double);
        all_well(world).await;
    }
}

/// A decision is taken back and the case is rejected: everything goes back.
async fn decides_back(world: &World, wang: &StaffMember, id: ApplicationId) {
    let seen = revision(world, wang, id).await;
    records::desk::reopen(&world.records, wang, id, seen, "重审").await.unwrap();
    decides(world, wang, id, rejecting("不符合")).await;
}
