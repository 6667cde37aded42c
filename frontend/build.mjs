// Builds the form's script where Django finds it, and says what it weighs. "engine" alone is what the
// tests of expressions load; no page does.
import { build } from "esbuild";
import { gzipSync } from "node:zlib";
import { mkdirSync, readFileSync, renameSync } from "node:fs";

const products = { isi: "../src/cantik/collect/static/collect/isi", engine: "build" };

for (const [name, folder] of Object.entries(products)) {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${name}.js`;
  await build({
    entryPoints: [`src/${name}.ts`],
    outfile: `${file}.new.js`,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022", // the engine waits for its parser at the top of the module: Chrome 89 and newer
    legalComments: "none", // what is in it and under which licence: docs/decisions/0002-dependencies.md
    logLevel: "warning",
  });
  renameSync(`${file}.new.js`, file);
  console.log(`${name}.js ${Math.round(gzipSync(readFileSync(file)).length / 1000)} kB gzip`);
}
