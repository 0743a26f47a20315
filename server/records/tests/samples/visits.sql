-- One row for every table of the exam day, of visits and of amendments.
INSERT INTO door_note (id, plan_id, application_id, session_id, kind, at, device, skew, received_at, staff_id, staff_name, outcome) VALUES ('dn1', 'p1', 'x1', 'es1', 'came', 9, '设备 7F2A', 0, 12, 's1', '王芳', 'taken');
INSERT INTO door_conflict (application_id, session_id, plan_id, came_at, came_by, absent_at, absent_by, opened_at) VALUES ('x1', 'es1', 'p1', 9, '王芳', 12, '周敏', 13);
INSERT INTO visit_photo (id, visit_id, position, format, sha256, bytes, staff_id, staff_name, at) VALUES ('vp1', 'in1', 1, 'jpeg', 'ab', 10, 's1', '王芳', 1);
INSERT INTO amendment (id, planning_id, stage, changes, text, reason, staff_id, staff_name, at) VALUES ('am1', 'p1', 'at_authority', '{}', '考试地点：A → B', '换场地', 's1', '王芳', 1);
INSERT INTO amendment_opinion (amendment_id, desk, approved, text, staff_id, staff_name, body, at) VALUES ('am1', 'centre', 1, '同意', 's1', '王芳', '认定中心', 1);
