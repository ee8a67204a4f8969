/** View numbers: how many rows stand before a row at the same address (gas manual, node Loc). */
import type { Assembler } from '../assembler.js';
import { constant } from '../expression.js';
import type { LineSection } from './line-entries.js';

/** Gives the symbols of `.loc … view SYMBOL` their values, as of the present relaxation pass. False when a `view 0` is wrong. */
export function numberViews(section: LineSection): boolean {
  let view = 0;
  let address = -1;
  let right = true;
  for (const list of section.lists) {
    const { views, length } = list;
    for (let row = 0; row < length; row++) {
      const here = list.address(row);
      const wanted = views.get(row);
      // As gas has it, a row without a view is view 0 whatever stands before it.
      if (here !== address || wanted === undefined || wanted === 'reset') view = 0;
      else view += 1;
      address = here;
      if (wanted === 'zero') right &&= view === 0;
      else if (wanted !== undefined && wanted !== 'reset' && wanted !== null) wanted.equated = constant(view);
      // The first row of a subsection goes on from the subsection before; those that follow it count from 0 all the same.
      if (row === 0) view = 0;
    }
  }
  return right;
}

/** The symbols exist as numbers from now on. */
export function defineViews(asm: Assembler, sections: readonly LineSection[]): void {
  for (const { lists } of sections) {
    for (const { views } of lists) {
      for (const view of views.values()) {
        if (view === null || typeof view === 'string') continue;
        view.equated = constant(0);
        asm.forget(view);
      }
    }
  }
}
