import { advise, linkOf } from "../sizing/index.ts"
import { sizeJson } from "./format/size-json.ts"
import { writers } from "./format/size-settings.ts"
import { sizeText } from "./format/size-text.ts"
import { exit } from "./io.ts"
import type { Program } from "./lint-command.ts"
import { askedBy } from "./size-arguments.ts"
import { sizeOptions } from "./size-options.ts"
import { hasFlag, optionValue, parseArguments, UsageError } from "./usage.ts"

/** `shufflewise size`: how to cut a cluster into executors. */
export function sizeCommand(args: readonly string[], { io }: Program): number {
  const parsed = parseArguments(args, sizeOptions)
  if (parsed.positionals.length > 0)
    throw new UsageError(`\`size\` takes options alone; what is \`${parsed.positionals[0]}\`?`)
  const { state, request, warnings } = askedBy(parsed)
  for (const warning of warnings) io.err(`${io.errStyle.yellow("note")}: --from: ${warning}\n`)
  if (hasFlag(parsed, "share")) {
    io.out(`${linkOf(state)}\n`)
    return exit.clean
  }
  const advice = advise(request)
  // `askedBy` has refused what `advise` would have problems with
  if (advice.kind === "problems") throw new UsageError(advice.problems.map(({ message }) => message).join("\n"))
  if (advice.kind === "impossible") {
    io.err(`${io.errStyle.red("error")}: no executor fits.\n${advice.needs.map((need) => `  ${need}\n`).join("")}`)
    return exit.trouble
  }
  const format = optionValue(parsed, "format") ?? "text"
  if (format === "json") io.out(`${JSON.stringify(sizeJson(advice), null, 2)}\n`)
  else if (format === "text") io.out(sizeText(advice, io.outStyle))
  else {
    const choice = advice.choices[Number(state.choice) - 1]
    if (choice === undefined)
      throw new UsageError(
        `--choice: there ${advice.choices.length === 1 ? "is one layout" : `are ${advice.choices.length} layouts`}, and no number ${state.choice}`,
      )
    io.out(writers[format]!.write(choice, advice.driver, request))
  }
  return exit.clean
}
