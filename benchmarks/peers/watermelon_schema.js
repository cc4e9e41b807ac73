// The entry's columns, the same at the device and at the server.
"use strict";

exports.TEXTS = ["person_id", "officer_id", "case_id", "contact", "outcome", "place", "occurred_at", "entered_at", "note"];
