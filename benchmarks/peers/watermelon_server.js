// WatermelonDB ships no server. This is the least that its protocol allows and that keeps what it was sent:
// one table in SQLite (WAL, synchronous=FULL), one transaction a push, no ledger. node watermelon_server.js FOLDER
"use strict";

const express = require("express");
const { Sqlite } = require("./durable");
const { say } = require("./lines");
const { TEXTS } = require("./watermelon_schema");

const database = new Sqlite(process.argv[2] + "/server.db");
database.exec(`CREATE TABLE entries (id TEXT PRIMARY KEY, ${TEXTS.join(", ")}, changed INTEGER NOT NULL)`);
database.exec("CREATE INDEX entries_changed ON entries (changed)");
const columns = ["id", ...TEXTS];
const put = database.prepare(
  `INSERT OR REPLACE INTO entries (${columns.join(", ")}, changed) VALUES (${columns.map((name) => "@" + name)}, @changed)`,
);
const since = database.prepare(`SELECT ${columns.join(", ")} FROM entries WHERE changed > ?`);
const last = database.prepare("SELECT coalesce(max(changed), 0) AS at FROM entries").pluck();

const app = express();
app.use(express.json({ limit: "1gb" }));
app.get("/sync", (asked, answer) => {
  const timestamp = last.get() || 1;
  const created = since.all(Number(asked.query.since) || 0);
  answer.json({ changes: { entries: { created, updated: [], deleted: [] } }, timestamp });
});
app.post("/sync", (asked, answer) => {
  const changed = last.get() + 1;
  const { created, updated } = asked.body.entries;
  database.transaction(() => {
    for (const entry of [...created, ...updated]) put.run({ ...entry, changed });
  })();
  answer.json({ taken: created.length + updated.length });
});
const server = app.listen(0, "127.0.0.1", () => say({ port: server.address().port }));
process.stdin.resume().on("end", () => process.exit(0));
