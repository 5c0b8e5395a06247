import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** The program that the configuration names; its exports are the stack's outputs. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the name is known at run time only
export = require(path.join(__dirname, new pulumi.Config("programs").require("program"))) as object;
