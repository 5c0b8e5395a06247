/** A function of a lambda activity: where its code is, and what calls it. */

/** Where a function's code is, and how it is called. */
export interface FunctionSource {
  /** the activity's `lambdaName` */
  name: string;
  /** a file, or a folder with the handler's file in it */
  path: string;
  /** FILE.EXPORT; default `index.handler` in a folder, `handler` of a file */
  handler?: string;
  runtime?: string;
  /** ms that a call may take */
  timeout?: number;
  environment?: Readonly<Record<string, string>>;
  /** who named it, for messages: `--lambda f=FILE` */
  place: string;
}

/** A function that has been loaded. */
export interface TrialFunction {
  /** the files that it was made of, but for packages */
  readonly files: readonly string[];
  /** @throws what the function throws, or that it is late */
  call(event: unknown): Promise<unknown>;
}
