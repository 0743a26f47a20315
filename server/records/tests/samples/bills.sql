INSERT INTO agency_bill (id, number, plan_id, agency_id, data, created_at, created_by) VALUES ('ab1', 'B20261121000001', 'p1', 'g1', '{}', 1, '周敏');
INSERT INTO agency_bill_order (order_id, bill_id) SELECT MIN(id), 'ab1' FROM payment_order;
INSERT INTO agency_bill_payment (id, bill_id, amount, voucher, at, staff_id, staff_name) VALUES ('bp1', 'ab1', 1, '20261121 0001', 1, 's1', '周敏');
INSERT INTO agency_bill_entry (bill_id, account, amount, cause, reference, at) VALUES ('ab1', 'transfer', 1, 'paid', 'bp1', 1);
INSERT INTO fiscal_code (code, order_id, amount, issued_at) SELECT '33082626000000000001', MIN(id), 1, 1 FROM payment_order;
INSERT INTO channel_bill (channel, day, lines, fetched_at) VALUES ('wechat', '2026-11-20', '[]', 1);
