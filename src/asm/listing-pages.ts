/** A listing's pages: headers, titles, form feeds. */
import type { ListingNode } from './listing.js';

/** Lines that .title and .sbttl are looked for ahead of a page's header. */
const LOOK_AHEAD = 10;

export class ListingPages {
  text = '';
  title = '';
  subtitle = '';
  private page = 0;
  private onPage = 0;
  private ejected = true;

  constructor(
    private readonly name: string,
    /** Lines a page; 0: one endless page without headers. */
    private readonly height: number,
    private readonly nodes: readonly ListingNode[],
  ) {}

  put(text: string): void {
    this.text += text;
  }

  /** The next line begins a page. */
  eject(): void {
    this.ejected = true;
  }

  /** A header when it is time for one. `index`: the node that follows, for titles to come. */
  begin(index: number | null): void {
    if (this.height === 0 || !(this.ejected || this.onPage >= this.height)) return;
    this.page += 1;
    if (index !== null) {
      const ahead = this.nodes.slice(index, index + LOOK_AHEAD);
      this.title = ahead.find((node) => node.edict === 'title')?.argument ?? this.title;
      this.subtitle = ahead.find((node) => node.edict === 'subtitle')?.argument ?? this.subtitle;
    }
    if (this.page > 1) this.put('\f');
    this.put(`GAS LISTING ${this.name} \t\t\tpage ${this.page}\n${this.title}\n${this.subtitle}\n`);
    this.onPage = 3;
    this.ejected = false;
  }

  /** A line that counts, then a header if the page is full. */
  line(text: string, index: number | null, header = true): void {
    this.put(`${text}\n`);
    this.onPage += 1;
    if (header) this.begin(index);
  }

  /** The general part (-ag). */
  general(lines: readonly string[]): void {
    this.begin(null);
    for (const line of lines) this.put(`${line}\n`);
    this.ejected = true;
  }
}
