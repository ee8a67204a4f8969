#!/usr/bin/env node
// Starts dist/cli.cjs through V8's code cache: compiling the bundle is most of a cold start.
'use strict';
const { readFileSync, existsSync } = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const file = path.join(__dirname, '..', 'dist', 'cli.cjs');
if (!existsSync(file)) {
  process.stderr.write(`tskvm: ${file} is missing: run "npm run build" in ${path.dirname(__dirname)}\n`);
  process.exit(2);
}
let cachedData;
try {
  cachedData = readFileSync(`${file}.cache`);
} catch {
  // No cache (a fresh build on another platform): V8 compiles the source instead.
}
if (process.versions.bun || !vm.constants) {
  require(file);
} else {
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`, {
    filename: file,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module_ = { exports: {} };
  script.runInThisContext()(module_.exports, require('node:module').createRequire(file), module_, file, path.dirname(file));
}
