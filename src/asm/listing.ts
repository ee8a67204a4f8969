/** Listings (-a, --listing-*; gas manual, nodes a and listing). */
import type { Source } from './source.js';

export interface Listing {
  line(source: Source): void;
  /** .list (+1), .nolist (-1) */
  enable(by: 1 | -1): void;
  eject(): void;
  /** .psize, .llen; null: unchanged. */
  paper(height: number | null, width: number | null): void;
  title(text: string, subtitle: boolean): void;
}
