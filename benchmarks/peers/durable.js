// Both peers as durable as fieldpo: every write is on the disk before it is answered.
"use strict";

const LevelDown = require("leveldown");

// LevelDB syncs only the writes that ask for it, and PouchDB's adapter never asks.
const synced = (location) => {
  const level = LevelDown(location);
  for (const name of ["_batch", "_put", "_del"]) {
    const plain = level[name];
    level[name] = function (...args) {
      const options = args.length - 2; // before the callback
      args[options] = { ...args[options], sync: true };
      return plain.apply(this, args);
    };
  }
  return level;
};
exports.syncedLevel = Object.assign(synced, { destroy: LevelDown.destroy });

// better-sqlite3 is built with synchronous=NORMAL under WAL, as which the last commits may be lost with the power.
const path = require.resolve("better-sqlite3");
const Plain = require(path);
exports.Sqlite = class extends Plain {
  constructor(...args) {
    super(...args);
    this.pragma("journal_mode = WAL");
    this.pragma("synchronous = FULL");
  }
};
require.cache[path].exports = exports.Sqlite; // WatermelonDB's adapter asks for it by name
