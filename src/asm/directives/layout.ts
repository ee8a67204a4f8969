/** Where things stand: alignment, .org, .space, .fill. */
import type { DirectiveTable } from './index.js';

export const layoutDirectives: DirectiveTable = {};
