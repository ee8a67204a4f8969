/** Kept out of the bundles: native code, wasm, or only loaded by the one command that needs it. */
export const external = ['koffi', 'iced-x86', 'v86', 'jiti', 'esbuild'];
