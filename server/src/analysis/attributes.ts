import type { Site, Value } from "../../../rules/api.ts"
import type { Attribute } from "../syntax/ast.ts"
import { imported } from "./adopt.ts"
import { OneOf } from "./common.ts"
import { fieldEvidence, sessionByName, sessionField } from "./evidence.ts"
import { isFrame } from "./foreign-frames.ts"
import { callFunction } from "./functions.ts"
import { qualified } from "./imports.ts"
import type { Interpreter } from "./interpreter.ts"
import { frameAttribute } from "./spark/dataframe.ts"
import { rddAttribute } from "./spark/rdd.ts"
import { sparkAttribute, staticAttribute } from "./spark/session.ts"
import { column, constant, foreign, frame, isNone, PyClass, PyFunction, PyInstance, UNKNOWN } from "./values.ts"

/** The value of `owner.attr`, when it isn't called at once. */
export function attributeOf(it: Interpreter, owner: Value, expr: Attribute): Value {
  const { attr } = expr
  switch (owner.kind) {
    case "module": {
      const path = `${owner.name}.${attr}`
      const own = imported(it, owner.name, 0, attr)
      return own ?? qualified(it, path, expr)
    }
    case "foreign":
      if (isFrame(`${owner.path}.${attr}`)) return frame(it.plan("DataFrame", "opaque", [], it.site(expr)))
      return foreign(`${owner.path}.${attr}`, owner.from)
    case "frame":
      return owner.class === "RDD" ? rddAttribute(it, owner, expr) : frameAttribute(it, owner, expr)
    case "spark":
      return sparkAttribute(it, owner, expr)
    case "column":
      return column({ op: "call", fn: "getField", args: [owner.expr, { op: "literal", value: constant("str", attr) }] })
    case "class":
      return owner instanceof PyClass ? classAttribute(it, owner, expr) : UNKNOWN
    case "instance":
      return owner instanceof PyInstance ? captured(it, instanceAttribute(it, owner, expr), expr) : UNKNOWN
    case "constant":
      // None has no attributes: this way isn't taken, and what joins it counts
      if (owner.type === "None") return owner
      it.use(owner, { kind: "other", site: it.site(expr) })
      return UNKNOWN
    case "sequence":
    case "dict":
      it.use(owner, { kind: "other", site: it.site(expr) })
      return UNKNOWN
    default:
      return owner instanceof OneOf
        ? owner.options.map((option) => attributeOf(it, option, expr)).reduce((a, b) => it.join(a, b, it.site(expr)))
        : UNKNOWN
  }
}

function classAttribute(it: Interpreter, cls: PyClass, expr: Attribute): Value {
  if (cls.pyspark) return staticAttribute(it, cls, expr)
  const member = cls.find(expr.attr)
  if (member instanceof PyFunction && member.decorators.includes("classmethod")) return member.with({ self: cls })
  return member ?? (cls.library ? foreign(`${cls.library}.${expr.attr}`) : UNKNOWN)
}

/** An attribute of an object that a UDF's body takes from outside comes with it. */
function captured(it: Interpreter, value: Value, expr: Attribute): Value {
  if (it.udf && expr.value.kind === "Name") it.capture(expr.value.id, value, `${expr.value.id}.${expr.attr}`)
  return value
}

function instanceAttribute(it: Interpreter, owner: PyInstance, expr: Attribute): Value {
  const { attr } = expr
  it.recorder?.attribute(owner, attr)
  if (attr === "__class__") return owner.class
  const own = owner.attributes.get(attr)
  if (own && own.kind !== "unknown") return own
  const member = own ? undefined : instanceMember(it, owner, expr)
  // `frame: DataFrame | None = None` holds nothing only until somebody fills it
  const filled = isNone(member) ? owner.class.allFields.find(({ name }) => name === attr) : undefined
  if (member && (!filled || filled.annotation.kind === "unknown")) return member
  const proven = fieldEvidence(it, owner.class, expr)
  if (proven) {
    owner.attributes.set(attr, proven)
    return proven
  }
  // a field that some other method sets, or a base class of another file
  const field = owner.class.allFields.find(({ name }) => name === attr)
  const declared = field ? ownField(it, field.annotation, attr, it.site(expr)) : session(it, owner, attr)
  if (field && declared?.kind === "frame") owner.attributes.set(attr, declared)
  if (declared || own) return declared ?? UNKNOWN
  // what the class has from another library: `model.eval`
  return owner.class.library ? foreign(`${owner.class.library}().${attr}`) : UNKNOWN
}

function session(it: Interpreter, owner: PyInstance, name: string): Value | undefined {
  return sessionByName(it, name) ?? sessionField(it, owner.class, name)
}

/** What a field is declared to hold: a frame of each object's own. */
export function ownField(it: Interpreter, annotation: Value, name: string, site: Site): Value {
  if (annotation.kind !== "frame") return annotation
  const plan = it.plan(annotation.plan.kind, "param", [], site)
  plan.named(name)
  return frame(plan, annotation.class)
}

/** A method, property or class variable of an instance. */
function instanceMember(it: Interpreter, owner: PyInstance, expr: Attribute): Value | undefined {
  const member = owner.class.find(expr.attr)
  if (member instanceof PyFunction) {
    if (member.decorators.includes("staticmethod")) return member
    if (member.decorators.includes("classmethod")) return member.with({ self: owner.class })
    const bound = member.with({ self: owner.self })
    if (member.decorators.some((name) => /(^|\.)(cached_)?property$/.test(name))) {
      const value = callFunction(it, bound, undefined, [], it.site(expr))
      if (member.decorators.some((name) => name.endsWith("cached_property"))) owner.attributes.set(expr.attr, value)
      return value
    }
    return bound
  }
  return member
}
