// A device with PouchDB over LevelDB: node pouch_device.js FOLDER SYNCED
"use strict";

const fs = require("fs");
const { syncedLevel } = require("./durable");
const { obey } = require("./lines");

const [folder, synced] = process.argv.slice(2);
const PouchDB = require("pouchdb");
const options = synced === "synced" ? { db: syncedLevel } : {};
const local = new PouchDB(folder + "/entries", options);

const remote = (url) => new PouchDB(url + "/entries", { skip_setup: false });
const count = async (result) => ({
  ok: result.ok,
  docs: result.docs_written,
  failed: result.doc_write_failures,
  standing: (await local.info()).doc_count,
});

obey({
  prepare: async ({ file }) => {
    const entries = JSON.parse(fs.readFileSync(file, "utf8"));
    for (let at = 0; at < entries.length; at += 500) {
      await local.bulkDocs(entries.slice(at, at + 500).map(({ id, ...body }) => ({ _id: id, ...body })));
    }
    return {};
  },
  up: async ({ url, batch }) => count(await local.replicate.to(remote(url), { batch_size: batch })),
  down: async ({ url, batch }) => count(await local.replicate.from(remote(url), { batch_size: batch })),
});
