// A program that is told what to do by lines on its standard input, and answers each with one line of JSON.
"use strict";

const readline = require("readline");

console.log = () => {}; // WatermelonDB tells there what it does; standard output is for answers

exports.say = (value) => process.stdout.write(JSON.stringify(value) + "\n");

exports.obey = async (orders) => {
  exports.say({ ready: true });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    const began = process.hrtime.bigint();
    const found = await orders[asked.do](asked);
    exports.say({ ...found, ms: Number(process.hrtime.bigint() - began) / 1e6 });
  }
  process.exit(0);
};
