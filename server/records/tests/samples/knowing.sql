-- One row for every table of sampling lists.
INSERT INTO sampling (id, agency_id, region, title, strata, percent, least, from_on, until_on, seed, frame, drawn_by, drawn_name, at) VALUES ('sa1', 'g1', '', '一季度抽查', 'session', 5, 2, '2027-01-01', '2027-03-31', '42', 1, 's1', '王芳', 1);
INSERT INTO sampling_item (sampling_id, no, application_id, stratum, verdict, words_sealed, by_name, seen_at) VALUES ('sa1', 1, 'x1', '理论', 'fine', {blob}, '王芳', 2);
