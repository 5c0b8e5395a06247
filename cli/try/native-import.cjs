// @ts-check
"use strict";
// An import of Node's own: where TypeScript is compiled on the way, `import()` becomes `require`, which knows no query behind a file.
/** @type {(url: string) => Promise<Record<string, unknown>>} */
module.exports = (url) => import(url);
