#!/usr/bin/env node
// Starts a bundle of dist/ through V8's code cache: compiling it is most of a cold start.
// TSKVM_WRITE_CODE_CACHE=NAME (scripts/build.mjs sets it) writes the cache of dist/NAME.cjs when the command ends: it then
// also holds the functions that this command has used, so that the next one need not compile them either.
'use strict';
const { readFileSync, writeFileSync, existsSync } = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

// The commands that are to start quickest have a bundle without the others; src/cli.ts has the same list.
const bundle = process.env.TSKVM_WRITE_CODE_CACHE || (/^(as|build|run|build-run)$/.test(process.argv[2] ?? '') ? 'hot' : 'cli');
const file = path.join(__dirname, '..', 'dist', `${bundle}.cjs`);
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
const script = new vm.Script(readFileSync(file, 'latin1'), {
  filename: file,
  cachedData,
  importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
if (process.env.TSKVM_WRITE_CODE_CACHE) process.on('exit', () => writeFileSync(`${file}.cache`, script.createCachedData()));
const module_ = { exports: {} };
script.runInThisContext()(module_.exports, require('node:module').createRequire(file), module_, file, path.dirname(file));
