// @ts-check
"use strict";
// Runs one command and ends it with everything that it has started: when its input closes, however the local cloud ends, and when the command has
// ended. argv[2] is JSON: {command, args, cwd, stop}; stop is a command that removes what outlives the command when it is killed, a container of docker's.
// Its exit code is the command's, 128 + N for the signal N, 127 for a command that cannot be started.
const { spawn, spawnSync } = require("node:child_process");
const os = require("node:os");

/** @type {{ command: string, args: string[], cwd: string, stop?: [string, ...string[]] }} */
const { command, args, cwd, stop } = JSON.parse(process.argv[2] ?? "{}");
const windows = process.platform === "win32";
const child = spawn(command, args, {
  cwd,
  stdio: ["ignore", "inherit", "inherit"],
  detached: !windows,
  windowsHide: true,
});

function kill() {
  if (child.pid === undefined) return;
  if (windows) spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"], { stdio: "ignore" });
  else
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // the whole group has ended
    }
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, () => {});
process.stdin.resume();
for (const event of ["end", "close", "error"])
  process.stdin.once(event, () => {
    if (stop !== undefined) spawnSync(stop[0], stop.slice(1), { cwd, stdio: "ignore", timeout: 20_000 });
    kill();
    process.exit(137);
  });
child.once("error", (error) => {
  process.stderr.write(`${command}: ${error.message}\n`);
  process.exit(127);
});
child.once("exit", (code, signal) => {
  // What it has left in its group.
  kill();
  process.exit(code ?? 128 + os.constants.signals[signal ?? "SIGKILL"]);
});
