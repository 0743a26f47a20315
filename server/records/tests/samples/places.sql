INSERT INTO waiting_place (id, plan_id, application_id, turn, hours, state, joined_at) VALUES ('wp1', 'p1', 'x1', 1, 24, 'waiting', 1);
