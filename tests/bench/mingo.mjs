// mingo on V8, driven by tests/bench/peers.py: one workload on one size, timed here.
// Usage: node mingo.mjs <folder with node_modules> <loops>, documents as JSON on standard input.
import { createRequire } from "node:module";

const [folder, loopsText] = process.argv.slice(2);
const { Query, Aggregator } = createRequire(`${folder}/`)("mingo");
let text = "";
for await (const part of process.stdin) text += part;
const rows = JSON.parse(text);
const find = (query) => new Query(query).find(rows).all();
const workloads = {
  equal_again: () => find({ k: 7 }).length,
  range_top: () =>
    new Query({ n: { $gte: 20000, $lt: 60000 } }).find(rows).sort({ price: 1 }).limit(20).all().length,
  regex: () => find({ name: /Ada 9/ }).length,
  nested: () => find({ "author.address.zip": "777" }).length,
  contains: () => find({ tags: "cold", k: 3 }).length,
  count: () => find({ status: "paid" }).length,
  group: () =>
    new Aggregator([{ $group: { _id: "$status", total: { $sum: "$n" }, mean: { $avg: "$price" } } }])
      .run(rows).length,
  unwind: () =>
    new Aggregator([{ $unwind: "$items" }, { $group: { _id: "$items.sku", qty: { $sum: "$items.qty" } } }])
      .run(rows).length,
};
const micros = {};
for (const [name, run] of Object.entries(workloads)) {
  for (let warm = 0; warm < 5; warm++) run();
  const times = [];
  for (let number = 0; number < Number(loopsText); number++) {
    const began = process.hrtime.bigint();
    run();
    times.push(Number(process.hrtime.bigint() - began) / 1000);
  }
  times.sort((a, b) => a - b);
  micros[name] = times[times.length >> 1];
}
console.log(JSON.stringify(micros));
