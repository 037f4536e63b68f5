import { type Advice, type Choice, settingsOf } from "../../sizing/index.ts"

type Answer = Extract<Advice, { kind: "advice" }>

/** The answer as data; docs/sizing.md describes it. Memory in MiB, data in bytes. */
export function sizeJson(advice: Answer): object {
  const { request, usable, driver, recipe, capacity, cost, warnings } = advice
  return {
    schema: 1,
    request,
    usable,
    choices: advice.choices.map((choice) => choiceJson(choice, advice)),
    driver: { heap: driver.heap, maxResultSize: driver.maxResultSize, place: driver.place },
    recipe: recipe ?? null,
    capacity: capacity ?? null,
    cost: cost ? { hour: cost.hour, job: cost.job ?? null } : null,
    warnings,
  }
}

function choiceJson(choice: Choice, { driver, request }: Answer): object {
  const { layout, score, reasons, shufflePartitions, broadcastThreshold, allocation } = choice
  return {
    score,
    layout,
    reasons,
    shufflePartitions,
    broadcastThreshold,
    allocation,
    settings: Object.fromEntries(settingsOf(choice, driver, request)),
  }
}
