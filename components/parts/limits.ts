/** What CloudWatch Logs takes as a retention, days (building blocks 4); for ever is not among it on purpose. */
export const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Runtimes that a function of the user's can have; the local cloud runs Python by the machine's own. */
export const ACTIVITY_RUNTIMES = [
  "nodejs20.x",
  "nodejs22.x",
  "nodejs24.x",
  "python3.9",
  "python3.10",
  "python3.11",
  "python3.12",
  "python3.13",
  "python3.14",
] as const;
