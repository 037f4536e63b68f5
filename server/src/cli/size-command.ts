import { advise, builderCode, defaultsFile, settingsOf, submitLine } from "../sizing/index.ts"
import { sizeJson } from "./format/size-json.ts"
import { sizeText } from "./format/size-text.ts"
import { exit } from "./io.ts"
import type { Program } from "./lint-command.ts"
import { optionOf, requestOf, sizeOptions } from "./size-options.ts"
import { optionValue, parseArguments, UsageError } from "./usage.ts"

/** `shufflewise size`: how to cut a cluster into executors. */
export function sizeCommand(args: readonly string[], { io }: Program): number {
  const parsed = parseArguments(args, sizeOptions)
  if (parsed.positionals.length > 0)
    throw new UsageError(`\`size\` takes options alone; what is \`${parsed.positionals[0]}\`?`)
  const request = requestOf(parsed)
  const advice = advise(request)
  if (advice.kind === "problems")
    throw new UsageError(advice.problems.map(({ field, message }) => `${optionOf(field)}: ${message}`).join("\n"))
  if (advice.kind === "impossible") {
    io.err(`${io.errStyle.red("error")}: no executor fits.\n${advice.needs.map((need) => `  ${need}\n`).join("")}`)
    return exit.trouble
  }
  const format = optionValue(parsed, "format") ?? "text"
  if (format === "json") io.out(`${JSON.stringify(sizeJson(advice), null, 2)}\n`)
  else if (format === "text") io.out(sizeText(advice, io.outStyle))
  else {
    const number = Number(optionValue(parsed, "choice") ?? 1)
    const choice = advice.choices[number - 1]
    if (choice === undefined)
      throw new UsageError(
        `--choice: there ${advice.choices.length === 1 ? "is one layout" : `are ${advice.choices.length} layouts`}, and no number ${number}`,
      )
    const settings = settingsOf(choice, advice.driver, request)
    if (format === "conf") io.out(defaultsFile(settings))
    else if (format === "python") io.out(builderCode(settings))
    else io.out(`${submitLine(settings, request)}\n`)
  }
  return exit.clean
}
