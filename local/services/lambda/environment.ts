/** What an invocation hands to a function's module. */
export interface Request {
  id: number;
  requestId: string;
  /** JSON */
  event: string;
  /** ms since 1970 on this machine's clock, when the invocation is stopped */
  deadline: number;
  /** ms since 1970 on the cloud's clock */
  now: number;
  /** of the function, as it was called */
  arn: string;
}

/** What comes back: an answer, an error, a line of the log, or that the module is loaded. */
export interface Reply {
  /** the module is loaded, or has failed to */
  ready?: true;
  id?: number;
  payload?: string;
  error?: { name: string; message: string; stack?: string };
  log?: string;
  level?: string;
  requestId?: string;
}

/** The settings that a module is loaded with. */
export interface FunctionData {
  /** of the unpacked archive */
  folder: string;
  handler: string;
  runtime: string;
  functionName: string;
  /** MB */
  memorySize: number;
  logGroup: string;
  logStream: string;
  /** lines below it are dropped */
  logLevel: string;
  /** ms since 1970 on the cloud's clock */
  now: number;
}

/** An execution environment: a thread or a process with the function's module in it. */
export interface Environment {
  /** the init phase is over: the module is there, or its time is up */
  readonly initialised: Promise<void>;
  post(request: Request): void;
  terminate(): Promise<void>;
}

/** Takes what an execution environment answers, and its end. */
export interface Listeners {
  reply(reply: Reply): void;
  /** it is gone, and nobody has ended it */
  ended(environment: Environment, reason: string): void;
}

/**
 * The init phase: a module may load for so long before a function's own time runs. One that takes longer is loaded again
 * under the function's time (AWS: "Understanding the Lambda execution environment lifecycle"); here it goes on loading.
 */
const INIT_MS = 10_000;

/** The end of the init phase: when the module says so, when its environment is gone, or after ten seconds. */
export class InitPhase {
  readonly over: Promise<void>;
  private resolve!: () => void;
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.over = new Promise((resolve) => (this.resolve = resolve));
    this.timer = setTimeout(this.resolve, INIT_MS);
  }

  end(): void {
    clearTimeout(this.timer);
    this.resolve();
  }

  /** The environment is gone: nothing waits for the timer. */
  cancel(): void {
    clearTimeout(this.timer);
  }
}
