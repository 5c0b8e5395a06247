"use strict";
/*
 * What `pulumi preview --policy-pack policies` starts. The pack is TypeScript and is run as it stands, so that no build can be stale. The
 * host has put ts-node before this, which would check the types of the whole SDK for ten seconds: types are checked by `npm test`, and here
 * they are only taken off.
 */
const path = require("node:path");

delete require.extensions[".ts"];
delete require.extensions[".tsx"];
process.env.TS_NODE_PROJECT ??= path.join(__dirname, "..", "tsconfig.json");
require("@swc-node/register");
require("./index.ts");
