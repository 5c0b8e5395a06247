"use strict";
/*
 * What `pulumi preview --policy-pack policies` starts. The pack is TypeScript and is run as it stands, so that no build can be stale. The
 * host has put ts-node before this, which would check the types of the whole SDK for ten seconds: types are checked by `npm test`, and here
 * they are only taken off.
 */
delete require.extensions[".ts"];
delete require.extensions[".tsx"];
require("../register.cjs");
require("./index.ts");
