import * as pulumi from "@pulumi/pulumi";
import * as path from "node:path";

/** The programs that the configuration names, in one stack: `archive`, or `archive uploads`. */
for (const program of new pulumi.Config("programs").require("program").split(" "))
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the name is known at run time only
  require(path.join(__dirname, program));
