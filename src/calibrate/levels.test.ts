import assert from "node:assert/strict";
import { test } from "node:test";
import { honestCallers, nextLevel, type Tried } from "./levels.ts";

/** The levels that are tried on a machine which drives up to `most` callers. */
function search(asked: readonly number[], most: number): number[] {
  const tried: Tried[] = [];
  for (let callers = nextLevel(asked, tried); callers !== undefined; callers = nextLevel(asked, tried)) tried.push({ callers, isHonest: callers <= most });
  return tried.map((level) => level.callers);
}

const searches: readonly (readonly [string, readonly number[], number, readonly number[]])[] = [
  ["three bisections at most, by ratios", [1, 10, 100, 1_000], 600, [1, 10, 100, 1_000, 320, 570, 750]],
  ["the largest was honest: nothing to bisect", [1, 10], 50, [1, 10]],
  ["none was honest: nothing to bisect", [10, 100], 5, [10, 100]],
  ["neighbours have nothing between them", [10, 11], 10, [10, 11]],
  ["it stops where the two are close", [100, 130], 100, [100, 130, 110]],
];

for (const [what, asked, most, expected] of searches) {
  test(`levels: ${what}`, () => assert.deepEqual(search(asked, most), expected));
}

test("a lower level that was disturbed does not undo a higher one that was honest", () => {
  const tried = [
    { callers: 1, isHonest: false },
    { callers: 10, isHonest: true },
    { callers: 100, isHonest: false },
  ];
  assert.equal(honestCallers(tried), 10);
  assert.equal(nextLevel([1, 10, 100], tried), 32);
  assert.equal(honestCallers([{ callers: 1, isHonest: false }]), 0);
});
