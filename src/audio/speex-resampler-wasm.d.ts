// The package ships no types; resample.ts declares the few functions it calls.
declare module "@echogarden/speex-resampler-wasm";
