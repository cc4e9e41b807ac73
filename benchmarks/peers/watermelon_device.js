// A device with WatermelonDB over SQLite (WAL, synchronous=FULL): node watermelon_device.js FOLDER
"use strict";

const fs = require("fs");
require("./durable");
const { obey } = require("./lines");
const { TEXTS } = require("./watermelon_schema");
const { appSchema, tableSchema, Database, Model } = require("@nozbe/watermelondb");
const SQLiteAdapter = require("@nozbe/watermelondb/adapters/sqlite").default;
const { synchronize } = require("@nozbe/watermelondb/sync");

class Entry extends Model {
  static table = "entries";
}
const columns = TEXTS.map((name) => ({ name, type: "string" }));
const schema = appSchema({ version: 1, tables: [tableSchema({ name: "entries", columns })] });
const adapter = new SQLiteAdapter({ dbName: process.argv[2] + "/device", schema });
const database = new Database({ adapter, modelClasses: [Entry] });
const entries = database.get("entries");

const sync = async ({ url }) => {
  await synchronize({
    database,
    sendCreatedAsUpdated: false,
    pullChanges: async ({ lastPulledAt }) => (await fetch(`${url}/sync?since=${lastPulledAt || 0}`)).json(),
    pushChanges: async ({ changes }) => {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(`${url}/sync`, { method: "POST", headers, body: JSON.stringify(changes) });
      if (!answer.ok) throw new Error(`the server said ${answer.status}`);
    },
  });
  return { standing: await entries.query().fetchCount() };
};

obey({
  prepare: async ({ file }) => {
    const made = JSON.parse(fs.readFileSync(file, "utf8"));
    for (let at = 0; at < made.length; at += 500) {
      await database.write(() =>
        database.batch(
          made.slice(at, at + 500).map((one) =>
            entries.prepareCreate((entry) => {
              entry._raw.id = one.id;
              for (const name of TEXTS) entry._setRaw(name, one[name]);
            }),
          ),
        ),
      );
    }
    return {};
  },
  up: sync,
  down: sync,
});
