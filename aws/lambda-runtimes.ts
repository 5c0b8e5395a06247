/**
 * Runtimes of Lambda in Node.js and Python, the languages in which functions run in the local cloud too.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
export const NODE_RUNTIMES = ["nodejs20.x", "nodejs22.x", "nodejs24.x"] as const;
export const PYTHON_RUNTIMES = [
  "python3.9",
  "python3.10",
  "python3.11",
  "python3.12",
  "python3.13",
  "python3.14",
] as const;

/** Those that AWS had not deprecated at the end of 2026. */
export const CURRENT_RUNTIMES: readonly string[] = [
  "nodejs22.x",
  "nodejs24.x",
  "python3.11",
  "python3.12",
  "python3.13",
  "python3.14",
];
