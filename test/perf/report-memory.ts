/**
 * Loaded into a server that is measured (`node --expose-gc --import`): on SIGUSR2 it collects its garbage and writes to
 * standard error how many bytes its heap and its wasm memory then hold.
 */
process.on("SIGUSR2", () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.stderr.write(`live ${heapUsed + external}\n`)
})
