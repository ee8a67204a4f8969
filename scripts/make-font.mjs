// Draws the text fonts of the VGA and writes src/vmm/font.ts: 8×8, 8×14 and 8×16, code page 437.
// Usage: node scripts/make-font.mjs
// A glyph is strokes: points `xy` one after the other, strokes divided by blanks. x is 0–5 (the pen is two pixels wide),
// y is hexadecimal: 0 the top of capitals, 3 of small letters, 9 the base line, a–c below it.
import { writeFileSync } from 'node:fs';

const strokes = {
  '!': '2026 29', '"': '1012 4042', '#': '1019 4049 0353 0656', $: '524111020314445557481807 2021 2829', '%': '0001 5108 5859',
  '&': '591311203041330508193956', "'": '2022', '(': '40222749', ')': '10323719', '*': '0555 1347 4317', '+': '0545 2327',
  ',': '28291b', '-': '0555', '.': '2829', '/': '50510809', 0: '203052573929070220', 1: '02112029 0949', 2: '0110405153080959',
  3: '011040515344 2444 445558491908', 4: '4940050656', 5: '500004445558491908', 6: '40200208194958554404', 7: '0050522629',
  8: '104051534414030110 1405081949585544', 9: '55150401104051573919', ':': '2324 2728', ';': '2324 27281a', '<': '410549',
  '=': '0454 0757', '>': '014509', '?': '01104051522526 29', '@': '5919080110405156363353', A: '090320305359 0555',
  B: '0009 004051534404 4455584909', C: '52514010010819495857', D: '0009 003052573909', E: '50000959 0444', F: '500009 0444',
  G: '5251401001081949585535', H: '0009 5059 0454', I: '1030 1939 2029', J: '3050 404839190807', K: '0009 50512404 245859', L: '000959',
  M: '090023335059', N: '0900 0158 5950', O: '104051584919080110', P: '09004051544505', Q: '104051584919080110 375a',
  R: '09004051544505 355759', S: '514010010314455658491908', T: '0040 2029', U: '000819495850', V: '000629395650', W: '0008192636495850',
  X: '00015859 50510809', Y: '0003254340 2529', Z: '005051080959', '[': '40202949', '\\': '00015859', ']': '10303919', '^': '022042',
  _: '0c5c', '`': '1031', a: '13435459 561607081959', b: '0009 034354584909', c: '5443130408194958', d: '5059 531304081959',
  e: '06565443130408194958', f: '5140302129 0343', g: '531304081959 535b4c1c0b', h: '0009 0413435459', i: '20 132329 1939',
  j: '40 33434b3c1c0b', k: '0009 53542606 2659', l: '102029 1939', m: '0903 03435459 2327', n: '0903 0413435459', o: '134354584919080413',
  p: '030c 034354584909', q: '535c 531304081959', r: '0309 05234354', s: '544313040516465758491908', t: '2028394958 0343',
  u: '0308194958 5359', v: '030629395653', w: '0308192737495853', x: '0359 5309', y: '03081959 535b4c1c0b', z: '03530959',
  '{': '50402123040526284959', '|': '202a', '}': '00103133545536381909', '~': '021121324251', '⌂': '09052333555909',
  ı: '132329 1939', æ: '03132428 26070819 2656544334 283959', Æ: '09022050 303959 0555', '¢': '5443130408194958 2122 2a2b',
  '£': '514030212809 0959 0545', '¥': '0002244240 2429 0545 0747', '₧': '09002031332404 5158 4353', ƒ: '5140313a2b0a 1454',
  ª: '10304144 42121444 0656', º: '1040441410 0656', '¿': '20 23240608194958', '⌐': '080555', '¬': '055558',
  '½': '0004 4107 35555739 3959', '¼': '0004 4107 353757 5559', '¡': '20 2329', '«': '230629 533659', '»': '032609 335639',
  α: '53382919080413233459', ß: '0901103041423456584929', Γ: '09005052', π: '0353 1319 4349', Σ: '51500001343508095958',
  σ: '531304081939484433', µ: '030c 0819495853', τ: '0353 23283949', Φ: '1030 2029 1939 124253564717060312',
  Θ: '104051584919080110 1444', Ω: '091917050210405255474959', δ: '502011445558491908051444', '∞': '14050617263544555647362514',
  φ: '134354584919080413 520a', ε: '532305072959 0646', '∩': '090110405159', '≡': '0252 0555 0858', '±': '0444 2226 0848',
  '≥': '004306 0949', '≤': '400346 0949', '⌠': '514030212c', '⌡': '303b2c1c0b', '÷': '2223 0545 2728', '≈': '031222334352 071626374756',
  '°': '103041423313020110', '∙': '2434 2535', '·': '25', '√': '0616293050', ⁿ: '0105 0211314245', '²': '01103041420545',
}; // prettier-ignore

const accents = { '`': '1021', "'": '4031', '^': '11203041', ':': '1011 4041', o: '2030 2131', '~': '011020314150', ',': '2a3b1c' };
const accented = {
  Ç: 'C,', ü: 'u:', é: "e'", â: 'a^', ä: 'a:', à: 'a`', å: 'ao', ç: 'c,', ê: 'e^', ë: 'e:', è: 'e`', ï: 'ı:', î: 'ı^', ì: 'ı`', Ä: 'A:', Å: 'Ao',
  É: "E'", ô: 'o^', ö: 'o:', ò: 'o`', û: 'u^', ù: 'u`', ÿ: 'y:', Ö: 'O:', Ü: 'U:', á: "a'", í: "ı'", ó: "o'", ú: "u'", ñ: 'n~', Ñ: 'N~',
}; // prettier-ignore

// Codes 1 to 31 as 8×8 pictures.
const pictures = `3c42a581a599423c 3c7edbffdbe77e3c 0066ffff7e3c1800 00183c7e7e3c1800 183c1866ff66183c 183c7effff5a183c 0000183c3c180000
ffffe7c3c3e7ffff 003c664242663c00 ffc399bdbd99c3ff 1f070d3844444438 3844444438107c10 1c1613101070f060 3f213f212163e7c6 185a3ce7e73c5a18
40707c7f7c704000 020e3efe3e0e0200 183c5a18185a3c18 6666666666006600 7fd9d97919191900 3c603c66663c063c 000000007e7e7e00 183c5a185a3c187e
183c5a1818181800 181818185a3c1800 00180cfe0c180000 003060fe60300000 00006060607e0000 002442ff42240000 0018183c3c7eff00 00ff7e3c3c181800`.split(
  /\s/,
);

const letters =
  ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~⌂' +
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»';
const last = 'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²';

// Lines of codes b3 to da: weights of the arms to the left, right, up and down.
const boxes = `0011 1011 2011 1022 1002 2001 2022 0022 2002 2020 1020 2010 1001 0110 1110 1101 0111 1100 1111 0211 0122 0220 0202 2220 2202
0222 2200 2222 2210 1120 2201 1102 0120 0210 0201 0102 1122 2211 1010 0101`.split(/\s/);

/** Rows of the capitals' top, the base line and the last row of descenders, by height. */
const metrics = { 8: [0, 6, 7], 14: [2, 10, 13], 16: [2, 11, 14] };

function glyphs(height) {
  const font = Array.from({ length: 256 }, () => new Uint8Array(height));
  const [top, base, bottom] = metrics[height];
  const rowOf = (y) =>
    y <= 9 ? top + Math.round((y * (base - top)) / 9) : Math.min(bottom, base + Math.round(((y - 9) * (bottom - base)) / 3));
  const dot = (glyph, x, row) => {
    glyph[row] |= (0xc0 >> x) & 0xff;
  };
  const draw = (glyph, text, squash = (y) => y) => {
    for (const stroke of text.split(' ')) {
      const points = [...stroke.matchAll(/../g)].map(([p]) => [Number(p[0]), rowOf(squash(Number.parseInt(p[1], 16)))]);
      let [x, y] = points[0];
      dot(glyph, x, y);
      for (const [toX, toY] of points.slice(1)) {
        const steps = Math.max(Math.abs(toX - x), Math.abs(toY - y));
        for (let i = 1; i <= steps; i++) dot(glyph, Math.round(x + ((toX - x) * i) / steps), Math.round(y + ((toY - y) * i) / steps));
        [x, y] = [toX, toY];
      }
    }
  };
  const letter = (glyph, character) => {
    if (character === ' ') return;
    const pair = accented[character];
    if (pair === undefined) draw(glyph, strokes[character]);
    else {
      // Capitals make room for what stands above them.
      const capital = /[A-Z]/.test(pair[0]) && pair[1] !== ',';
      draw(glyph, strokes[pair[0]].replace(/^20 /, ''), capital ? (y) => 3 + (y * 6) / 9 : undefined);
      draw(glyph, accents[pair[1]]);
    }
  };
  [...letters].forEach((character, i) => letter(font[0x20 + i], character));
  [...last].forEach((character, i) => letter(font[0xe0 + i], character));
  pictures.forEach((picture, i) => {
    for (let row = 0; row < height; row++) {
      const from = height === 8 ? row : Math.floor(((row - 1) * 8) / (height - 2));
      font[i + 1][row] = from < 0 || from > 7 ? 0 : Number.parseInt(picture.slice(from * 2, from * 2 + 2), 16);
    }
  });
  boxes.forEach((weights, i) => box(font[0xb3 + i], height, [...weights].map(Number)));
  for (let row = 0; row < height; row++) {
    font[0xb0][row] = row % 2 ? 0x88 : 0x22;
    font[0xb1][row] = row % 2 ? 0xaa : 0x55;
    font[0xb2][row] = row % 2 ? 0xbb : 0xee;
    font[0xdb][row] = 0xff;
    font[0xdc][row] = row >= height / 2 ? 0xff : 0;
    font[0xdd][row] = 0xf0;
    font[0xde][row] = 0x0f;
    font[0xdf][row] = row < height / 2 ? 0xff : 0;
    font[0xfe][row] = row >= height / 4 && row < (height * 3) / 4 ? 0x7c : 0;
  }
  return font;
}

/** Single lines run in columns 3 and 4 and the middle row, double ones on both sides of that. */
function box(glyph, height, [left, right, up, down]) {
  const middle = height / 2 - 1;
  const fill = (x0, x1, y0, y1) => {
    for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) glyph[y] |= 0x80 >> x;
  };
  const tracks = (weight) => (weight === 0 ? [] : weight === 1 ? [0] : [-1, 1]);
  /** Where an arm's track begins: at the near side of what crosses it, or at its far side. */
  const reach = (track, before, behind, opposite, near, far, centre) => {
    if (track === 0) {
      const most = Math.max(before, behind);
      if (most === 0) return centre;
      return before === 2 && behind === 2 && opposite === 0 ? near(2) : far(most);
    }
    const [same, other] = track < 0 ? [before, behind] : [behind, before];
    return same > 0 ? near(same) : other > 0 ? far(other) : centre;
  };
  for (const t of tracks(right)) {
    const x = reach(
      t,
      up,
      down,
      left,
      (w) => (w === 2 ? 5 : 3),
      (w) => (w === 2 ? 1 : 3),
      3,
    );
    fill(x, 7, middle + t, middle + t);
  }
  for (const t of tracks(left)) {
    const x = reach(
      t,
      up,
      down,
      right,
      (w) => (w === 2 ? 2 : 4),
      (w) => (w === 2 ? 6 : 4),
      4,
    );
    fill(0, x, middle + t, middle + t);
  }
  const columns = (t) => (t === 0 ? [3, 4] : t < 0 ? [1, 2] : [5, 6]);
  for (const t of tracks(down)) {
    const y = reach(
      t,
      left,
      right,
      up,
      (w) => (w === 2 ? middle + 1 : middle),
      (w) => (w === 2 ? middle - 1 : middle),
      middle,
    );
    fill(...columns(t), y, height - 1);
  }
  for (const t of tracks(up)) {
    const y = reach(
      t,
      left,
      right,
      down,
      (w) => (w === 2 ? middle - 1 : middle),
      (w) => (w === 2 ? middle + 1 : middle),
      middle,
    );
    fill(...columns(t), 0, y);
  }
}

const encoded = [8, 14, 16].map((height) => {
  const text = Buffer.concat(glyphs(height)).toString('base64');
  return `  ${height}: '${text}',`;
});
writeFileSync(
  'src/vmm/font.ts',
  `// Generated by: node scripts/make-font.mjs
/** The text fonts of the VGA, code page 437: \`height\` bytes a character, bit 7 on the left. */

export type FontHeight = 8 | 14 | 16;

// prettier-ignore
const encoded: Readonly<Record<FontHeight, string>> = {
${encoded.join('\n')}
};

const decoded = new Map<FontHeight, Uint8Array>();

/** All 256 characters. */
export function fontOf(height: FontHeight): Uint8Array {
  let font = decoded.get(height);
  if (font === undefined) decoded.set(height, (font = new Uint8Array(Buffer.from(encoded[height], 'base64'))));
  return font;
}
`,
);

// Shown when asked for: node scripts/make-font.mjs --show 16
if (process.argv[2] === '--show') {
  const height = Number(process.argv[3] ?? 16);
  const font = glyphs(height);
  for (let line = 0; line < 256; line += 16) {
    for (let row = 0; row < height; row++) {
      console.log(
        Array.from({ length: 16 }, (_, i) => font[line + i][row].toString(2).padStart(8, '0').replace(/0/g, '.').replace(/1/g, '#')).join(
          ' ',
        ),
      );
    }
    console.log('');
  }
}
