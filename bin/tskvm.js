#!/usr/bin/env node
// Starts a bundle of dist/ through V8's code cache: compiling it is most of a cold start.
// TSKVM_WRITE_CODE_CACHE=NAME (scripts/build.mjs sets it) writes the cache of dist/NAME.cjs when the command ends: it then
// also holds the functions that this command has used, so that the next one need not compile them either.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');

// The commands that are to start quickest have bundles without the others; src/cli.ts has the same lists.
const bundleOf = (command) =>
  /^(as|build|run|build-run)$/.test(command) ? 'hot' : /^(link|objcopy|nm|size|readelf)$/.test(command) ? 'tools' : 'cli';
const bundle = process.env.TSKVM_WRITE_CODE_CACHE || bundleOf(process.argv[2] ?? '');
const root = __dirname.slice(0, -'/bin'.length);
const dist = `${root}/dist`;
const file = `${dist}/${bundle}.cjs`;
/** The bundle's function: (exports, require, module, __filename, __dirname). */
function compile() {
  const bun = process.versions.bun && require('./bun.js');
  const made = bun && bun.load(dist, bundle);
  if (made) return made;
  let source;
  try {
    source = readFileSync(file, 'latin1');
  } catch {
    process.stderr.write(`tskvm: ${file} is missing: run "npm run build" in ${root}\n`);
    process.exit(2);
  }
  if (bun) process.on('exit', () => bun.make(dist, bundle, source));
  let cachedData;
  try {
    if (!bun) cachedData = readFileSync(`${file}.cache`);
  } catch {
    // No cache (a fresh build on another platform): V8 compiles the source instead.
  }
  const vm = require('node:vm');
  const script = new vm.Script(source, {
    filename: file,
    cachedData,
    importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (process.env.TSKVM_WRITE_CODE_CACHE) process.on('exit', () => writeFileSync(`${file}.cache`, script.createCachedData()));
  return script.runInThisContext();
}

// The bundle's `require`: its own files lie in dist/, packages are found from here as from there. (node:module's createRequire
// would do it, but loading that is felt.)
const inDist = (id) => (id.startsWith('./') ? `${dist}/${id.slice(2)}` : id);
const requireFrom = Object.assign((id) => require(inDist(id)), { resolve: (id, options) => require.resolve(inDist(id), options) });
const module_ = { exports: {} };
compile()(module_.exports, requireFrom, module_, file, dist);
