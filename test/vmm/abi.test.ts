import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capabilities, constants, ioctls, structs } from '../../src/vmm/kvm/abi.js';
import { exitReasons } from '../../src/vmm/kvm/exit-reasons.js';

const test = suite('kvm abi');

/** C names of fields inside unnamed unions are those of the table; structs of the chips are reached by their own name. */
function probe(): { source: string; expected: Map<string, number> } {
  const expected = new Map<string, number>();
  const lines: string[] = [];
  const add = (name: string, expression: string, value: number, guard?: string): void => {
    expected.set(name, value);
    if (guard !== undefined) lines.push(`#ifdef ${guard}`);
    lines.push(`printf("%s %llu\\n", "${name}", (unsigned long long)(${expression}));`);
    if (guard !== undefined) lines.push('#endif');
  };
  for (const [name, value] of Object.entries(ioctls)) add(name, name, value);
  for (const [name, value] of Object.entries({ ...capabilities, ...constants })) add(name, name, value, name);
  for (const [name, [value]] of Object.entries(exitReasons)) add(name, name, value, name);
  for (const [name, { size, fields }] of Object.entries(structs)) {
    add(`sizeof ${name}`, `sizeof(struct ${name})`, size);
    for (const [field, [offset, bytes]] of Object.entries(fields as Record<string, readonly [number, number]>)) {
      add(`${name}.${field}`, `offsetof(struct ${name}, ${field})`, offset);
      if (bytes > 0) add(`sizeof ${name}.${field}`, `sizeof(((struct ${name} *)0)->${field})`, bytes);
    }
  }
  return {
    source: `#include <stdio.h>\n#include <stddef.h>\n#include <linux/kvm.h>\nint main(void) {\n${lines.join('\n')}\nreturn 0; }\n`,
    expected,
  };
}

test('numbers, sizes and offsets are those of <linux/kvm.h>', () => {
  if (spawnSync('cc', ['--version']).status !== 0) {
    assert.is(process.env.TSKVM_REQUIRE_KVM, undefined, 'no C compiler to check the table with');
    return;
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tskvm-abi-'));
  try {
    const { source, expected } = probe();
    writeFileSync(path.join(folder, 'probe.c'), source);
    execFileSync('cc', ['-o', path.join(folder, 'probe'), path.join(folder, 'probe.c')]);
    const wrong: string[] = [];
    let seen = 0;
    for (const line of execFileSync(path.join(folder, 'probe'), { encoding: 'utf8' }).trim().split('\n')) {
      const at = line.lastIndexOf(' ');
      const [name, value] = [line.slice(0, at), Number(line.slice(at + 1))];
      seen += 1;
      if (expected.get(name) !== value) wrong.push(`${name}: ours ${expected.get(name)}, the header's ${value}`);
    }
    assert.equal(wrong, []);
    assert.ok(seen > 300, `${seen} facts compared`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
