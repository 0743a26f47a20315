-- One row for every table of the planner.
INSERT INTO planning (id, agency_id, stage, number, title, form, exam_on, revision, round, created_by, created_at, updated_at, filed_at) VALUES ('p1', 'g1', 'published', '2026-S-000001', '计划', '{}', '2026-12-20', 3, 1, 's1', 1, 1, 1);
INSERT INTO planning_opinion (planning_id, round, desk, outcome, text, staff_id, staff_name, body, at) VALUES ('p1', 1, 'centre', 'approve', '同意', 's1', '王芳', '认定中心', 1);
INSERT INTO inspection (id, planning_id, on_day, fit, text, staff_id, staff_name, at) VALUES ('in1', 'p1', '2026-12-10', 1, '场地合格', 's1', '王芳', 1);
INSERT INTO agency_scope (id, agency_id, occupation, trade, code, levels, valid_from, valid_until, document, created_at) VALUES ('sc1', 'g1', '电工', '', '6-31-01-03', '[5,4,3]', '2025-01-01', '2027-12-31', '', 1);
INSERT INTO agency_contact (id, agency_id, region, topic, name, phone, created_at) VALUES ('ac1', 'g1', '柯城', '报名', '周敏', '0570-00000000', 1);
INSERT INTO agency_unit (id, agency_id, station, name, address, created_at) VALUES ('au1', 'g1', 0, '培训中心', '文三路1号', 1);
INSERT INTO notice (id, plan_id, kind, opens_at, closes_at, staff_id, staff_name, at) VALUES ('no1', 'p1', 'roster', 1, 2, 's1', '王芳', 1);
INSERT INTO notice_line (notice_id, no, application_id) VALUES ('no1', 1, 'x1');
INSERT INTO objection (id, notice_id, line_no, name_sealed, contact_sealed, text_sealed, at) VALUES ('ob1', 'no1', 1, {blob}, {blob}, {blob}, 1);
