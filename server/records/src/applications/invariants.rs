//! What must hold whatever happened: asked after every rush, every crash and every restore.

use crate::{Error, Records, entity::history as line, files, history, sql};
use sea_orm::{EntityTrait, FromQueryResult, QuerySelect};

/// Questions whose answer must be empty; each row names what broke the promise.
const QUESTIONS: [(&str, &str); 23] = [
    ("more seats taken than there are", "SELECT number AS what FROM plan WHERE taken > capacity"),
    (
        "the counter of seats and the applications disagree",
        "SELECT p.number AS what FROM plan p
         WHERE p.taken <> (SELECT COUNT(*) FROM application a WHERE a.plan_id = p.id AND a.stage IN ('submitted','returned','approved') AND a.money <> 'expired')
              + (SELECT COUNT(*) FROM waiting_place w WHERE w.plan_id = p.id AND w.state = 'offered')",
    ),
    ("more seats taken at a site than there are", "SELECT id AS what FROM plan_site WHERE taken > capacity"),
    (
        "the counter of seats at a site and the applications disagree",
        "SELECT s.id AS what FROM plan_site s
         WHERE s.taken <> (SELECT COUNT(*) FROM application a WHERE a.site_id = s.id AND a.stage IN ('submitted','returned','approved') AND a.money <> 'expired')
              + (SELECT COUNT(*) FROM waiting_place w WHERE w.site_id = s.id AND w.state = 'offered')",
    ),
    (
        "somebody waits while a seat is free",
        "SELECT w.id AS what FROM waiting_place w JOIN plan p ON p.id = w.plan_id JOIN application a ON a.id = w.application_id
         LEFT JOIN plan_site s ON s.id = w.site_id
         WHERE w.state = 'waiting' AND a.stage = 'draft' AND p.cancelled_at IS NULL AND p.taken < p.capacity
           AND (w.site_id IS NULL OR s.taken < s.capacity)
           AND p.review_close >= COALESCE((SELECT MAX(h.at) FROM history h), 0)",
    ),
    (
        "a seat was offered out of turn",
        "SELECT w.id AS what FROM waiting_place w JOIN waiting_place o ON o.plan_id = w.plan_id AND o.turn > w.turn
         JOIN application a ON a.id = w.application_id
         WHERE w.state = 'waiting' AND a.stage = 'draft' AND w.site_id IS NULL AND o.offered_at IS NOT NULL",
    ),
    (
        "the sites of a plan and the plan disagree on its seats",
        "SELECT MIN(p.number) AS what FROM plan p JOIN plan_site s ON s.plan_id = p.id
         GROUP BY p.id, p.capacity, p.taken HAVING SUM(s.capacity) <> p.capacity OR SUM(s.taken) <> p.taken",
    ),
    (
        "an application at a site of another plan",
        "SELECT a.id AS what FROM application a JOIN plan_site s ON s.id = a.site_id WHERE s.plan_id <> a.plan_id",
    ),
    (
        "two active applications of one person for one plan",
        "SELECT MIN(id) AS what FROM application WHERE stage IN ('draft','submitted','returned','approved')
         GROUP BY account_id, plan_id HAVING COUNT(*) > 1",
    ),
    (
        "two applications of one person for one trade in overlapping windows",
        "SELECT a.id AS what FROM application a JOIN application b
           ON b.account_id = a.account_id AND b.trade_key = a.trade_key AND b.id > a.id
          AND b.window_opens <= a.window_closes AND b.window_closes >= a.window_opens
         WHERE a.stage IN ('submitted','returned','approved') AND b.stage IN ('submitted','returned','approved')",
    ),
    ("one number given twice", "SELECT MIN(number) AS what FROM application WHERE number IS NOT NULL GROUP BY number HAVING COUNT(*) > 1"),
    (
        "handed in, but nothing frozen",
        "SELECT a.id AS what FROM application a WHERE a.round > 0
         AND NOT EXISTS (SELECT 1 FROM frozen f WHERE f.application_id = a.id AND f.round = a.round)",
    ),
    (
        "the ledger of an order does not sum to zero",
        "SELECT MIN(o.number) AS what FROM ledger_entry l JOIN payment_order o ON o.id = l.order_id
         GROUP BY l.order_id HAVING SUM(l.amount) <> 0",
    ),
    (
        "an order and its ledger disagree on what was earned",
        "SELECT o.number AS what FROM payment_order o WHERE
           COALESCE((SELECT -SUM(l.amount) FROM ledger_entry l WHERE l.order_id = o.id AND l.account = 'fees'), 0)
           <> CASE WHEN o.state IN ('paid','refunding','partly_refunded','refunded') THEN o.amount ELSE 0 END
            - COALESCE((SELECT SUM(r.amount) FROM refund r WHERE r.order_id = o.id AND r.owed = 0 AND r.done_at IS NOT NULL), 0)",
    ),
    (
        "an order and its refunds disagree",
        "SELECT o.number AS what FROM payment_order o WHERE o.refunded
           <> COALESCE((SELECT SUM(r.amount) FROM refund r WHERE r.order_id = o.id AND r.owed = 0), 0)",
    ),
    (
        "money that was never ours and does not go back",
        "SELECT o.number AS what FROM payment_order o WHERE
           COALESCE((SELECT -SUM(l.amount) FROM ledger_entry l WHERE l.order_id = o.id AND l.account = 'owed'), 0)
           <> COALESCE((SELECT SUM(r.amount) FROM refund r WHERE r.order_id = o.id AND r.owed = 1 AND r.done_at IS NULL), 0)",
    ),
    (
        "one payment booked as paid twice",
        "SELECT MIN(reference) AS what FROM ledger_entry WHERE account = 'fees' AND cause = 'paid'
         GROUP BY order_id HAVING COUNT(*) > 1",
    ),
    (
        "the books of a bill do not sum to zero",
        "SELECT MIN(l.number) AS what FROM agency_bill_entry e JOIN agency_bill l ON l.id = e.bill_id
         GROUP BY e.bill_id HAVING SUM(e.amount) <> 0",
    ),
    (
        "a bill and what arrived for it disagree",
        "SELECT l.number AS what FROM agency_bill l WHERE l.received
           <> COALESCE((SELECT SUM(p.amount) FROM agency_bill_payment p WHERE p.bill_id = l.id), 0)
          OR l.received - l.covered <> COALESCE((SELECT -SUM(e.amount) FROM agency_bill_entry e WHERE e.bill_id = l.id AND e.account = 'credit'), 0)",
    ),
    (
        "a bill and the orders that it paid disagree",
        "SELECT l.number AS what FROM agency_bill l WHERE l.covered
           <> COALESCE((SELECT SUM(o.amount) FROM agency_bill_order b JOIN payment_order o ON o.id = b.order_id
                        WHERE b.bill_id = l.id AND o.reference = l.number), 0)",
    ),
    (
        "a payment code that is paid for an order without money",
        "SELECT f.code AS what FROM fiscal_code f JOIN payment_order o ON o.id = f.order_id
         WHERE f.paid_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.order_id = o.id AND e.account = 'fiscal')",
    ),
    (
        "an approved application and its order disagree",
        "SELECT a.id AS what FROM application a JOIN payment_order o ON o.application_id = a.id
         WHERE a.stage = 'approved' AND o.state IN ('due','paying','paid','expired','waived','by_agency')
           AND a.money <> CASE WHEN o.reason = 'by_agency' THEN 'agency'
             WHEN o.state IN ('due','paying') THEN 'due' ELSE o.state END",
    ),
    (
        "an open order of an application that has ended",
        "SELECT o.number AS what FROM payment_order o JOIN application a ON a.id = o.application_id
         WHERE a.stage IN ('rejected','withdrawn') AND o.state IN ('due','paying','expired')",
    ),
];

#[derive(FromQueryResult)]
struct Broken {
    what: String,
}

/// Every broken promise in words, with what it concerns; empty when all is well. Reads everything: not for busy hours.
pub async fn broken_promises(records: &Records) -> Result<Vec<String>, Error> {
    let mut broken = Vec::new();
    for (promise, question) in QUESTIONS {
        let rows: Vec<Broken> = sql::all(records.read(), question, vec![]).await?;
        broken.extend(rows.into_iter().map(|row| format!("{promise}: {}", row.what)));
    }
    broken.extend(crate::certificates::broken_promises(records).await?);
    for file in files::check(records).await? {
        broken.push(format!("a file without its bytes: {file}"));
    }
    let cases: Vec<String> = line::Entity::find()
        .select_only()
        .column(line::Column::CaseId)
        .distinct()
        .into_tuple()
        .all(records.read())
        .await?;
    for case in cases {
        if let Err(at) = history::verify(records, &case).await? {
            broken.push(format!("the history of {case} is broken at line {}", at.0));
        }
    }
    Ok(broken)
}
