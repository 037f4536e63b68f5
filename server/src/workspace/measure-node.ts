import { closeSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs"
import { open, readdir, realpath, stat } from "node:fs/promises"
import type { FileSize } from "../analysis/file-size.ts"
import { type DiskAnswer, type DiskQuestion, measure } from "./measure.ts"

/** Measures without keeping anybody waiting. Nothing is looked at outside of `roots`, wherever links lead; undefined: no bounds. */
export async function measureLater(path: string, roots: readonly string[] | undefined): Promise<FileSize | undefined> {
  try {
    const real = slashed(await realpath(path))
    if (!isInside(real, roots)) return undefined
    const steps = measure(real, () => performance.now())
    let step = steps.next()
    while (!step.done) step = steps.next(await answerLater(step.value))
    return step.value
  } catch {
    // Nothing there, or nothing that may be read.
    return undefined
  }
}

/** The same at once, for a program that has nobody to wait for. */
export function measureNow(path: string, roots: readonly string[] | undefined): FileSize | undefined {
  try {
    // Most paths in code are none of this machine, and to learn so by an exception is dear.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined
    const real = slashed(realpathSync(path))
    if (!isInside(real, roots)) return undefined
    const steps = measure(real, () => performance.now())
    let step = steps.next()
    while (!step.done) step = steps.next(answerNow(step.value))
    return step.value
  } catch {
    return undefined
  }
}

function isInside(path: string, roots: readonly string[] | undefined): boolean {
  return roots?.some((root) => path === root || path.startsWith(`${root}/`)) ?? true
}

function slashed(path: string): string {
  return process.platform === "win32" ? path.replaceAll("\\", "/") : path
}

interface Stats {
  readonly size: number
  isFile(): boolean
  isDirectory(): boolean
}

function kindOf(stats: Stats): DiskAnswer {
  if (stats.isFile()) return { kind: "file", size: stats.size }
  return stats.isDirectory() ? { kind: "folder", size: 0 } : undefined
}

function named(entries: readonly { name: string; isFile(): boolean; isDirectory(): boolean }[]): DiskAnswer {
  return entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => ({ name: entry.name, kind: entry.isFile() ? "file" : "folder" }))
}

async function answerLater(question: DiskQuestion): Promise<DiskAnswer> {
  if (question.ask === "stat") return kindOf(await stat(question.path))
  if (question.ask === "list") return named(await readdir(question.path, { withFileTypes: true }))
  const file = await open(question.path)
  try {
    const bytes = new Uint8Array(question.end - question.start)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, question.start)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function answerNow(question: DiskQuestion): DiskAnswer {
  if (question.ask === "stat") return kindOf(statSync(question.path))
  if (question.ask === "list") return named(readdirSync(question.path, { withFileTypes: true }))
  const file = openSync(question.path, "r")
  try {
    const bytes = new Uint8Array(question.end - question.start)
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, question.start))
  } finally {
    closeSync(file)
  }
}
