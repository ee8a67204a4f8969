/** The 80×25 text screen as text: what lies in guest memory at 0xb8000, in code page 437. */
import type { Machine } from '../../vmm/machine.js';

const columns = 80;
const rows = 25;

/** Code page 437 as Unicode (https://en.wikipedia.org/wiki/Code_page_437); 0 and 255 are blanks. */
const cp437 =
  ' ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼ !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~⌂' +
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ';

/** Lines without their trailing blanks, without trailing empty lines; each ended by a newline. */
export function screenText(machine: Pick<Machine, 'ram'>): string {
  const cells = machine.ram.read(0xb8000, columns * rows * 2);
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let column = 0; column < columns; column++) line += cp437[cells[(row * columns + column) * 2] ?? 0] ?? ' ';
    lines.push(line.trimEnd());
  }
  while (lines.length > 0 && lines[lines.length - 1] === '') lines.pop();
  return lines.map((line) => `${line}\n`).join('');
}
