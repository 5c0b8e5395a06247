import * as fs from "node:fs";
import * as path from "node:path";
import type { HistorianSourceArgs, HistorianTableArgs } from "../components";
import { ROOT } from "./root";
import type { Settings } from "./schema";

/** A historian's settings as arguments; what is missing of them is the component's to report. */
export function historianArgs({
  channel,
  certificate,
  tables,
  ...own
}: Settings["historians"][string]): HistorianSourceArgs {
  return {
    ...own,
    channel: channel === undefined ? undefined : { streamName: channel },
    tables: tables as HistorianTableArgs[] | undefined,
    certificatePem: certificate === undefined ? undefined : fs.readFileSync(path.resolve(ROOT, certificate), "utf8"),
  } as HistorianSourceArgs;
}
