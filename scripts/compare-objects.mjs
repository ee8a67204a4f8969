/**
 * Compares two ELF relocatables as `readelf -SWsr` and `objdump -s` would show them: sections (order, name, type, flags,
 * size, alignment, entsize, bytes), relocations and symbols. An ELF reader of its own, so that a fault in ours shows.
 */

/** Reads what the comparison needs. Throws on anything that is not a little-endian ELF. */
export function readObject(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== 0x7f454c46) throw new Error('not an ELF file');
  const is64 = bytes[4] === 2;
  const word = (at) => (is64 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true)));
  const shoff = Number(word(is64 ? 40 : 32));
  const shentsize = view.getUint16(is64 ? 58 : 46, true);
  let shnum = view.getUint16(is64 ? 60 : 48, true);
  let shstrndx = view.getUint16(is64 ? 62 : 50, true);
  const header = (i) => {
    const at = shoff + i * shentsize;
    const f = (n64, n32) => Number(word(at + (is64 ? n64 : n32)));
    return {
      nameOffset: view.getUint32(at, true),
      type: view.getUint32(at + 4, true),
      flags: f(8, 8),
      address: f(16, 12),
      offset: f(24, 16),
      size: f(32, 20),
      link: view.getUint32(at + (is64 ? 40 : 24), true),
      info: view.getUint32(at + (is64 ? 44 : 28), true),
      align: f(48, 32),
      entsize: f(56, 36),
    };
  };
  if (shnum === 0 && shoff !== 0) shnum = header(0).size;
  if (shstrndx === 0xffff) shstrndx = header(0).link;
  const sections = Array.from({ length: shnum }, (_, i) => header(i));
  const string = (table, at) => {
    let end = table.offset + at;
    while (bytes[end] !== 0) end++;
    return Buffer.from(bytes.buffer, bytes.byteOffset + table.offset + at, end - table.offset - at).toString('latin1');
  };
  for (const s of sections) {
    s.name = s.type === 0 ? '' : string(sections[shstrndx], s.nameOffset);
    s.data = s.type === 8 || s.type === 0 ? new Uint8Array() : bytes.subarray(s.offset, s.offset + s.size);
  }
  const symbols = [];
  const symtab = sections.find((s) => s.type === 2);
  const extended = sections.find((s) => s.type === 18);
  if (symtab) {
    const size = is64 ? 24 : 16;
    for (let at = symtab.offset, i = 0; at < symtab.offset + symtab.size; at += size, i++) {
      const info = bytes[at + (is64 ? 4 : 12)];
      let shndx = view.getUint16(at + (is64 ? 6 : 14), true);
      if (shndx === 0xffff && extended) shndx = view.getUint32(extended.offset + i * 4, true);
      else if (shndx >= 0xff00) shndx = -shndx;
      const section =
        shndx < 0
          ? ({ [-0xfff1]: '*ABS*', [-0xfff2]: '*COM*' }[shndx] ?? `*${-shndx}*`)
          : shndx === 0
            ? '*UND*'
            : `${sections[shndx].name}#${shndx}`;
      const type = info & 15;
      symbols.push({
        name: type === 3 ? `section ${section}` : string(sections[symtab.link], view.getUint32(at, true)),
        value: word(at + (is64 ? 8 : 4)),
        size: word(at + (is64 ? 16 : 8)),
        bind: info >> 4,
        type,
        other: bytes[at + (is64 ? 5 : 13)],
        section,
      });
    }
  }
  for (const s of sections) {
    if (s.type !== 4 && s.type !== 9) continue;
    const rela = s.type === 4;
    const size = (is64 ? 16 : 8) + (rela ? (is64 ? 8 : 4) : 0);
    s.relocations = [];
    for (let at = s.offset; at < s.offset + s.size; at += size) {
      const info = word(at + (is64 ? 8 : 4));
      const index = Number(is64 ? info >> 32n : info >> 8n);
      const addend = !rela ? '' : is64 ? view.getBigInt64(at + 16, true) : view.getInt32(at + 8, true);
      s.relocations.push(
        `${word(at).toString(16)} type ${is64 ? info & 0xffffffffn : info & 0xffn} ${index === 0 ? '-' : symbols[index]?.name} ${addend}`,
      );
    }
  }
  return { class: bytes[4], machine: view.getUint16(18, true), sections, symbols };
}

/** Differences as lines, the first of each kind first; empty: the objects agree. */
export function compareObjects(ours, theirs, limit = 12) {
  const a = readObject(ours);
  const b = readObject(theirs);
  const out = [];
  const add = (text) => {
    if (out.length < limit) out.push(text);
  };
  if (a.class !== b.class || a.machine !== b.machine) add(`class/machine ${a.class}/${a.machine} != ${b.class}/${b.machine}`);
  const names = (o) => o.sections.map((s) => s.name).join(' ');
  const sameSections = names(a) === names(b);
  if (!sameSections) add(`sections: ${names(a)} != ${names(b)}`);
  const used = new Set();
  for (const theirSection of b.sections) {
    const name = theirSection.name;
    const mine = sameSections ? a.sections[b.sections.indexOf(theirSection)] : a.sections.find((s) => s.name === name && !used.has(s));
    if (!mine) {
      add(`section ${name} is missing`);
      continue;
    }
    used.add(mine);
    for (const key of ['type', 'flags', 'align', 'entsize']) {
      if (mine[key] !== theirSection[key]) add(`${name}: ${key} ${mine[key].toString(16)} != ${theirSection[key].toString(16)}`);
    }
    if (sameSections && (mine.link !== theirSection.link || mine.info !== theirSection.info))
      add(`${name}: link/info ${mine.link}/${mine.info} != ${theirSection.link}/${theirSection.info}`);
    if (mine.relocations || theirSection.relocations) {
      const [x, y] = [mine.relocations ?? [], theirSection.relocations ?? []];
      const at = Array.from({ length: Math.max(x.length, y.length) }, (_, i) => i).find((i) => x[i] !== y[i]);
      if (at !== undefined) add(`${name}[${at} of ${x.length}/${y.length}]: ${x[at]} != ${y[at]}`);
      continue;
    }
    if ([2, 3, 18].includes(theirSection.type)) continue; // symbols are compared below, string tables with them
    if (mine.size !== theirSection.size) add(`${name}: size ${mine.size} != ${theirSection.size}`);
    if (Buffer.compare(mine.data, theirSection.data) !== 0) {
      let i = 0;
      while (mine.data[i] === theirSection.data[i]) i++;
      const piece = (d) => Buffer.from(d.subarray(Math.max(0, i - 4), i + 12)).toString('hex');
      add(`${name}: bytes differ at 0x${i.toString(16)}: ${piece(mine.data)} != ${piece(theirSection.data)}`);
    }
  }
  const show = (s) =>
    s ? `${s.name} ${s.section} value ${s.value.toString(16)} size ${s.size} bind ${s.bind} type ${s.type} other ${s.other}` : 'nothing';
  const most = Math.max(a.symbols.length, b.symbols.length);
  let symbolDifferences = 0;
  for (let i = 0; i < most && symbolDifferences < 3; i++) {
    if (show(a.symbols[i]) !== show(b.symbols[i])) {
      symbolDifferences++;
      add(`symbol ${i} of ${a.symbols.length}/${b.symbols.length}: ${show(a.symbols[i])} != ${show(b.symbols[i])}`);
    }
  }
  return out;
}
