import * as fs from "node:fs";
import * as path from "node:path";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import type { ByShard } from "./journal";
import type { Processed } from "./processor";
import type { SourceRecord } from "./source";

/** The answer to one record, as it is on disk. */
interface Kept {
  shard: number;
  index: number;
  answer: Exclude<Processed, { result: "Ok" }> | { result: "Ok"; data: string; partitionKeys: Record<string, string> };
}

/**
 * What a function has answered and no object holds yet. Some functions do more than answer: they put records into another delivery stream.
 * After a crash their batches must not go through them again, so their answers are taken from here. One file for each batch.
 */
export class KeptAnswers {
  private readonly files: { file: string; last: ByShard }[] = [];
  private readonly found = new Map<string, Processed>();

  /** @throws DataFileError */
  constructor(private readonly folder: string) {
    for (const name of fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []) {
      if (!name.endsWith(".json")) continue;
      const file = path.join(folder, name);
      const kept = readDataFile(file, isKept) ?? [];
      this.files.push({ file, last: lastOf(kept) });
      for (const { shard, index, answer } of kept) this.found.set(`${shard} ${index}`, restored(answer));
    }
  }

  /** The answer to a record that an earlier run has had. */
  of({ shard, index }: SourceRecord): Processed | undefined {
    return this.found.get(`${shard} ${index}`);
  }

  /** To be called before anything follows from the answers. */
  keep(batch: readonly SourceRecord[], answers: readonly Processed[]): void {
    const kept = batch.map(({ shard, index }, at): Kept => {
      const answer = answers[at]!;
      return {
        shard,
        index,
        answer: answer.result === "Ok" ? { ...answer, data: answer.data.toString("base64") } : answer,
      };
    });
    const [first] = batch;
    if (first === undefined) return;
    const file = path.join(this.folder, `${first.shard}-${String(first.index).padStart(15, "0")}.json`);
    replaceFile(file, JSON.stringify(kept));
    this.files.push({ file, last: lastOf(kept) });
  }

  /** @param lowWater by shard, the first record that would be read again after a crash */
  drop(lowWater: ByShard): void {
    const done = ({ last }: { last: ByShard }): boolean =>
      Object.entries(last).every(([shard, index]) => index < (lowWater[shard] ?? 0));
    while (this.files.length > 0 && done(this.files[0]!)) fs.rmSync(this.files.shift()!.file, { force: true });
    if (this.files.length === 0) this.found.clear();
  }
}

function lastOf(kept: readonly { shard: number; index: number }[]): ByShard {
  const last: ByShard = {};
  for (const { shard, index } of kept) last[shard] = Math.max(last[shard] ?? 0, index);
  return last;
}

function restored(answer: Kept["answer"]): Processed {
  return answer.result === "Ok" ? { ...answer, data: Buffer.from(answer.data, "base64") } : answer;
}

function isKept(value: unknown): value is Kept[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) =>
        isObject(one) && Number.isSafeInteger(one.shard) && Number.isSafeInteger(one.index) && isObject(one.answer),
    )
  );
}
