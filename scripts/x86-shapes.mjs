// Statements that exercise rows of the instruction table: every row with its own kinds of operands, then with each operand
// replaced by others, with and without each AT&T suffix. Used by the sweeps.

const registers = {
  r8: ['%al', '%cl', '%ah', '%bl'],
  r16: ['%ax', '%cx', '%bp'],
  r32: ['%eax', '%ecx', '%esi'],
  r64: ['%rax', '%rcx', '%rsi', '%r9'],
  sreg: ['%es', '%ds', '%fs'],
  cr: ['%cr0', '%cr4', '%cr8'],
  dr: ['%dr0', '%dr7'],
  tr: ['%tr3'],
  st: ['%st', '%st(1)', '%st(7)'],
  mm: ['%mm0', '%mm5'],
  xmm: ['%xmm0', '%xmm3', '%xmm9'],
  ymm: ['%ymm0', '%ymm3', '%ymm9'],
  zmm: ['%zmm0', '%zmm3', '%zmm20'],
  k: ['%k0', '%k3'],
  bnd: ['%bnd0', '%bnd2'],
  tmm: ['%tmm0', '%tmm5'],
};

const memory = {
  64: ['(%rax)', 'foo(%rip)', '8(%rbp,%rcx,4)', 'foo', '%fs:-129(%r9)', '0x12345(%esp)', '(%r13)', 'foo(,%r12,8)'],
  32: ['(%eax)', 'foo', '8(%ebp,%ecx,4)', '%fs:-129(%esp)', '0x12345', '(%bx,%si)', '(%ebp)'],
  16: ['(%bx)', 'foo', '8(%bp,%di)', '%fs:-129(%si)', '0x1234', '(%eax,%ebx,2)', '(%bp)'],
};

const immediates = [
  '$1',
  '$0',
  '$-1',
  '$127',
  '$128',
  '$-128',
  '$-129',
  '$255',
  '$256',
  '$0x7fff',
  '$0x8000',
  '$0xffff',
  '$0x10000',
  '$-0x8000',
  '$-0x8001',
  '$0x7fffffff',
  '$0x80000000',
  '$0xffffffff',
  '$0x100000000',
  '$-0x80000000',
  '$-0x80000001',
  '$0x123456789abcdef',
  '$foo',
];

/** Texts of operands that fit a kind, in the given mode. */
export function fitting(kind, bits) {
  const texts = [];
  if (kind.fixed !== null) return [`%${kind.fixed}`];
  if (kind.register !== null) {
    const all = registers[kind.register] ?? [];
    texts.push(...(bits === 64 ? all : all.filter((r) => !/r9|mm9|mm20|cr8/.test(r))));
  }
  if (kind.memory) texts.push(...memory[bits]);
  if (kind.immediate === 1) texts.push('$1');
  else if (kind.immediate > 0) texts.push(...immediates);
  if (kind.relative > 0) texts.push('foo', 'foo+4');
  if (kind.moffs > 0) texts.push('foo', '0x1234', '%es:foo');
  return texts;
}

/** One operand of every sort, to put where it may not belong. */
export function strangers(bits) {
  const texts = [
    '%al',
    '%ax',
    '%eax',
    '%ah',
    '%ds',
    '%cr0',
    '%st(1)',
    '%xmm1',
    '$5',
    '$0x12345',
    '$foo',
    'foo',
    '*%eax',
    '*foo',
    memory[bits][0],
    `*${memory[bits][0]}`,
    '%dx',
    '(%dx)',
    '%cl',
    '%mm1',
    '%k1',
    '%ymm1',
  ];
  if (bits === 64) texts.push('%rax', '%r8', '*%rax', '%r8b', '%spl');
  return texts;
}

/** Statements for the rows of one mnemonic. */
export function* statementsOf(mnemonic, rows, bits, { suffixes = ['', 'b', 'w', 'l', 'q', 's'], wide = true } = {}) {
  const seen = new Set();
  const outsiders = strangers(bits);
  const say = function* (operands) {
    for (const suffix of suffixes) {
      const text = `${mnemonic}${suffix} ${operands.join(',')}`.trimEnd();
      if (!seen.has(text)) {
        seen.add(text);
        yield text;
      }
    }
  };
  yield* say([]);
  for (const row of rows) {
    const kinds = row.operands.filter((kind) => !kind.implicit);
    const choices = kinds.map((kind) => {
      let texts = fitting(kind, bits);
      if (texts.length === 0) texts = ['$1'];
      if (row.flags.has('indirect')) texts = texts.map((t) => `*${t}`);
      return texts;
    });
    if (kinds.some((kind) => kind.register !== null && fitting(kind, bits).length === 0)) continue;
    if (!row.flags.has('same')) choices.reverse();
    const first = choices.map((texts) => texts[0]);
    yield* say(first);
    for (let i = 0; i < choices.length; i++) {
      const swap = (text) => first.map((t, k) => (k === i ? text : t));
      for (const text of choices[i]) yield* say(swap(text));
      if (wide) for (const text of outsiders) yield* say(swap(text));
    }
    // Two registers at once, from the far end of the lists.
    if (choices.length > 1) yield* say(choices.map((texts) => texts[texts.length - 1]));
    if (choices.length > 1) yield* say(choices.map((texts) => texts[Math.min(1, texts.length - 1)]));
    if (wide && choices.length > 0) {
      yield* say([...first, '%eax']);
      yield* say(first.slice(1));
      yield* say([first[first.length - 1], ...first.slice(0, -1)]);
    }
  }
}
