import * as fs from "node:fs";
import * as path from "node:path";

/** A file that a browser loads. */
export interface Asset {
  type: string;
  body: Buffer;
}

const STATIC = path.join(__dirname, "static");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** What the page loads of packages, by path: served as the package has it, without a build. */
const OF_PACKAGES: Readonly<Record<string, string>> = {
  "/uplot.js": "uplot/dist/uPlot.esm.js",
  "/uplot.css": "uplot/dist/uPlot.min.css",
};
/** Where index.html has the server's token. */
const TOKEN = "{{token}}";

/**
 * The page's files by path. Nothing else of this machine is served: a path is looked up, never joined to a folder.
 * @param token goes into index.html, which only pages of this server can read
 */
export function readAssets(token: string): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const name of fs.readdirSync(STATIC)) {
    const body = fs.readFileSync(path.join(STATIC, name));
    assets.set(`/${name}`, { type: typeOf(name), body });
  }
  for (const [name, file] of Object.entries(OF_PACKAGES))
    assets.set(name, { type: typeOf(name), body: fs.readFileSync(require.resolve(file)) });
  const { type, body } = assets.get("/index.html")!;
  assets.set("/", { type, body: Buffer.from(body.toString("utf8").replace(TOKEN, token)) });
  assets.delete("/index.html");
  return assets;
}

function typeOf(name: string): string {
  return TYPES[path.extname(name)]!;
}
