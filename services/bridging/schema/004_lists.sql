-- B1, B3: lists of what is held and of what waits, without what is over, which stays for its receipts.
CREATE INDEX client_held ON client (id) WHERE erased_at IS NULL;
CREATE INDEX referral_state ON referral (state, id);
