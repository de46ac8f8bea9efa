// mingo on V8, driven by tests/bench/mingo.py.
// Usage: node mingo.mjs <folder with node_modules>. A line is a request, another one its answer:
//   {"rows": [...], "partners", "extra"}    what to work on, what to set       -> {}
//   {"run": "count", "loops": 20}           run it so often                    -> {"micros": 12.5}
//   {"ask": "count"}                        run it once, and say what it found -> {"answer": 250}
// It has no store. As it comes it hands out the very objects that it was given; started with the
// argument `clone` it copies what it hands out, in its own way for that.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [folder, mode] = process.argv.slice(2);
const { Query, Aggregator, ProcessingMode, updateMany } = createRequire(`${folder}/`)("mingo");
const options = mode === "clone" ? { processingMode: ProcessingMode.CLONE_OUTPUT } : {};
const MOST = 1000;
let rows, partners, extra, middle;

const query = (condition) => new Query(condition, options).find(rows);
const find = (condition) => query(condition).limit(MOST).all();
const aggregate = (stages) => new Aggregator(stages, options).run(rows);
const replace = () => {
  rows[middle] = { ...extra, _id: rows[middle]._id };
};
const scan = (condition) => () => {
  replace();
  return find(condition).length;
};
const workloads = {
  get: () => query({ _id: rows[middle]._id }).limit(1).all()[0].n,
  equal: scan({ k: 7 }),
  equal_again: () => find({ k: 7 }).length,
  equal_rare: () => find({ ref: 500 }).length,
  range_top: () =>
    query({ n: { $gte: 20000, $lt: 60000 } })
      .sort({ price: 1 })
      .limit(20)
      .all()
      .map((row) => row._id),
  regex: () => find({ name: /Ada 9/ }).length,
  nested: scan({ "author.address.zip": "777" }),
  contains: scan({ tags: "cold", k: 3 }),
  count: () => {
    replace();
    return new Query({ status: "paid" }).find(rows).all().length;  // nothing is handed out
  },
  update: () => updateMany(rows, { k: { $lt: 20 } }, { $inc: { ref: 1 } }).matchedCount,
  group: () =>
    aggregate([{ $group: { _id: "$status", total: { $sum: "$n" }, mean: { $avg: "$price" } } }])
      .map((group) => [group._id, group.total])
      .sort(),
  unwind: () =>
    aggregate([
      { $unwind: "$items" },
      { $group: { _id: "$items.sku", qty: { $sum: "$items.qty" } } },
    ]).reduce((sum, group) => sum + group.qty, 0),
  lookup: () =>
    aggregate([
      { $limit: 1000 },
      { $lookup: { from: partners, localField: "ref", foreignField: "ref", as: "partner" } },
    ]).length,
};

function answer(request) {
  if (request.rows) {
    ({ rows, partners, extra } = request);
    middle = rows.length >> 1;
    return {};
  }
  if (request.ask) return { answer: workloads[request.ask]() };
  const run = workloads[request.run];
  const began = process.hrtime.bigint();
  const before = process.cpuUsage();
  for (let number = 0; number < request.loops; number++) run();
  const used = process.cpuUsage(before);
  const wall = Number(process.hrtime.bigint() - began) / 1000;
  // V8's other threads work, too, and so do the machine's other programs: what is less is fair.
  return { micros: Math.min(wall, used.user + used.system) / request.loops };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(JSON.parse(line))));
}
