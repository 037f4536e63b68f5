import { type Advice, type Choice, figuresOf, scanFigure, settingsOf } from "../../sizing/index.ts"

type Answer = Extract<Advice, { kind: "advice" }>

/** The answer as data; docs/sizing.schema.json and docs/sizing.md describe it. Memory in MiB, data in bytes. */
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

function choiceJson(choice: Choice, { driver, request, usable }: Answer): object {
  const { layout, score, reasons, shufflePartitions, broadcastThreshold, allocation } = choice
  return {
    score,
    layout,
    figures: figuresOf(layout, request, usable, driver),
    reasons,
    scanPartitions: scanFigure(request, choice) ?? null,
    shufflePartitions,
    broadcastThreshold,
    allocation,
    settings: Object.fromEntries(settingsOf(choice, driver, request)),
  }
}
