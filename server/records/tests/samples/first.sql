-- One row for every table of the first migration; {blob} is a few bytes in the words of the database.
INSERT INTO account (id, name, id_kind, id_sealed, id_index, id_masked, mobile_sealed, mobile_index, mobile_masked, birth, gender, address_sealed, education, password_hash, facts_sealed, demo, created_at, updated_at) VALUES ('a1', '李强', 'RIC', {blob}, 'i1', '330106********0012', {blob}, 'm1', '138****0001', '1990-03-07', 'male', {blob}, '大学本科', 'h', {blob}, 0, 1, 1);
INSERT INTO agency (id, filing_code, name, region, contact, phone, created_at) VALUES ('g1', 'S000033009999', '机构', '330100', '周敏', '0571-00000000', 1);
INSERT INTO staff (id, agency_id, region, body, name, login_name, role, password_hash, invite_hash, invite_until, active, demo, created_at) VALUES ('s1', 'g1', '', '', '王芳', 'wangfang', 'reviewer', 'h', NULL, NULL, 1, 0, 1);
INSERT INTO login (token_hash, account_id, staff_id, created_at, seen_at, until_at) VALUES ('t1', 'a1', NULL, 1, 1, 2);
INSERT INTO login (token_hash, account_id, staff_id, created_at, seen_at, until_at) VALUES ('t2', NULL, 's1', 1, 1, 2);
INSERT INTO attempt (subject, failures, first_at, locked_until) VALUES ('sign_in/i1', 2, 1, 0);
INSERT INTO standard (name, edition, body, imported_at) VALUES ('电工', '2018', '{}', 1);
INSERT INTO profile (name, version, body, published_at) VALUES ('zynl', 1, '{}', 1);
INSERT INTO plan (id, number, year, title, agency_id, contact, contact_phone, kind, occupation, trade, code, level, subjects, city, city_name, county, county_name, site, opens_at, closes_at, review_close, exam_on, capacity, taken, fee, scope, instructions, conditions, profile, profile_version, standard, search, published_at, updated_at) VALUES ('p1', '2026-S-000001', 2026, '计划', 'g1', '', '', 'level_recognition', '电工', '', '6-31-01-03', 4, '[]', '330100', '杭州市', '', '', '', 1, 2, 2, '2026-12-20', 2, 1, 26000, '[]', '[]', '[]', 'zynl', 1, '电工', '', 1, 1);
INSERT INTO application (id, account_id, plan_id, agency_id, region, name, trade_key, window_opens, window_closes, stage, number, round, revision, answers_revision, answers_sealed, started_at, saved_at, submitted_at) VALUES ('x1', 'a1', 'p1', 'g1', '330100', '李强', '电工', 1, 2, 'submitted', '2026-S-000001-0001', 1, 3, 2, {blob}, 1, 1, 1);
INSERT INTO claim (application_id, staff_id, name, until_at) VALUES ('x1', 's1', '王芳', 2);
INSERT INTO file (id, application_id, kind, requirement, position, name_sealed, format, bytes, pages, sha256, created_at) VALUES ('f1', 'x1', 'evidence', 'evidence', 0, {blob}, 'pdf', 10, 1, 'abc', 1);
INSERT INTO frozen (application_id, round, answers_sealed, texts, files, at) VALUES ('x1', 1, {blob}, '{}', '[]', 1);
INSERT INTO signature_request (id, token_hash, application_id, created_at, until_at) VALUES ('q1', 'th', 'x1', 1, 2);
INSERT INTO history (case_id, seq, at, actor_kind, actor_id, actor_name, what, detail, previous, hash) VALUES ('x1', 1, 1, 'applicant', 'a1', '李强', 'started', '{}', '', 'h1');
INSERT INTO checkpoint (at, cases, heads, signature) VALUES (1, 1, '[]', 's');
INSERT INTO outbox (at, topic, entity, version, kind) VALUES (1, 'plan:p1', 'p1', 1, 'seats');
INSERT INTO counter (name, value) VALUES ('plan/zynl/2026', 7);
