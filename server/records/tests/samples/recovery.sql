INSERT INTO password_code (id, subject, by_mobile, code_hash, ticket_hash, guesses, created_at, until_at) VALUES ('pc1', 'subject', 1, 'code', 'ticket', 2, 1, 2);
