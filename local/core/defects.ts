import { inspect } from "node:util";
import { DataFileError } from "./data-file";

/** Error codes of a machine that cannot go on (full disk, missing rights): no defect of the program. */
const MACHINE_ERRORS = new Set(["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "EMFILE", "ENFILE", "EIO"]);
/** Places that are kept apart; a place is part of the code, so there are few. */
const MAX_PLACES = 100;

/** An unexpected error that a bulkhead of the local cloud caught: a programming error, not something a user or device did wrong. */
export interface Defect {
  /** where it was caught, without data of a client: `MQTT connection`, `HTTP Publish`, `rule etl_analytics` */
  place: string;
  count: number;
  /** message of the first error at this place */
  message: string;
  /** stack trace of the first error at this place */
  stack: string;
  /** ms since 1970-01-01 UTC, on this machine's clock */
  firstAt: number;
}

/** Callbacks for errors, in addition to the summary. */
export interface DefectsOptions {
  /** called for the first error at each place */
  onFirst?(defect: Defect): void;
  /** called for errors that end the run and are not recorded as defects: a full disk, a damaged file of the data folder */
  onMachineError?(error: unknown): void;
}

/**
 * Records errors that nobody expected, so that the connection, request, rule, query, function or timer where they occurred fails alone
 * and the run goes on. The summary at the end lists them.
 */
export class Defects {
  private readonly byPlace = new Map<string, Defect>();

  constructor(private readonly options: DefectsOptions = {}) {}

  get size(): number {
    return this.byPlace.size;
  }

  /** In the order in which they first occurred. */
  list(): readonly Readonly<Defect>[] {
    return [...this.byPlace.values()];
  }

  /** Counts an error by the place that caught it; the first error at a place keeps its stack. Never throws. */
  record(place: string, error: unknown): void {
    try {
      if (endsRun(error) && this.options.onMachineError !== undefined) return this.options.onMachineError(error);
      const known = this.byPlace.get(place);
      if (known !== undefined) {
        known.count++;
        return;
      }
      if (this.byPlace.size >= MAX_PLACES && place !== ELSEWHERE) return this.record(ELSEWHERE, error);
      const defect = { place, count: 1, message: messageOf(error), stack: stackOf(error), firstAt: Date.now() };
      this.byPlace.set(place, defect);
      this.options.onFirst?.(defect);
    } catch {
      // A bulkhead that throws is none: whatever a listener does, the caller goes on.
    }
  }

  /** Runs `operation`; an error is recorded and `otherwise` is returned in place of a result. */
  guard<T>(place: string, operation: () => T, otherwise: T): T {
    try {
      return operation();
    } catch (error) {
      this.record(place, error);
      return otherwise;
    }
  }
}

const ELSEWHERE = "elsewhere";

/** Whether an error ends the run, for nothing can go on: an error of the machine, or a file of the data folder that cannot be read. */
export function endsRun(error: unknown): boolean {
  return isMachineError(error) || error instanceof DataFileError;
}

/** Whether an error is one of the machine, such as a full disk or a missing right. */
export function isMachineError(error: unknown): boolean {
  const code: unknown = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" && MACHINE_ERRORS.has(code);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : thrownText(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : thrownText(error);
}

/** String() raises for objects without a prototype. */
function thrownText(thrown: unknown): string {
  return typeof thrown === "string" ? thrown : inspect(thrown);
}
