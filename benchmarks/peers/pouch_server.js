// PouchDB Server's own express app over LevelDB: node pouch_server.js FOLDER SYNCED
"use strict";

const express = require("express");
const { syncedLevel } = require("./durable");
const { say } = require("./lines");

const [folder, synced] = process.argv.slice(2);
const options = { prefix: folder + "/", ...(synced === "synced" ? { db: syncedLevel } : {}) };
const PouchDB = require("pouchdb").defaults(options);
const app = express();
app.use("/", require("express-pouchdb")(PouchDB, { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: folder + "/log.txt" }));
const server = app.listen(0, "127.0.0.1", () => say({ port: server.address().port }));
process.stdin.resume().on("end", () => process.exit(0));
