// The files that caller.feeders names, read before a run: every column that is asked for is there, or it is said where not.

import { didYouMean, failed, ok, type Issue, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { feedColumns, type FeedRow } from "../scenario/feed-reference.ts";
import { parseFeeder, type FeederTable } from "../scenario/feeder-rows.ts";
import type { ParsedScenario } from "../scenario/parse.ts";
import { formatPath, type Path } from "../scenario/tree.ts";
import { cellsOf } from "../plan/matrix.ts";
import { readBeside } from "./file-beside.ts";

const most = { bytes: limits.feederBytes, remedy: "a run needs no more rows than it has calls" };

/** The rows of each feeder. `source`: the scenario's file, beside which the others are looked for, and then in the working folder. */
export function readFeeders({ scenario }: Pick<ParsedScenario, "scenario">, source: string): Result<readonly (readonly FeedRow[])[]> {
  const { feeders = [] } = scenario.caller;
  const issue = (path: Path, message: string): Issue => ({ source, path: formatPath(path), message });
  const issues: Issue[] = [];
  const tables: FeederTable[] = [];
  for (const [index, { file, language }] of feeders.entries()) {
    const path: Path = ["caller", "feeders", index];
    const text = readBeside({ file, source, most });
    if (!text.ok) {
      issues.push(issue([...path, "file"], text.issues[0]?.message ?? ""));
      continue;
    }
    const table = parseFeeder(text.value, file);
    if (!table.ok) {
      issues.push(...table.issues);
      continue;
    }
    const { columns, rows } = table.value;
    const fitting = language === undefined ? rows : rows.filter((row) => row["language"] === language);
    if (fitting.length === 0)
      issues.push(
        issue([...path, "language"], `fits no row: ${columns.includes("language") ? `none of ${file} is in ${language}` : `${file} has no column language`}`),
      );
    tables.push({ columns, rows: fitting });
  }
  if (issues.length === 0 && feeders.length > 0) issues.push(...columnIssues(scenario, issue, tables));
  return issues.length > 0 ? failed(...issues) : ok(tables.map(({ rows }) => rows));
}

/** Columns that are asked for and that no file has, or more than one. */
function columnIssues(scenario: ParsedScenario["scenario"], issue: (path: Path, message: string) => Issue, tables: readonly FeederTable[]): readonly Issue[] {
  const files = scenario.caller.feeders?.map(({ file }) => file) ?? [];
  const known = tables.flatMap(({ columns }) => columns);
  const all = cellsOf(scenario).flatMap(({ settings: { caller, session } }) => [
    ...textsIn(caller, ["caller"]),
    ...textsIn(session.tools ?? [], ["session", "tools"]),
  ]);
  const places = new Map(all.map((place) => [JSON.stringify(place), place]));
  return [...places.values()].flatMap(({ path, text }) =>
    feedColumns(text).flatMap((column): readonly Issue[] => {
      const having = files.filter((_, index) => tables[index]?.columns.includes(column));
      if (having.length === 1) return [];
      if (having.length > 1) return [issue(path, `\${feed:${column}} is in ${having.join(" and ")}: rename one, so that it is clear which is meant`)];
      const meant = didYouMean(column, known);
      return [
        issue(
          path,
          `${files.join(", ")} ${files.length === 1 ? "has" : "have"} no column ${column}${meant ? `; did you mean ${meant}?` : ` (there are ${known.join(", ")})`}`,
        ),
      ];
    }),
  );
}

function textsIn(value: unknown, path: Path): readonly { readonly path: Path; readonly text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  return typeof value === "object" && value !== null ? Object.entries(value).flatMap(([name, item]) => textsIn(item, [...path, name])) : [];
}
