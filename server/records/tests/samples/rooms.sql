-- One row for every table of rooms, seats and tickets.
INSERT INTO seating (plan_id, revision, route, last_seq, arranged_at, published_at, opens_on, closes_on) VALUES ('p1', 3, '地铁 2 号线', 1, 1, 2, '2026-12-10', '2026-12-20');
INSERT INTO exam_room (id, plan_id, site_id, name, address, subject, seat_rows, seat_columns, capacity, ground_floor, created_at) VALUES ('er1', 'p1', 'ps1', '3', '理论楼 203', '', 6, 5, 30, 1, 1);
INSERT INTO exam_session (id, plan_id, subject, note, starts_at, ends_at, entry_minutes, late_minutes, created_at) VALUES ('es1', 'p1', '理论考试', '机考', 10, 20, 30, 15, 1);
INSERT INTO exam_seat (application_id, subject, plan_id, session_id, room_id, seat, fixed) VALUES ('x1', '理论考试', 'p1', 'es1', 'er1', 17, 0);
INSERT INTO admission_ticket (application_id, plan_id, number, version, shown, issued_at) VALUES ('x1', 'p1', '20260000010001', 1, 'abc', 2);
INSERT INTO room_staff (id, plan_id, session_id, room_id, duty, name, unit, card_no, card_until, replaces, added_by, added_at) VALUES ('rs1', 'p1', 'es1', 'er1', 'assessor', '周平', '技师学院', '3301', '2028-01-01', NULL, 's1', 1);
INSERT INTO attendance (application_id, session_id, plan_id, presence, at, staff_id, staff_name) VALUES ('x1', 'es1', 'p1', 'late', 12, 's1', '王芳');
INSERT INTO misconduct (id, application_id, session_id, plan_id, words_sealed, at, staff_id, staff_name) VALUES ('mc1', 'x1', 'es1', 'p1', {blob}, 15, 's1', '王芳');
INSERT INTO adjustment (application_id, plan_id, ground_floor, extra_minutes, reason_sealed, staff_id, staff_name, at) VALUES ('x1', 'p1', 1, 30, {blob}, 's1', '王芳', 1);
INSERT INTO seat_request (id, application_id, plan_id, words_sealed, asked_at, answer, answered_by, answered_at) VALUES ('sq1', 'x1', 'p1', {blob}, 1, '', NULL, NULL);
