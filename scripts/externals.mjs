/** Kept out of the bundles: native code, wasm, or only loaded by the one command that needs it. */
export const external = ['koffi', '@koromix/*', 'iced-x86', 'v86', 'jiti', 'esbuild'];
