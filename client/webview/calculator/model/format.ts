/** Numbers as people read them. Pure. */
import { type Figure, MIB, mib } from "../../../../server/src/sizing/index.ts"

/** A figure's value with its unit: `12.5 GiB`, `49`, `25%`. */
export function figureText({ value, unit }: Figure): string {
  switch (unit) {
    case "MiB":
      return mib(value * MIB)
    case "bytes":
      return mib(value)
    case "seconds":
      return timeText(value)
    case "share":
      return plain(value)
    case "currency":
      return moneyText(value)
    default:
      return whole(value)
  }
}

/** What went into a figure, by its name: memory and bytes in their units, the rest as it is. */
export function inputText(name: string, value: number | string | boolean, unit: Figure["unit"]): string {
  if (typeof value !== "number") return String(value)
  if (isBytes(name, unit)) return `${mib(value)} (${whole(value)} bytes)`
  if (isMebibytes(name, unit)) return `${mib(value * MIB)}${value < 2048 ? "" : ` (${whole(value)} MiB)`}`
  return Number.isInteger(value) ? whole(value) : plain(value)
}

/** Inputs that are bytes, whatever the figure's own unit is. */
const BYTES = /Bytes$|^(unified|advisory|split|total)$/
/** Inputs that are MiB, unless the figure itself is in bytes. */
const MEBIBYTES =
  /^(memory|usableMemory|heap|overhead|offHeap|pysparkMemory|python|jvm|minimum|kept|asked|minimumAllocation|booked|memoryOverhead)$/
/** Partitions by bytes, and not bytes. */
const COUNT = "byBytes"

function isBytes(name: string, unit: Figure["unit"]): boolean {
  return name !== COUNT && (BYTES.test(name) || (unit === "bytes" && name === "heap"))
}

function isMebibytes(name: string, unit: Figure["unit"]): boolean {
  return MEBIBYTES.test(name) && unit !== "bytes"
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US")
}

function plain(value: number): string {
  return String(Math.round(value * 10_000) / 10_000)
}

export function moneyText(value: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })
}

export function timeText(seconds: number): string {
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

/** The name of an input in words: `usableMemory` becomes `usable memory`. */
export function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
