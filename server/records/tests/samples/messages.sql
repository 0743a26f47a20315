INSERT INTO message (id, recipient, account_id, agency_id, plan_id, application_id, kind, entity, version, facts_sealed, at, planned) VALUES ('me1', 'account:a1', 'a1', 'g1', 'p1', 'x1', 'returned', 'x1', 3, {blob}, 1, 1);
INSERT INTO message_webhook (id, agency_id, url, secret_sealed, created_name, created_at) VALUES ('mw1', 'g1', 'https://agency.example/hook', {blob}, '王芳', 1);
INSERT INTO message_delivery (id, message_id, way, webhook_id, state, attempts, due_at, lease_until, created_at) VALUES ('md1', 'me1', 'webhook', 'mw1', 'sending', 1, 1, 2, 1);
INSERT INTO message_template (agency_id, kind, language, subject, body, edited_name, edited_at) VALUES ('g1', 'returned', 'zh', '请补正', '{姓名}', '王芳', 1);
INSERT INTO message_contact (account_id, mail_sealed, mail_masked, confirmed_at, updated_at) VALUES ('a1', {blob}, 'l***@example.org', 1, 1);
INSERT INTO message_bulk (id, agency_id, plan_id, audience, subject, body, people, by_name, at) VALUES ('mb1', 'g1', 'p1', 'approved', '通知', '正文', 3, '王芳', 1);
