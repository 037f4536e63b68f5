/**
 * Writes the files that are made from other sources, or checks that they are as they should be.
 *
 *     node scripts/generate.ts [--check] [NAME…]
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { performance } from "node:perf_hooks"
import { fileURLToPath } from "node:url"
import { configDocs } from "./generate/config-docs.ts"
import { differences } from "./generate/differences.ts"
import type { Generator } from "./generate/generator.ts"
import { pysparkApi } from "./generate/pyspark-api.ts"
import { ruleDocs } from "./generate/rule-docs.ts"
import { sparkConfs } from "./generate/spark-confs.ts"

/** Add a generator here. */
const generators: readonly Generator[] = [pysparkApi, sparkConfs, ruleDocs, configDocs]

const root = fileURLToPath(new URL("..", import.meta.url))

async function main(args: readonly string[]): Promise<number> {
  const check = args.includes("--check")
  const names = args.filter((arg) => arg !== "--check")
  const unknown = names.filter((name) => !generators.some((generator) => generator.name === name))
  if (unknown.length > 0) {
    console.error(
      `unknown: ${unknown.join(", ")}; there are: ${generators.map((generator) => generator.name).join(", ")}`,
    )
    return 2
  }
  let stale = 0
  for (const generator of generators) {
    if (names.length > 0 && !names.includes(generator.name)) continue
    const start = performance.now()
    const files = await generator.generate({ root, say: (line) => console.log(line) })
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    for (const [path, text] of files) {
      const file = join(root, path)
      const before = existsSync(file) ? readFileSync(file, "utf8") : undefined
      if (before === text) {
        console.log(`${path}: up to date (${seconds} s)`)
      } else if (check) {
        stale++
        console.error(`${path}: differs from what 'npm run generate' writes`)
        for (const line of differences(before ?? "", text)) console.error(`  ${line}`)
      } else {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, text)
        console.log(`${path}: written, ${(Buffer.byteLength(text) / 1024).toFixed(0)} kB (${seconds} s)`)
      }
    }
  }
  if (stale > 0)
    console.error(
      `${stale} generated file${stale === 1 ? "" : "s"} out of date: run 'npm run generate' and commit the result`,
    )
  return stale > 0 ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
