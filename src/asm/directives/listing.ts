import type { DirectiveTable } from './index.js';

export const listingTable: DirectiveTable = {};
