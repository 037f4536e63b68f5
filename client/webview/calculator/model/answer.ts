/** From what was entered to what is shown. Pure. */
import {
  type Advice,
  advise,
  type CalculatorState,
  type Choice,
  type FieldProblem,
  figuresOf,
  type LayoutFigures,
  requestOf,
} from "../../../../server/src/sizing/index.ts"

export type Solved = Extract<Advice, { kind: "advice" }>

/** A layout with all of its figures. */
export interface Option {
  readonly choice: Choice
  readonly figures: LayoutFigures
}

export interface Outcome {
  /** Fields that can't be computed with. */
  readonly problems: readonly FieldProblem[]
  /** What would make an impossible request possible. */
  readonly needs: readonly string[]
  /** The answer; where there is none now, the last one that there was. */
  readonly answer: Solved | undefined
  readonly options: readonly Option[]
  /** The answer is of an earlier state. */
  readonly stale: boolean
}

export const nothingYet: Outcome = { problems: [], needs: [], answer: undefined, options: [], stale: true }

/** What follows from a state. `last` is the outcome before, whose answer is kept in sight while a field is half-typed. */
export function outcomeOf(state: CalculatorState, last: Outcome = nothingYet): Outcome {
  const read = requestOf(state)
  if (read.kind === "problems") return { ...last, problems: read.problems, needs: [], stale: true }
  const advice = advise(read.request)
  if (advice.kind === "problems") return { ...last, problems: advice.problems, needs: [], stale: true }
  if (advice.kind === "impossible") return { ...last, problems: [], needs: advice.needs, stale: true }
  const options = advice.choices.map((choice) => ({
    choice,
    figures: figuresOf(choice.layout, advice.request, advice.usable, advice.driver),
  }))
  return { problems: [], needs: [], answer: advice, options, stale: false }
}

/** Which of the options is looked at, from 0; the last one where there are fewer. */
export function chosenOf(state: CalculatorState, { options }: Outcome): number {
  const wanted = Number(state.choice)
  return Number.isInteger(wanted) ? Math.max(0, Math.min(options.length, wanted) - 1) : 0
}

/** One sentence that says how it stands, for people who hear it. */
export function headline(state: CalculatorState, outcome: Outcome): string {
  const { problems, needs, options } = outcome
  if (problems.length > 0)
    return problems.length === 1
      ? `One field can't be read: ${problems[0]!.message}.`
      : `${problems.length} fields can't be read.`
  if (needs.length > 0) return `No executor fits. ${needs[0]}`
  const option = options[chosenOf(state, outcome)]
  if (option === undefined) return ""
  const { layout } = option.choice
  return `${executorsText(layout.executors)} of ${layout.executorCores} ${layout.executorCores === 1 ? "core" : "cores"}, ${layout.slots} tasks at once.`
}

export function executorsText(count: number): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? "executor" : "executors"}`
}
