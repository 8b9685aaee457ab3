// The package ships no types; voice-detector.ts declares the few functions it calls.
declare module "@echogarden/fvad-wasm";
