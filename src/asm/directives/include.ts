import type { DirectiveTable } from './index.js';

export const includeTable: DirectiveTable = {};
