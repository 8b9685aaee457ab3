// A copy of a run for people who may not see what was said in it.

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sealedLine } from "../core/sealed-line.ts";
import { InputError } from "../core/issues.ts";
import { runFiles } from "../result/run-files.ts";
import { writeWhole, type Content } from "../result/row-files.ts";
import type { RunRecord } from "../result/run-result.ts";
import { sharedRecord, sharedToolCall } from "../result/shared-record.ts";
import { readToolCallLog, turnLog } from "../result/turn-log.ts";
import { isSetting, sharedYaml } from "../scenario/shared-yaml.ts";
import { writeReports } from "../library/write-reports.ts";

/**
 * Writes the run into a folder of its own, which must be empty or new: a file that lay there before would be shared too. Traces, sound, the
 * target's account, the canaries and the budget's journal stay behind.
 */
export async function shareRun(record: RunRecord, { from, to }: { readonly from: string; readonly to: string }): Promise<void> {
  if (existsSync(to) && readdirSync(to).length > 0)
    throw new InputError([{ source: "--share", message: `${to} holds files already, which would be shared with the run; name a folder that is new or empty` }]);
  mkdirSync(to, { recursive: true });
  const shared = sharedRecord(record, { scenarioYaml: sharedYaml(record.scenarioYaml), isSetting });
  const write = (name: string, content: Content): void => writeWhole(join(to, name), content);
  write(runFiles.result, `${JSON.stringify(shared.result, null, 2)}\n`);
  write(runFiles.turns, turnLog([...(shared.warmUpTurns ?? []), ...shared.turns]));
  write(runFiles.scenario, shared.scenarioYaml);
  if (shared.recoveries) write(runFiles.recoveries, shared.recoveries.map((row) => sealedLine(row)).join(""));
  const toolCalls = join(from, runFiles.toolCalls);
  if (existsSync(toolCalls))
    write(
      runFiles.toolCalls,
      readToolCallLog(readFileSync(toolCalls, "utf8"))
        .map((row) => sealedLine(sharedToolCall(row)))
        .join(""),
    );
  await writeReports(to, shared);
}
