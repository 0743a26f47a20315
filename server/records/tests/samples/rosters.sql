INSERT INTO roster (id, plan_id, agency_id, staff_id, staff_name, state, head_sealed, photos_wanted, note, created_at, started_at, moved_by) VALUES ('r1', 'p1', 'g1', 's1', '王芳', 'open', {blob}, 1, NULL, 1, 1, 's1');
INSERT INTO roster_row (roster_id, row_no, cells_sealed, id_index, name_index, state, faults, photo_later, refusal, application_id, opened_account) VALUES ('r1', 5, {blob}, 'i1', 'n1', 'done', 0, 0, NULL, 'x1', 1);
INSERT INTO roster_photo (id, roster_id, name_sealed, id_index, name_index, row_no, joined, good, used_sha256, used_bytes, used_format, width, height, original_sha256, original_bytes, original_format, at) VALUES ('rp1', 'r1', {blob}, 'i1', 'n1', 5, 'number', 1, 's', 1, 'jpeg', 413, 579, 's', 1, 'jpeg', 1);
INSERT INTO roster_sheet (roster_id, position, body_sealed) VALUES ('r1', 0, {blob});
INSERT INTO roster_mend (id, roster_id, staff_name, at, cells, body_sealed, undone_at) VALUES ('m1', 'r1', '王芳', 1, 2, {blob}, NULL);
