/** `import { runGuest, golden } from 'tskvm/testing'`: golden tests of guests from TypeScript. */
export {};
