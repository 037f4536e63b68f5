import type { ConfSetting, Site, SparkValue, Value } from "../../../../rules/api.ts"
import type { CallSite } from "../calls.ts"
import type { CallNode } from "../record.ts"
import { constant, Dict, isNone, spark, stringOf, UNKNOWN } from "../values.ts"
import { recordMember, valueOfType } from "./call.ts"

/** Builders' own names for confs. */
const NAMED: Readonly<Record<string, string>> = {
  master: "spark.master",
  appName: "spark.app.name",
  setMaster: "spark.master",
  setAppName: "spark.app.name",
}

/** A method of `SparkSession.builder`, a `SparkConf` or `spark.conf`. */
export function confMethod(site: CallSite, receiver: SparkValue): Value {
  const { it, args } = site
  const { call, facts } = recordMember(site, receiver.class, receiver)
  const name = facts?.name ?? site.name
  const how: ConfSetting["how"] =
    receiver.class === "SparkSession.Builder" ? "builder" : receiver.class === "SparkConf" ? "SparkConf" : "conf.set"
  const set = (key: string | undefined, value: Value | undefined, valueSite: Site | null): void =>
    it.confs.set(key, value, how, {
      site: call.site,
      valueSite,
      path: it.path,
      call,
      ...(name === "setIfMissing" ? { ifMissing: true as const } : {}),
    })
  const siteOf = (index: number, keyword: string): Site | null => {
    const given = args.at(index, keyword)
    return given ? it.site(given.node) : null
  }
  const setOne = (): void => {
    const pairs = pairsOfLoop(site)
    if (pairs) for (const [key, value] of pairs) set(stringOf(key), value, null)
    else set(stringOf(args.get(0, "key")), args.get(1, "value"), siteOf(1, "value"))
  }
  switch (name) {
    case "config": {
      const map = args.get(3, "map")
      if (map) setMap(map, set)
      const key = args.get(0, "key")
      if (key && !isNone(key)) setOne()
      break
    }
    case "set":
    case "setIfMissing":
      setOne()
      break
    case "setAll": {
      const pairs = args.get(0, "pairs")
      if (pairs?.kind === "dict") setMap(pairs, set)
      else if (pairs?.kind === "sequence" && pairs.items)
        for (const pair of pairs.items) if (isPair(pair)) set(stringOf(pair.items[0]), pair.items[1], null)
      break
    }
    case "master":
    case "appName":
    case "setMaster":
    case "setAppName":
      set(NAMED[name], args.get(0), siteOf(0, "value"))
      break
    case "getOrCreate":
    case "create":
      call.result = spark("SparkSession")
      return call.result
    case "get":
    case "getAll":
      return finish(site, call, receiver)
  }
  if (receiver.class === "RuntimeConfig") {
    call.result = name === "get" ? constant("str") : constant("None", null)
    return call.result
  }
  call.result = receiver
  return receiver
}

function finish(site: CallSite, call: CallNode, receiver: Value): Value {
  call.result = site.name === "get" ? constant("str", undefined, call) : UNKNOWN
  if (call.result.kind === "unknown") call.result = valueOfType(site, undefined, call, receiver)
  return call.result
}

/** What `for key, value in pairs: conf.set(key, value)` sets, one pair a round. */
function pairsOfLoop({ it, args }: CallSite): [Value, Value][] | undefined {
  const loop = it.loops.at(-1)
  const [key, value] = [args.at(0, "key")?.node, args.at(1, "value")?.node]
  if (key?.kind !== "Name" || value?.kind !== "Name" || loop?.targets.length !== 2) return undefined
  if (loop.targets[0] !== key.id || loop.targets[1] !== value.id) return undefined
  const { iterable } = loop
  const items = iterable.kind === "sequence" ? iterable.items : undefined
  return items?.every(isPair) ? items.map(({ items: [first, second] }) => [first, second]) : undefined
}

function isPair(value: Value): value is Value & { readonly items: readonly [Value, Value] } {
  return value.kind === "sequence" && value.items?.length === 2
}

function setMap(map: Value, set: (key: string | undefined, value: Value | undefined, site: Site | null) => void): void {
  if (map instanceof Dict && map.entries) for (const [key, value] of map.entries) set(key, value, null)
}
